// SPDX-License-Identifier: Apache-2.0
// Masks against truth: wrong often enough, never inconsistent.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>

#include "run_scene.hpp"

namespace cers::simulator {
namespace {

struct Agreement {
  double cloud = 0;        ///< overall accuracy of cloud against clear
  double missed = 0;       ///< share of the area that is cloud but not found
  double cloud_share = 0;  ///< of the truth
};

Agreement agreement(std::uint64_t seed) {
  Recipe recipe = small_recipe(seed);
  recipe.side = 600;
  recipe.cloud_cell = 2500;
  SceneDate date = winter_day(recipe);
  date.clouds[0].cover = 0.15;
  date.clouds[1].cover = 0.08;
  date.clouds[2].cover = 0.12;
  Graph graph;
  SimulatedScene scene = simulate(graph, recipe, date);
  auto rasters = testing::run(graph, {{"clm", scene.clm_r2}, {"cloud", scene.truth["cloud"]}});
  const auto& clm = rasters["clm"].bands[0];
  const auto& cloud = rasters["cloud"].bands[0];
  Agreement result;
  for (std::size_t i = 0; i < clm.size(); ++i) {
    const auto bits = static_cast<unsigned>(clm[i]);
    const bool found = (bits & (2U | 16U | 128U)) != 0;
    const bool is_cloud = cloud[i] > 0;
    result.cloud += found == is_cloud;
    result.cloud_share += is_cloud;
    result.missed += is_cloud && !found;
  }
  const auto pixels = static_cast<double>(clm.size());
  result.cloud /= pixels;
  result.cloud_share /= pixels;
  result.missed /= pixels;
  return result;
}

// The range is that of the specification of the scenes: published validations of MAJA's masks lie in it.
TEST(Detector, OverallAccuracyOverTwentySeeds) {
  double mean = 0;
  double share = 0;
  double missed = 0;
  constexpr int seeds = 20;
  for (int seed = 1; seed <= seeds; ++seed) {
    const Agreement a = agreement(static_cast<std::uint64_t>(seed));
    mean += a.cloud / seeds;
    share += a.cloud_share / seeds;
    missed += a.missed / seeds;
  }
  std::printf("cloud mask: accuracy %.3f, missed %.3f, false %.3f, cloud %.3f of the area\n", mean, missed,
              1 - mean - missed, share);
  EXPECT_GE(mean, 0.85);
  EXPECT_LE(mean, 0.93);
  EXPECT_GT(share, 0.15);
  EXPECT_LT(share, 0.5);
}

TEST(Detector, BitsAreConsistent) {
  Recipe recipe = small_recipe(7);
  recipe.side = 400;
  Graph graph;
  SimulatedScene scene = simulate(graph, recipe, winter_day(recipe));
  auto rasters = testing::run(graph, {{"clm", scene.clm_r2},
                                      {"fine", scene.clm_r1},
                                      {"mg2", scene.mg2_r2},
                                      {"iab", scene.iab_r2},
                                      {"scl", scene.scl}});
  const auto& clm = rasters["clm"];
  unsigned seen = 0;
  for (int y = 0; y < clm.size.height; ++y) {
    for (int x = 0; x < clm.size.width; ++x) {
      const auto c = static_cast<unsigned>(clm.at(x, y));
      const auto g = static_cast<unsigned>(rasters["mg2"].at(x, y));
      seen |= c;
      // Bit 0 sums up bits 1, 5 and 6; bit 1 needs a test that found it; bit 4 excludes bits 0 and 1 unless shadow.
      EXPECT_EQ((c & 1U) != 0, (c & (2U | 32U | 64U)) != 0);
      if ((c & 2U) != 0) {
        EXPECT_NE(c & (4U | 8U | 128U), 0U);
      }
      if ((c & 16U) != 0) {
        EXPECT_EQ(c & 2U, 0U);
      }
      EXPECT_EQ((g & 2U) != 0, (c & 2U) != 0);
      EXPECT_EQ((g & 8U) != 0, (c & 96U) != 0);
      EXPECT_EQ(rasters["fine"].at(2 * x + 1, 2 * y), clm.at(x, y));
      EXPECT_LE(rasters["scl"].at(x, y), 11);
      EXPECT_GE(rasters["scl"].at(x, y), 1);
    }
  }
  EXPECT_EQ(seen & 47U, 47U) << "bits 0-3 and 5 occur";
}

TEST(Detector, SceneClassesHaveErrorsOfTheirOwn) {
  double right = 0;
  double total = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Recipe recipe = small_recipe(seed);
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, winter_day(recipe));
    auto rasters = testing::run(
        graph, {{"scl", scene.scl}, {"cloud", scene.truth["cloud"]}, {"snow", scene.truth["snow_viewable"]}});
    for (std::size_t i = 0; i < rasters["scl"].bands[0].size(); ++i) {
      const int scl = static_cast<int>(rasters["scl"].bands[0][i]);
      const bool cloud = rasters["cloud"].bands[0][i] > 0;
      const bool snow = rasters["snow"].bands[0][i] >= 0.4F;
      const bool said_cloud = scl >= 8 && scl <= 10;
      right += cloud ? said_cloud : (snow ? scl == 11 : !said_cloud && scl != 11);
      total += 1;
    }
  }
  EXPECT_GT(right / total, 0.75);
  EXPECT_LT(right / total, 0.96);
}

}  // namespace
}  // namespace cers::simulator
