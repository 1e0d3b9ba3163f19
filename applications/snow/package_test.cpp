// SPDX-License-Identifier: Apache-2.0
// Packages of snow as their collections deliver them: names, contents, and that each opens as a product again.
#include <ogrsf_frmts.h>

#include <array>
#include <fstream>
#include <map>
#include <set>

#include "cers/products/product.hpp"
#include "command.hpp"

namespace cers::testing {
namespace {

namespace fs = std::filesystem;

/// A simulated scene with its DEM and tree cover; the only folder whose name begins so.
class SnowPackages : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    const auto result = cers({"SimulateScene", "-side", "128", "-out", *folder_ / "scene", "-progress", "0"});
    ASSERT_EQ(result.code, 0) << result.err;
    product_ = only("scene", "SENTINEL2");
    truth_ = only("scene", "TRUTH");
  }
  static void TearDownTestSuite() { folder_.reset(); }
  static std::string only(const std::string& inside, const std::string& begin) {
    std::string found;
    for (const auto& entry : fs::directory_iterator(*folder_ / inside)) {
      if (!entry.path().filename().string().starts_with(begin)) continue;
      EXPECT_TRUE(found.empty()) << entry.path();
      found = entry.path().string();
    }
    EXPECT_FALSE(found.empty()) << begin;
    return found;
  }
  static std::set<std::string> names_in(const std::string& path) {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      // Beside an image GDAL keeps the names of its classes.
      if (entry.is_regular_file() && !entry.path().string().ends_with(".aux.xml"))
        names.insert(entry.path().lexically_relative(path).string());
    }
    return names;
  }
  static void expect_equal(const std::string& path, const std::string& other) {
    const RasterFile a = read_raster(path);
    const RasterFile b = read_raster(other);
    ASSERT_EQ(a.info.grid.size.width, b.info.grid.size.width);
    for (int y = 0; y < a.info.grid.size.height; ++y) {
      for (int x = 0; x < a.info.grid.size.width; ++x) ASSERT_EQ(a.at(0, x, y), b.at(0, x, y)) << path;
    }
  }
  static void expect_cloud_optimized(const std::string& path) {
    const GDALDatasetUniquePtr file(GDALDataset::Open(path.c_str()));
    ASSERT_TRUE(file);
    const char* layout = file->GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE");
    EXPECT_STREQ(layout == nullptr ? "" : layout, "COG") << path;
  }
  static void run(std::vector<std::string> words) {
    words.insert(words.end(), {"-progress", "0"});
    const auto result = cers(words);
    ASSERT_EQ(result.code, 0) << result.err;
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
  static inline std::string product_;
  static inline std::string truth_;
};

TEST_F(SnowPackages, TheiaHoldsTheMaskAsPolygonsToo) {
  run({"SnowMask", "-in", product_, "-dem", truth_ + "/DEM.tif", "-profile", "lis15", "-out", *folder_ / "snow.tif",
       "-out.product", *folder_ / "theia"});
  const std::string package = only("theia", "SENTINEL2");
  const std::string id = fs::path(package).filename().string();
  EXPECT_EQ(id.substr(id.find("_L2B")), "_L2B-SNOW_T32TLR_D_V1-0");
  const auto names = names_in(package);
  for (const char* end : {"_SNW_R2.tif", "_SNW_R2.shp", "_SNW_R2.dbf", "_SNW_R2.shx", "_SNW_R2.prj", "_CMP_R2.tif",
                          "_MTD_ALL.xml", "_QKL_ALL.png"})
    EXPECT_TRUE(names.contains(id + end)) << end;

  // The polygons of each code cover what the mask has of it; 0 has none.
  const RasterFile mask = read_raster(package + "/" + id + "_SNW_R2.tif");
  std::map<int, double> pixels;
  for (int y = 0; y < mask.info.grid.size.height; ++y) {
    for (int x = 0; x < mask.info.grid.size.width; ++x) pixels[static_cast<int>(mask.at(0, x, y))] += 1;
  }
  EXPECT_GT(pixels[100], 0);
  pixels.erase(0);
  for (const char* end : {"_SNW_R2.tif", "_CMP_R2.tif"}) expect_cloud_optimized(package + "/" + id + end);
  std::map<int, double> area;
  const GDALDatasetUniquePtr file(
      GDALDataset::Open((package + "/" + id + "_SNW_R2.shp").c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY));
  ASSERT_TRUE(file);
  ASSERT_EQ(file->GetLayer(0)->GetLayerDefn()->GetFieldCount(), 1);
  for (const auto& feature : file->GetLayer(0))
    area[feature->GetFieldAsInteger("DN")] += OGR_G_Area(OGRGeometry::ToHandle(feature->GetGeometryRef())) / 400;
  EXPECT_EQ(area, pixels);
}

TEST_F(SnowPackages, OfLetItSnow111HasTheNamesSince17) {
  run({"SnowMask", "-in", product_, "-dem", truth_ + "/DEM.tif", "-profile", "lis111", "-out", *folder_ / "late.tif",
       "-out.product", *folder_ / "theia111"});
  const std::string package = only("theia111", "LIS_S2-SNOW-MSK");
  const std::string end = "_T32TLR_20180211T105000_0.1.0_1";
  EXPECT_EQ(fs::path(package).filename().string(), "LIS_S2-SNOW-MSK" + end);
  EXPECT_EQ(names_in(package),
            (std::set<std::string>{"LIS_S2-SNOW-MSK" + end + ".tif", "LIS_S2-SNOW-MSK" + end + ".xml",
                                   "LIS_S2-SNOW-QKL" + end + ".png", "LIS_PRODUCTS/LIS_SNOW_ALL.TIF",
                                   "LIS_PRODUCTS/LIS_HISTO.TXT", "LIS_PRODUCTS/LIS_SEB_VEC.shp",
                                   "LIS_PRODUCTS/LIS_SEB_VEC.dbf", "LIS_PRODUCTS/LIS_SEB_VEC.shx",
                                   "LIS_PRODUCTS/LIS_SEB_VEC.prj", "LIS_PRODUCTS/LIS_SEB_VEC.cpg"}));
  const std::string mask = package + "/LIS_S2-SNOW-MSK" + end + ".tif";
  expect_equal(mask, *folder_ / "late.tif");
  expect_cloud_optimized(mask);
  const GDALDatasetUniquePtr outlines(
      GDALDataset::Open((package + "/LIS_PRODUCTS/LIS_SEB_VEC.shp").c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY));
  ASSERT_TRUE(outlines);
  EXPECT_EQ(outlines->GetLayer(0)->GetLayerDefn()->GetFieldIndex("SEB"), 0);
  const GDALDatasetUniquePtr picture(GDALDataset::Open((package + "/LIS_S2-SNOW-QKL" + end + ".png").c_str()));
  ASSERT_TRUE(picture);
  const auto* colours = picture->GetRasterBand(1)->GetColorTable();
  ASSERT_NE(colours, nullptr);
  const std::map<int, std::array<int, 3>> collection{
      {0, {119, 119, 119}}, {100, {0, 255, 255}}, {205, {255, 255, 255}}, {255, {0, 0, 0}}};
  for (const auto& [code, rgb] : collection) {
    const GDALColorEntry* colour = colours->GetColorEntry(code);
    ASSERT_NE(colour, nullptr) << code;
    EXPECT_EQ((std::array<int, 3>{colour->c1, colour->c2, colour->c3}), rgb) << code;
  }
  const Product again = open_product(package);
  EXPECT_EQ(again.family, "theia-snow");
  EXPECT_EQ(again.tile, "32TLR");
  EXPECT_EQ(again.datetime, "2018-02-11T10:50:00Z");
  EXPECT_TRUE(again.snow_percent.has_value());
  EXPECT_NE(again.layer("MSK"), nullptr);
}

TEST_F(SnowPackages, TheiaHoldsTheFractionUnderTheNamesSince17) {
  run({"SnowMask", "-in", product_, "-dem", truth_ + "/DEM.tif", "-profile", "lis111", "-out", *folder_ / "m111.tif"});
  const auto fraction = [&](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words{"FractionalSnowCover",          "-in",          product_,       "-snow",
                                   *folder_ / "m111.tif",          "-profile",     "lis111",       "-out",
                                   *folder_ / (name + "_fsc.tif"), "-out.product", *folder_ / name};
    words.insert(words.end(), more.begin(), more.end());
    run(words);
  };
  const std::string end = "_T32TLR_20180211T105000_0.1.0_1";
  fraction("under", {"-tcd", truth_ + "/TCD.tif", "-out.ground", *folder_ / "under_ground.tif"});
  const std::string ground = only("under", "LIS_S2-SNOW-FSC");
  EXPECT_EQ(names_in(ground),
            (std::set<std::string>{"LIS_S2-SNOW-FSC" + end + ".tif", "LIS_S2-SNOW-FSC" + end + ".xml",
                                   "LIS_S2-SNOW-FSC-QCFLAGS" + end + ".tif", "LIS_S2-SNOW-QKL" + end + ".png"}));
  expect_equal(ground + "/LIS_S2-SNOW-FSC" + end + ".tif", *folder_ / "under_ground.tif");
  expect_cloud_optimized(ground + "/LIS_S2-SNOW-FSC" + end + ".tif");
  fraction("seen", {});
  const std::string seen = only("seen", "LIS_S2-SNOW-FSC-TOC");
  EXPECT_EQ(names_in(seen),
            (std::set<std::string>{"LIS_S2-SNOW-FSC-TOC" + end + ".tif", "LIS_S2-SNOW-FSC-TOC" + end + ".xml",
                                   "LIS_S2-SNOW-FSC-QCFLAGS" + end + ".tif", "LIS_S2-SNOW-QKL" + end + ".png"}));
  expect_equal(seen + "/LIS_S2-SNOW-FSC-TOC" + end + ".tif", *folder_ / "seen_fsc.tif");
  for (const std::string& package : {ground, seen}) {
    const Product again = open_product(package);
    EXPECT_EQ(again.family, "theia-snow");
    EXPECT_EQ(again.tile, "32TLR");
    EXPECT_TRUE(again.problems.empty());
  }
}

TEST_F(SnowPackages, CopernicusHoldsEveryLayerOfTheFraction) {
  run({"SnowMask", "-in", product_, "-dem", truth_ + "/DEM.tif", "-out", *folder_ / "mask.tif"});
  run({"FractionalSnowCover", "-in", product_, "-snow", *folder_ / "mask.tif", "-tcd", truth_ + "/TCD.tif", "-out",
       *folder_ / "fsc.tif", "-out.product", *folder_ / "copernicus"});
  const std::string package = only("copernicus", "FSC_20180211T");
  const std::string id = fs::path(package).filename().string();
  EXPECT_EQ(id.substr(id.find("_S2")), "_S2B_T32TLR_V010_1");
  const auto names = names_in(package);
  for (const char* end : {"_FSCTOC.tif", "_FSCOG.tif", "_NDSI.tif", "_QCTOC.tif", "_QCOG.tif", "_QCFLAGS.tif",
                          "_CLD.tif", "_MTD.xml", "_QLK.png"})
    EXPECT_TRUE(names.contains(id + end)) << end;
  const RasterFile packed = read_raster(package + "/" + id + "_FSCTOC.tif");
  const RasterFile plain = read_raster(*folder_ / "fsc.tif");
  for (int y = 0; y < plain.info.grid.size.height; ++y) {
    for (int x = 0; x < plain.info.grid.size.width; ++x) ASSERT_EQ(packed.at(0, x, y), plain.at(0, x, y));
  }
  EXPECT_EQ(packed.info.bands[0].nodata, 255);

  const Product again = open_product(package);
  EXPECT_EQ(again.family, "theia-snow");
  EXPECT_EQ(again.id, id);
  EXPECT_EQ(again.tile, "32TLR");
  EXPECT_EQ(again.platform, "sentinel-2b");
  EXPECT_EQ(again.datetime.substr(0, 10), "2018-02-11");
  ASSERT_EQ(again.footprint.size(), 5U);
  EXPECT_NEAR(again.footprint[0].first, 6.95, 0.05);
  EXPECT_NE(again.layer("FSCOG"), nullptr);
  EXPECT_TRUE(again.problems.empty());
}

TEST_F(SnowPackages, LetItSnowHoldsTheLayersOfASeason) {
  for (const char* day : {"20171201", "20180101", "20180201"})
    write_raster(*folder_ / ("m_" + std::string(day) + ".tif"), utm_grid({6, 4}, 20), 1, PixelType::u8,
                 [](int, int x, int) { return x > 2 ? 100 : 0; });
  const std::vector<std::string> words{"SnowSynthesis",
                                       "-il",
                                       *folder_ / "m_20171201.tif",
                                       *folder_ / "m_20180101.tif",
                                       *folder_ / "m_20180201.tif",
                                       "-start",
                                       "2017-12-01",
                                       "-stop",
                                       "2018-02-01"};
  auto with = words;
  with.insert(with.end(), {"-out.product", *folder_ / "season"});
  const auto refused = cers(with);
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("-product.tile T31TCH"), std::string::npos) << refused.err;
  with.insert(with.end(), {"-product.tile", "T31TCH"});
  run(with);
  const std::string end = "_T31TCH_20171201_20180201_0.1.0_1.tif";
  std::set<std::string> expected{"LIS_METADATA.XML"};
  for (const char* kind : {"SCD", "SOD", "SMOD", "NSP", "NOBS"})
    expected.insert("LIS_S2-SNOW-" + std::string(kind) + end);
  EXPECT_EQ(names_in(*folder_ / "season"), expected);
  EXPECT_EQ(read_raster(*folder_ / ("season/LIS_S2-SNOW-SCD" + end)).at(0, 5, 0), 63);
  const Product again = open_product(*folder_ / "season");
  EXPECT_EQ(again.level, "L3B-SNOW");
  EXPECT_EQ(again.tile, "31TCH");
  EXPECT_TRUE(again.problems.empty());
}

}  // namespace
}  // namespace cers::testing
