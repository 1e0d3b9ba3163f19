// SPDX-License-Identifier: Apache-2.0
#include "half_cover.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>
#include <vector>

namespace cers::testing {
namespace {

/// Deterministic noise in [0, 1).
double noise(int x, int y) {
  auto n = static_cast<unsigned>(x) * 0x9E3779B1U + static_cast<unsigned>(y) * 0x85EBCA77U;
  n = (n ^ (n >> 15)) * 0x2C1B3C6DU;
  n ^= n >> 12;
  return (n % 100000) / 100000.0;
}

// Of many draws from one curve the 95 % interval holds the truth about as often as it says.
TEST(HalfCover, IntervalsHoldTheTruth) {
  int inside = 0;
  constexpr int draws = 400;
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<snow::AltitudeBand> bands;
    for (int b = 0; b < 20; ++b) {
      snow::AltitudeBand band{.bottom_m = b * 100.0, .top_m = b * 100.0 + 100};
      const double p = 1 / (1 + std::exp(-(band.bottom_m + 50 - 1234) / 150));
      for (int i = 0; i < 60; ++i)
        ++(noise(draw * 7919 + i, b * 104729 + draw) < p ? band.clear_snow : band.clear_bare);
      band.total = 60;
      bands.push_back(band);
    }
    const snow::HalfCover half = snow::fit_half_cover(bands);
    inside += std::abs(half.altitude_m - 1234) < 1.96 * half.error_m;
  }
  EXPECT_GT(inside, draws * 0.91);
  EXPECT_LT(inside, draws * 0.99);
}

/// Share of draws whose 95 % interval holds the truth, where snow lies in squares of `patch` by `patch` pixels on a
/// slope that climbs 100 m in 10 pixels: of one square all pixels below a common quantile are snow.
double held_of_patches(int patch, double width) {
  constexpr int draws = 200;
  constexpr int across = 200;
  constexpr int along = 200;
  int inside = 0;
  for (int draw = 0; draw < draws; ++draw) {
    std::vector<snow::AltitudeBand> bands(along / 10);
    const int right = static_cast<int>(noise(draw, 91) * patch);
    const int down = static_cast<int>(noise(draw, 17) * patch);
    for (int x = 0; x < along; ++x) {
      snow::AltitudeBand& band = bands[static_cast<std::size_t>(x) / 10];
      band.bottom_m = 100 * std::floor(x / 10.0);
      band.top_m = band.bottom_m + 100;
      const double p = 1 / (1 + std::exp(-(10 * x + 5 - 934) / width));
      for (int y = 0; y < across; ++y) {
        const double quantile = noise((x + right) / patch + draw * 7919, (y + down) / patch + draw * 104729);
        ++(quantile < p ? band.clear_snow : band.clear_bare);
        ++band.total;
      }
    }
    const snow::HalfCover half = snow::fit_half_cover(bands);
    inside += std::abs(half.altitude_m - 934) < 1.959964 * half.error_m;
  }
  return inside / static_cast<double>(draws);
}

// The figures of the help.
TEST(HalfCover, IntervalsOfPatchySnowHoldAsOftenAsTheHelpSays) {
  for (const double width : {80.0, 150.0}) {
    EXPECT_NEAR(held_of_patches(1, width), 0.96, 0.03) << width;
    EXPECT_NEAR(held_of_patches(4, width), 0.90, 0.05) << width;
    EXPECT_NEAR(held_of_patches(10, width), 0.82, 0.08) << width;
    EXPECT_NEAR(held_of_patches(30, width), 0.65, 0.10) << width;
  }
}

TEST(HalfCover, BeyondTheGroundItIsABound) {
  using Place = snow::HalfCoverStatement::Place;
  // Published once as 6294 m [3242, 9347] of a relief that ends at 3000 m.
  const snow::HalfCoverStatement above = snow::statement_of({6294, 3053 / 1.959964, 900}, 800, 3000);
  EXPECT_EQ(above.place, Place::above);
  EXPECT_TRUE(std::isnan(above.altitude_m) && std::isnan(above.high_m));
  EXPECT_EQ(above.low_m, 3000);
  const snow::HalfCoverStatement near = snow::statement_of({3050, 100 / 1.959964, 900}, 800, 3000);
  EXPECT_EQ(near.place, Place::above);
  EXPECT_NEAR(near.low_m, 2950, 0.01);
  const snow::HalfCoverStatement below = snow::statement_of({500, 100 / 1.959964, 900}, 800, 3000);
  EXPECT_EQ(below.place, Place::below);
  EXPECT_TRUE(std::isnan(below.altitude_m) && std::isnan(below.low_m));
  EXPECT_EQ(below.high_m, 800);
  const snow::HalfCoverStatement open = snow::statement_of({2900, 200 / 1.959964, 900}, 800, 3000);
  EXPECT_EQ(open.place, Place::within);
  EXPECT_EQ(open.altitude_m, 2900);
  EXPECT_NEAR(open.low_m, 2700, 0.01);
  EXPECT_TRUE(std::isnan(open.high_m));
  EXPECT_EQ(snow::statement_of({}, 800, 3000).place, Place::unknown);
}

// All bands above the line: the curve reaches below them, and full cover higher up must not upset the search.
TEST(HalfCover, TellsWhatItLacks) {
  using Lack = snow::HalfCover::Lack;
  const auto lacking = [](const std::vector<std::pair<std::uint64_t, std::uint64_t>>& snow_and_bare) {
    std::vector<snow::AltitudeBand> bands;
    for (const auto& [snow, bare] : snow_and_bare) {
      const double bottom_m = 100.0 * static_cast<double>(bands.size());
      bands.push_back({.bottom_m = bottom_m, .top_m = bottom_m + 100});
      bands.back().clear_snow = snow;
      bands.back().clear_bare = bare;
      bands.back().total = snow + bare;
    }
    return snow::fit_half_cover(bands).lacking;
  };
  EXPECT_EQ(lacking({{0, 50}, {10, 40}, {40, 10}, {50, 0}}), Lack::nothing);
  EXPECT_EQ(lacking({{0, 50}, {0, 50}, {0, 50}}), Lack::mixture);
  EXPECT_EQ(lacking({{50, 0}, {50, 0}, {50, 0}}), Lack::mixture);
  EXPECT_EQ(lacking({{10, 40}, {0, 0}, {40, 10}}), Lack::bands);
  EXPECT_EQ(lacking({{0, 50}, {0, 50}, {50, 0}, {50, 0}}), Lack::curve);
  EXPECT_EQ(lacking({{50, 0}, {50, 0}, {0, 50}, {0, 50}}), Lack::rise);
  EXPECT_EQ(lacking({{40, 10}, {25, 25}, {10, 40}, {0, 50}}), Lack::rise);
  EXPECT_EQ(lacking({{25, 25}, {25, 25}, {25, 25}}), Lack::rise);
}

TEST(HalfCover, MayLieBelowAllBands) {
  std::vector<snow::AltitudeBand> bands;
  for (int b = 9; b < 36; ++b) {
    snow::AltitudeBand band{.bottom_m = b * 100.0, .top_m = b * 100.0 + 100};
    const double p = 1 / (1 + std::exp(-(band.bottom_m + 50 - 780) / 260));
    band.clear_snow = static_cast<std::uint64_t>(std::lround(4000 * p));
    band.clear_bare = 4000 - band.clear_snow;
    band.total = 4000;
    bands.push_back(band);
  }
  const snow::HalfCover half = snow::fit_half_cover(bands);
  EXPECT_NEAR(half.altitude_m, 780, 3);
  EXPECT_NEAR(half.width_m, 260, 3);
}

}  // namespace
}  // namespace cers::testing
