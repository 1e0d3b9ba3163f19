// SPDX-License-Identifier: Apache-2.0
// Reflectance of snow, water and the surroundings of a pixel.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "adjacency.hpp"
#include "mixture.hpp"
#include "run_scene.hpp"

namespace cers::simulator {
namespace {

// The ranges of the specification: green 0.45 to 0.95 by age and dirt, SWIR1 0.02 to 0.25 by grain and sun; fresh fine
// snow 0.10 to 0.25.
TEST(Snow, ReflectanceSpansTheRangeOfNature) {
  constexpr std::size_t green = 1;
  constexpr std::size_t swir = 8;
  for (int set = 0; set <= 4; ++set) {
    Recipe recipe = small_recipe();
    recipe.spectra = set;
    float low = 9;
    float high = 0;
    float dark = 9;
    float bright = 0;
    for (double zenith = 20; zenith <= 82; zenith += 2) {
      const Materials materials(recipe, std::cos(zenith * std::numbers::pi / 180));
      const float fresh = snow_reflectance(materials.model(swir), 0, 0);
      EXPECT_GE(fresh, 0.10F);
      EXPECT_LE(fresh, 0.25F);
      for (int i = 0; i <= 10; ++i) {
        for (int k = 0; k <= 10; ++k) {
          const float age = 0.1F * static_cast<float>(i);
          const float dirt = 0.1F * static_cast<float>(k);
          const float g = snow_reflectance(materials.model(green), age, dirt);
          const float s = snow_reflectance(materials.model(swir), age, dirt);
          low = std::min(low, g);
          high = std::max(high, g);
          dark = std::min(dark, s);
          bright = std::max(bright, s);
        }
      }
    }
    EXPECT_GE(low, 0.449F) << set;
    EXPECT_LE(low, 0.47F) << set;
    EXPECT_LE(high, 0.951F) << set;
    EXPECT_GE(high, set == 0 ? 0.94F : 0.85F) << set;
    EXPECT_GE(dark, 0.02F) << set;
    EXPECT_LE(dark, set == 3 ? 0.07F : 0.03F) << set;  // set 3 knows no coarse grains
    EXPECT_LE(bright, 0.25F) << set;
    EXPECT_GE(bright, set == 0 ? 0.24F : 0.1F) << set;
  }
  // Under a low sun snow is brighter in the short-wave infrared.
  const Recipe recipe = small_recipe();
  EXPECT_GT(snow_reflectance(Materials(recipe, 0.3).model(swir), 1, 0),
            1.1F * snow_reflectance(Materials(recipe, 0.9).model(swir), 1, 0));
}

/// Share of the open water that is turbid.
double turbid_share(const Recipe& base, double turbidity, bool given) {
  double turbid = 0;
  double water = 0;
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    Recipe recipe = base;
    recipe.seed = seed;
    recipe.side = 600;
    SceneDate date = winter_day(recipe);
    date.turbidity = turbidity;
    date.freezing_level = 9000;
    Graph graph;
    std::optional<Edge> dem;
    if (given) {
      dem = graph.add(std::make_unique<testing::Heights>(recipe, 900, [](double, double) { return 450.0; }), {});
    }
    const SimulatedScene scene = simulate(graph, recipe, date, dem);
    const auto classes = testing::run(graph, {{"class", scene.truth.at("class")}})["class"].bands[0];
    for (const float c : classes) {
      turbid += c == static_cast<float>(Surface::turbid_water);
      water += c == static_cast<float>(Surface::turbid_water) || c == static_cast<float>(Surface::clear_water);
    }
  }
  EXPECT_GT(water, 1000);
  return turbid / water;
}

TEST(Water, TurbidityIsThatOfTheDate) {
  Recipe recipe = small_recipe();
  recipe.lake_share = 0.9;
  for (const bool given : {false, true}) {
    EXPECT_EQ(turbid_share(recipe, 0, given), 0);
    EXPECT_EQ(turbid_share(recipe, 1, given), 1);
    EXPECT_NEAR(turbid_share(recipe, 0.5, given), 0.5, 0.25);
  }
}

// What the air adds to a pixel is the mean of what lies within about half a kilometre: over a wide lake the light of
// water, over snow that of snow. Judged by two aerosols: the difference is their shares times (surroundings − pixel).
TEST(Adjacency, SurroundingsAreWhatLiesThere) {
  Recipe recipe = small_recipe(6);
  recipe.side = 400;
  recipe.relief = 0;  // all ground lies as flat as the surroundings are taken to lie
  recipe.lake_share = 0.9;
  recipe.aerosol_blue = 0;
  recipe.aerosol_swir = 0;
  recipe.noise_floor = 0;
  recipe.noise_slope = 0;
  SceneDate date = winter_day(recipe);
  date.clouds = {};
  date.freezing_level = 9000;
  date.snow_line = recipe.plain_altitude;
  std::array<testing::Raster, 2> fine;
  std::array<std::array<float, band_count>, 2> share{};
  const std::array thickness = {0.05, 0.24};
  for (std::size_t i = 0; i < 2; ++i) {
    date.aerosol = thickness[i];
    share[i] = scattered_shares(date);
    Graph graph;
    fine[i] = testing::run(graph, {{"fine", simulate(graph, recipe, date).truth.at("fine")}})["fine"];
  }
  const int side = fine[0].size.width;
  for (const int band : {0, 2, 6}) {
    const auto b = static_cast<std::size_t>(band);
    // Undo the mixing: own light and that of the surroundings, from the two equations.
    const double s0 = static_cast<double>(share[0][b]);
    const double s1 = static_cast<double>(share[1][b]);
    const auto split = [&](int x, int y) {
      const double v0 = static_cast<double>(fine[0].at(x, y, band));
      const double v1 = static_cast<double>(fine[1].at(x, y, band));
      const double around = (v1 * (1 - s0) - v0 * (1 - s1)) / (s1 * (1 - s0) - s0 * (1 - s1));
      return std::array<double, 2>{(v0 - s0 * around) / (1 - s0), around};
    };
    double n = 0;
    double sx = 0;
    double sy = 0;
    double sxx = 0;
    double syy = 0;
    double sxy = 0;
    for (int y = 130; y < side - 130; y += 40) {
      for (int x = 130; x < side - 130; x += 40) {
        double mean = 0;  // of the own light over 1080 m
        for (int j = -27; j <= 27; ++j) {
          for (int i = -27; i <= 27; ++i) mean += split(x + 4 * i, y + 4 * j)[0] / (55.0 * 55.0);
        }
        const double around = split(x, y)[1];
        n += 1;
        sx += mean;
        sy += around;
        sxx += mean * mean;
        syy += around * around;
        sxy += mean * around;
      }
    }
    const double correlation = (n * sxy - sx * sy) / std::sqrt((n * sxx - sx * sx) * (n * syy - sy * sy));
    std::printf("band %d: correlation %.3f, means %.3f of the ground and %.3f of what is added\n", band, correlation,
                sx / n, sy / n);
    EXPECT_GT(correlation, 0.99) << band;
    EXPECT_NEAR(sy / sx, 1, 0.06) << band;  // the ground is lit on its slopes, the surroundings as if flat
  }
}

}  // namespace
}  // namespace cers::simulator
