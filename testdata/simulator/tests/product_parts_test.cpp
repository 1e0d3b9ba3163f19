// SPDX-License-Identifier: Apache-2.0
// The smaller parts of products: quality bands of Landsat, quality masks of SAFE, knobs in every format, path and row.
#include <gdal.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cctype>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

#include "cers/core/text.hpp"
#include "cers/products/product.hpp"
#include "cers/simulator/product.hpp"
#include "landsat.hpp"
#include "metadata.hpp"
#include "run_scene.hpp"
#include "safe.hpp"
#include "wrs.hpp"

namespace cers::simulator {
namespace {

namespace fs = std::filesystem;

std::string joined(const Product& product) {
  return join(product.problems, "; ");
}

std::string to_upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

class ProductParts : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("cers-parts-" + std::to_string(::getpid()) + "-" +
                                     std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    recipe_ = small_recipe(2);
    recipe_.side = 120;
    recipe_.swath_cut = 0.3;
    scene_ = simulate(graph_, recipe_, winter_day(recipe_));
    GDALAllRegister();
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string write(const SimulatedProduct& product, const std::string& name) {
    const fs::path root = folder_ / name;
    for (const ProductFile& file : product.rasters) {
      fs::create_directories((root / file.path).parent_path());
      WriterName target;
      target.path = (root / file.path).string();
      SinkOptions options;
      options.type = file.type;
      graph_.write(file.edge, make_raster_sink(graph_.info(file.edge), target, options));
    }
    for (const ProductText& text : product.texts) {
      fs::create_directories((root / text.path).parent_path());
      graph_.write(text.values, make_text_artifact((root / text.path).string(), nullptr, text.make));
    }
    execute(Plan::make(graph_, testing::budget()), {});
    return root.string();
  }

  static std::vector<double> numbers_of(const std::string& path, int band = 1) {
    GDALDatasetH dataset = GDALOpen(path.c_str(), GA_ReadOnly);
    if (dataset == nullptr) return {};
    const int width = GDALGetRasterXSize(dataset);
    const int height = GDALGetRasterYSize(dataset);
    std::vector<double> numbers(static_cast<std::size_t>(width * height));
    const CPLErr error = GDALRasterIO(GDALGetRasterBand(dataset, band), GF_Read, 0, 0, width, height, numbers.data(),
                                      width, height, GDT_Float64, 0, 0);
    GDALClose(dataset);
    if (error != CE_None) numbers.clear();
    return numbers;
  }
  static std::string text_of(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  }

  fs::path folder_;
  Recipe recipe_;
  Graph graph_;
  SimulatedScene scene_;
};

TEST_F(ProductParts, LandsatQualityBandsFitTheImages) {
  const SimulatedProduct simulated = landsat_c2(graph_, scene_);
  // A renamed folder, as simulated neighbours have.
  const std::string root = write(simulated, simulated.id + "_T32TLR");
  const std::string stem = root + "/" + simulated.id;
  const Product product = open_product(root);
  EXPECT_EQ(joined(product), "");
  for (const char* layer : {"QA_PIXEL", "QA_RADSAT", "SR_QA_AEROSOL"})
    EXPECT_NE(product.layer(layer), nullptr) << layer;
  const auto pixel = numbers_of(stem + "_QA_PIXEL.TIF");
  const auto saturation = numbers_of(stem + "_QA_RADSAT.TIF");
  const auto aerosol = numbers_of(stem + "_SR_QA_AEROSOL.TIF");
  ASSERT_FALSE(pixel.empty());
  ASSERT_EQ(pixel.size(), saturation.size());
  ASSERT_EQ(pixel.size(), aerosol.size());
  std::vector<unsigned> expected(pixel.size(), 0);
  for (unsigned band = 0; band < 7; ++band) {
    const auto stored = numbers_of(stem + "_SR_B" + std::to_string(band + 1) + ".TIF");
    ASSERT_EQ(stored.size(), pixel.size());
    for (std::size_t i = 0; i < pixel.size(); ++i) {
      if (stored[i] * 2.75e-5 - 0.2 > 1.2107) expected[i] |= 1U << band;
    }
  }
  std::set<unsigned> levels;
  for (std::size_t i = 0; i < pixel.size(); ++i) {
    EXPECT_EQ(static_cast<unsigned>(saturation[i]), expected[i]);
    const auto bits = static_cast<unsigned>(aerosol[i]);
    EXPECT_EQ(bits == 1, pixel[i] == 1);
    if (pixel[i] == 1) continue;
    EXPECT_EQ(bits & 0x19U, 0U);                     // no fill, no undefined bits
    EXPECT_NE((bits & 2U) != 0, (bits & 32U) != 0);  // retrieved or interpolated
    const auto quality = static_cast<unsigned>(pixel[i]);
    EXPECT_EQ((bits & 4U) != 0, (quality & 128U) != 0);  // water
    if ((quality & 8U) != 0) {
      EXPECT_EQ(bits & 2U, 0U);  // nothing is retrieved below cloud
    }
    levels.insert(bits >> 6);
  }
  EXPECT_GT(levels.size(), 1U);
}

TEST_F(ProductParts, SaturationIsFlaggedByBand) {
  // Fresh snow under a high sun, without noise's help: the scene's brightest slopes exceed the instrument's range.
  Recipe recipe = small_recipe(3);
  recipe.side = 128;
  recipe.relief = 900;
  SceneDate date = winter_day(recipe);
  date.snow_line = -3000;
  date.days_since_snowfall = 0;
  Graph graph;
  const SimulatedProduct product = landsat_c2(graph, simulate(graph, recipe, date));
  const auto r = testing::run(graph, {{"blue", product.rasters[1].edge}, {"saturation", product.rasters[8].edge}});
  ASSERT_NE(product.rasters[8].path.find("QA_RADSAT"), std::string::npos);
  int saturated = 0;
  for (std::size_t i = 0; i < r.at("blue").bands[0].size(); ++i) {
    const bool bright = static_cast<double>(r.at("blue").bands[0][i]) * 2.75e-5 - 0.2 > 1.2108;
    if (!bright) continue;
    ++saturated;
    EXPECT_NE(static_cast<unsigned>(r.at("saturation").bands[0][i]) & 2U, 0U);
  }
  EXPECT_GT(saturated, 5);
}

TEST_F(ProductParts, TheThreeMetadataFilesSayTheSame) {
  const std::string root = write(landsat_c2(graph_, scene_), "landsat");
  const std::string stem = root + "/" + landsat_id(scene_);
  const std::string odl = text_of(stem + "_MTL.txt");
  const std::string xml = text_of(stem + "_MTL.xml");
  const std::string json = text_of(stem + "_MTL.json");
  int items = 0;
  for (const std::string& line : split(odl, '\n')) {
    const std::size_t equals = line.find(" = ");
    if (equals == std::string::npos || line.find("GROUP") != std::string::npos) continue;
    const std::string key = line.substr(line.find_first_not_of(' '), equals - line.find_first_not_of(' '));
    std::string value = line.substr(equals + 3);
    if (value.front() == '"') value = value.substr(1, value.size() - 2);
    ++items;
    EXPECT_NE(xml.find("<" + key + ">" + value + "</" + key + ">"), std::string::npos) << line;
    EXPECT_NE(json.find("\"" + key + "\": \"" + value + "\""), std::string::npos) << line;
  }
  EXPECT_GT(items, 100);
  const std::string angles = text_of(stem + "_ANG.txt");
  EXPECT_NE(angles.find("BAND07_MEAN_SUN_VECTOR"), std::string::npos);
}

TEST_F(ProductParts, SafeHasQualityMasks) {
  const std::string root = write(safe_l2a(graph_, scene_, "GTiff"), safe_names(scene_).product);
  const std::string masks = root + "/GRANULE/" + safe_names(scene_).granule + "/QI_DATA/";
  const std::string metadata = text_of(root + "/GRANULE/" + safe_names(scene_).granule + "/MTD_TL.xml");
  for (const EsaBand& band : esa_bands) {
    const std::string name = std::string("MSK_QUALIT_") + band.padded;
    const auto detectors = numbers_of(masks + "MSK_DETFOO_" + band.padded + ".tif");
    ASSERT_FALSE(detectors.empty());
    for (int component = 1; component <= 8; ++component) {
      const auto bits = numbers_of(masks + name + ".tif", component);
      ASSERT_EQ(bits.size(), detectors.size());
      for (std::size_t i = 0; i < bits.size(); ++i) ASSERT_EQ(bits[i] != 0, component == 6 && detectors[i] == 0);
    }
    EXPECT_NE(metadata.find(name), std::string::npos);
  }
  EXPECT_EQ(joined(open_product(root)), "");
}

TEST_F(ProductParts, EveryKnobIsInEveryProduct) {
  const KnobValues knobs = knob_values(scene_);
  ASSERT_GT(knobs.size(), 50U);
  const std::string muscate = write(muscate_l2a(graph_, scene_), "muscate");
  std::string xml;
  for (const fs::directory_entry& entry : fs::directory_iterator(muscate)) {
    if (entry.path().string().ends_with("MTD_ALL.xml")) xml = text_of(entry.path().string());
  }
  Graph other;
  graph_ = std::move(other);
  scene_ = simulate(graph_, recipe_, winter_day(recipe_));
  const std::string safe = write(safe_l2a(graph_, scene_, "GTiff"), "safe");
  const std::string file = "GRANULE/" + safe_names(scene_).granule + "/AUX_DATA/SIMULATION_KNOBS.txt";
  const std::string text = text_of(safe + "/" + file);
  EXPECT_NE(text_of(safe + "/manifest.safe").find(file), std::string::npos);
  const std::string odl = landsat_metadata(scene_, scene_grid(recipe_, 30), {}).odl;
  for (const auto& [name, value] : knobs) {
    EXPECT_NE(xml.find(name + " = " + value + "\n"), std::string::npos) << name;
    EXPECT_NE(text.find(name + " = " + value + "\n"), std::string::npos) << name;
    EXPECT_NE(odl.find(to_upper(name) + " = \"" + value + "\"\n"), std::string::npos) << name;
  }
}

// Middles of delivered scenes (corners of their metadata) and towns known by path and row.
TEST(Wrs, PathsAndRowsAreThoseOfRealScenes) {
  struct Known {
    int path;
    int row;
    double longitude;
    double latitude;
  };
  for (const Known& known : {Known{5, 9, -39.07, 72.16}, Known{47, 27, -123.38, 47.43}, Known{84, 24, -178.77, 51.67},
                             Known{10, 65, -80.04, -7.23}, Known{21, 30, -84.79, 43.18}, Known{2, 26, -53.30, 48.85},
                             Known{20, 39, -87.01, 30.30}, Known{195, 25, 9.11, 50.26}}) {
    const WrsPlace middle = wrs_middle({known.path, known.row});
    EXPECT_NEAR(middle.latitude, known.latitude, 0.06);
    EXPECT_NEAR(middle.longitude, known.longitude, 0.15);
    const WrsScene nearest = nearest_wrs(known.longitude, known.latitude);
    EXPECT_EQ(nearest.path, known.path);
    EXPECT_EQ(nearest.row, known.row);
  }
  const auto at = [](double longitude, double latitude) {
    const WrsScene scene = nearest_wrs(longitude, latitude);
    return scene.path * 1000 + scene.row;
  };
  EXPECT_EQ(at(1.44, 43.60), 198030);  // Toulouse
  EXPECT_EQ(at(3.88, 43.61), 197030);  // Montpellier
  EXPECT_EQ(at(-0.1, 43.1), 199030);   // Tarbes
}

}  // namespace
}  // namespace cers::simulator
