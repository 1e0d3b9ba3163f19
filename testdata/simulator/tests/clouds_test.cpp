// SPDX-License-Identifier: Apache-2.0
// Clouds and the ground below them.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "frame.hpp"
#include "run_scene.hpp"
#include "sun.hpp"

namespace cers::simulator {
namespace {

/// A plain at 500 m and, south of the middle, a plateau at 2500 m; a sheet of cloud at 1500 m over all of it.
struct Step {
  Recipe recipe = small_recipe(3);
  SceneDate date = winter_day(recipe);
  std::map<std::string, testing::Raster> found;
  SunField sun;

  explicit Step(double cover) {
    recipe.side = 600;
    date.clouds = {};
    date.clouds[0] = {1500, cover, 25, 3000, false};
    const double edge = recipe.north - 3000;
    Graph graph;
    const Edge dem = graph.add(
        std::make_unique<testing::Heights>(recipe, 900, [=](double, double y) { return y < edge ? 2500.0 : 500.0; }),
        {});
    const SimulatedScene scene = simulate(graph, recipe, date, dem);
    sun = sun_field(recipe, date, scene.longitude, scene.latitude);
    found = testing::run(
        graph, {{"cloud", scene.truth.at("cloud")}, {"shadow", scene.truth.at("shadow")}, {"image", scene.sre_r2}});
  }
};

TEST(Clouds, NeitherHideNorShadeHigherGround) {
  const Step cloudy(0.97);
  const Step clear(0);
  const auto& cloud = cloudy.found.at("cloud");
  const auto& shadow = cloudy.found.at("shadow");
  double covered = 0;
  double shaded = 0;
  for (int y = 0; y < 300; ++y) {
    for (int x = 0; x < 300; ++x) {
      if (y < 145) {
        covered += static_cast<double>(cloud.at(x, y)) / (145.0 * 300);
        shaded += static_cast<double>(shadow.at(x, y)) / (145.0 * 300);
      } else if (y >= 152) {  // the plateau, without its steep rim
        ASSERT_EQ(cloud.at(x, y), 0);
        ASSERT_EQ(shadow.at(x, y), 0);
        for (int band = 0; band < 6 && y > 160; ++band) {
          ASSERT_NEAR(cloudy.found.at("image").at(x, y, band), clear.found.at("image").at(x, y, band), 1e-6)
              << x << ' ' << y;
        }
      }
    }
  }
  EXPECT_GT(covered, 0.9);
  EXPECT_GT(shaded, 0.3);
  // At the northern foot the ray to the sun meets the plateau before it meets the sheet: no cloud is there to shade it.
  const double reach = 1000 * std::abs(cloudy.sun.centre[1]) / cloudy.sun.centre[2];
  ASSERT_GT(reach, 1000);
  for (int y = 150 - static_cast<int>(reach / 20) + 4; y < 148; ++y) {
    for (int x = 0; x < 300; ++x) ASSERT_EQ(shadow.at(x, y), 0) << x << ' ' << y;
  }
  int far = 0;
  for (int x = 0; x < 300; ++x) far += shadow.at(x, 150 - static_cast<int>(reach / 20) - 10) > 0;
  EXPECT_GT(far, 200);
}

/// Share of low cloud over the highest less that over the lowest third of the ground, by the lift of the date.
struct ByAltitude {
  double lifted = 0;
  double sunk = 0;
  int lifted_dates = 0;
  int sunk_dates = 0;
};
ByAltitude by_altitude(double strength) {
  ByAltitude result;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Recipe recipe = small_recipe(seed);
    recipe.side = 512;
    recipe.cloud_cell = 900;
    recipe.cloud_lift = strength;
    for (SceneDate date : season(recipe, 2018, 1, 3, 17, 20)) {
      date.clouds[1] = {};
      date.clouds[2] = {};
      date.clouds[0].cover = 0.35;
      // What the date would have with the preset's strength decides its group.
      Recipe preset = recipe;
      preset.cloud_lift = 0.8;
      const double lift = weather_of(preset, date.year, date.month, date.day).clouds[0].lift;
      if (std::abs(lift) < 0.4) continue;
      Graph graph;
      const SimulatedScene scene = simulate(graph, recipe, date);
      auto r = testing::run(graph, {{"cloud", scene.truth.at("cloud")}, {"dem", scene.truth.at("dem")}});
      std::vector<float> sorted = r["dem"].bands[0];
      std::sort(sorted.begin(), sorted.end());
      const float low = sorted[sorted.size() / 3];
      const float high = sorted[2 * sorted.size() / 3];
      std::array<double, 2> cloud{};
      std::array<double, 2> count{};
      for (std::size_t i = 0; i < sorted.size(); ++i) {
        const float z = r["dem"].bands[0][i];
        if (z > low && z < high) continue;
        const std::size_t k = z >= high ? 1 : 0;
        cloud[k] += static_cast<double>(r["cloud"].bands[0][i]);
        count[k] += 1;
      }
      const double more = cloud[1] / count[1] - cloud[0] / count[0];
      (lift > 0 ? result.lifted : result.sunk) += more;
      ++(lift > 0 ? result.lifted_dates : result.sunk_dates);
    }
  }
  result.lifted /= std::max(1, result.lifted_dates);
  result.sunk /= std::max(1, result.sunk_dates);
  std::printf("strength %.1f: high less low ground %.3f on %d dates of lifted air, %.3f on %d of calm ones\n", strength,
              result.lifted, result.lifted_dates, result.sunk, result.sunk_dates);
  return result;
}

TEST(Clouds, GatherByAltitude) {
  const ByAltitude with = by_altitude(0.8);
  ASSERT_GE(with.lifted_dates, 10);
  ASSERT_GE(with.sunk_dates, 5);
  EXPECT_GT(with.lifted, 0.10);
  EXPECT_LT(with.sunk, -0.05);
  const ByAltitude without = by_altitude(0);
  EXPECT_LT(std::abs(without.lifted), 0.06);
}

// Every date has clouds of its own: no two of a series agree more than chance.
TEST(Clouds, MoveFromDateToDate) {
  Recipe recipe = small_recipe(2);
  SceneDate date = winter_day(recipe);
  for (CloudLayer& layer : date.clouds) layer.cover = 0;
  date.clouds[2] = {9000, 0.5, 2, 2000, true};
  std::vector<std::vector<float>> covers;
  for (int day = 1; day <= 6; ++day) {
    date.day = day;
    Graph graph;
    const SimulatedScene scene = simulate(graph, recipe, date);
    covers.push_back(testing::run(graph, {{"cloud", scene.truth.at("cloud")}})["cloud"].bands[0]);
  }
  double same = 0;
  for (std::size_t k = 1; k < covers.size(); ++k) {
    for (std::size_t i = 0; i < covers[k].size(); ++i) same += covers[k][i] == covers[k - 1][i];
  }
  EXPECT_LT(same / static_cast<double>(5 * covers[0].size()), 0.85);
}

}  // namespace
}  // namespace cers::simulator
