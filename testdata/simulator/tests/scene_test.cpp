// SPDX-License-Identifier: Apache-2.0
// A whole scene: shares, snow, consistency of truths, equal bytes for any plan.
#include "cers/simulator/scene.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "frame.hpp"
#include "parcels.hpp"
#include "run_scene.hpp"

namespace cers::simulator {
namespace {

TEST(Parcels, RunsAgreeWithPlaces) {
  const Parcels parcels(small_recipe(3));
  constexpr int count = 700;
  for (int y = 0; y < 40; ++y) {
    const HalfMetres ym = 10080000 - 310 * y;
    std::array<std::uint32_t, count> ids{};
    int covered = 0;
    parcels.runs(680045, 10, ym, count, [&](int first, int length, const Parcel& parcel) {
      EXPECT_EQ(first, covered);
      covered += length;
      for (int i = first; i < first + length; ++i) ids[static_cast<std::size_t>(i)] = parcel.id;
    });
    ASSERT_EQ(covered, count);
    for (int i = 0; i < count; ++i) EXPECT_EQ(parcels.at(680045 + 10 * i, ym).id, ids[static_cast<std::size_t>(i)]);
  }
}

TEST(Scene, ClassesOfLargeScenesArePlausible) {
  std::array<double, static_cast<std::size_t>(Surface::count)> share{};
  double total = 0;
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Graph graph;
    Recipe recipe = small_recipe(seed);
    SimulatedScene scene = simulate(graph, recipe, winter_day(recipe));
    auto rasters = testing::run(graph, {{"class", scene.truth["class"]}});
    for (float c : rasters["class"].bands[0]) {
      ++share[static_cast<std::size_t>(c)];
      ++total;
    }
  }
  const auto of = [&](std::initializer_list<Surface> surfaces) {
    double sum = 0;
    for (Surface s : surfaces) sum += share[static_cast<std::size_t>(s)] / total;
    return sum;
  };
  EXPECT_EQ(of({Surface::none}), 0);
  const double crops =
      of({Surface::winter_cereal, Surface::rapeseed, Surface::maize, Surface::sunflower, Surface::soy});
  EXPECT_GT(crops, 0.08);
  EXPECT_LT(crops, 0.5);
  EXPECT_GT(of({Surface::broadleaf, Surface::conifer}), 0.08);
  EXPECT_GT(of({Surface::diffuse_built, Surface::dense_built, Surface::industrial}), 0.01);
  EXPECT_LT(of({Surface::diffuse_built, Surface::dense_built, Surface::industrial}), 0.25);
  EXPECT_GT(of({Surface::clear_water, Surface::turbid_water, Surface::lake_ice}), 0.002);
  EXPECT_LT(of({Surface::clear_water, Surface::turbid_water, Surface::lake_ice}), 0.1);
}

TEST(Scene, SnowLiesAboveTheLineAndTruthsAgree) {
  double above = 0;
  double above_count = 0;
  double below = 0;
  double below_count = 0;
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    Recipe recipe = small_recipe(seed);
    SceneDate date = winter_day(recipe);
    date.snow_line = recipe.plain_altitude + 260;
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, date);
    auto r = testing::run(graph, {{"ground", scene.truth["snow_ground"]},
                                  {"canopy", scene.truth["snow_canopy"]},
                                  {"viewable", scene.truth["snow_viewable"]},
                                  {"trees", scene.truth["tree_cover"]},
                                  {"dem", scene.truth["dem"]}});
    const Size size = r["dem"].size;
    for (int y = 1; y < size.height - 1; ++y) {
      for (int x = 1; x < size.width - 1; ++x) {
        const float ground = r["ground"].at(x, y);
        const float canopy = r["canopy"].at(x, y);
        const float viewable = r["viewable"].at(x, y);
        const float trees = r["trees"].at(x, y);
        // What is seen is at least the ground's least and at most its most visible part, and the white crowns.
        EXPECT_LE(canopy, trees + 1e-5F);
        EXPECT_LE(viewable, std::min(ground, 1 - trees) + canopy + 1e-5F);
        EXPECT_GE(viewable, std::max(0.0F, ground - trees) + canopy - 1e-5F);
        const double z = static_cast<double>(r["dem"].at(x, y));
        const double east = static_cast<double>(r["dem"].at(x + 1, y) - r["dem"].at(x - 1, y)) / 40;
        const double north = static_cast<double>(r["dem"].at(x, y - 1) - r["dem"].at(x, y + 1)) / 40;
        if (std::hypot(east, north) > 0.6) continue;
        // Aspect, patches (two deviations) and spread together stay within 240 m.
        if (z > date.snow_line + 240) {
          above += static_cast<double>(ground);
          above_count += 1;
        } else if (z < date.snow_line - 240) {
          below += static_cast<double>(ground);
          below_count += 1;
        }
      }
    }
  }
  ASSERT_GT(below_count, 1000);
  EXPECT_LT(below / below_count, 0.02);
  if (above_count > 50) {
    EXPECT_GT(above / above_count, 0.95);
  }
}

// The image is the 5 m field seen through a point spread of unit sum: block means agree but for edges, noise and the
// shift, and without bias.
TEST(Scene, BandsAreMeansOfTheFineField) {
  Recipe recipe = small_recipe(4);
  recipe.side = 128;
  recipe.detector_step = 0;
  recipe.view_effect = 0;
  recipe.shift_before_2021 = 0;
  recipe.band_shift = 0;
  Graph graph;
  SimulatedScene scene = simulate(graph, recipe, winter_day(recipe));
  auto r = testing::run(graph, {{"fine", scene.truth["fine"]}, {"r1", scene.sre_r1}});
  const int margin = (r["fine"].size.width - 2 * recipe.side) / 2;
  for (std::size_t k = 0; k < bands_10m.size(); ++k) {
    double bias = 0;
    double squares = 0;
    double most = 0;
    for (int y = 0; y < recipe.side; ++y) {
      for (int x = 0; x < recipe.side; ++x) {
        double mean = 0;
        double low = 9;
        double high = -9;
        for (int j = -4; j < 6; ++j) {
          for (int i = -4; i < 6; ++i) {
            const double v = static_cast<double>(r["fine"].at(margin + 2 * x + i, margin + 2 * y + j, bands_10m[k]));
            if (i >= 0 && i < 2 && j >= 0 && j < 2) mean += v / 4;
            low = std::min(low, v);
            high = std::max(high, v);
          }
        }
        const double d = static_cast<double>(r["r1"].at(x, y, static_cast<int>(k))) - mean;
        bias += d;
        if (high - low < 0.02) {
          squares += d * d;
          most += 1;
        }
      }
    }
    EXPECT_NEAR(bias / (recipe.side * recipe.side), 0, 0.001) << band_names[static_cast<std::size_t>(bands_10m[k])];
    // Where the field is smooth the noise alone remains: 0.0012 + 0.4 % of the reflectance.
    if (most > 100) {
      EXPECT_LT(std::sqrt(squares / most), 0.006);
    }
  }
}

std::map<std::string, testing::Raster> whole(const Budget& budget) {
  Recipe recipe = small_recipe(9);
  recipe.side = 200;
  recipe.swath_cut = 0.3;
  Graph graph;
  SimulatedScene scene = simulate(graph, recipe, winter_day(recipe));
  std::map<std::string, Edge> edges = scene.truth;
  edges["sre1"] = scene.sre_r1;
  edges["sre2"] = scene.sre_r2;
  edges["fre1"] = scene.fre_r1;
  edges["fre2"] = scene.fre_r2;
  edges["clm"] = scene.clm_r1;
  edges["mg2"] = scene.mg2_r2;
  edges["scl"] = scene.scl;
  edges["atb"] = scene.atb_r1;
  edges["given dem"] = scene.dem;
  edges["given trees"] = scene.tree_cover;
  edges["landsat"] = landsat_bands(graph, scene).bands;
  edges["quality"] = landsat_bands(graph, scene).quality;
  return testing::run(graph, edges, budget);
}

TEST(Scene, SamePixelsForAnyTileAndThreads) {
  const auto reference = whole(testing::budget(1));
  for (const Size tile : {Size{64, 64}, Size{150, 37}}) {
    Budget budget = testing::budget(3);
    budget.tile = tile;
    const auto other = whole(budget);
    for (const auto& [name, raster] : reference) {
      for (std::size_t band = 0; band < raster.bands.size(); ++band) {
        const auto& a = raster.bands[band];
        const auto& b = other.at(name).bands[band];
        EXPECT_EQ(0, std::memcmp(a.data(), b.data(), a.size() * sizeof(float))) << name << " band " << band;
      }
    }
  }
}

/// Mean relative change of near infrared that the view angle makes where viewable snow covers `least` to `most`.
double change_by_view(double snow_line, float least, float most) {
  Recipe recipe = small_recipe(4);
  SceneDate date = winter_day(recipe);
  date.view_tilt = {0.1, 0.02};
  date.snow_line = snow_line;
  date.freezing_level = 9000;
  for (CloudLayer& layer : date.clouds) layer.cover = 0;
  std::array<std::map<std::string, testing::Raster>, 2> found;
  for (std::size_t i = 0; i < 2; ++i) {
    recipe.view_effect = static_cast<double>(i);
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, date);
    found[i] = testing::run(graph, {{"image", scene.sre_r2}, {"snow", scene.truth["snow_viewable"]}});
  }
  constexpr int infrared = 3;
  const testing::Raster& snow = found[0]["snow"];
  double sum = 0;
  double count = 0;
  for (int y = 1; y < snow.size.height - 1; ++y) {
    for (int x = 1; x < snow.size.width - 1; ++x) {
      bool inside = found[0]["image"].at(x, y, infrared) > 0.05F;
      for (int k = 0; k < 9; ++k) {
        const float share = snow.at(x + k % 3 - 1, y + k / 3 - 1);
        inside = inside && share >= least && share <= most;
      }
      if (!inside) continue;
      const float ratio = found[1]["image"].at(x, y, infrared) / found[0]["image"].at(x, y, infrared);
      sum += std::abs(static_cast<double>(ratio) - 1);
      count += 1;
    }
  }
  EXPECT_GT(count, 300);
  return sum / count;
}

// The angle of the view changes land by a percent and more, snow not at all (but for what the point spread brings in).
TEST(Scene, TheViewChangesLandOnly) {
  const double land = change_by_view(9000, 0, 0);
  EXPECT_GT(land, 0.005);
  EXPECT_LT(land, 0.15);
  EXPECT_LT(change_by_view(-9000, 0.999F, 1), 0.05 * land);
}

TEST(Scene, SeedsAndRecipesDiffer) {
  const auto mean_of = [](const Recipe& recipe) {
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, winter_day(recipe));
    auto r = testing::run(graph, {{"image", scene.sre_r2}});
    double sum = 0;
    for (float v : r["image"].bands[4]) sum += static_cast<double>(v);
    return sum / static_cast<double>(r["image"].bands[4].size());
  };
  Recipe recipe = small_recipe(1);
  recipe.side = 64;
  Recipe other = small_recipe(2);
  other.side = 64;
  EXPECT_NE(mean_of(recipe), mean_of(other));
  EXPECT_NE(mean_of(recipe), mean_of(alternative(recipe)));
  EXPECT_NE(mean_of(recipe), mean_of(maritime(recipe)));
  EXPECT_NE(mean_of(alternative(recipe)), mean_of(maritime(recipe)));
  EXPECT_NE(mean_of(maritime(recipe)), mean_of(continental(recipe)));
  EXPECT_NE(mean_of(continental(recipe)), mean_of(boreal(recipe)));
}

TEST(Recipe, FaultsNameTheKnob) {
  Recipe recipe = small_recipe();
  recipe.relief = -1;
  try {
    check(recipe);
    FAIL();
  } catch (const UserError& error) {
    EXPECT_NE(error.fault().find("relief"), std::string::npos);
    EXPECT_FALSE(error.remedy().empty());
  }
  recipe = small_recipe();
  recipe.west += 10;
  EXPECT_THROW(check(recipe), UserError);
  recipe = small_recipe();
  recipe.side = 255;
  EXPECT_THROW(check(recipe), UserError);
}

}  // namespace
}  // namespace cers::simulator
