// SPDX-License-Identifier: Apache-2.0
// Packages of snow as their collections deliver them: names, contents, and that each opens as a product again.
#include <ogrsf_frmts.h>

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
      if (entry.is_regular_file()) names.insert(entry.path().lexically_relative(path).string());
    }
    return names;
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
  std::map<int, double> area;
  const GDALDatasetUniquePtr file(
      GDALDataset::Open((package + "/" + id + "_SNW_R2.shp").c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY));
  ASSERT_TRUE(file);
  ASSERT_EQ(file->GetLayer(0)->GetLayerDefn()->GetFieldCount(), 1);
  for (const auto& feature : file->GetLayer(0))
    area[feature->GetFieldAsInteger("DN")] += OGR_G_Area(OGRGeometry::ToHandle(feature->GetGeometryRef())) / 400;
  EXPECT_EQ(area, pixels);
}

TEST_F(SnowPackages, OfLetItSnow111HasNoComposition) {
  run({"SnowMask", "-in", product_, "-dem", truth_ + "/DEM.tif", "-profile", "lis111", "-out", *folder_ / "late.tif",
       "-out.product", *folder_ / "theia111"});
  const std::string package = only("theia111", "SENTINEL2");
  const std::string id = fs::path(package).filename().string();
  const auto names = names_in(package);
  EXPECT_FALSE(names.contains(id + "_CMP_R2.tif"));
  for (const char* end : {"_SNW_R2.tif", "_SNW_R2.shp", "_MTD_ALL.xml", "_QKL_ALL.png"})
    EXPECT_TRUE(names.contains(id + end)) << end;
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
