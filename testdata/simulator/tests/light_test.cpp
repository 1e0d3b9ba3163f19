// SPDX-License-Identifier: Apache-2.0
// Shadows of terrain and clouds against geometry.
#include <gtest/gtest.h>

#include <cmath>

#include "frame.hpp"
#include "run_scene.hpp"
#include "sun.hpp"

namespace cers::simulator {
namespace {

/// A plateau `height` above the rest, south of a line.
class Plateau final : public Node {
 public:
  Plateau(const Grid& grid, double edge, float height) : grid_(grid), edge_(edge), height_(height) {}
  std::string name() const override { return "plateau"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("altitude", "m")}, PixelType::f32};
  }
  void compute(std::span<const Block* const>, Block& output, Scratch*) const override {
    const auto plane = output.plane<float>(0);
    const Window w = output.window();
    for (int y = w.y; y < w.bottom(); ++y) {
      const bool high = grid_.transform.y(0, y + 0.5) < edge_;
      for (int x = w.x; x < w.right(); ++x) plane.at(x, y) = 500 + (high ? height_ : 0.0F);
    }
  }

 private:
  Grid grid_;
  double edge_;
  float height_;
};

TEST(TerrainShadow, LengthIsHeightOverTangentOfElevation) {
  Recipe recipe = small_recipe();
  recipe.side = 200;
  const double edge = recipe.north - 1400;
  for (const double hour : {9.0, 11.5, 14.0}) {
    for (const float height : {100.0F, 250.0F}) {
      SceneDate date;
      date.hour = hour;
      Graph graph;
      Grid grid = with_margin(scene_grid(recipe, 20), 400);
      const Edge dem = graph.add(std::make_unique<Plateau>(grid, edge, height), {});
      SimulatedScene scene = simulate(graph, recipe, date, dem);
      const SunField sun = sun_field(recipe, date, scene.longitude, scene.latitude);
      auto rasters = testing::run(graph, {{"lit", scene.truth["lit"]}});
      const auto& lit = rasters["lit"];
      double dark = 0;  // pixels north of the edge, in the middle column
      for (int y = 0; y < 70; ++y) dark += 1 - static_cast<double>(lit.at(50, y));
      // Northward reach of the ray that grazes the crest: the first pixel centre of the plateau, 10 m behind the edge.
      const double expected = static_cast<double>(height) * std::abs(sun.centre[1]) / sun.centre[2] - 10;
      EXPECT_NEAR(20 * dark, expected, 20) << "hour " << hour << " height " << height;
    }
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
