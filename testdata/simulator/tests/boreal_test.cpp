// SPDX-License-Identifier: Apache-2.0
// What the recipe of the high north has and the others lack: packed snow, northern ground, fog, other false clouds.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "agreement.hpp"
#include "ground.hpp"
#include "run_scene.hpp"
#include "snow.hpp"
#include "terrain.hpp"

namespace cers::simulator {
namespace {

/// As large as a test may be, with the relief of a tile.
Recipe north(std::uint64_t seed) {
  Recipe recipe = tile_recipe(seed);
  recipe.side = 512;
  return boreal(recipe);
}

TEST(Boreal, OnlyItTellsOfItsKnobs) {
  for (const char* knob : {"rounded", "lake_size", "north_ground", "clear_cuts", "ice_drop", "scour", "sastrugi",
                           "hummocks", "crown_days", "valley_fog", "false_flat", "false_shadow"}) {
    EXPECT_TRUE(testing::lists(north(1), knob)) << knob;
    EXPECT_FALSE(testing::lists(tile_recipe(1), knob)) << knob;
    EXPECT_FALSE(testing::lists(alternative(tile_recipe(1)), knob)) << knob;
    EXPECT_FALSE(testing::lists(maritime(tile_recipe(1)), knob)) << knob;
    EXPECT_FALSE(testing::lists(continental(tile_recipe(1)), knob)) << knob;
  }
  Recipe recipe = north(1);
  recipe.false_flat = 1.5;
  EXPECT_THROW(check(recipe), UserError);
}

TEST(Boreal, TheSunOfDecemberIsLowButUp) {
  Recipe recipe = north(1);
  SceneDate date = winter_day(recipe);
  date.year = 2017;
  date.month = 12;
  date.day = 20;
  Graph graph;
  const SimulatedScene scene = simulate(graph, recipe, date);
  EXPECT_NEAR(scene.latitude, 55, 0.5);
  EXPECT_GT(scene.sun.zenith, 76);
  EXPECT_LT(scene.sun.zenith, 81);
}

/// Cover of the ground in one place; noises of the wind's ridges and of hummocks as given.
float cover_at(const SnowModel& model, float altitude, float slope_x, float streak = 0, float hummock = 0) {
  const float none = 0;
  std::array<float, 4> found{};
  snow_row(model,
           {&altitude, &slope_x, &none, &none, &streak, &found[0], &found[1], &found[2], &found[3], 1, &hummock});
  return found[0];
}

TEST(Boreal, WindSweepsFellsAndHummocksMakePatches) {
  const Recipe recipe = north(1);
  const SceneDate date = winter_day(recipe);
  const SnowModel model(recipe, date);
  ASSERT_TRUE(model.packed);
  const auto tree_line = static_cast<float>(recipe.tree_line);
  // It blows from the north-west: ground that rises to the east faces it.
  const float windward = cover_at(model, tree_line + 200, 0.5F);
  const float lee = cover_at(model, tree_line + 200, -0.5F);
  EXPECT_LT(windward, 0.75F);
  EXPECT_EQ(lee, 1);
  EXPECT_GT(cover_at(model, tree_line + 200, 0.5F, 1), windward + 0.2F);
  // Below the trees neither wind nor ridges matter.
  EXPECT_EQ(cover_at(model, tree_line - 100, 0.2F, -2), cover_at(model, tree_line - 100, -0.2F, 2));
  // At the line a hummock is nearly bare and a hollow nearly white.
  EXPECT_NEAR(cover_at(model, model.line, 0), 0.5, 1e-6);
  EXPECT_LT(cover_at(model, model.line, 0, 0, -1), 0.1F);
  EXPECT_GT(cover_at(model, model.line, 0, 0, 1), 0.9F);
}

TEST(Boreal, CrownsKeepTheirSnowLonger) {
  Recipe recipe = north(1);
  SceneDate date = winter_day(recipe);
  date.wetness = 0;
  date.days_since_snowfall = 8;
  EXPECT_NEAR(SnowModel(recipe, date).interception, 0.5 * recipe.interception, 1e-6);
  EXPECT_EQ(SnowModel(tile_recipe(1), date).interception, 0);
}

TEST(Boreal, FellsHaveNoCrests) {
  // A crest is where the slope turns at once: the sharpest bend of a line over the terrain, by its relief.
  const auto sharpest = [](Recipe recipe) {
    recipe.plain_share = 0;
    const Terrain terrain(recipe);
    std::array<float, 1500> z{};
    float bend = 0;
    for (int line = 0; line < 20; ++line) {
      terrain.dry_row(600000, 80, 11000000 + 9000 * line, z);  // 40 m apart
      for (std::size_t i = 1; i + 1 < z.size(); ++i) bend = std::max(bend, std::abs(z[i - 1] - 2 * z[i] + z[i + 1]));
    }
    return bend / static_cast<float>(recipe.relief);
  };
  Recipe round = north(2);
  Recipe crested = round;
  crested.rounded = 0;
  EXPECT_LT(sharpest(round), 0.5F * sharpest(crested));
}

TEST(Boreal, GroundIsThatOfTheHighNorth) {
  std::array<double, static_cast<std::size_t>(Surface::count)> share{};
  double pixels = 0;
  double cut = 0;
  double white_lakes = 0;
  double lakes = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Recipe recipe = north(seed);
    recipe.side = 768;
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, winter_day(recipe));
    const auto r = testing::run(graph, {{"class", scene.truth["class"]}, {"snow", scene.truth["snow_ground"]}});
    const testing::Raster& snow = r.at("snow");
    for (int y = 0; y < snow.size.height; ++y) {
      for (int x = 0; x < snow.size.width; ++x) {
        const auto surface = static_cast<Surface>(r.at("class").at(2 * x, 2 * y));
        share[static_cast<std::size_t>(surface)] += 1;
        pixels += 1;
        if (surface != Surface::lake_ice) continue;
        lakes += 1;
        white_lakes += snow.at(x, y) > 0.5F;
      }
    }
    const ClearCuts cuts(recipe);
    for (int i = 0; i < 4000; ++i) cut += cuts.at(600000 + 977 * i, 12000000 - 613 * i, 0) / 24000.0;
  }
  const auto of = [&](Surface surface) { return share[static_cast<std::size_t>(surface)] / pixels; };
  for (const Surface there : {Surface::lake_ice, Surface::grassland, Surface::conifer, Surface::broadleaf,
                              Surface::moor, Surface::alpine_grass, Surface::scree}) {
    EXPECT_GT(of(there), 0.005) << surface_name(there);
    EXPECT_LT(of(there), 0.6) << surface_name(there);
  }
  for (const Surface absent : {Surface::glacier, Surface::clear_water, Surface::turbid_water, Surface::vineyard,
                               Surface::salt_flat, Surface::none})
    EXPECT_EQ(of(absent), 0) << surface_name(absent);
  EXPECT_NEAR(cut, north(1).clear_cuts, 0.02);
  EXPECT_GT(white_lakes / lakes, 0.4);
  EXPECT_LT(white_lakes / lakes, 0.98);
}

TEST(Boreal, FogLiesBelowItsTop) {
  double foggy = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Recipe recipe = north(seed);
    SceneDate date = winter_day(recipe);
    EXPECT_FALSE(date.clouds[0].cold);
    EXPECT_LT(date.clouds[0].height, recipe.plain_altitude + 0.4 * recipe.relief);
    date.clouds[0].cover = 0.5;
    date.clouds[1].cover = 0;
    date.clouds[2].cover = 0;
    date.view_tilt = {0, 0};
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, date);
    const auto r = testing::run(graph, {{"cloud", scene.truth["cloud"]}, {"dem", scene.truth["dem"]}});
    const auto& cloud = r.at("cloud").bands[0];
    const auto& dem = r.at("dem").bands[0];
    for (std::size_t i = 0; i < dem.size(); ++i) {
      if (cloud[i] <= 0) continue;
      foggy += 1;
      EXPECT_LT(dem[i], date.clouds[0].height + 5);
    }
  }
  EXPECT_GT(foggy, 5000);
}

TEST(Boreal, DetectorsTakeWhitePlainsForCloudAndDarkWoodsForShadow) {
  std::array<double, 2> cloud{};
  std::array<double, 2> shadow{};
  double pixels = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for (std::size_t on = 0; on < 2; ++on) {
      Recipe recipe = north(seed);
      recipe.false_flat = on == 0 ? 0 : 0.2;
      recipe.false_shadow = on == 0 ? 0 : 0.2;
      SceneDate date = winter_day(recipe);
      date.snow_line = recipe.plain_altitude - 300;
      for (CloudLayer& layer : date.clouds) layer.cover = 0;
      Graph graph;
      SimulatedScene scene = simulate(graph, recipe, date);
      const auto r = testing::run(graph, {{"clm", scene.clm_r2}});
      for (const float value : r.at("clm").bands[0]) {
        const auto bits = static_cast<unsigned>(value);
        cloud[on] += (bits & 2U) != 0;
        shadow[on] += (bits & 96U) != 0;
        pixels += on == 0 ? 1 : 0;
      }
    }
  }
  EXPECT_GT(cloud[1] / pixels, cloud[0] / pixels + 0.05);
  EXPECT_GT(shadow[1] / pixels, shadow[0] / pixels + 0.02);
}

// The range that the specification of the scenes asks for, as detector_test.cpp asks it of other recipes.
TEST(Boreal, MasksErrAsPublished) {
  std::vector<testing::Agreement> partly;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Recipe recipe = boreal(small_recipe(seed));
    recipe.side = 512;
    for (const SceneDate& date : season(recipe, 2018, 1, 8, 26, 14)) {
      const testing::Agreement one = testing::agreement(recipe, date);
      if (one.cloud > 0.05 && one.cloud < 0.95) partly.push_back(one);
    }
  }
  ASSERT_GT(partly.size(), 20U);
  const testing::Agreement mean = testing::mean_of(partly);
  std::printf("CLM %.3f (missed %.3f), SCL %.3f (missed %.3f), cloud %.2f of %zu scenes\n", mean.right, mean.missed,
              mean.scl_right, mean.scl_missed, mean.cloud, partly.size());
  EXPECT_GE(mean.right, 0.85);
  EXPECT_LE(mean.right, 0.93);
  EXPECT_GE(mean.scl_right, 0.85);
  EXPECT_LE(mean.scl_right, 0.93);
}

}  // namespace
}  // namespace cers::simulator
