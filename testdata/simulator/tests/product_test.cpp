// SPDX-License-Identifier: Apache-2.0
// Products written to disk and opened by the readers of real ones.
#include "cers/simulator/product.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "cers/core/text.hpp"
#include "cers/products/product.hpp"
#include "frame.hpp"
#include "parcels.hpp"
#include "run_scene.hpp"

namespace cers::simulator {
namespace {

namespace fs = std::filesystem;

class ProductFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() /
              ("cers-simulator-" + std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    recipe_ = small_recipe(2);
    recipe_.side = 120;
    scene_ = simulate(graph_, recipe_, winter_day(recipe_));
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const SimulatedProduct& product) {
    const fs::path root = folder_ / product.id;
    for (const ProductFile& file : product.rasters) {
      fs::create_directories((root / file.path).parent_path());
      WriterName name;
      name.path = (root / file.path).string();
      SinkOptions options;
      options.type = file.type;
      for (const std::string& option : split(file.creation, ' ')) {
        const auto equals = option.find('=');
        name.creation_options.emplace_back(option.substr(0, equals), option.substr(equals + 1));
      }
      graph_.write(file.edge, make_raster_sink(graph_.info(file.edge), name, options));
    }
    execute(Plan::make(graph_, testing::budget()), {});
    for (const ProductText& text : product.texts) {
      fs::create_directories((root / text.path).parent_path());
      std::ofstream(root / text.path) << text.text;
    }
    return root.string();
  }

  fs::path folder_;
  Recipe recipe_;
  Graph graph_;
  SimulatedScene scene_;
};

std::string joined(const std::vector<std::string>& problems) {
  return join(problems, "; ");
}

TEST_F(ProductFolder, MuscateOpensAsARealOne) {
  const Product product = open_product(write(muscate_l2a(graph_, scene_)));
  EXPECT_EQ(product.family, "muscate-l2a");
  EXPECT_EQ(joined(product.problems), "");
  EXPECT_EQ(product.tile, "32TLR");
  EXPECT_EQ(product.epsg, 32632);
  EXPECT_EQ(product.datetime.substr(0, 19), "2018-02-11T10:50:00");
  ASSERT_TRUE(product.sun_zenith_deg);
  EXPECT_NEAR(*product.sun_zenith_deg, scene_.sun.zenith, 1e-6);
  EXPECT_EQ(product.sun.columns, 2);
  EXPECT_EQ(product.sun.rows, 2);
  EXPECT_EQ(product.view.size(), 10U);
  for (const char* name : {"B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12"}) {
    const ProductBand* band = product.band_named(name);
    ASSERT_NE(band, nullptr) << name;
    EXPECT_DOUBLE_EQ(band->scale, 1e-4);
    EXPECT_EQ(band->nodata, -10000);
  }
  for (const char* name : {"CLM_R1", "CLM_R2", "MG2_R1", "MG2_R2", "EDG_R2", "SAT_R1", "IAB_R2"}) {
    EXPECT_NE(product.layer(name), nullptr) << name;
  }
}

TEST_F(ProductFolder, SafeOpensAsARealOne) {
  const SimulatedProduct simulated = safe_l2a(graph_, scene_, "GTiff");
  const Product product = open_product(write(simulated));
  EXPECT_EQ(product.family, "sentinel2-l2a");
  EXPECT_EQ(product.epsg, 32632);
  EXPECT_EQ(product.baseline, "04.00");
  const ProductBand* red = product.band_named("B04");
  ASSERT_NE(red, nullptr) << joined(product.problems);
  EXPECT_DOUBLE_EQ(red->scale, 1e-4);
  EXPECT_NEAR(red->offset, -0.1, 1e-12);
  EXPECT_NE(product.layer("SCL"), nullptr);
}

TEST_F(ProductFolder, LandsatOpensAsARealOne) {
  const Product product = open_product(write(landsat_c2(graph_, scene_)));
  EXPECT_EQ(product.family, "landsat-c2-l2");
  EXPECT_EQ(product.platform, "landsat-8");
  const ProductBand* green = product.band_named("B3");
  ASSERT_NE(green, nullptr) << joined(product.problems);
  EXPECT_DOUBLE_EQ(green->scale, 2.75e-5);
  EXPECT_DOUBLE_EQ(green->offset, -0.2);
  EXPECT_NE(product.layer("QA_PIXEL"), nullptr);
}

// Stored numbers are the rounded physical ones; missing pixels are −10000, 0 and 0.
TEST(Stored, NumbersAreRoundedPhysicalValues) {
  Recipe recipe = small_recipe(6);
  recipe.side = 64;
  recipe.swath_cut = 0.4;
  Graph graph;
  SimulatedScene scene = simulate(graph, recipe, winter_day(recipe));
  const SimulatedProduct muscate = muscate_l2a(graph, scene);
  const SimulatedProduct safe = safe_l2a(graph, scene);
  const SimulatedProduct landsat = landsat_c2(graph, scene);
  auto r = testing::run(graph, {{"sre", scene.sre_r1},
                                {"fre", scene.fre_r1},
                                {"muscate", muscate.rasters[0].edge},
                                {"safe", safe.rasters[0].edge},
                                {"quality", landsat.rasters[7].edge},
                                {"landsat", landsat.rasters[2].edge}});
  int missing = 0;
  for (std::size_t i = 0; i < r["sre"].bands[0].size(); ++i) {
    const float sre = r["sre"].bands[0][i];
    const float fre = r["fre"].bands[0][i];
    if (std::isnan(sre)) {
      ++missing;
      EXPECT_EQ(r["muscate"].bands[0][i], -10000);
      EXPECT_EQ(r["safe"].bands[0][i], 0);
      continue;
    }
    EXPECT_NEAR(r["muscate"].bands[0][i], 10000 * sre, 0.51);
    EXPECT_NEAR(r["safe"].bands[0][i], 10000 * fre + 1000, 0.51);
  }
  EXPECT_GT(missing, 100);
  for (std::size_t i = 0; i < r["landsat"].bands[0].size(); ++i) {
    EXPECT_EQ(r["landsat"].bands[0][i] == 0, r["quality"].bands[0][i] == 1);
  }
}

TEST(Polygons, LieInTheirFieldsAndSomeLabelsAreWrong) {
  Recipe recipe = small_recipe(1);
  recipe.side = 2000;
  const std::string text = reference_polygons({recipe}, 2018, 400, 0.08);
  const Parcels parcels(recipe);
  int count = 0;
  int wrong = 0;
  int in_fields = 0;
  double area = 0;
  for (std::size_t at = text.find("\"class\": "); at != std::string::npos; at = text.find("\"class\": ", at + 1)) {
    ++count;
    const int truth = std::stoi(text.substr(at + 9));
    const int label = std::stoi(text.substr(text.find("\"label\": ", at) + 9));
    wrong += truth != label;
    const std::size_t ring = text.find("[[[", at) + 3;
    const double x = std::stod(text.substr(ring));
    const double y = std::stod(text.substr(text.find(',', ring) + 1));
    const Parcel parcel = parcels.at(static_cast<int>(std::lround(2 * x)), static_cast<int>(std::lround(2 * y)));
    if (static_cast<int>(parcels.crop(parcel, 2018)) == truth) {
      ++in_fields;
      area += parcel.area();
    }
  }
  ASSERT_GT(count, 200);
  EXPECT_GT(wrong, count * 3 / 100);
  EXPECT_LT(wrong, count * 14 / 100);
  // Larger than the mean field met on a regular walk from field to field.
  double mean = 0;
  int fields = 0;
  parcels.runs(static_cast<int>(2 * recipe.west), 10, static_cast<int>(2 * recipe.north) - 20000, 4000,
               [&](int, int, const Parcel& parcel) {
                 mean += 1 / parcel.area();
                 ++fields;
               });
  EXPECT_GT(in_fields, count / 2);
  EXPECT_GT(area / in_fields, fields / mean);  // harmonic mean: longer fields are met more often
}

TEST(Truth, FilesTellTheRecipe) {
  Recipe recipe = small_recipe(1);
  Graph graph;
  const SimulatedProduct truth = truth_files(graph, simulate(graph, recipe, winter_day(recipe)));
  ASSERT_FALSE(truth.texts.empty());
  for (const char* key : {"snow_line = ", "miss_thin = ", "cloud_cell = ", "seed = 1"}) {
    EXPECT_NE(truth.texts[0].text.find(key), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace cers::simulator
