// SPDX-License-Identifier: Apache-2.0
// Shadows of terrain and clouds against geometry.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "frame.hpp"
#include "light.hpp"
#include "run_scene.hpp"
#include "sun.hpp"
#include "terrain.hpp"

namespace cers::simulator {
namespace {

struct Moment {
  int month;
  double hour;
};
// From the south-east to the south-west, 15 to 67 degrees above the horizon.
constexpr std::array moments = {Moment{2, 9.0}, Moment{2, 10.83}, Moment{12, 10.0}, Moment{12, 13.0},
                                Moment{4, 7.5}, Moment{6, 8.0},   Moment{6, 15.5}};

struct Sunlit {
  testing::Raster lit;
  std::array<double, 2> flat;  ///< towards the sun, length 1
  double tangent;              ///< of its elevation
  double north_edge;
};

/// Share of the sun over heights of 10 × 10 km.
Sunlit sunlit(const Moment& moment, const std::function<double(double x, double y, double tangent)>& heights) {
  Recipe recipe = small_recipe();
  recipe.side = 1000;
  SceneDate date;
  date.month = moment.month;
  date.hour = moment.hour;
  date.clouds = {};
  Graph place;
  const SimulatedScene there = simulate(place, recipe, date);
  const SunField sun = sun_field(recipe, date, there.longitude, there.latitude);
  EXPECT_GT(sun.centre[2], 0.2588) << "15 degrees";
  const double flat = std::hypot(sun.centre[0], sun.centre[1]);
  const auto formula = [&](double x, double y) { return heights(x, y, sun.centre[2] / flat); };
  Graph graph;
  const Edge dem = graph.add(std::make_unique<testing::Heights>(recipe, 900, formula), {});
  SimulatedScene scene = simulate(graph, recipe, date, dem);
  return {testing::run(graph, {{"lit", scene.truth["lit"]}})["lit"],
          {sun.centre[0] / flat, sun.centre[1] / flat},
          sun.centre[2] / flat,
          recipe.north};
}

constexpr double middle = 5000;  // m from the corner

/// Between pixel centres linearly; metres from the north-western corner.
double lit_at(const testing::Raster& r, double east, double south) {
  const double u = east / 20 - 0.5;
  const double v = south / 20 - 0.5;
  const int x = static_cast<int>(std::floor(u));
  const int y = static_cast<int>(std::floor(v));
  if (x < 0 || y < 0 || x + 1 >= r.size.width || y + 1 >= r.size.height) return 1;
  const auto at = [&](int i, int j) { return static_cast<double>(r.at(x + i, y + j)); };
  const double top = at(0, 0) + (u - x) * (at(1, 0) - at(0, 0));
  const double low = at(0, 1) + (u - x) * (at(1, 1) - at(0, 1));
  return top + (v - y) * (low - top);
}

/// Metres from a place to the last dark one on the way from the sun.
double dark_until(const Sunlit& s, double east, double south) {
  double last = 0;
  for (double d = 0; d < 4950; d += 2) {
    if (lit_at(s.lit, east - d * s.flat[0], south + d * s.flat[1]) < 0.5) last = d;
  }
  return last;
}

// A wall whose sides run north-south or east-west, whichever the sun crosses more, 100 m thick and endless: it shades
// height / tan(elevation) along the sun's ray from its crest.
TEST(TerrainShadow, WallsShadeHeightOverTangentOfElevation) {
  for (const Moment& moment : moments) {
    for (const double height : {200.0, 1000.0}) {
      const Recipe recipe = small_recipe();
      Sunlit s;
      for (const bool across : {false, true}) {
        s = sunlit(moment, [&](double x, double y, double) {
          const double off = across ? x - (recipe.west + middle) : y - (recipe.north - middle);
          return 500 + (std::abs(off) < 50 ? height : 0);
        });
        const double share = std::abs(s.flat[across ? 0 : 1]);  // of the ray square to the wall
        if (share < 0.5) continue;
        // The last pixel of the wall has its centre 30 m from the middle.
        const double crest = 30;
        const double away = dark_until(s, middle, middle) * share;
        EXPECT_NEAR(away - crest, height / s.tangent * share, 20)
            << moment.month << ' ' << moment.hour << ' ' << height;
      }
    }
  }
}

TEST(TerrainShadow, PyramidsShadeHeightOverTangentOfElevation) {
  for (const Moment& moment : moments) {
    for (const double height : {600.0, 1000.0}) {
      const Recipe recipe = small_recipe();
      const Sunlit s = sunlit(moment, [&](double x, double y, double tangent) {
        // Steeper than the sun's rays; its top on a pixel.
        const double off =
            std::max(std::abs(x - (recipe.west + middle + 10)), std::abs(y - (recipe.north - middle - 10)));
        return 500 + std::max(0.0, height - 1.5 * tangent * off);
      });
      EXPECT_NEAR(dark_until(s, middle + 10, middle + 10), height / s.tangent, 20)
          << moment.month << ' ' << moment.hour << ' ' << height;
    }
  }
}

// 1000 m of relief under the least sun asked for: 15 degrees, as a function of the reach alone; and the highest Alps.
TEST(TerrainShadow, ReachIsThatOfTheClosedForm) {
  const Recipe recipe = tile_recipe(1);
  for (const double elevation : {15.0, 20.0, 30.0}) {
    SunField sun;
    sun.centre = {0, -std::cos(elevation * std::numbers::pi / 180), std::sin(elevation * std::numbers::pi / 180)};
    for (const double drop : {1000.0, 3500.0}) {
      const double closed = drop / std::tan(elevation * std::numbers::pi / 180);
      EXPECT_GE(shadow_reach(drop, sun, scene_grid(recipe, 20)), closed);
      EXPECT_LE(shadow_reach(drop, sun, scene_grid(recipe, 20)), 1.03 * closed);  // the sun's rim is lower
      EXPECT_GE(20 * light_halo(drop, sun, scene_grid(recipe, 20)), closed);
    }
  }
  // No terrain of a recipe stands out of its bound, and the bound is no fancy.
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const Recipe world = seed % 2 == 0 ? tile_recipe(seed) : small_recipe(seed);
    const AltitudeRange bound = altitude_bound(world);
    const Terrain terrain(world);
    std::vector<float> row(2000);
    float high = -1e9F;
    float low = 1e9F;
    for (int y = 0; y < 200; ++y) {
      terrain.dry_row(0, 91, 1009 * y, row);
      high = std::max(high, *std::max_element(row.begin(), row.end()));
      low = std::min(low, *std::min_element(row.begin(), row.end()));
    }
    EXPECT_LE(static_cast<double>(high), bound.high);
    EXPECT_GE(static_cast<double>(low), bound.low);
    EXPECT_LT(bound.high - bound.low, 2.2 * static_cast<double>(high - low));
  }
}

// On flat ground the shadow of a layer is its image moved by height · (sun and view tangents).
TEST(CloudShadow, FallsWhereTheSunRayMeetsTheGround) {
  Recipe recipe = small_recipe(5);
  recipe.side = 512;
  recipe.relief = 0;
  recipe.lake_share = 0;
  SceneDate date = winter_day(recipe);
  date.clouds[0] = {recipe.plain_altitude + 900, 0.3, 20, 900, false};
  date.clouds[1] = {};
  date.clouds[2] = {};
  Graph graph;
  SimulatedScene scene = simulate(graph, recipe, date);
  const SunField sun = sun_field(recipe, date, scene.longitude, scene.latitude);
  auto rasters = testing::run(graph, {{"shadow", scene.truth["shadow"]}, {"cloud", scene.truth["cloud_thickness"]}});
  const auto& shadow = rasters["shadow"];
  const auto& cloud = rasters["cloud"];
  const double height = 900;
  const double east = height * (sun.centre[0] / sun.centre[2] + date.view_tilt[0]) / 20;
  const double south = -height * (sun.centre[1] / sun.centre[2] + date.view_tilt[1]) / 20;
  ASSERT_GT(std::abs(south), 50);  // a real displacement, in pixels
  // The threshold of the shadow as a thickness: exp(−τ/4/cos θ) = 0.75.
  const double limit = -4 * sun.centre[2] * std::log(0.75);
  int same = 0;
  int total = 0;
  int dark = 0;
  for (int y = 0; y < 256; ++y) {
    for (int x = 0; x < 256; ++x) {
      const auto cx = static_cast<int>(std::lround(x + east));
      const auto cy = static_cast<int>(std::lround(y + south));
      if (cx < 0 || cy < 0 || cx >= 256 || cy >= 256) continue;
      ++total;
      const bool expected = static_cast<double>(cloud.at(cx, cy)) > limit;
      dark += expected;
      same += expected == (shadow.at(x, y) > 0);
    }
  }
  ASSERT_GT(dark, total / 20);
  EXPECT_GT(static_cast<double>(same) / total, 0.97);
}

// Slopes of the plane's rise are seen by cos(incidence): a slope that faces the sun is brighter than flat ground.
TEST(Light, SlopesTowardsTheSunAreBrighter) {
  Recipe recipe = small_recipe(2);
  SceneDate date = winter_day(recipe);
  date.clouds = {};
  date.snow_line = 5000;
  date.freezing_level = 9000;
  Graph graph;
  SimulatedScene scene = simulate(graph, recipe, date);
  auto rasters = testing::run(
      graph,
      {{"image", scene.sre_r2}, {"flat", scene.fre_r2}, {"dem", scene.truth["dem"]}, {"lit", scene.truth["lit"]}});
  const auto& dem = rasters["dem"];
  const SunField sun = sun_field(recipe, date, scene.longitude, scene.latitude);
  const auto correlation = [&](const testing::Raster& image) {
    double n = 0;
    double sx = 0;
    double sy = 0;
    double sxx = 0;
    double syy = 0;
    double sxy = 0;
    for (int y = 1; y < dem.size.height - 1; ++y) {
      for (int x = 1; x < dem.size.width - 1; ++x) {
        if (rasters["lit"].at(x, y) < 1 || dem.at(x, y) < 440) continue;
        const double east = static_cast<double>(dem.at(x + 1, y) - dem.at(x - 1, y)) / 40;
        const double north = static_cast<double>(dem.at(x, y - 1) - dem.at(x, y + 1)) / 40;
        const double cosine =
            (sun.centre[2] - east * sun.centre[0] - north * sun.centre[1]) / std::sqrt(1 + east * east + north * north);
        if (cosine < 0.2) continue;
        const double v = static_cast<double>(image.at(x, y, 4));  // B11
        n += 1;
        sx += cosine;
        sy += v;
        sxx += cosine * cosine;
        syy += v * v;
        sxy += cosine * v;
      }
    }
    return (n * sxy - sx * sy) / std::sqrt((n * sxx - sx * sx) * (n * syy - sy * sy));
  };
  const double before = correlation(rasters["image"]);
  EXPECT_GT(before, 0.4);
  EXPECT_LT(correlation(rasters["flat"]), before - 0.3) << "the slope correction removes most of it";
}

}  // namespace
}  // namespace cers::simulator
