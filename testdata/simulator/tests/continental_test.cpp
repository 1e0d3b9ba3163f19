// SPDX-License-Identifier: Apache-2.0
// What the recipe of dry high ranges has and the others lack: torn snow, dry ground, crest cloud, false cirrus.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "cirrus.hpp"
#include "run_scene.hpp"
#include "snow.hpp"

namespace cers::simulator {
namespace {

/// As large as a test may be, with the relief of a tile.
Recipe high_range(std::uint64_t seed) {
  Recipe recipe = tile_recipe(seed);
  recipe.side = 512;
  return continental(recipe);
}

TEST(Continental, OnlyItTellsOfItsKnobs) {
  for (const char* knob :
       {"high_plains", "dry_ground", "glacier_line", "irrigated", "salt_flats", "snow_ceiling", "wind_drift",
        "wind_streaks", "wind_from", "crest_cloud", "glacial_flour", "vapour", "false_cirrus"}) {
    EXPECT_TRUE(testing::lists(high_range(1), knob)) << knob;
    EXPECT_FALSE(testing::lists(tile_recipe(1), knob)) << knob;
    EXPECT_FALSE(testing::lists(alternative(tile_recipe(1)), knob)) << knob;
    EXPECT_FALSE(testing::lists(maritime(tile_recipe(1)), knob)) << knob;
  }
  Recipe recipe = high_range(1);
  recipe.false_cirrus = 1.5;
  EXPECT_THROW(check(recipe), UserError);
}

/// Cover of the ground on one slope without noise.
float cover_at(const SnowModel& model, float altitude, float slope_x, float slope_y) {
  const float none = 0;
  std::array<float, 4> found{};
  snow_row(model, {&altitude, &slope_x, &slope_y, &none, &none, &found[0], &found[1], &found[2], &found[3], 1});
  return found[0];
}

TEST(Continental, WindAndSunTearSnowThatGetsNoThicker) {
  const Recipe recipe = high_range(1);
  const SnowModel model(recipe, winter_day(recipe));
  ASSERT_TRUE(model.torn());
  const float line = model.line;
  // It blows from 285°, a little north of west: slopes that rise to the east face it.
  EXPECT_GT(cover_at(model, line, -0.3F, 0), cover_at(model, line, 0.3F, 0) + 0.2F);
  EXPECT_GT(cover_at(model, line, 0, -0.3F), cover_at(model, line, 0, 0.3F) + 0.2F);
  // A thousand metres above the line a slope in the sun and the wind is as bare as at the ceiling.
  const float south_west = cover_at(model, line + 1000, 0.4F, 0.4F);
  EXPECT_LT(south_west, 0.9F);
  EXPECT_EQ(south_west, cover_at(model, line + 2000, 0.4F, 0.4F));
  Recipe deep = recipe;
  deep.snow_ceiling = 0;
  EXPECT_EQ(cover_at(SnowModel(deep, winter_day(deep)), line + 1000, 0.4F, 0.4F), 1);
}

TEST(Continental, DriftsRunAlongTheWind) {
  Recipe recipe = high_range(3);
  const SnowModel model(recipe, winter_day(recipe));
  const Streaks streaks(model, 77);
  const double to_east = -std::sin(recipe.wind_from * std::numbers::pi / 180);
  const double to_north = -std::cos(recipe.wind_from * std::numbers::pi / 180);
  const auto at = [&](double x, double y) {
    float value = 0;
    streaks.row(static_cast<HalfMetres>(x), 1, static_cast<HalfMetres>(y), {&value, 1});
    return static_cast<double>(value);
  };
  constexpr double distance = 120;  // half metres
  double squares = 0;
  double along = 0;
  double across = 0;
  for (int i = 0; i < 60; ++i) {
    for (int k = 0; k < 60; ++k) {
      const double x = 600000 + 331 * i;
      const double y = 9990000 + 457 * k;
      const double here = at(x, y);
      squares += here * here;
      along += here * at(x + distance * to_east, y + distance * to_north);
      across += here * at(x + distance * to_north, y - distance * to_east);
    }
  }
  EXPECT_NEAR(squares / 3600, 1, 0.25);
  EXPECT_GT(along / squares, 0.7);
  EXPECT_LT(std::abs(across / squares), 0.4);
}

TEST(Continental, GroundIsThatOfADryRange) {
  double slopes_with_spruce = 0;
  double shaded_with_spruce = 0;
  std::array<double, static_cast<std::size_t>(Surface::count)> share{};
  double pixels = 0;
  double fields = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Recipe recipe = high_range(seed);
    recipe.side = 768;
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, winter_day(recipe));
    const auto r = testing::run(
        graph, {{"class", scene.truth["class"]}, {"dem", scene.truth["dem"]}, {"trees", scene.truth["tree_cover"]}});
    const testing::Raster& dem = r.at("dem");
    for (int y = 1; y < dem.size.height - 1; ++y) {
      for (int x = 1; x < dem.size.width - 1; ++x) {
        const auto surface = static_cast<Surface>(r.at("class").at(2 * x, 2 * y));
        share[static_cast<std::size_t>(surface)] += 1;
        pixels += 1;
        fields += surface >= Surface::winter_cereal && surface <= Surface::soy;
        const float trees = r.at("trees").at(x, y);
        const float north = dem.at(x, y + 1) - dem.at(x, y - 1);
        if (trees > 0.6F && surface == Surface::conifer) {
          slopes_with_spruce += 1;
          shaded_with_spruce += north > 0;
        }
      }
    }
  }
  const auto of = [&](Surface surface) { return share[static_cast<std::size_t>(surface)] / pixels; };
  EXPECT_EQ(of(Surface::none), 0);
  for (const Surface there : {Surface::salt_flat, Surface::bare_loess, Surface::glacier, Surface::scree, Surface::rock,
                              Surface::moor, Surface::grassland, Surface::conifer}) {
    EXPECT_GT(of(there), 0.003) << surface_name(there);
    EXPECT_LT(of(there), 0.5) << surface_name(there);
  }
  EXPECT_GT(fields / pixels, 0.01);
  EXPECT_LT(fields / pixels, 0.15);
  ASSERT_GT(slopes_with_spruce, 500);
  EXPECT_GT(shaded_with_spruce / slopes_with_spruce, 0.75);
  EXPECT_TRUE(has_surface(high_range(1), Surface::salt_flat));
  EXPECT_FALSE(has_surface(tile_recipe(1), Surface::salt_flat));
}

TEST(Continental, CloudHugsTheCrests) {
  double below_cloud = 0;
  double clouds = 0;
  double everywhere = 0;
  double pixels = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Recipe recipe = high_range(seed);
    recipe.plain_share = 0.05;
    recipe.side = 768;
    SceneDate date = winter_day(recipe);
    EXPECT_TRUE(date.clouds[1].cold);
    EXPECT_LT(date.clouds[0].cover, winter_day(tile_recipe(seed)).clouds[0].cover);
    EXPECT_GT(date.clouds[2].cover, winter_day(tile_recipe(seed)).clouds[2].cover);
    date.clouds[0].cover = 0;
    date.clouds[2].cover = 0;
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, date);
    const auto r = testing::run(graph, {{"cloud", scene.truth["cloud"]}, {"dem", scene.truth["dem"]}});
    const auto& cloud = r.at("cloud").bands[0];
    const auto& dem = r.at("dem").bands[0];
    for (std::size_t i = 0; i < dem.size(); ++i) {
      everywhere += static_cast<double>(dem[i]);
      pixels += 1;
      if (cloud[i] <= 0) continue;
      below_cloud += static_cast<double>(dem[i]);
      clouds += 1;
    }
  }
  ASSERT_GT(clouds, 2000);
  EXPECT_GT(below_cloud / clouds, everywhere / pixels + 300);
}

TEST(Continental, LightOfTheGroundAt138Follows) {
  Recipe recipe = high_range(1);
  SceneDate date = winter_day(recipe);
  date.water_vapour = 0.2;
  const GroundLight light(recipe, date, 0);  // 0.4 g/cm² in the beam over the plains
  const auto plains = static_cast<float>(recipe.plain_altitude);
  EXPECT_NEAR(light.seen(plains, 0.4F, 0.4F), 0.36F * 0.05F, 0.0005F);
  // Vapour falls to 1/e in 2 km, transmission with its root.
  EXPECT_NEAR(light.seen(plains + 2000, 0.4F, 0.4F), 0.36 * std::exp(-std::log(20) * std::exp(-0.5)), 0.001);
  EXPECT_EQ(light.seen(plains + 2000, 0, 0), 0);
  EXPECT_EQ(light.called_cloud(0.012F), 0);
  EXPECT_NEAR(light.called_cloud(0.0235F), 0.5 * recipe.false_cirrus, 0.001);
  EXPECT_NEAR(light.called_cloud(0.035F), recipe.false_cirrus, 1e-6);
  EXPECT_NEAR(light.called_cloud(0.2F), recipe.false_cirrus, 1e-6);
  EXPECT_FALSE(GroundLight(tile_recipe(1), date, 0).any());
  EXPECT_NEAR(date.water_vapour, 0.2, 0);
  EXPECT_NEAR(winter_day(recipe).water_vapour, recipe.vapour * winter_day(tile_recipe(1)).water_vapour, 1e-12);
}

TEST(Continental, HighDryGroundIsCalledCirrus) {
  std::array<double, 2> flagged{};
  std::array<double, 2> classified{};  ///< by Sen2Cor
  double heights_flagged = 0;
  double heights = 0;
  double pixels = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    for (std::size_t on = 0; on < 2; ++on) {
      Recipe recipe = high_range(seed);
      recipe.false_cirrus = on == 0 ? 0 : 0.8;
      recipe.plain_share = 0.05;
      SceneDate date = winter_day(recipe);
      date.month = 4;
      for (CloudLayer& layer : date.clouds) layer.cover = 0;
      Graph graph;
      SimulatedScene scene = simulate(graph, recipe, date);
      const auto r = testing::run(graph, {{"clm", scene.clm_r2}, {"scl", scene.scl}, {"dem", scene.truth.at("dem")}});
      const auto& dem = r.at("dem").bands[0];
      for (std::size_t i = 0; i < dem.size(); ++i) {
        const auto bits = static_cast<unsigned>(r.at("clm").bands[0][i]);
        const bool high = (bits & 128U) != 0;
        if (high) {
          EXPECT_EQ(bits & 3U, 3U) << "as cirrus that the detector finds by that band alone";
        }
        flagged[on] += high;
        if (on == 0) continue;
        heights += static_cast<double>(dem[i]);
        pixels += 1;
        if (!high) continue;
        heights_flagged += static_cast<double>(dem[i]);
      }
      const auto& scl = r.at("scl").bands[0];
      classified[on] += static_cast<double>(std::count(scl.begin(), scl.end(), 10.0F));
    }
  }
  EXPECT_EQ(flagged[0], 0);
  EXPECT_LT(classified[0], 0.01 * pixels);
  EXPECT_GT(classified[1], 0.03 * pixels);
  EXPECT_GT(flagged[1] / pixels, 0.05);
  EXPECT_LT(flagged[1] / pixels, 0.9);
  EXPECT_GT(heights_flagged / flagged[1], heights / pixels + 200);
}

}  // namespace
}  // namespace cers::simulator
