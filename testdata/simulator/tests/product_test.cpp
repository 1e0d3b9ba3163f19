// SPDX-License-Identifier: Apache-2.0
// Products written to disk and opened by the readers of real ones.
#include "cers/simulator/product.hpp"

#include <cpl_string.h>
#include <gdal.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cers/core/text.hpp"
#include "cers/products/product.hpp"
#include "frame.hpp"
#include "parcels.hpp"
#include "run_scene.hpp"
#include "safe.hpp"

namespace cers::simulator {
namespace {

namespace fs = std::filesystem;

class ProductFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / ("cers-simulator-" + std::to_string(::getpid()) + "-" +
                                     std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    recipe_ = small_recipe(2);
    recipe_.side = 120;
    recipe_.swath_cut = 0.3;
    SceneDate date = winter_day(recipe_);
    date.clouds[0] = {1500, 0.7, 25, 2000, false};
    scene_ = simulate(graph_, recipe_, date);
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
        if (option.empty()) continue;
        const auto equals = option.find('=');
        name.creation_options.emplace_back(option.substr(0, equals), option.substr(equals + 1));
      }
      RasterInfo info = graph_.info(file.edge);
      if (!file.placed) info.grid = {info.grid.size, {}, {}, false};
      graph_.write(file.edge, make_raster_sink(info, name, options));
    }
    for (const ProductText& text : product.texts) {
      fs::create_directories((root / text.path).parent_path());
      graph_.write(text.values, make_text_artifact((root / text.path).string(), nullptr, text.make));
    }
    execute(Plan::make(graph_, testing::budget()), {});
    return root.string();
  }

  fs::path folder_;
  Recipe recipe_;
  Graph graph_;
  SimulatedScene scene_;
};

/// Bytes of the first band; empty when the file does not open.
std::vector<std::uint8_t> pixels_of(const std::string& path) {
  GDALDatasetH dataset = GDALOpen(path.c_str(), GA_ReadOnly);
  if (dataset == nullptr) return {};
  const int width = GDALGetRasterXSize(dataset);
  const int height = GDALGetRasterYSize(dataset);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(width * height));
  const CPLErr error = GDALRasterIO(GDALGetRasterBand(dataset, 1), GF_Read, 0, 0, width, height, pixels.data(), width,
                                    height, GDT_Byte, 0, 0);
  GDALClose(dataset);
  if (error != CE_None) pixels.clear();
  return pixels;
}

struct Header {
  int width = 0;
  int bands = 0;
  double pixel = 0;
  bool nodata = false;
  bool scaled = false;
};
std::optional<Header> header_of(const std::string& path) {
  GDALDatasetH dataset = GDALOpen(path.c_str(), GA_ReadOnly);
  if (dataset == nullptr) return std::nullopt;
  Header header;
  header.width = GDALGetRasterXSize(dataset);
  header.bands = GDALGetRasterCount(dataset);
  std::array<double, 6> transform{};
  if (GDALGetGeoTransform(dataset, transform.data()) == CE_None) header.pixel = transform[1];
  int has = 0;
  GDALGetRasterNoDataValue(GDALGetRasterBand(dataset, 1), &has);
  header.nodata = has != 0;
  header.scaled = GDALGetRasterScale(GDALGetRasterBand(dataset, 1), &has) != 1;
  GDALClose(dataset);
  return header;
}

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

// The files carry no tags that Theia's do not carry; the metadata says what the masks cover.
TEST_F(ProductFolder, MuscateFilesAreAsDelivered) {
  const std::string root = write(muscate_l2a(graph_, scene_));
  const std::string id = fs::path(root).filename().string();
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
    EXPECT_FALSE(entry.path().string().ends_with(".aux.xml")) << entry.path();
    if (entry.path().extension() != ".tif") continue;
    const auto header = header_of(entry.path().string());
    ASSERT_TRUE(header) << entry.path();
    EXPECT_FALSE(header->nodata) << entry.path();
    EXPECT_FALSE(header->scaled) << entry.path();
  }
  const auto picture = header_of(root + "/" + id + "_QKL_ALL.jpg");
  ASSERT_TRUE(picture);
  EXPECT_EQ(picture->bands, 3);
  EXPECT_EQ(picture->width, recipe_.side);
  EXPECT_TRUE(fs::exists(root + "/DATA/" + id + "_JPI_ALL.xml"));

  const auto clouds = pixels_of(root + "/MASKS/" + id + "_CLM_R2.tif");
  const auto ground = pixels_of(root + "/MASKS/" + id + "_MG2_R2.tif");
  const auto edges = pixels_of(root + "/MASKS/" + id + "_EDG_R2.tif");
  ASSERT_EQ(clouds.size(), 3600U);
  double seen = 0;
  double cloud = 0;
  double snow = 0;
  for (std::size_t i = 0; i < clouds.size(); ++i) {
    if (edges[i] != 0) continue;
    seen += 1;
    cloud += (clouds[i] & 2) != 0;
    snow += (ground[i] & 4) != 0;
  }
  ASSERT_LT(seen, 3600);
  ASSERT_GT(cloud, 0);
  const Product product = open_product(root);
  ASSERT_TRUE(product.cloud_percent && product.snow_percent);
  EXPECT_NEAR(*product.cloud_percent, 100 * cloud / seen, 0.51);
  EXPECT_NEAR(*product.snow_percent, 100 * snow / seen, 0.51);
  EXPECT_EQ(product.relative_orbit, 108);
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

TEST_F(ProductFolder, SafeHoldsWhatRealOnesHold) {
  const std::string root = write(safe_l2a(graph_, scene_, "GTiff"));
  const SafeNames names = safe_names(scene_);
  const std::string granule = root + "/GRANULE/" + names.granule;
  const auto size_of = [&](const std::string& band, int metres) {
    const auto header = header_of(granule + "/IMG_DATA/R" + std::to_string(metres) + "m/" + names.stem + "_" + band +
                                  "_" + std::to_string(metres) + "m.tif");
    return header ? header->width * static_cast<int>(header->pixel) : 0;
  };
  for (const char* band : {"B02", "B03", "B04", "B08", "TCI", "AOT", "WVP"}) EXPECT_EQ(size_of(band, 10), 1200) << band;
  for (const int metres : {20, 60}) {
    for (const char* band :
         {"B01", "B02", "B03", "B04", "B05", "B06", "B07", "B8A", "B11", "B12", "TCI", "AOT", "WVP", "SCL"}) {
      EXPECT_EQ(size_of(band, metres), 1200) << band << ' ' << metres;
    }
  }
  EXPECT_EQ(size_of("B09", 60), 1200);
  for (const char* path : {"/DATASTRIP", "/INSPIRE.xml", "/manifest.safe", "/MTD_MSIL2A.xml"}) {
    EXPECT_TRUE(fs::exists(root + path)) << path;
  }
  EXPECT_TRUE(fs::exists(root + "/DATASTRIP/" + names.strip + "/MTD_DS.xml"));
  EXPECT_TRUE(fs::exists(granule + "/QI_DATA/L2A_QUALITY.xml"));
  EXPECT_TRUE(header_of(granule + "/QI_DATA/" + names.stem + "_PVI.tif"));

  const auto classes = pixels_of(granule + "/IMG_DATA/R20m/" + names.stem + "_SCL_20m.tif");
  const auto detectors = pixels_of(granule + "/QI_DATA/MSK_DETFOO_B05.tif");
  const auto opaque = pixels_of(granule + "/QI_DATA/MSK_CLASSI_B00.tif");
  ASSERT_EQ(classes.size(), 3600U);
  ASSERT_EQ(detectors.size(), 3600U);
  ASSERT_EQ(opaque.size(), 400U);
  double seen = 0;
  double cloud = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    EXPECT_EQ(detectors[i] == 0, classes[i] == 0);
    EXPECT_LE(detectors[i], 12);
    seen += classes[i] != 0;
    cloud += classes[i] >= 8 && classes[i] <= 10;
  }
  const Product product = open_product(root);
  EXPECT_EQ(joined(product.problems), "");
  ASSERT_TRUE(product.cloud_percent);
  EXPECT_NEAR(*product.cloud_percent, 100 * cloud / seen, 1e-5);
  ASSERT_TRUE(product.nodata_percent);
  EXPECT_NEAR(*product.nodata_percent, 100 * (1 - seen / 3600), 1e-5);
}

// GDAL's driver for Sentinel-2 finds the images by the metadata.
TEST_F(ProductFolder, GdalOpensTheSafe) {
  GDALAllRegister();
  if (GDALGetDriverByName("SENTINEL2") == nullptr || GDALGetDriverByName("JP2OpenJPEG") == nullptr) {
    GTEST_SKIP() << "GDAL has no driver for Sentinel-2 or for JPEG 2000";
  }
  const std::string root = write(safe_l2a(graph_, scene_, "JP2OpenJPEG"));
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root)) {
    EXPECT_FALSE(entry.path().string().ends_with(".aux.xml")) << entry.path();
  }
  const std::string metadata = root + "/MTD_MSIL2A.xml";
  GDALDatasetH dataset = GDALOpen(metadata.c_str(), GA_ReadOnly);
  ASSERT_NE(dataset, nullptr);
  const int lines = CSLCount(GDALGetMetadata(dataset, "SUBDATASETS"));
  GDALClose(dataset);
  EXPECT_EQ(lines, 8);  // 10 m, 20 m, 60 m and true colour: a name and a description each
  const std::map<std::string, int> bands{{"10m", 4}, {"20m", 11}, {"60m", 7}, {"TCI", 3}};
  for (const auto& [part, count] : bands) {
    const auto header = header_of("SENTINEL2_L2A:" + metadata + ":" + part + ":EPSG_32632");
    ASSERT_TRUE(header) << part;
    EXPECT_EQ(header->bands, count) << part;
    EXPECT_EQ(header->width * static_cast<int>(header->pixel), 1200) << part;
  }
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
  const std::string text = reference_polygons({recipe}, {2018}, 400, 0.08);
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
  for (const char* key : {"snow_line = ", "miss_thin = ", "cloud_cell = ", "seed = 1", "aerosol = ", "water_vapour = ",
                          "turbidity = ", "view_tilt_east = ", "view_tilt_north = ", "cloud_1_lift = ", "revisit = "}) {
    EXPECT_NE(truth.texts[0].make({}).find(key), std::string::npos) << key;
  }
}

}  // namespace
}  // namespace cers::simulator
