// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "theia_testing.hpp"

namespace cers {
namespace {

using sample::mentions;
using Indices = std::vector<std::size_t>;
using Names = std::vector<std::string>;

const std::string id = "SENTINEL2A_20200101-105000-000_L2A_T31TCJ_C_V2-2";

// Made products, for what no real one at hand has.
class MadeProduct : public testing::Test {
 protected:
  Product open() const { return open_product(folder.text()); }
  void metadata(const theia::Metadata& what) const {
    sample::write_text(folder / (what.id + "_MTD_ALL.xml"), what.text());
  }
  std::filesystem::path at(const std::string& end) const { return folder / (id + "_" + end + ".tif"); }

  sample::Folder folder;
};

TEST_F(MadeProduct, EveryValueOfTheCloudMaskMeansWhatTheFormatSays) {
  theia::make_tif(at("FRE_B4"), {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}}, GDT_Int16);
  // One value for each bit, nothing, and the real 11.
  theia::make_tif(folder / ("MASKS/" + id + "_CLM_R1.tif"), {{1, 2, 4, 8, 16, 32, 64, 128, 0, 11}});
  theia::make_tif(folder / ("MASKS/" + id + "_EDG_R1.tif"), {{0, 0, 1, 0, 0, 0, 0, 0, 0, 2}});
  const Product product = open();
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cloud)), (Indices{1, 4, 9}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cloud_shadow)), (Indices{5, 6}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cirrus)), (Indices{7}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::nodata)), (Indices{2}));
}

TEST_F(MadeProduct, TheGeophysicalMaskStandsInForTheDetailedOne) {
  theia::make_file(at("FRE_B5"));
  theia::make_tif(folder / ("MASKS/" + id + "_MG2_R2.tif"), {{1, 2, 4, 8, 16, 32, 64, 128, 0}});
  const Product product = open();
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cloud, 20)), (Indices{1}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cloud_shadow, 20)), (Indices{3}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::water, 20)), (Indices{0}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::snow, 20)), (Indices{2}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::topographic_shadow, 20)), (Indices{4, 5}));
}

TEST_F(MadeProduct, BitNumbersOfTheMetadataWin) {
  theia::Metadata what;
  what.images = {{"Flat_Reflectance", "band_id=\"B4\"", id + "_FRE_B4.tif"}};
  what.masks = {{"Snow", "group_id=\"R1\" bit_number=\"7\"", "MASKS/" + id + "_MG2_R1.tif"},
                {"Cloud", "group_id=\"R1\" bit_number=\"1\"", "MASKS/" + id + "_MG2_R1.tif"}};
  metadata(what);
  theia::make_listed_files(folder.text(), what.text());
  const Product product = open();
  EXPECT_EQ(product.id, what.id);
  EXPECT_EQ(product.datetime, "2020-01-01T10:50:00.000Z");  // written without its Z
  EXPECT_EQ(product.absolute_orbit, std::nullopt);
  EXPECT_EQ(product.mask(MaskMeaning::snow)->any[0].bits, 64U);
  EXPECT_EQ(product.mask(MaskMeaning::cloud)->any[0].bits, 1U);
  EXPECT_EQ(product.mask(MaskMeaning::water), nullptr);  // this product has none
}

TEST_F(MadeProduct, ScalesAreThoseOfTheMetadata) {
  theia::Metadata what;
  what.images = {{"Flat_Reflectance", "band_id=\"B4\"", id + "_FRE_B4.tif"},
                 {"Water_Vapor_Content", "group_id=\"R1\" band_number=\"1\"", id + "_ATB_R1.tif"}};
  // The second as MAJA's templates for Landsat have it: the step, not the number of steps.
  what.quantification =
      "<REFLECTANCE_QUANTIFICATION_VALUE>1000</REFLECTANCE_QUANTIFICATION_VALUE>"
      "<WATER_VAPOR_CONTENT_QUANTIFICATION_VALUE>0.05</WATER_VAPOR_CONTENT_QUANTIFICATION_VALUE>";
  metadata(what);
  theia::make_listed_files(folder.text(), what.text());
  const Product product = open();
  EXPECT_DOUBLE_EQ(product.band(BandRole::red)->scale, 1e-3);
  EXPECT_DOUBLE_EQ(product.layer("FRE_B4")->scale, 1e-3);
  EXPECT_DOUBLE_EQ(product.layer("WVC_R1")->scale, 0.05);
}

TEST_F(MadeProduct, SaysWhatItAssumesOfMetadataWithoutScale) {
  theia::Metadata what;
  what.images = {{"Flat_Reflectance", "band_id=\"B4\"", id + "_FRE_B4.tif"}};
  what.quantification = "";
  metadata(what);
  theia::make_listed_files(folder.text(), what.text());
  EXPECT_TRUE(mentions(open().problems, "lacks REFLECTANCE_QUANTIFICATION_VALUE: 10000"));
  what.quantification = "<REFLECTANCE_QUANTIFICATION_VALUE>0</REFLECTANCE_QUANTIFICATION_VALUE>";
  metadata(what);
  EXPECT_NE(theia::fault_of<DataError>(folder.text()).find("not positive"), std::string::npos);
}

TEST_F(MadeProduct, WithoutSlopeCorrectionTheOtherReflectanceIsTheBand) {
  theia::make_file(at("SRE_B4"));
  const Product product = open();
  EXPECT_TRUE(product.band(BandRole::red)->pixels.file.ends_with("_SRE_B4.tif"));
  EXPECT_TRUE(mentions(product.problems, "not corrected for slopes"));
}

TEST_F(MadeProduct, MetadataAloneIsAProductWithoutBands) {
  theia::Metadata what;
  what.images = {{"Flat_Reflectance", "band_id=\"B4\"", id + "_FRE_B4.tif"}};
  metadata(what);
  const Product product = open();
  EXPECT_EQ(product.tile, "31TCJ");
  EXPECT_TRUE(product.bands.empty());
  EXPECT_TRUE(mentions(product.problems, "1 of 1 FRE files that the metadata lists is missing: " + id + "_FRE_B4.tif"));
  EXPECT_TRUE(mentions(product.problems, "holds none of its bands"));
}

TEST_F(MadeProduct, ListedFilesThatNoMaskIsMadeOfAreNotMissing) {
  theia::Metadata what;
  what.images = {{"Flat_Reflectance", "band_id=\"B4\"", id + "_FRE_B4.tif"}};
  what.masks = {{"Detector_Footprint", "group_id=\"R1\"", "MASKS/" + id + "_DTF_R1-D05.tif"},
                {"Cloud", "group_id=\"R1\" bit_number=\"2\"", "MASKS/" + id + "_MG2_R1.tif"}};
  metadata(what);
  theia::make_listed_files(folder.text(), what.text());
  EXPECT_EQ(open().problems, Names{});
  std::filesystem::remove(folder / ("MASKS/" + id + "_DTF_R1-D05.tif"));
  EXPECT_TRUE(mentions(open().problems, "1 of 1 Detector_Footprint files that the metadata lists is missing"));
}

TEST_F(MadeProduct, OverlongNamesAreRefusedBeforeTheyAreParsed) {
  theia::Metadata what;
  what.id = id + std::string(3'000'000, 'x');
  what.platform = "SENTINEL2" + std::string(3'000'000, 'A');
  what.images = {{"Flat_Reflectance", "band_id=\"B4\"", std::string(3'000'000, '_') + "_FRE_B4.tif"}};
  sample::write_text(folder / "x_MTD_ALL.xml", what.text());
  theia::make_file(at("FRE_B4"));
  EXPECT_EQ(open().bands.size(), 1U);
}

TEST_F(MadeProduct, MeansOfAzimuthsPassNorth) {
  const auto grid = [](const std::string& zenith, const std::string& azimuth) {
    const auto values = [](const std::string& name, const std::string& value) {
      return "<" + name + "><COL_STEP>5000</COL_STEP><ROW_STEP>5000</ROW_STEP><Values_List><VALUES>" + value +
             "</VALUES></Values_List></" + name + ">";
    };
    return "<Viewing_Incidence_Angles_Grids>" + values("Zenith", zenith) + values("Azimuth", azimuth) +
           "</Viewing_Incidence_Angles_Grids>";
  };
  theia::Metadata what;
  what.images = {{"Flat_Reflectance", "band_id=\"B4\"", id + "_FRE_B4.tif"}};
  what.angles =
      "<Geometric_Informations><Angles_Grids_List><Viewing_Incidence_Angles_Grids_List>"
      "<Band_Viewing_Incidence_Angles_Grids_List band_id=\"B4\">" +
      grid("4 NaN NaN", "350 NaN NaN") + grid("6 7 NaN", "20 30 NaN") +
      "</Band_Viewing_Incidence_Angles_Grids_List></Viewing_Incidence_Angles_Grids_List></Angles_Grids_List>"
      "</Geometric_Informations>";
  metadata(what);
  theia::make_listed_files(folder.text(), what.text());
  const Product product = open();
  ASSERT_EQ(product.view.size(), 1U);
  const AngleGrid& merged = product.view[0].grid;
  ASSERT_EQ(merged.zenith_deg.size(), 3U);
  EXPECT_FLOAT_EQ(merged.zenith_deg[0], 5);
  EXPECT_NEAR(merged.azimuth_deg[0], 5, 1e-4);
  EXPECT_FLOAT_EQ(merged.zenith_deg[1], 7);
  EXPECT_NEAR(merged.azimuth_deg[1], 30, 1e-4);
  EXPECT_TRUE(std::isnan(merged.zenith_deg[2]));
  EXPECT_TRUE(std::isnan(merged.azimuth_deg[2]));
}

TEST_F(MadeProduct, OneImageUnderTwoNamesIsRefused) {
  theia::make_file(at("FRE_B4"));
  theia::make_file(folder / (id + "_FRE_B04.tif"));
  try {
    static_cast<void>(open());
    FAIL() << "one of two files was taken";
  } catch (const UserError& error) {
    EXPECT_NE(error.fault().find("FRE_B4 under two names"), std::string::npos) << error.fault();
    EXPECT_NE(error.fault().find("_FRE_B4.tif"), std::string::npos) << error.fault();
    EXPECT_NE(error.fault().find("_FRE_B04.tif"), std::string::npos) << error.fault();
  }
  // What an interrupted download leaves is not the other one.
  sample::write_text(folder / (id + "_FRE_B04.tif"), "");
  EXPECT_EQ(open().bands.size(), 1U);
}

TEST_F(MadeProduct, NumbersThatMeanNodataAreInItsMask) {
  theia::make_tif(at("FRE_B4"), {{-10000, 0, 500}}, GDT_Int16);
  theia::make_tif(folder / ("MASKS/" + id + "_EDG_R1.tif"), {{0, 1, 0}});
  const Product product = open();
  ASSERT_NE(product.mask(MaskMeaning::nodata), nullptr);
  EXPECT_EQ(sample::mask_pixels(*product.mask(MaskMeaning::nodata)), (std::vector<bool>{true, true, false}));
}

TEST_F(MadeProduct, RefusesTwoProductsInOneFolder) {
  theia::make_file(at("FRE_B4"));
  theia::make_file(folder / "SENTINEL2A_20200111-105000-000_L2A_T31TCJ_C_V2-2_FRE_B4.tif");
  EXPECT_NE(theia::fault_of<UserError>(folder.text()).find("2 products"), std::string::npos);
}

TEST_F(MadeProduct, LandsatHasOneGroupUnderTwoNames) {
  theia::Metadata what;
  what.id = "LANDSAT8-OLITIRS-XS_20210821-102351-515_L2A_T31TFJ_C_V2-2";
  what.platform = "LANDSAT8";
  what.group = "XS";
  what.size = "30";
  what.images = {{"Flat_Reflectance", "band_id=\"B5\"", what.id + "_FRE_B5.tif"},
                 {"Aerosol_Optical_Thickness", "group_id=\"XS\" band_number=\"2\"", what.id + "_ATB_ALL.tif"}};
  what.masks = {{"Detailed_Cloud", "group_id=\"XS\"", "MASKS/" + what.id + "_CLM_ALL.tif"},
                {"Saturation", "band_id=\"B5\" bit_number=\"5\"", "MASKS/" + what.id + "_SAT_B5.tif"}};
  metadata(what);
  theia::make_listed_files(folder.text(), what.text());
  std::filesystem::rename(folder / ("MASKS/" + what.id + "_CLM_ALL.tif"),
                          folder / ("MASKS/" + what.id + "_CLM_XS.tif"));
  const Product product = open();
  EXPECT_EQ(product.problems, Names{});
  EXPECT_EQ(product.platform, "landsat-8");
  EXPECT_EQ(product.instrument, "oli_tirs");
  EXPECT_EQ(product.tile, "31TFJ");
  EXPECT_EQ(product.epsg, 32631);
  ASSERT_EQ(product.bands.size(), 1U);
  EXPECT_EQ(product.bands[0].role, BandRole::nir_narrow);
  EXPECT_EQ(product.bands[0].gsd_m, 30);
  EXPECT_EQ(product.mask(MaskMeaning::cloud)->gsd_m, 30);
  EXPECT_EQ(product.mask(MaskMeaning::saturated, 30)->any[0].bits, 16U);
  EXPECT_NE(product.layer("AOT_XS"), nullptr);
}

TEST_F(MadeProduct, OlderLandsatsAreNumberedOtherwise) {
  for (const char* band : {"B1", "B4", "B5", "B7"})
    theia::make_file(folder /
                     ("LANDSAT5-TM-XS_20100118-103000-000_L2A_T31TFJ_C_V1-0_FRE_" + std::string(band) + ".tif"));
  const Product product = open();
  EXPECT_EQ(product.platform, "landsat-5");
  EXPECT_EQ(product.instrument, "tm");
  EXPECT_EQ(product.band(BandRole::blue)->name, "B1");
  EXPECT_EQ(product.band(BandRole::nir)->name, "B4");
  EXPECT_EQ(product.band(BandRole::swir1)->name, "B5");
  EXPECT_EQ(product.band(BandRole::swir2)->name, "B7");
}

TEST_F(MadeProduct, VenusHasSitesAndTwelveBands) {
  const std::string venus = "VENUS-XS_20190428-173944-000_L2A_FR-LUS_D_V2-15";
  for (int band = 1; band <= 12; ++band) theia::make_file(folder / (venus + "_FRE_B" + std::to_string(band) + ".tif"));
  theia::make_file(folder / ("MASKS/" + venus + "_MG2_XS.tif"));
  const Product product = open();
  EXPECT_EQ(product.platform, "venus");
  EXPECT_EQ(product.tile, "FR-LUS");
  EXPECT_EQ(product.baseline, "2.15");
  EXPECT_EQ(product.datetime, "2019-04-28T17:39:44.000Z");
  EXPECT_EQ(product.epsg, std::nullopt);
  EXPECT_EQ(product.bands.size(), 12U);
  EXPECT_EQ(product.mask(MaskMeaning::snow), nullptr);
  EXPECT_EQ(product.mask(MaskMeaning::water)->gsd_m, 5);
  EXPECT_EQ(product.band(BandRole::coastal)->name, "B2");
  EXPECT_EQ(product.band(BandRole::red)->name, "B7");
  EXPECT_EQ(product.band(BandRole::nir_narrow)->name, "B11");
  EXPECT_EQ(product.band(BandRole::red)->gsd_m, 5);
}

TEST_F(MadeProduct, SynthesesHaveFlagsThatAreNoBits) {
  const std::string synthesis = "SENTINEL2X_20181015-000000-000_L3A_T31TCJ_D_V1-1";
  theia::make_tif(folder / (synthesis + "_FRC_B4.tif"), {{1, 2, 3, 4, 5, 6, 7}}, GDT_Int16);
  theia::make_file(folder / ("MASKS/" + synthesis + "_WGT_R1.tif"));
  theia::make_file(folder / ("MASKS/" + synthesis + "_DTS_R1.tif"));
  theia::make_tif(folder / ("MASKS/" + synthesis + "_FLG_R1.tif"), {{0, 1, 2, 3, 4, 5, 6}});
  const Product product = open();
  EXPECT_EQ(product.family, "muscate-l3a");
  EXPECT_EQ(product.level, "L3A");
  EXPECT_EQ(product.platform, "sentinel-2");
  EXPECT_TRUE(product.band(BandRole::red)->pixels.file.ends_with("_FRC_B4.tif"));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::nodata)), (Indices{0}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cloud)), (Indices{1}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::snow)), (Indices{2}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::water)), (Indices{3}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cloud_shadow)), (Indices{5}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::saturated)), (Indices{6}));
  EXPECT_EQ(product.mask(MaskMeaning::topographic_shadow), nullptr);
  EXPECT_DOUBLE_EQ(product.layer("WGT_R1")->scale, 1e-3);
  EXPECT_FALSE(product.layer("DTS_R1")->classes);
  EXPECT_TRUE(product.layer("FLG_R1")->classes);
}

TEST_F(MadeProduct, UnknownSatellitesAreReadAsSentinel2AndSaidSo) {
  theia::make_file(folder / "mine_FRE_B8A.tif");
  const Product product = open();
  EXPECT_EQ(product.id, "mine");
  EXPECT_EQ(product.band(BandRole::nir_narrow)->name, "B8A");
  EXPECT_TRUE(mentions(product.problems, "which satellite"));
}

}  // namespace
}  // namespace cers
