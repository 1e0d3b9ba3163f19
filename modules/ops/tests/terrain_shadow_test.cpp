// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/terrain_shadow.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <random>

#include "cers/geo/crs.hpp"
#include "reference_shadow.hpp"
#include "run_node.hpp"

namespace cers {
namespace {

using testing::run_node;

constexpr double degree = std::numbers::pi / 180;

std::vector<float> field(Size size, const std::function<double(int x, int y)>& height) {
  std::vector<float> heights;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) heights.push_back(static_cast<float>(height(x, y)));
  return heights;
}

// A wall across the sun's way, five pixels thick: its shadow ends h / tan(elevation) behind its back, to a diagonal of
// a pixel.
TEST(CastShadow, OfAWallIsAsLongAsItsHeightOverTheTangent) {
  const Size size{300, 300};
  constexpr double pixel = 20;
  for (const double elevation : {15.0, 30.0, 45.0, 70.0}) {
    for (const double azimuth : {0.0, 37.0, 90.0, 135.0, 161.5, 200.0, 270.0, 315.0}) {
      const double east = std::sin(azimuth * degree);
      const double north = std::cos(azimuth * degree);
      // Behind a wall through the middle, at right angles to the sun: distance towards the sun in metres.
      const auto towards_sun = [&](int x, int y) { return ((x - 150) * east - (y - 150) * north) * pixel; };
      constexpr double height = 500;
      const auto heights =
          field(size, [&](int x, int y) { return std::abs(towards_sun(x, y)) <= 2.5 * pixel ? height : 0.0; });
      const PixelBits bits = cast_shadow(heights, size, pixel, {elevation, azimuth});
      const double length = height / std::tan(elevation * degree);
      int wrong = 0;
      for (int y = 100; y < 200; ++y) {
        for (int x = 100; x < 200; ++x) {
          const double behind = -towards_sun(x, y) - 2.5 * pixel;
          if (behind > pixel && behind < length - 1.5 * pixel && !bits.at(x, y)) ++wrong;
          if ((behind > length + 1.5 * pixel || behind < -6 * pixel) && bits.at(x, y)) ++wrong;
        }
      }
      EXPECT_EQ(wrong, 0) << "elevation " << elevation << " azimuth " << azimuth;
    }
  }
}

// A pyramid of slope 45° under a sun of 30°: its shadow ends where the ray over the tip meets the ground.
TEST(CastShadow, OfAPyramidEndsAtTheRayOverItsTip) {
  const Size size{400, 400};
  const auto heights = field(
      size, [](int x, int y) { return std::max(0.0, 1000.0 - 10 * std::max(std::abs(x - 200), std::abs(y - 200))); });
  for (const double azimuth : {0.0, 90.0, 180.0, 270.0}) {
    const PixelBits bits = cast_shadow(heights, size, 10, {30, azimuth});
    const auto along = [&](int distance) {
      return bits.at(200 - static_cast<int>(std::lround(distance * std::sin(azimuth * degree))),
                     200 + static_cast<int>(std::lround(distance * std::cos(azimuth * degree))));
    };
    const int tip = static_cast<int>(1000 / std::tan(30 * degree) / 10);
    EXPECT_TRUE(along(tip - 1)) << azimuth;
    EXPECT_FALSE(along(tip + 2)) << azimuth;
    EXPECT_FALSE(along(-50)) << "the sunny side, azimuth " << azimuth;
  }
}

// Each ray by itself: the definition, slowly.
TEST(CastShadow, IsThatOfRaysOnRoughGround) {
  const Size size{260, 210};
  std::mt19937 random(4);
  std::vector<double> waves;
  for (int i = 0; i < 40; ++i) waves.push_back(static_cast<double>(random() % 1000) / 1000);
  const auto heights = field(size, [&](int x, int y) {
    double z = 0;
    for (std::size_t i = 0; i + 3 < waves.size(); i += 4)
      z += 400 * waves[i] * std::sin(x * waves[i + 1] * 0.05 + y * waves[i + 2] * 0.05 + 6 * waves[i + 3]);
    return z;
  });
  const auto height = [&](double x, double y) {
    const int column = static_cast<int>(std::floor(x + 0.5));
    const int line = static_cast<int>(std::floor(y + 0.5));
    if (column < 0 || line < 0 || column >= size.width || line >= size.height) return -1e9;
    return static_cast<double>(heights[static_cast<std::size_t>(line * size.width + column)]);
  };
  for (const double azimuth : {10.0, 80.0, 161.5, 222.0, 300.0}) {
    const SunPosition sun{22, azimuth};
    const PixelBits bits = cast_shadow(heights, size, 20, sun);
    const double east = std::sin(azimuth * degree);
    const double south = -std::cos(azimuth * degree);
    const double major = std::max(std::abs(east), std::abs(south));
    std::vector<char> dark;
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        bool hidden = false;
        for (int k = 1; k < 260 && !hidden; ++k) {
          const double rise = height(x + k * east / major, y + k * south / major) - height(x, y);
          hidden = rise > k * 20 / major * std::tan(22 * degree);
        }
        dark.push_back(hidden ? 1 : 0);
      }
    }
    // Rays and lines sample the ground up to half a pixel apart, which tells along the terminator, where the ground
    // lies as steep as the sun.
    double both = 0;
    double either = 0;
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const bool ray = dark[static_cast<std::size_t>(y * size.width + x)] != 0;
        both += ray && bits.at(x, y);
        either += ray || bits.at(x, y);
      }
    }
    EXPECT_GT(either, 5000) << azimuth;
    EXPECT_GT(both / either, 0.93) << azimuth;
  }
}

TEST(CastShadow, NightIsAllDarkAndVoidsAreNot) {
  const Size size{70, 3};
  auto heights = field(size, [](int x, int) { return x == 10 ? 1000.0 : 0.0; });
  EXPECT_TRUE(cast_shadow(heights, size, 20, {0, 90}).at(69, 2));
  EXPECT_FALSE(cast_shadow(heights, size, 20, {90, 90}).at(9, 1));
  EXPECT_TRUE(cast_shadow(heights, size, 20, {20, 90}).at(9, 1));
  EXPECT_FALSE(cast_shadow(heights, size, 20, {20, 90}).at(11, 1));
  heights[10] = std::numeric_limits<float>::quiet_NaN();
  heights[70 + 8] = std::numeric_limits<float>::quiet_NaN();
  const PixelBits bits = cast_shadow(heights, size, 20, {20, 90});
  EXPECT_FALSE(bits.at(9, 0)) << "a void casts no shadow";
  EXPECT_FALSE(bits.at(8, 1)) << "and takes none";
  EXPECT_TRUE(bits.at(7, 1)) << "nor does it end one";
}

TEST(SunOver, TurnsWithTheMeridians) {
  // Six kilometres by six, three degrees east of the central meridian, at 45° north: meridians lean by 2.12° there.
  const Grid grid{{300, 300}, {{733000, 20, 0, 4992000, 0, -20}}, crs_from_epsg(32631), true};
  const SunPosition sun = sun_over(grid, 62, 160);
  EXPECT_DOUBLE_EQ(sun.elevation_deg, 28);
  // γ = atan(tan(λ − λ0) · sin φ); the grid's north lies east of true north here, so bearings by the grid are smaller.
  const double expected = std::atan(std::tan(2.97 * degree) * std::sin(45.04 * degree)) / degree;
  EXPECT_NEAR(sun.azimuth_deg, 160 - expected, 0.05);
}

TEST(Incidence, IsTheCosineOnAPlane) {
  RasterInfo info{{{20, 20}, {{0, 10, 0, 0, 0, -10}}, {}, true}, {BandInfo{}}, PixelType::f32};
  Block heights(Window::of(info.grid.size), 1, PixelType::f32);
  const auto plane = heights.plane<float>(0);
  for (int y = 0; y < 20; ++y)
    for (int x = 0; x < 20; ++x) plane.at(x, y) = static_cast<float>(-10 * y);  // 45°, rising to the north
  const Block* input = &heights;
  const auto cosine = [&](double elevation, double azimuth) {
    return static_cast<double>(run_node(*make_incidence(info, {elevation, azimuth}), {&info, 1}, {&input, 1}, {7, 5})
                                   .plane<float>(0)
                                   .at(9, 9));
  };
  EXPECT_NEAR(cosine(45, 180), 1, 1e-6) << "the sun stands in the south, square to the slope";
  EXPECT_NEAR(cosine(45, 0), 0, 1e-6);
  EXPECT_NEAR(cosine(90, 0), std::sqrt(0.5), 1e-6);
  EXPECT_NEAR(cosine(30, 0), std::cos(105 * degree), 1e-6);
}

TEST(CastShadow, AgreesWithTheReferenceOnRealHeights) {
  const auto reference = testing::reference_shadow();
  if (!reference) GTEST_SKIP() << "CERS_SHARED_DATA has no snow/shadow";
  const Size size = reference->size;
  const PixelBits bits = cast_shadow(reference->heights, size, reference->pixel_m, reference->sun);
  double both = 0;
  double either = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const float value = reference->shadow[static_cast<std::size_t>(y * size.width + x)];
      if (value > 1) continue;  // nodata
      both += value > 0.5F && bits.at(x, y);
      either += value > 0.5F || bits.at(x, y);
    }
  }
  std::printf("intersection over union %.4f\n", both / either);
  EXPECT_GT(both / either, 0.95);
}

}  // namespace
}  // namespace cers
