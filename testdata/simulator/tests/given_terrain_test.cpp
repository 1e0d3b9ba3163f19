// SPDX-License-Identifier: Apache-2.0
// Scenes on a given DEM: its lakes, its reference polygons, and a tree cover that grows where trees can.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>

#include "cers/geo/crs.hpp"
#include "cers/raster-io/raster_sink.hpp"
#include "cers/simulator/product.hpp"
#include "cers/simulator/tiles.hpp"
#include "frame.hpp"
#include "metadata.hpp"
#include "run_scene.hpp"
#include "survey_file.hpp"
#include "terrain.hpp"

namespace cers::simulator {
namespace {

using Relief = std::function<double(double, double)>;  // altitude at east, north

class AltitudeRaster final : public Node {
 public:
  AltitudeRaster(const Grid& grid, Relief relief, std::string name)
      : grid_(grid), relief_(std::move(relief)), name_(std::move(name)) {}
  std::string name() const override { return name_; }
  std::string signature() const override { return name_; }
  RasterInfo describe(std::span<const RasterInfo>) const override { return {grid_, {BandInfo()}, PixelType::f32}; }
  void compute(std::span<const Block* const>, Block& output, Scratch*) const override {
    const Window w = output.window();
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        output.plane<float>(0).at(x, y) =
            static_cast<float>(relief_(grid_.transform.x(x + 0.5, y + 0.5), grid_.transform.y(x + 0.5, y + 0.5)));
      }
    }
  }

 private:
  Grid grid_;
  Relief relief_;
  std::string name_;
};

/// Pixels of 10 m over the recipe and 6 km around.
Edge dem_over(Graph& graph, const Recipe& recipe, const Relief& relief) {
  constexpr double margin = 6000;
  Grid grid = scene_grid(recipe, 10);
  grid.transform.a[0] -= margin;
  grid.transform.a[3] += margin;
  grid.size = {grid.size.width + 1200, grid.size.height + 1200};
  return graph.add(std::make_unique<AltitudeRaster>(grid, relief, "dem"), {});
}

SceneDate summer_day(const Recipe& recipe) {
  SceneDate date = winter_day(recipe);
  date.month = 7;
  date.snow_line = 9000;
  date.freezing_level = 9000;
  for (CloudLayer& layer : date.clouds) layer.cover = 0;
  return date;
}

bool is_water(float surface) {
  return surface == static_cast<float>(Surface::clear_water) || surface == static_cast<float>(Surface::turbid_water);
}

// A slope of 3 % with a bowl in the middle of a square of 960 m.
constexpr double bowl_x = 341280;
constexpr double bowl_y = 5038560;
double slope_at(double x, double) {
  return 500 + 0.03 * (x - bowl_x);
}
double bowl_at(double x, double y) {
  const double r = std::hypot(x - bowl_x, y - bowl_y) / 300;
  return slope_at(x, y) - (r < 1 ? 60 * (1 - r * r) : 0);
}

TEST(GivenTerrain, ADepressionHoldsALakeToALevelAndASlopeNone) {
  const Recipe recipe = small_recipe(5);
  Graph graph;
  SimulatedScene scene = simulate(graph, recipe, summer_day(recipe), dem_over(graph, recipe, bowl_at));
  const auto r = testing::run(graph, {{"class", scene.truth["class"]}, {"dem", scene.truth["dem"]}});
  const testing::Raster& classes = r.at("class");
  float level = 0;
  int water = 0;
  const auto distance = [&](int x, int y) {
    return std::hypot(recipe.west + 10 * x + 5 - bowl_x, recipe.north - 10 * y - 5 - bowl_y);
  };
  for (int y = 0; y < recipe.side; ++y) {
    for (int x = 0; x < recipe.side; ++x) {
      if (!is_water(classes.at(x, y))) continue;
      ++water;
      ASSERT_LT(distance(x, y), 300) << x << ' ' << y;
      if (distance(x, y) < 50) level = r.at("dem").at(x / 2, y / 2);
    }
  }
  ASSERT_GT(water, 400);
  // The water is level, and all that lies below that level is water: but for pixels on the shore.
  int wrong = 0;
  for (int y = 0; y < recipe.side; ++y) {
    for (int x = 0; x < recipe.side; ++x) {
      const double ground = bowl_at(recipe.west + 10 * x + 5, recipe.north - 10 * y - 5);
      const bool below = distance(x, y) < 300 && ground < static_cast<double>(level);
      if (std::abs(ground - static_cast<double>(level)) < 3) continue;
      wrong += below != is_water(classes.at(x, y));
      if (below && ground < static_cast<double>(level) - 8) {
        EXPECT_FLOAT_EQ(r.at("dem").at(x / 2, y / 2), level);
      }
    }
  }
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(static_cast<double>(level), bowl_at(bowl_x, bowl_y) + 10);

  Graph bare;
  SimulatedScene dry = simulate(bare, recipe, summer_day(recipe), dem_over(bare, recipe, slope_at));
  const auto none = testing::run(bare, {{"class", dry.truth["class"]}});
  for (float surface : none.at("class").bands[0]) ASSERT_FALSE(is_water(surface));
}

TEST(GivenTerrain, FlatGroundHasSomeRoundLakes) {
  double water = 0;
  double all = 0;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const Recipe recipe = small_recipe(seed);
    Graph graph;
    const Relief flat = [](double, double) { return 430.0; };
    SimulatedScene scene = simulate(graph, recipe, summer_day(recipe), dem_over(graph, recipe, flat));
    const auto rasters = testing::run(graph, {{"class", scene.truth["class"]}});
    for (float surface : rasters.at("class").bands[0]) {
      water += is_water(surface);
      all += 1;
    }
  }
  EXPECT_GT(water / all, 0.001);
  EXPECT_LT(water / all, 0.05);
}

/// A slope with a bowl in the middle of every other square of 960 m.
double dented(double x, double y) {
  constexpr double side = 960;
  const double column = std::floor(x / side);
  const double row = std::floor(y / side);
  const bool dent = std::fmod(column + row, 2) == 0;
  const double r = std::hypot(x - side * (column + 0.5), y - side * (row + 0.5)) / 250;
  return 450 + 0.03 * (x - 300000) - (dent && r < 1 ? 50 * (1 - r * r) : 0);
}

TEST(GivenTerrain, NeighboursAgreeOnLakes) {
  const Recipe base = small_recipe(4);
  const auto tiles = tile_recipes(base, {"31TCH", "31TDH"});
  const int shift = static_cast<int>((tiles[1].west - tiles[0].west) / 10);
  std::array<testing::Raster, 2> found;
  for (std::size_t i = 0; i < 2; ++i) {
    Graph graph;
    // One DEM for both.
    SimulatedScene scene = simulate(graph, tiles[i], summer_day(base), dem_over(graph, tiles[0], dented));
    found[i] = testing::run(graph, {{"class", scene.truth["class"]}}).at("class");
  }
  int water = 0;
  for (int y = 0; y < base.side; ++y) {
    for (int x = 0; x + shift < base.side; ++x) {
      ASSERT_EQ(found[0].at(x + shift, y), found[1].at(x, y)) << x << ' ' << y;
    }
  }
  for (float surface : found[0].bands[0]) water += is_water(surface);
  EXPECT_GT(water, 100);
}

/// Share of the polygons nine tenths of which bear their class in the raster; hedges and tracks apart.
double agreement(const std::vector<testing::SurveyedPolygon>& polygons, const Recipe& recipe,
                 const testing::Raster& classes, const std::string& field = "class") {
  double good = 0;
  for (const testing::SurveyedPolygon& polygon : polygons) {
    int same = 0;
    int all = 0;
    for (int k = 0; k < 64; ++k) {
      const auto [x, y] = polygon.at((k % 8 + 0.5) / 8, (k / 8 + 0.5) / 8);
      const int column = static_cast<int>(std::floor((x - recipe.west) / 10));
      const int row = static_cast<int>(std::floor((recipe.north - y) / 10));
      if (column < 0 || row < 0 || column >= recipe.side || row >= recipe.side) continue;
      ++all;
      auto surface = static_cast<Surface>(static_cast<int>(classes.at(column, row)));
      if (surface == Surface::turbid_water) surface = Surface::clear_water;  // lakes are one class to a survey
      same += static_cast<int>(surface) == polygon.fields.at(field);
    }
    good += same * 10 >= all * 8;
  }
  return good / static_cast<double>(polygons.size());
}

std::string made(Graph& graph, const ProductText& text, const std::string& name) {
  const std::filesystem::path path =
      std::filesystem::temp_directory_path() / ("cers-" + std::to_string(::getpid()) + name + ".geojson");
  graph.write(text.values, make_text_artifact(path.string(), nullptr, text.make));
  execute(Plan::make(graph, testing::budget()), {});
  std::ifstream file(path);
  std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::filesystem::remove(path);
  return content;
}

double hills(double x, double y) {
  return 430 + 0.16 * (x - 340020) + 25 * std::sin(y / 300);
}

TEST(GivenTerrain, PolygonsBearWhatTheRasterBears) {
  Recipe recipe = small_recipe(3);
  recipe.side = 400;
  Graph graph;
  const Edge dem = dem_over(graph, recipe, hills);
  SimulatedScene scene = simulate(graph, recipe, summer_day(recipe), dem);
  const auto classes = testing::run(graph, {{"class", scene.truth["class"]}}).at("class");
  Graph survey;
  const std::string text = made(
      survey, reference_polygons_on(survey, dem_over(survey, recipe, hills), {recipe}, {2018}, 150, 0), "on-given-dem");
  const auto polygons = testing::surveyed(text);
  ASSERT_GT(polygons.size(), 60U);
  EXPECT_GT(agreement(polygons, recipe, classes), 0.97);
  // Those of the fractal terrain do not fit.
  EXPECT_LT(agreement(testing::surveyed(reference_polygons({recipe}, {2018}, 150, 0)), recipe, classes), 0.9);
}

/// Pixels of 10 m from the corner of the recipe's square, `beyond` metres around.
Edge dem_cut(Graph& graph, const Recipe& recipe, double beyond, const Relief& relief) {
  Grid grid = scene_grid(recipe, 10);
  const int pixels = static_cast<int>(std::lround(beyond / 10));
  grid.transform = grid.transform.shifted(-pixels, -pixels);
  grid.size = {grid.size.width + 2 * pixels, grid.size.height + 2 * pixels};
  return graph.add(std::make_unique<AltitudeRaster>(grid, relief, "dem"), {});
}

// A DEM that ends at the scene has no cliff there: what the scene holds is what a larger one gives.
TEST(GivenTerrain, ADemCutToTheSceneHasNoCliffAtItsEdge) {
  Recipe recipe = small_recipe(3);
  recipe.side = 160;
  recipe.dem_voids = 0;
  const Relief high = [](double x, double y) { return 1400 + hills(x, y); };
  const auto seen = [&](double beyond, simulator::GivenDem& dem) {
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, summer_day(recipe), dem_cut(graph, recipe, beyond, high));
    dem = scene.given_dem.value();
    return testing::run(
        graph,
        {{"truth", scene.truth["dem"]}, {"given", scene.dem}, {"lit", scene.truth["lit"]}, {"flat", scene.fre_r2}});
  };
  simulator::GivenDem cut;
  simulator::GivenDem large;
  const auto small = seen(0, cut);
  const auto wide = seen(12000, large);
  EXPECT_EQ(large.missing, 0);
  EXPECT_NEAR(cut.missing, cut.reach, 60);
  EXPECT_GT(cut.reach, 1000);
  const int side = recipe.side / 2;
  double steepest = 0;
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const bool rim = x < 1 || y < 1 || x >= side - 1 || y >= side - 1;
      EXPECT_NEAR(small.at("truth").at(x, y), wide.at("truth").at(x, y), 0.5) << x << ' ' << y;
      // The degraded DEM looks 55 m around: over a slope of 0.16 its edge repeated is a few metres off.
      EXPECT_NEAR(small.at("given").at(x, y), wide.at("given").at(x, y), 6) << x << ' ' << y;
      if (x + 1 < side) {
        const auto slope = [&](const auto& rasters) {
          return (rasters.at("truth").at(x + 1, y) - rasters.at("truth").at(x, y)) / 20;
        };
        EXPECT_NEAR(slope(small), slope(wide), 0.02) << x << ' ' << y;
      }
      EXPECT_NEAR(small.at("lit").at(x, y), wide.at("lit").at(x, y), 0.05) << x << ' ' << y;
      if (rim) {
        steepest = std::max(steepest, std::abs(1.0 - static_cast<double>(small.at("flat").at(x, y, 2)) /
                                                         static_cast<double>(wide.at("flat").at(x, y, 2))));
      }
    }
  }
  EXPECT_LT(steepest, 0.2);  // reflectance at the rim, whose slope correction sees about half of the slope
}

TEST(GivenTerrain, ADemOfAnotherPlaceIsRefused) {
  const Recipe recipe = small_recipe(3);
  const auto fault = [&](double east) {
    Recipe elsewhere = recipe;
    elsewhere.west += east;
    Graph graph;
    try {
      simulate(graph, recipe, summer_day(recipe), dem_cut(graph, elsewhere, 0, hills));
    } catch (const UserError& error) {
      return error.fault();
    }
    return std::string();
  };
  EXPECT_EQ(fault(0), "");
  EXPECT_NE(fault(60000).find("does not meet the scene"), std::string::npos) << fault(60000);
  EXPECT_NE(fault(600).find("covers only part of the scene"), std::string::npos) << fault(600);
}

TEST(GivenTerrain, TheDemIsAmongTheKnobs) {
  const Recipe recipe = small_recipe(3);
  Graph graph;
  SimulatedScene scene = simulate(graph, recipe, summer_day(recipe), dem_over(graph, recipe, hills));
  scene.given_dem->file = "hills.tif";
  const std::string lines = knob_lines(knob_values(scene));
  EXPECT_NE(lines.find("terrain = given\n"), std::string::npos) << lines;
  EXPECT_NE(lines.find("dem_file = hills.tif\n"), std::string::npos) << lines;
  Graph other;
  const std::string fractal = knob_lines(knob_values(simulate(other, recipe, summer_day(recipe))));
  EXPECT_NE(fractal.find("terrain = fractal\n"), std::string::npos) << fractal;
  EXPECT_EQ(fractal.find("dem_file"), std::string::npos);
}

TEST(Survey, LakesAreOneClassAndTheFileTellsWhatWasAsked) {
  Recipe recipe = small_recipe(2);
  recipe.side = 600;
  const auto count = std::make_shared<int>(-1);
  Graph graph;
  const std::string text = made(
      graph, reference_polygons_on(graph, dem_over(graph, recipe, dented), {recipe}, {2018}, 200, 0, count), "lakes");
  const auto polygons = testing::surveyed(text);
  EXPECT_EQ(polygons.size(), static_cast<std::size_t>(*count));
  int lakes = 0;
  for (const testing::SurveyedPolygon& polygon : polygons) {
    EXPECT_NE(polygon.fields.at("class"), static_cast<int>(Surface::turbid_water));
    lakes += polygon.fields.at("class") == static_cast<int>(Surface::clear_water);
  }
  EXPECT_GT(lakes, 5);
  EXPECT_NE(text.find("\"polygons_asked\": 200, \"wrong_labels\": 0"), std::string::npos);
  EXPECT_NE(text.find("\"name\": \"water\""), std::string::npos);
}

// The fractal terrain given as a DEM: but for its lakes the ground is the same, and so is how often a survey tries.
TEST(Survey, BothTerrainsTryAsOften) {
  Recipe recipe = small_recipe(3);
  recipe.side = 300;
  int fractal = -1;
  reference_polygons({recipe}, {2018}, 500, 0, &fractal);
  EXPECT_GT(fractal, 50);
  EXPECT_LT(fractal, 500);
  const auto given = std::make_shared<int>(-1);
  Graph graph;
  const Edge dem = graph.add(make_terrain(recipe, with_margin(scene_grid(recipe, 5), 800), false), {});
  made(graph, reference_polygons_on(graph, dem, {recipe}, {2018}, 500, 0, given), "tries");
  EXPECT_NEAR(*given, fractal, 0.05 * fractal);
}

TEST(GivenTerrain, SamePixelsForAnyTileAndThreads) {
  Recipe recipe = small_recipe(6);
  recipe.side = 160;
  const auto rasters = [&](int threads, Size tile) {
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, summer_day(recipe), dem_over(graph, recipe, dented));
    Budget budget = testing::budget(threads);
    budget.tile = tile;
    return testing::run(
        graph, {{"class", scene.truth["class"]}, {"dem", scene.truth["dem"]}, {"trees", scene.tree_cover}}, budget);
  };
  const auto one = rasters(1, {64, 64});
  const auto other = rasters(3, {150, 37});
  for (const char* name : {"class", "dem", "trees"}) EXPECT_EQ(one.at(name).bands[0], other.at(name).bands[0]) << name;
}

TEST(Survey, EachYearsClassIsThatOfItsDates) {
  Recipe recipe = small_recipe(2);
  recipe.side = 400;
  SceneDate before = summer_day(recipe);
  before.month = 10;
  before.day = 31;
  SceneDate after = before;
  after.month = 11;
  after.day = 1;
  SceneDate spring = after;
  spring.year += 1;
  spring.month = 4;
  const std::vector<int> years = harvest_years({before, after, spring});
  EXPECT_EQ(years, (std::vector<int>{2019, 2018}));
  const auto polygons = testing::surveyed(reference_polygons({recipe}, years, 200, 0));
  ASSERT_GT(polygons.size(), 80U);
  int changed = 0;
  for (const testing::SurveyedPolygon& polygon : polygons) {
    EXPECT_EQ(polygon.fields.at("year"), 2019);
    EXPECT_EQ(polygon.fields.at("class"), polygon.fields.at("class_2019"));
    changed += polygon.fields.at("class_2018") != polygon.fields.at("class_2019");
  }
  EXPECT_GT(changed, 10);
  std::vector<testing::Raster> classes;
  for (const SceneDate& date : {before, after, spring}) {
    Graph graph;
    SimulatedScene scene = simulate(graph, recipe, date);
    classes.push_back(testing::run(graph, {{"class", scene.truth["class"]}}).at("class"));
  }
  EXPECT_GT(agreement(polygons, recipe, classes[0], "class_2018"), 0.97);
  EXPECT_GT(agreement(polygons, recipe, classes[1], "class_2019"), 0.97);
  EXPECT_GT(agreement(polygons, recipe, classes[2], "class_2019"), 0.97);
  EXPECT_LT(agreement(polygons, recipe, classes[1], "class_2018"), 0.95);
  EXPECT_EQ(classes[1].bands[0], classes[2].bands[0]);  // no change on New Year
}

TEST(TreeCover, WoodsWereFelledOnlyWhereTheyCanGrow) {
  Recipe recipe = small_recipe(1);
  recipe.tcd_error = 0;
  recipe.side = 512;
  Graph graph;
  const Relief mountain = [](double x, double y) { return 500 + 0.3 * (x - 340020) + 60 * std::sin(y / 250); };
  recipe.tree_line = 900;
  SimulatedScene scene = simulate(graph, recipe, summer_day(recipe), dem_over(graph, recipe, mountain));
  const auto r = testing::run(
      graph, {{"class", scene.truth["class"]}, {"trees", scene.truth["tree_cover"]}, {"map", scene.tree_cover}});
  int felled = 0;
  int barren = 0;
  for (int y = 0; y < recipe.side / 2; ++y) {
    for (int x = 0; x < recipe.side / 2; ++x) {
      const bool gone = r.at("map").at(x, y) > 60 && r.at("trees").at(x, y) < 0.1F;
      felled += gone;
      for (int q = 0; q < 4; ++q) {
        const auto surface = static_cast<Surface>(static_cast<int>(r.at("class").at(2 * x + q % 2, 2 * y + q / 2)));
        const bool bare = surface == Surface::rock || surface == Surface::scree || surface == Surface::glacier ||
                          surface == Surface::clear_water || surface == Surface::turbid_water ||
                          surface == Surface::road || surface == Surface::alpine_grass;
        barren += bare;
        EXPECT_FALSE(gone && bare) << surface_name(surface);
      }
    }
  }
  EXPECT_GT(felled, 20);
  EXPECT_GT(barren, 1000);
}

}  // namespace
}  // namespace cers::simulator
