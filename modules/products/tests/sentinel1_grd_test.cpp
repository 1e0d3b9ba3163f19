// SPDX-License-Identifier: Apache-2.0
#include "cers/products/sar.hpp"
#include "safe_samples.hpp"

namespace cers {
namespace {
using namespace sample;

constexpr const char* massif_central =
    "products/s1_grd_safe/S1A_IW_GRDH_1SDV_20210809T173953_20210809T174018_039156_049F13_6FF8.SAFE";
constexpr const char* rome =
    "products/s1_grd_safe/S1B_IW_GRDH_1SDV_20211223T051122_20211223T051147_030148_039993_5371.SAFE";
constexpr const char* pixels_only = "products/s1_grd_pixels";

// A macro, since only it can leave the test.
#define NEED_DATA(path) \
  if (shared(path).empty()) GTEST_SKIP() << "the shared data lack " << (path)

TEST(Sentinel1Grd, IdIsRebuiltFromTheManifestWithItsChecksum) {
  for (const char* path : {massif_central, rome}) {
    NEED_DATA(path);
    const Folder folder;
    const fs::path copy = folder.copy(shared(path), "renamed");
    EXPECT_EQ(open_product(copy.string()).id, fs::path(path).stem().string());
  }
}

TEST(Sentinel1Grd, Manifest) {
  NEED_DATA(massif_central);
  const Product product = open_product(shared(massif_central).string());
  EXPECT_EQ(product.family, "sentinel1-grd");
  EXPECT_EQ(product.platform, "sentinel-1a");
  EXPECT_EQ(product.instrument, "c-sar");
  EXPECT_EQ(product.level, "GRD");
  EXPECT_EQ(product.datetime, "2021-08-09T17:39:53.153776Z");
  EXPECT_EQ(product.baseline, "003.31");
  EXPECT_EQ(product.orbit_state, "ascending");
  EXPECT_EQ(product.absolute_orbit, 39156);
  EXPECT_EQ(product.relative_orbit, 59);
  EXPECT_EQ(product.epsg, std::nullopt);
  ASSERT_EQ(product.footprint.size(), 5U);
  EXPECT_EQ(product.footprint[0], (std::pair<double, double>{1.512143, 46.033890}));
  EXPECT_EQ(product.footprint.back(), product.footprint.front());
  // The sample holds metadata only.
  EXPECT_TRUE(product.bands.empty());
  EXPECT_TRUE(mentions(product.problems, "measurement of vv"));
  EXPECT_TRUE(mentions(product.problems, "measurement of vh"));
}

TEST(Sentinel1Grd, RelativeOrbitByFormulaAsInTheManifests) {
  EXPECT_EQ(sentinel1_relative_orbit('A', 39156), 59);
  EXPECT_EQ(sentinel1_relative_orbit('B', 30148), 22);
  EXPECT_EQ(sentinel1_relative_orbit('A', 73), 1);
  EXPECT_EQ(sentinel1_relative_orbit('A', 72), 175);
  EXPECT_EQ(sentinel1_relative_orbit('D', 1000), std::nullopt);
}

TEST(Sentinel1Grd, RelativeOrbitWhenTheManifestLacksIt) {
  NEED_DATA(massif_central);
  const Folder folder;
  const fs::path copy = folder.copy(shared(massif_central), "product");
  replace_in(copy / "manifest.safe", "<safe:relativeOrbitNumber type=\"start\">59</safe:relativeOrbitNumber>", "");
  replace_in(copy / "manifest.safe", "<safe:relativeOrbitNumber type=\"stop\">59</safe:relativeOrbitNumber>", "");
  EXPECT_EQ(open_product(copy.string()).relative_orbit, 59);
}

TEST(Sentinel1Grd, Bands) {
  NEED_DATA(rome);
  const Product product = open_product(shared(rome).string());
  ASSERT_EQ(product.bands.size(), 1U);
  const ProductBand& vv = product.bands[0];
  EXPECT_EQ(vv.role, BandRole::vv);
  EXPECT_EQ(vv.name, "VV");
  EXPECT_EQ(vv.gsd_m, 10);
  EXPECT_EQ(vv.nodata, 0);
  EXPECT_EQ(vv.scale, 1);
  EXPECT_EQ(product.relative_orbit, 22);
  EXPECT_EQ(product.orbit_state, "descending");
  EXPECT_GE(pixel(vv.pixels, 100, 100), 0);
}

TEST(Sentinel1Grd, BothPolarisationsInANestedFolder) {
  NEED_DATA(massif_central);
  NEED_DATA(pixels_only);
  const Folder folder;
  const fs::path safe = folder.copy(shared(massif_central), "download/X.SAFE");
  const std::string stem = "-20210809t173953-20210809t174018-039156-049f13-00";
  fs::create_directories(safe / "measurement");
  fs::copy(shared(pixels_only) / "S1A_IW_GRDH_1SDV_20180716T004042_iw-vv.tiff",
           safe / "measurement" / ("s1a-iw-grd-vv" + stem + "1.tiff"));
  fs::copy(shared(pixels_only) / "S1A_IW_GRDH_1SDV_20180716T004042_iw-vh.tiff",
           safe / "measurement" / ("S1A-IW-GRD-VH" + stem + "2-cog.tiff"));
  const Product product = open_product(folder.text());
  ASSERT_EQ(product.bands.size(), 2U);
  EXPECT_EQ(product.bands[1].role, BandRole::vh);
  EXPECT_TRUE(product.problems.empty());
  const auto tables = read_sar_calibration(product, BandRole::vh);
  ASSERT_TRUE(tables.has_value());
  EXPECT_EQ(read_sar_calibration(product, BandRole::hh), std::nullopt);
}

TEST(Sentinel1Grd, CutManifestNamesFileAndLine) {
  NEED_DATA(massif_central);
  const Folder folder;
  const fs::path copy = folder.copy(shared(massif_central), "product");
  const std::string whole = read_text(copy / "manifest.safe");
  write_text(copy / "manifest.safe", whole.substr(0, whole.size() / 2));
  try {
    static_cast<void>(open_product(copy.string()));
    FAIL() << "the manifest was cut in half and read";
  } catch (const DataError& error) {
    EXPECT_NE(error.fault().find("manifest.safe"), std::string::npos) << error.fault();
    EXPECT_NE(error.fault().find("line "), std::string::npos) << error.fault();
  }
}

TEST(Sentinel1Grd, TablesThatAreMissingAreProblems) {
  NEED_DATA(massif_central);
  const Folder folder;
  const fs::path copy = folder.copy(shared(massif_central), "product");
  fs::remove_all(copy / "annotation/calibration");
  const Product product = open_product(copy.string());
  EXPECT_TRUE(mentions(product.problems, "calibration table of vv"));
  EXPECT_TRUE(mentions(product.problems, "noise table of vh"));
}

}  // namespace
}  // namespace cers
