// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/terrain_shadow.hpp"

#include <gdal_utils.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <random>
#include <string>

#include "cers/geo/crs.hpp"
#include "reference_shadow.hpp"
#include "run_node.hpp"
#include "tip_of_shadow.hpp"

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

// A wall across the sun's way, five pixels thick: its shadow ends h / tan(elevation) behind its back, to a pixel.
TEST(CastShadow, OfAWallIsAsLongAsItsHeightOverTheTangent) {
  const Size size{300, 300};
  constexpr double pixel = 20;
  constexpr double height = 300;
  for (const double elevation : {10.0, 20.0, 35.0, 70.0}) {
    for (int azimuth = 0; azimuth < 360; azimuth += 15) {
      const double east = std::sin(azimuth * degree);
      const double north = std::cos(azimuth * degree);
      // Behind a wall through the middle, at right angles to the sun: distance towards the sun in metres.
      const auto towards_sun = [&](int x, int y) { return ((x - 150) * east - (y - 150) * north) * pixel; };
      const auto heights =
          field(size, [&](int x, int y) { return std::abs(towards_sun(x, y)) <= 2.5 * pixel ? height : 0.0; });
      const PixelBits bits = cast_shadow(heights, size, pixel, {elevation, static_cast<double>(azimuth)});
      const double length = height / std::tan(elevation * degree);
      int wrong = 0;
      for (int y = 60; y < 240; ++y) {
        for (int x = 60; x < 240; ++x) {
          const double behind = -towards_sun(x, y) - 2.5 * pixel;
          if (behind > pixel && behind < length - pixel && !bits.at(x, y)) ++wrong;
          if ((behind > length || behind < -6 * pixel) && bits.at(x, y)) ++wrong;
        }
      }
      EXPECT_EQ(wrong, 0) << "elevation " << elevation << " azimuth " << azimuth;
    }
  }
}

// ---- a pyramid, in closed form ----
// Of square base, its sides along the grid, of slope 45°. It is convex: a point of its own is dark where its face looks
// away from the sun, and one of the ground where it lies in the hull of the base and of the tip's shadow.

struct Point {
  double x = 0;  ///< pixels to the east of the tip
  double y = 0;  ///< to the south
};

struct Pyramid {
  double half = 100;  ///< pixels from the tip to the middle of a side; as high as that
  double elevation_deg = 30;
  double azimuth_deg = 0;

  double height(Point p) const { return std::max(0.0, half - std::max(std::abs(p.x), std::abs(p.y))); }
  Point tip_shadow() const {
    const double length = half / std::tan(elevation_deg * degree);
    return {-length * std::sin(azimuth_deg * degree), length * std::cos(azimuth_deg * degree)};
  }
  bool dark(Point p) const {
    if (height(p) > 0) return face_looks_away(p);
    // In one of the triangles of the tip's shadow and a side of the base; a point of the base was answered above.
    const Point tip = tip_shadow();
    const std::array<Point, 4> corners{{{-half, -half}, {half, -half}, {half, half}, {-half, half}}};
    for (std::size_t i = 0; i < 4; ++i)
      if (inside(p, corners[i], corners[(i + 1) % 4], tip)) return true;
    return false;
  }

 private:
  /// Cosine of the sun's incidence below 0; the face slopes down by 1 along x or y.
  bool face_looks_away(Point p) const {
    const double flat = std::cos(elevation_deg * degree);
    const double to_sun = std::abs(p.x) > std::abs(p.y)
                              ? std::copysign(1, p.x) * flat * std::sin(azimuth_deg * degree)
                              : -std::copysign(1, p.y) * flat * std::cos(azimuth_deg * degree);
    return to_sun + std::sin(elevation_deg * degree) < 0;
  }
  static bool inside(Point p, Point a, Point b, Point c) {
    const auto side = [p](Point from, Point to) {
      return (to.x - from.x) * (p.y - from.y) - (to.y - from.y) * (p.x - from.x);
    };
    const double ab = side(a, b);
    const double bc = side(b, c);
    const double ca = side(c, a);
    return (ab >= 0 && bc >= 0 && ca >= 0) || (ab <= 0 && bc <= 0 && ca <= 0);
  }
};

struct Agreement {
  // Pixels that differ although the closed form is the same a pixel around them:
  int wrongly_dark = 0;
  int wrongly_lit = 0;
  int dark = 0;  ///< by the closed form
  double intersection_over_union = 0;
};

Agreement agreement(const PixelBits& bits, Size size, Point tip, const Pyramid& pyramid) {
  Agreement result;
  double both = 0;
  double either = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const Point p{x - tip.x, y - tip.y};
      const bool dark = pyramid.dark(p);
      result.dark += dark;
      both += dark && bits.at(x, y);
      either += dark || bits.at(x, y);
      if (dark == bits.at(x, y)) continue;
      bool edge = false;
      for (int turn = 0; turn < 32 && !edge; ++turn) {
        const double angle = turn * 2 * std::numbers::pi / 32;
        edge = pyramid.dark({p.x + std::cos(angle), p.y + std::sin(angle)}) != dark;
      }
      result.wrongly_dark += !edge && !dark;
      result.wrongly_lit += !edge && dark;
    }
  }
  result.intersection_over_union = both / either;
  return result;
}

PixelBits shadow_of(const Pyramid& pyramid, Size size, Point tip, const SunPosition& sun) {
  constexpr double pixel = 10;
  const auto heights = field(size, [&](int x, int y) { return pixel * pyramid.height({x - tip.x, y - tip.y}); });
  return cast_shadow(heights, size, pixel, sun);
}

TEST(CastShadow, OfAPyramidIsTheHullOfItsBaseAndOfItsTipsShadow) {
  const Size size{700, 700};
  const Point tip{350, 350};
  for (const double elevation : {15.0, 20.0, 30.0}) {
    for (const double azimuth : {0.0, 11.0, 22.5, 45.0, 63.0, 90.0, 118.0, 135.0, 161.5, 180.0, 200.0, 225.0, 251.0,
                                 270.0, 287.3, 315.0, 338.0, 349.0}) {
      const Pyramid pyramid{300 * std::tan(elevation * degree), elevation, azimuth};
      const Agreement found = agreement(shadow_of(pyramid, size, tip, {elevation, azimuth}), size, tip, pyramid);
      EXPECT_EQ(found.wrongly_dark, 0) << "elevation " << elevation << " azimuth " << azimuth;
      // What is missing lies on faces that the sun hardly leaves, not at the tip of the shadow.
      EXPECT_LE(found.wrongly_lit, 0.005 * found.dark) << "elevation " << elevation << " azimuth " << azimuth;
      EXPECT_GT(found.intersection_over_union, 0.95) << "elevation " << elevation << " azimuth " << azimuth;
    }
  }
}

// Its length along the sun's ray is h / tan(elevation) to a pixel: neither the last dark pixel's far edge nor its
// centre misses by more what the samples allow.
TEST(CastShadow, OfAPyramidIsAsLongAsItsSummitOverTheTangent) {
  double shortest = 0;
  double longest = 0;
  for (const double elevation : {10.0, 20.0, 35.0}) {
    for (int azimuth = 0; azimuth < 360; azimuth += 15) {
      for (const testing::SampledPyramid& pyramid : testing::sampled_pyramids) {
        const SunPosition sun{elevation, static_cast<double>(azimuth)};
        const PixelBits bits = cast_shadow(pyramid.heights_m(), pyramid.size, pyramid.pixel_m, sun);
        const auto tip = testing::tip_of_shadow(pyramid, sun, [&](int x, int y) { return bits.at(x, y); });
        // Between pixels the samples miss up to half a pixel of the summit.
        const bool on_a_pixel = pyramid.x == 280 && pyramid.y == 280;
        EXPECT_NEAR(tip.end, 40 / std::tan(elevation * degree),
                    on_a_pixel ? 1e-9 : 0.5 / std::tan(elevation * degree) + 0.71);
        const double difference = tip.found + tip.extent - tip.end;
        EXPECT_LE(std::abs(difference), 1) << "elevation " << elevation << " azimuth " << azimuth;
        EXPECT_LE(tip.found, tip.end) << "elevation " << elevation << " azimuth " << azimuth;
        EXPECT_GE(tip.found, tip.last - 1) << "elevation " << elevation << " azimuth " << azimuth;
        shortest = std::min(shortest, difference);
        longest = std::max(longest, difference);
      }
    }
  }
  std::printf("length of 288 shadows less height / tangent: %.2f to %.2f pixels\n", shortest, longest);
}

/// Each ray by itself over heights that are linear between the pixels: the definition, slowly.
std::vector<char> dark_by_rays(const std::vector<float>& heights, Size size, double pixel_m, const SunPosition& sun,
                               int longest) {
  const auto height = [&](double x, double y) {
    const int column = static_cast<int>(std::floor(x));
    const int line = static_cast<int>(std::floor(y));
    if (column < 0 || line < 0 || column + 1 >= size.width || line + 1 >= size.height) return -1e9;
    const auto at = [&](int dx, int dy) {
      return static_cast<double>(heights[static_cast<std::size_t>((line + dy) * size.width + column + dx)]);
    };
    const double across = x - column;
    return std::lerp(std::lerp(at(0, 0), at(1, 0), across), std::lerp(at(0, 1), at(1, 1), across), y - line);
  };
  const double east = std::sin(sun.azimuth_deg * degree);
  const double south = -std::cos(sun.azimuth_deg * degree);
  const double major = std::max(std::abs(east), std::abs(south));
  const double climb = pixel_m / major * std::tan(sun.elevation_deg * degree);
  std::vector<char> dark;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      bool hidden = false;
      for (int k = 1; k < longest && !hidden; ++k)
        hidden = height(x + k * east / major, y + k * south / major) - height(x, y) > k * climb;
      dark.push_back(hidden ? 1 : 0);
    }
  }
  return dark;
}

struct Overlap {
  double both = 0;
  double either = 0;
};

Overlap overlap_of(const std::vector<char>& rays, const PixelBits& bits, Size size) {
  Overlap found;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const bool ray = rays[static_cast<std::size_t>(y * size.width + x)] != 0;
      found.both += ray && bits.at(x, y);
      found.either += ray || bits.at(x, y);
    }
  }
  return found;
}

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
  for (const double azimuth : {10.0, 80.0, 161.5, 222.0, 300.0}) {
    const SunPosition sun{22, azimuth};
    const Overlap found =
        overlap_of(dark_by_rays(heights, size, 20, sun, 260), cast_shadow(heights, size, 20, sun), size);
    // Rays and lines sample the ground up to half a pixel apart, which tells along the terminator, where the ground
    // lies as steep as the sun.
    EXPECT_GT(found.either, 5000) << azimuth;
    EXPECT_GT(found.both / found.either, 0.93) << azimuth;
  }
}

/// Mont Blanc and its valleys, 8 × 8 km in pixels of 20 m (SRTM in UTM 32 N); empty where the data is not there.
std::vector<float> alpine_heights(Size size) {
  const char* data = std::getenv("CERS_SHARED_DATA");
  const std::string path = std::string(data != nullptr ? data : "") + "/snow/dem/N45E006.hgt";
  if (!std::filesystem::exists(path)) return {};
  GDALAllRegister();
  const GDALDatasetUniquePtr file(GDALDataset::Open(path.c_str()));
  const std::string width = std::to_string(size.width);
  const std::string height = std::to_string(size.height);
  const char* words[] = {"-of",     "MEM",    "-t_srs",  "EPSG:32632", "-te",         "330000",
                         "5070000", "338000", "5078000", "-ts",        width.c_str(), height.c_str(),
                         "-r",      "cubic",  "-ot",     "Float32",    nullptr};
  GDALWarpAppOptions* options = GDALWarpAppOptionsNew(const_cast<char**>(words), nullptr);
  GDALDatasetH source = file.get();
  const GDALDatasetUniquePtr warped(GDALDataset::FromHandle(GDALWarp("", nullptr, 1, &source, options, nullptr)));
  GDALWarpAppOptionsFree(options);
  std::vector<float> heights(static_cast<std::size_t>(size.area()));
  if (!warped || warped->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, size.width, size.height, heights.data(), size.width,
                                                    size.height, GDT_Float32, 0, 0) != CE_None)
    return {};
  return heights;
}

TEST(CastShadow, OfTheAlpsIsThatOfRays) {
  const Size size{400, 400};
  const std::vector<float> heights = alpine_heights(size);
  if (heights.empty()) GTEST_SKIP() << "CERS_SHARED_DATA has no snow/dem/N45E006.hgt";
  ASSERT_GT(*std::max_element(heights.begin(), heights.end()), 4500) << "Mont Blanc";
  // Winter and spring suns of Sentinel-2 there, and one aside.
  for (const SunPosition sun : {SunPosition{20, 164}, SunPosition{28, 160}, SunPosition{20, 120}}) {
    const Overlap found =
        overlap_of(dark_by_rays(heights, size, 20, sun, 400), cast_shadow(heights, size, 20, sun), size);
    std::printf("elevation %.0f, azimuth %.0f: %.0f pixels dark, intersection over union %.4f\n", sun.elevation_deg,
                sun.azimuth_deg, found.either, found.both / found.either);
    EXPECT_GT(found.either, 20000);
    EXPECT_GT(found.both / found.either, 0.95);
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

TEST(CastShadow, OfTheMirroredGroundIsTheMirroredShadow) {
  const Size size{64, 64};
  auto heights = field(size, [](int x, int y) { return 200 * std::sin(0.31 * x) * std::cos(0.23 * y) + 3.0 * x; });
  for (std::size_t i = 0; i < heights.size(); i += 37) heights[i] = std::numeric_limits<float>::quiet_NaN();
  auto mirrored = heights;
  const auto at = [&](int x, int y) { return static_cast<std::size_t>(y * size.width + x); };
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) mirrored[at(x, y)] = heights[at(size.width - 1 - x, y)];
  for (const double azimuth : {17.0, 160.0, 200.0, 341.0}) {
    const PixelBits one = cast_shadow(heights, size, 20, {20, azimuth});
    const PixelBits other = cast_shadow(mirrored, size, 20, {20, 360 - azimuth});
    int differ = 0;
    int dark = 0;
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        dark += one.at(x, y) ? 1 : 0;
        differ += one.at(x, y) != other.at(size.width - 1 - x, y) ? 1 : 0;
      }
    }
    EXPECT_GT(dark, 400) << azimuth;
    // A line that passes half-way between two pixels takes the one on its right.
    EXPECT_LE(differ, dark / 100) << azimuth;
  }
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

// The same grid: the pyramid's shadow points away from the sun by true north less the lean of the meridians, in closed
// form; without the lean pixels differ.
TEST(CastShadow, OfAPyramidTurnsWithTheMeridians) {
  const Size size{700, 700};
  const Point tip{350, 350};
  const Grid grid{size, {{729500, 10, 0, 4992500, 0, -10}}, crs_from_epsg(32631), true};
  const double lean = std::atan(std::tan(2.97 * degree) * std::sin(45.04 * degree)) / degree;  // 2.1° at its centre
  for (const double azimuth : {77.0, 161.5, 205.0, 293.0}) {
    const SunPosition sun = sun_over(grid, 70, azimuth);
    const PixelBits bits = shadow_of({100, 20, 0}, size, tip, sun);
    const Agreement turned = agreement(bits, size, tip, {100, 20, azimuth - lean});
    EXPECT_EQ(turned.wrongly_dark, 0) << azimuth;
    EXPECT_LE(turned.wrongly_lit, 0.005 * turned.dark) << azimuth;
    EXPECT_GT(turned.intersection_over_union, 0.95) << azimuth;
    EXPECT_GT(agreement(bits, size, tip, {100, 20, azimuth}).wrongly_dark, 100) << azimuth;
  }
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
