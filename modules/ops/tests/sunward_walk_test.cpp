// SPDX-License-Identifier: Apache-2.0
#include "terrain/sunward_walk.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <random>
#include <span>

#include "reference_shadow.hpp"
#include "tip_of_shadow.hpp"

namespace cers {
namespace {

constexpr double degree = std::numbers::pi / 180;

std::shared_ptr<const HeightField> field(Size size, const std::function<double(int x, int y)>& height) {
  std::vector<float> heights;
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) heights.push_back(static_cast<float>(height(x, y)));
  return std::make_shared<const HeightField>(height_field(size, std::move(heights)));
}

class Shadow {
 public:
  Shadow(const std::shared_ptr<const HeightField>& heights, double pixel_m, const SunPosition& sun)
      : size_(heights->size), dark_(static_cast<std::size_t>(size_.area())) {
    const SunwardWalk walk(heights, pixel_m, sun);
    for (int y = 0; y < size_.height; ++y)
      walk.row(0, y, std::span(dark_).subspan(index(0, y), static_cast<std::size_t>(size_.width)));
  }
  bool at(int x, int y) const { return dark_[index(x, y)] != 0; }

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(size_.width) + static_cast<std::size_t>(x);
  }
  Size size_;
  std::vector<std::uint8_t> dark_;
};

// A wall of one pixel of 500 m that runs at right angles to the sun: behind it as many pixels are dark as its height
// over the tangent, not one more and not one less. Along the axes the distance to the wall is a whole number of pixels.
TEST(SunwardWalk, ShadowOfAWallEndsAtItsHeightOverTheTangent) {
  const Size size{201, 201};
  constexpr double pixel = 20;
  for (const double elevation : {12.0, 25.0, 45.5, 70.0}) {
    const int length = static_cast<int>(500 / std::tan(elevation * degree) / pixel);
    for (const double azimuth : {0.0, 90.0, 180.0, 270.0}) {
      const bool across = azimuth == 0 || azimuth == 180;
      const auto heights = field(size, [&](int x, int y) { return (across ? y : x) == 100 ? 500.0 : 0.0; });
      const Shadow shadow(heights, pixel, {elevation, azimuth});
      const int away = azimuth == 0 || azimuth == 270 ? 1 : -1;
      int wrong = 0;
      for (int k = -100; k <= 100; ++k) {
        for (int i = 20; i < 180; i += 7) {
          const bool dark = across ? shadow.at(i, 100 + k * away) : shadow.at(100 + k * away, i);
          wrong += dark != (k >= 1 && k <= length) ? 1 : 0;
        }
      }
      EXPECT_EQ(wrong, 0) << "elevation " << elevation << " azimuth " << azimuth;
    }
  }
}

// Seen askance the line of pixels to the wall is longer by 1 / cos.
TEST(SunwardWalk, ShadowOfAWallSeenAskanceIsShorter) {
  const Size size{300, 300};
  const auto heights = field(size, [](int, int y) { return y == 200 ? 400.0 : 0.0; });
  for (const double azimuth : {161.5, 150.0, 199.0, 222.0}) {
    const Shadow shadow(heights, 20, {20, azimuth});
    const double length = 400 / std::tan(20 * degree) / 20 * std::abs(std::cos(azimuth * degree));
    for (int x = 100; x < 200; x += 9) {
      int dark = 0;
      for (int y = 0; y < 200; ++y) dark += shadow.at(x, y) ? 1 : 0;
      EXPECT_NEAR(dark, length, 1) << azimuth;
      EXPECT_FALSE(shadow.at(x, 201)) << azimuth;
    }
  }
}

// Rastertools looks as far as the whole height range needs, which it rounds down to whole pixels twice: at 10° up to
// seven pixels of the longest shadows are lost. Up to there they are as long as the height over the tangent, to a
// pixel.
TEST(SunwardWalk, ShadowOfAPyramidEndsAtItsSummitOverTheTangentOrWhereTheReferenceStopsLooking) {
  double most_lost = 0;
  for (const double elevation : {10.0, 20.0, 35.0}) {
    for (int azimuth = 0; azimuth < 360; azimuth += 15) {
      for (const testing::SampledPyramid& pyramid : std::span(testing::sampled_pyramids).first(2)) {
        const SunPosition sun{elevation, static_cast<double>(azimuth)};
        const auto heights = std::make_shared<const HeightField>(height_field(pyramid.size, pyramid.heights_m()));
        const double reach =
            std::floor(std::floor(static_cast<double>(heights->highest) / 10) / std::tan(elevation * degree));
        const Shadow shadow(heights, pyramid.pixel_m, sun);
        const auto dark = [&](int x, int y) { return shadow.at(x, y); };
        const auto whole = testing::tip_of_shadow(pyramid, sun, dark);
        const auto tip = testing::tip_of_shadow(pyramid, sun, dark, reach);
        most_lost = std::max(most_lost, whole.last - tip.found);
        EXPECT_LE(tip.found, whole.end) << "elevation " << elevation << " azimuth " << azimuth;
        EXPECT_GE(tip.found, tip.last - 1) << "elevation " << elevation << " azimuth " << azimuth;
        EXPECT_GE(tip.found + tip.extent, tip.end - 1) << "elevation " << elevation << " azimuth " << azimuth;
      }
    }
  }
  EXPECT_LE(most_lost, 1 + 1 / std::tan(10 * degree));
  std::printf("up to %.2f pixels lost to the rounding of the reference\n", most_lost);
}

// The definition, pixel by pixel, the way aside rounded from the true line.
TEST(SunwardWalk, IsTheWalkOfEachPixelOnRoughGround) {
  const Size size{140, 110};
  constexpr double pixel = 20;
  std::mt19937 random(7);
  std::vector<double> waves;
  for (int i = 0; i < 40; ++i) waves.push_back(static_cast<double>(random() % 1000) / 1000);
  const auto heights = field(size, [&](int x, int y) {
    double z = 900;
    for (std::size_t i = 0; i + 3 < waves.size(); i += 4)
      z += 400 * waves[i] * std::sin(x * waves[i + 1] * 0.08 + y * waves[i + 2] * 0.08 + 6 * waves[i + 3]);
    return z;
  });
  const auto height = [&](int x, int y) {
    const int column = std::clamp(x, 0, size.width - 1);
    const int line = std::clamp(y, 0, size.height - 1);
    return static_cast<double>(heights->heights[static_cast<std::size_t>(line * size.width + column)]);
  };
  for (const double azimuth : {10.0, 80.0, 161.5, 222.0, 300.0}) {
    for (const double elevation : {8.0, 22.0}) {
      const double tangent = std::tan(elevation * degree);
      const double range = static_cast<double>(heights->highest) - static_cast<double>(heights->lowest);
      const double reach = std::floor(std::floor(range / pixel) / tangent);
      const double east = std::sin(azimuth * degree);
      const double south = -std::cos(azimuth * degree);
      const bool by_lines = std::abs(south) > std::abs(east);
      const double slope = by_lines ? std::abs(east / south) : std::abs(south / east);
      const Shadow shadow(heights, pixel, {elevation, azimuth});
      int wrong = 0;
      int dark = 0;
      for (int y = 0; y < size.height; ++y) {
        for (int x = 0; x < size.width; ++x) {
          double steepest = 0;
          double distance = 0;
          for (int k = 1; distance < reach; ++k) {
            const int aside = static_cast<int>(std::ceil(k * slope - 0.5));
            const int dx = (by_lines ? aside : k) * (east < 0 ? -1 : 1);
            const int dy = (by_lines ? k : aside) * (south < 0 ? -1 : 1);
            distance = std::sqrt(static_cast<double>(dx * dx + dy * dy));
            steepest = std::max(steepest, (height(x + dx, y + dy) - height(x, y)) / (distance * pixel));
          }
          const bool hidden = std::atan(steepest) > elevation * degree;
          wrong += hidden != shadow.at(x, y) ? 1 : 0;
          dark += hidden ? 1 : 0;
        }
      }
      EXPECT_EQ(wrong, 0) << azimuth << ' ' << elevation;
      EXPECT_GT(dark, 1000) << azimuth << ' ' << elevation;
    }
  }
}

TEST(SunwardWalk, PartsOfARowAreThoseOfTheWhole) {
  const Size size{90, 60};
  std::mt19937 random(3);
  const auto heights = field(size, [&](int, int) { return static_cast<double>(random() % 900); });
  const SunwardWalk walk(heights, 20, {30, 132});
  std::vector<std::uint8_t> whole(90);
  std::vector<std::uint8_t> part(17);
  for (int y = 0; y < size.height; ++y) {
    walk.row(0, y, whole);
    for (int x = 0; x + 17 <= size.width; x += 5) {
      walk.row(x, y, part);
      EXPECT_TRUE(std::equal(part.begin(), part.end(), whole.begin() + x)) << x << ' ' << y;
    }
  }
}

TEST(SunwardWalk, NightIsAllDarkAndVoidsAreSeaLevel) {
  const Size size{70, 3};
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const auto heights = field(size, [&](int x, int y) { return x == 10 ? 1000.0 : x == 8 && y == 1 ? nan : 900.0; });
  EXPECT_EQ(heights->lowest, 900);
  EXPECT_EQ(heights->highest, 1000);
  const Shadow night(heights, 20, {0, 90});
  EXPECT_TRUE(night.at(69, 2));
  const Shadow noon(heights, 20, {90, 90});
  EXPECT_FALSE(noon.at(9, 1));
  // The sun in the east: 100 m reach 13 pixels at 20°.
  const Shadow shadow(heights, 20, {20, 90});
  EXPECT_TRUE(shadow.at(9, 0));
  EXPECT_FALSE(shadow.at(11, 0));
  EXPECT_TRUE(shadow.at(8, 1)) << "0 m lies behind 900 m";
  EXPECT_TRUE(shadow.at(7, 1)) << "and does not end the shadow of the wall";
}

TEST(SunwardWalk, RepeatsTheRimBeyondTheRaster) {
  // A crest along the northern rim rises to the east; the sun stands in the north-east. Beyond the rim the line goes on
  // along the crest and meets higher ground than inside.
  const Size size{60, 40};
  const auto heights = field(size, [](int x, int y) { return y == 0 ? 40.0 * x : 0.0; });
  const Shadow shadow(heights, 20, {30, 44});
  // From (2, 1): inside the line meets (3, 0), 120 m high; beyond it (4, -1) has 160 m of (4, 0), and so on: 40 m more
  // for each 28 m of way, steeper than 30°.
  EXPECT_TRUE(shadow.at(2, 1));
  // From (0, 30) it leaves at (29, 0), 1160 m high over 840 m of way.
  EXPECT_TRUE(shadow.at(0, 30));
  const auto flat_rim = field(size, [](int x, int y) { return y == 0 && x < 10 ? 1.0 * x : y == 0 ? 40.0 * x : 0.0; });
  // From (2, 1) all that is inside is (3, 0), 3 m high: only the repeated rim hides the sun.
  EXPECT_TRUE(Shadow(flat_rim, 20, {30, 44}).at(2, 1));
}

TEST(SunwardWalk, EqualsTheReferenceOnRealHeights) {
  const auto reference = testing::reference_shadow();
  if (!reference) GTEST_SKIP() << "CERS_SHARED_DATA has no snow/shadow";
  const Size size = reference->size;
  const auto heights = std::make_shared<const HeightField>(height_field(size, reference->heights));
  const Shadow shadow(heights, reference->pixel_m, reference->sun);
  int different = 0;
  int dark = 0;
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const bool expected = reference->shadow[static_cast<std::size_t>(y * size.width + x)] > 0.5F;
      different += expected != shadow.at(x, y) ? 1 : 0;
      dark += expected ? 1 : 0;
    }
  }
  EXPECT_EQ(different, 0);
  EXPECT_EQ(dark, 253280);
}

}  // namespace
}  // namespace cers
