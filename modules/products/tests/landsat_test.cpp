// SPDX-License-Identifier: Apache-2.0
#include "readers/landsat_mtl.hpp"
#include "safe_samples.hpp"

namespace cers {
namespace {
using namespace sample;

constexpr const char* greenland = "products/landsat_c2_l2_snow";
constexpr const char* metadata_only = "products/landsat_c2_mtl";
constexpr const char* florida = "products/landsat8_l1_fullres_crop";
constexpr const char* marburg = "products/landsat_c1_l1_marburg";
constexpr const char* polar = "snow/landsat_c2";
const std::string greenland_id = "LC08_L2SP_005009_20150710_20200908_02_T2";

// A macro, since only it can leave the test.
#define NEED_DATA(path) \
  if (shared(path).empty()) GTEST_SKIP() << "the shared data lack " << (path)

// The files of one product out of a folder that holds several.
fs::path copy_only(const Folder& folder, const std::string& from, const std::string& prefix) {
  for (const auto& entry : fs::directory_iterator(shared(from))) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix)) folder.copy(entry.path(), "product/" + name);
  }
  return folder / "product";
}

TEST(Landsat, Collection2Level2) {
  NEED_DATA(greenland);
  const Product product = open_product(shared(greenland).string());
  const auto item = read_json(shared(greenland) / (greenland_id + "_SR_stac.json"));
  const auto& known = item["properties"];
  EXPECT_EQ(product.family, "landsat-c2-l2");
  EXPECT_EQ(product.id, item["id"].get<std::string>());
  EXPECT_EQ(product.platform, "landsat-8");
  EXPECT_EQ(product.instrument, "oli_tirs");
  EXPECT_EQ(product.level, "L2SP");
  EXPECT_EQ(product.tile, "005009");
  EXPECT_EQ(product.datetime, "2015-07-10T14:34:35.9783990Z");
  EXPECT_EQ(product.epsg, 32624);
  EXPECT_DOUBLE_EQ(product.cloud_percent.value(), known["eo:cloud_cover"].get<double>());
  EXPECT_NEAR(90 - product.sun_zenith_deg.value(), known["eo:sun_elevation"].get<double>(), 1e-9);
  EXPECT_NEAR(product.sun_azimuth_deg.value(), known["eo:sun_azimuth"].get<double>(), 1e-9);
  EXPECT_TRUE(product.problems.empty());
  ASSERT_EQ(product.footprint.size(), 5U);
  EXPECT_EQ(product.footprint.front(), (std::pair<double, double>{-43.20149, 73.34602}));
  ASSERT_EQ(product.bands.size(), 8U);
  EXPECT_EQ(product.band(BandRole::nir_narrow)->name, "B5");
  EXPECT_EQ(product.layers.size(), 11U);
}

TEST(Landsat, TextXmlAndJsonAreTheSameTree) {
  NEED_DATA(greenland);
  std::vector<Product> products;
  for (const char* kind : {"txt", "xml", "json"}) {
    const Folder folder;
    const fs::path copy = folder.copy(shared(greenland), "product");
    for (const char* other : {"txt", "xml", "json"}) {
      if (std::string(other) != kind) fs::remove(copy / (greenland_id + "_MTL." + other));
    }
    products.push_back(open_product(copy.string()));
  }
  for (const Product& other : products) {
    const Product& first = products.front();
    EXPECT_EQ(first.id, other.id);
    EXPECT_EQ(first.datetime, other.datetime);
    EXPECT_EQ(first.footprint, other.footprint);
    EXPECT_EQ(first.epsg, other.epsg);
    EXPECT_EQ(first.sun_zenith_deg, other.sun_zenith_deg);
    ASSERT_EQ(first.bands.size(), other.bands.size());
    for (std::size_t i = 0; i < first.bands.size(); ++i) {
      EXPECT_EQ(first.bands[i].scale, other.bands[i].scale);
      EXPECT_EQ(first.bands[i].offset, other.bands[i].offset);
    }
    EXPECT_EQ(first.layers.size(), other.layers.size());
  }
}

TEST(Landsat, SurfaceReflectanceAndTemperatureByHand) {
  NEED_DATA(greenland);
  const Product product = open_product(shared(greenland).string());
  const ProductBand& red = *product.band(BandRole::red);
  ASSERT_EQ(pixel(red.pixels, 256, 256), 39728);
  EXPECT_NEAR(39728 * red.scale + red.offset, 0.89252, 1e-12);  // 39728 · 2.75e-5 − 0.2
  EXPECT_EQ(red.nodata, 0);
  EXPECT_EQ(red.saturated, 65535);
  const ProductBand& thermal = *product.band(BandRole::thermal1);
  ASSERT_EQ(pixel(thermal.pixels, 256, 256), 31622);
  EXPECT_NEAR(31622 * thermal.scale + thermal.offset, 257.08462844, 1e-8);  // 31622 · 0.00341802 + 149
  EXPECT_EQ(thermal.unit, "K");
}

// Counts of the quality values of the scene, taken apart by hand: cloud has bit 3 in 22280 (73833 pixels) and 55052
// (1274); snow has bit 5 in 29986 (440), 30048 (52484), 30242 (1178) and 30304 (1310); 124772 pixels are fill.
TEST(Landsat, SharesOfTheQualityBand) {
  NEED_DATA(greenland);
  const Product product = open_product(shared(greenland).string());
  const ProductMask& nodata = *product.mask(MaskMeaning::nodata);
  const double valid = 512 * 512 - 124772;
  EXPECT_NEAR(share(*product.mask(MaskMeaning::snow), nodata), 100 * 55412 / valid, 1e-9);
  EXPECT_NEAR(100 * 75107 / valid, product.cloud_percent.value(), 0.1);  // the producer's, of the whole scene
  // With dilated cloud 23826 (813), 24082 (2909), 29986 and 30242.
  EXPECT_NEAR(share(*product.mask(MaskMeaning::cloud), nodata), 100 * (75107 + 813 + 2909 + 440 + 1178) / valid, 1e-9);
  EXPECT_NEAR(share(*product.mask(MaskMeaning::cirrus), nodata), 100 * 1274 / valid, 1e-9);
  const auto shaded = mask_pixels(*product.mask(MaskMeaning::topographic_shadow));
  EXPECT_EQ(std::count(shaded.begin(), shaded.end(), true), 5);
}

TEST(Landsat, PrefixlessLevel1WithSunElevationFoldedIn) {
  NEED_DATA(florida);  // l8_B1.tif, while its metadata name LC80200392015216LGN00_B1.TIF
  const Product product = open_product(shared(florida).string());
  EXPECT_EQ(product.family, "landsat-c1-l1");
  EXPECT_EQ(product.id, "LC80200392015216LGN00");
  EXPECT_EQ(product.bands.size(), 9U);
  EXPECT_EQ(product.epsg, 32616);
  const ProductBand& red = *product.band(BandRole::red);
  ASSERT_EQ(pixel(red.pixels, 256, 256), 7995);
  // (2e-5 · 7995 − 0.1) / sin 64.74360932°, whose sine is 0.9044075610304737.
  EXPECT_NEAR(7995 * red.scale + red.offset, 0.0599 / 0.9044075610304737, 1e-12);
  EXPECT_EQ(product.band(BandRole::pan)->gsd_m, 15);
  EXPECT_EQ(product.band(BandRole::thermal1), nullptr);
  const ProductLayer& thermal = *product.layer("B10");
  EXPECT_DOUBLE_EQ(thermal.scale, 3.3420e-4);
  EXPECT_DOUBLE_EQ(thermal.offset, 0.1);
  EXPECT_NE(thermal.description.find("1321.0789 / ln(774.8853 / L + 1)"), std::string::npos) << thermal.description;
  // Of 378081 pixels: 27078 + 6 have cloud confidence 2 and cirrus 3, 2591 + 41 + 20140 + 4 cloud confidence 3.
  const auto cloud = mask_pixels(*product.mask(MaskMeaning::cloud));
  EXPECT_EQ(std::count(cloud.begin(), cloud.end(), true), 27078 + 6 + 2591 + 41 + 20140 + 4 + 68405 + 2223);
}

TEST(Landsat, Collection1OfEtm) {
  NEED_DATA(marburg);
  const Folder folder;
  const Product product = open_product(copy_only(folder, marburg, "LE07").string());
  EXPECT_EQ(product.family, "landsat-c1-l1");
  EXPECT_EQ(product.platform, "landsat-7");
  EXPECT_EQ(product.tile, "195025");
  EXPECT_EQ(product.band(BandRole::blue)->name, "B1");
  EXPECT_EQ(product.band(BandRole::nir)->name, "B4");
  EXPECT_EQ(product.band(BandRole::swir2)->name, "B7");
  EXPECT_EQ(product.band(BandRole::nir_narrow), nullptr);
  EXPECT_EQ(product.band(BandRole::red)->saturated, 255);
  const ProductBand& red = *product.band(BandRole::red);
  ASSERT_EQ(pixel(red.pixels, 20, 30), 43);
  // (1.3198e-3 · 43 − 0.011935) / sin 53.8776531°, whose sine is 0.8077600199702983.
  EXPECT_NEAR(43 * red.scale + red.offset, 0.0448164 / 0.8077600199702983, 1e-12);
  EXPECT_NE(product.layer("B6_VCID_1"), nullptr);
  EXPECT_NE(product.layer("B6_VCID_2"), nullptr);
  EXPECT_EQ(product.mask(MaskMeaning::cirrus), nullptr);
  // Every pixel has the value 672: cloud, shadow and snow of low confidence.
  for (const MaskMeaning meaning : {MaskMeaning::cloud, MaskMeaning::cloud_shadow, MaskMeaning::snow}) {
    const auto set = mask_pixels(*product.mask(meaning));
    EXPECT_EQ(std::count(set.begin(), set.end(), true), 0);
  }
}

TEST(Landsat, SeveralProductsSideBySideAreRefused) {
  NEED_DATA(marburg);
  try {
    static_cast<void>(open_product(shared(marburg).string()));
    FAIL() << "two products were read as one";
  } catch (const UserError& error) {
    EXPECT_NE(error.fault().find("LE07_L1TP_195025_20010730_20170204_01_T1"), std::string::npos) << error.fault();
  }
}

TEST(Landsat, SensorsOfCollection2ByMetadataAlone) {
  NEED_DATA(metadata_only);
  const struct {
    const char* id;
    const char* family;
    const char* platform;
    const char* instrument;
    int epsg;
  } all[] = {
      {"LC09_L2SP_010065_20220129_20220131_02_T1", "landsat-c2-l2", "landsat-9", "oli_tirs", 32617},  // south of 0°
      {"LC08_L2SR_084024_20160111_20201016_02_T1", "landsat-c2-l2", "landsat-8", "oli_tirs", 32601},
      {"LE07_L2SP_021030_20100109_20200911_02_T1", "landsat-c2-l2", "landsat-7", "etm", 32616},
      {"LT04_L2SP_002026_19830110_20200918_02_T1", "landsat-c2-l2", "landsat-4", "tm", 32622},
      {"LM01_L1GS_001010_19720908_20200909_02_T2", "landsat-c2-l1", "landsat-1", "mss", 32625},
  };
  for (const auto& one : all) {
    SCOPED_TRACE(one.id);
    const Folder folder;
    const Product product = open_product(copy_only(folder, metadata_only, one.id).string());
    EXPECT_EQ(product.id, one.id);
    EXPECT_EQ(product.family, one.family);
    EXPECT_EQ(product.platform, one.platform);
    EXPECT_EQ(product.instrument, one.instrument);
    EXPECT_EQ(product.epsg, one.epsg);
    EXPECT_TRUE(product.bands.empty());
    EXPECT_TRUE(mentions(product.problems, "is missing"));
  }
}

TEST(Landsat, ThematicMapperBandsAndDroppedPixels) {
  NEED_DATA(metadata_only);
  const Folder folder;
  const std::string id = "LT04_L2SP_002026_19830110_20200918_02_T1";
  const fs::path copy = copy_only(folder, metadata_only, id);
  for (const char* end : {"_SR_B1", "_SR_B4", "_SR_B7", "_ST_B6", "_QA_PIXEL", "_QA_RADSAT", "_SR_CLOUD_QA"})
    write_text(copy / (id + end + ".TIF"), "x");
  const Product product = open_product(copy.string());
  EXPECT_EQ(product.band(BandRole::blue)->name, "B1");
  EXPECT_EQ(product.band(BandRole::nir)->name, "B4");
  EXPECT_EQ(product.band(BandRole::swir2)->name, "B7");
  EXPECT_EQ(product.band(BandRole::thermal1)->name, "B6");
  EXPECT_DOUBLE_EQ(product.band(BandRole::thermal1)->offset, 149);
  ASSERT_EQ(product.mask(MaskMeaning::nodata)->any.size(), 2U);
  EXPECT_EQ(product.mask(MaskMeaning::nodata)->any[1].bits, 512U);
  EXPECT_EQ(product.mask(MaskMeaning::topographic_shadow), nullptr);  // bit 11 means it on OLI only
}

TEST(Landsat, AntarcticaIsPolarStereographic) {
  NEED_DATA(polar);
  const Folder folder;
  const Product product = open_product(copy_only(folder, polar, "LC08_L2SR_099120_20191129").string());
  EXPECT_EQ(product.epsg, 3031);
  EXPECT_EQ(product.level, "L2SR");
  EXPECT_NE(product.band(BandRole::green), nullptr);
  EXPECT_TRUE(mentions(product.problems, "band B2"));
}

TEST(Landsat, CutMetadataNamesFileAndLine) {
  NEED_DATA(greenland);
  for (const char* kind : {"txt", "xml", "json"}) {
    const Folder folder;
    const std::string name = greenland_id + "_MTL." + kind;
    const std::string whole = read_text(shared(greenland) / name);
    write_text(folder / name, whole.substr(0, whole.size() / 2));
    try {
      static_cast<void>(open_product(folder.text()));
      FAIL() << name << " was cut in half and read";
    } catch (const DataError& error) {
      EXPECT_NE(error.fault().find(name), std::string::npos) << error.fault();
      EXPECT_NE(error.fault().find("line"), std::string::npos) << error.fault();
    }
  }
}

TEST(Landsat, NullIsNoValue) {
  const Folder folder;
  write_text(folder / "x_MTL.txt",
             "GROUP = LANDSAT_METADATA_FILE\n  GROUP = A\n    K = NULL\n    N = 3\n    N = 4\n    Q = \"a b\"\n"
             "  END_GROUP = A\n  GROUP = B\n    K = 7\n  END_GROUP = B\nEND_GROUP = LANDSAT_METADATA_FILE\nEND\n");
  const auto listing = products::Listing::of(folder.text());
  const auto mtl = products::LandsatMtl::parse(listing, listing.entries().front());
  EXPECT_TRUE(mtl.collection_2());
  EXPECT_EQ(mtl.text({"A"}, "K"), std::nullopt);
  EXPECT_EQ(mtl.number({"A", "B"}, "K"), 7);
  EXPECT_EQ(mtl.number({"A"}, "N"), 3);  // a key given twice: real files have it, with equal values
  EXPECT_EQ(mtl.text({"A"}, "Q"), "a b");
  EXPECT_THROW(static_cast<void>(mtl.number({"A"}, "Q")), DataError);
  EXPECT_THROW(static_cast<void>(mtl.need({"A"}, "K")), DataError);
}

}  // namespace
}  // namespace cers
