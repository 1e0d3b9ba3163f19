// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "theia_testing.hpp"

namespace cers {
namespace {

using sample::mentions;
using Indices = std::vector<std::size_t>;
using Names = std::vector<std::string>;

const std::string id = "S2A_OPER_SSC_L2VALD_31TCJ____20180615";

// A header in the grammar of MAJA's template, with bands in another order than its own.
std::string header() {
  return R"(<?xml version="1.0" encoding="UTF-8"?>
<Earth_Explorer_Header xmlns="http://eop-cfi.esa.int/CFI">
  <Fixed_Header><File_Name>S2A_OPER_SSC_L2VALD_31TCJ____20180615</File_Name>
    <Source><Creator_Version>3.1.0</Creator_Version><Creation_Date>UTC=2018-07-01T21:00:39</Creation_Date></Source>
  </Fixed_Header>
  <Variable_Header><Specific_Product_Header>
    <Product_Information>
      <Acquisition_Date_Time>UTC=2018-06-15T10:51:07</Acquisition_Date_Time>
      <Acquisition_Orbit_Number unit="abs">15566</Acquisition_Orbit_Number>
      <Cloud_Percentage>12</Cloud_Percentage><Snow_Percentage>3</Snow_Percentage>
      <Reflectance_Quantification_Value>0.000100000</Reflectance_Quantification_Value>
    </Product_Information>
    <Image_Information><Nodata_Value>-10000</Nodata_Value>
      <List_of_Resolutions count="2">
        <Resolution r="10"><List_of_Bands count="4">
          <Band sn="1">B3</Band><Band sn="2">B2</Band><Band sn="3">B4</Band><Band sn="4">B8</Band>
        </List_of_Bands></Resolution>
        <Resolution r="20"><List_of_Bands count="6">
          <Band sn="1">B5</Band><Band sn="2">B6</Band><Band sn="3">B7</Band><Band sn="4">B8A</Band>
          <Band sn="5">B11</Band><Band sn="6">B12</Band>
        </List_of_Bands></Resolution>
      </List_of_Resolutions>
    </Image_Information>
    <Geo_Referencing_Information><Product_Coverage><Cartographic><Coordinate_Reference_System>
      <Code>EPSG:32631</Code>
    </Coordinate_Reference_System></Cartographic></Product_Coverage></Geo_Referencing_Information>
  </Specific_Product_Header></Variable_Header>
</Earth_Explorer_Header>
)";
}

class MajaNative : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* end : {"FRE_R1", "FRE_R2", "SRE_R1", "SRE_R2"}) theia::make_file(image("PDTIMG", end));
    for (const char* end : {"ATB_R1", "QLT_R1", "MSK_R2"}) theia::make_file(image("PDTANX", end));
    theia::make_tif(image("PDTANX", "CLD_R1"), {{1, 2, 4, 8, 16, 32, 64, 128, 0}});
    theia::make_tif(image("PDTANX", "MSK_R1"), {{1, 2, 4, 8, 16, 32, 64, 128, 0}});
  }
  std::filesystem::path image(const std::string& type, const std::string& end) const {
    return folder / (id + ".DBL.DIR/S2A_OPER_SSC_" + type + "_L2VALD_31TCJ____20180615_" + end + ".DBL.TIF");
  }
  sample::Folder folder;
};

TEST_F(MajaNative, ReadsTheHeaderBesideItsFolder) {
  sample::write_text(folder / (id + ".HDR"), header());
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.problems, Names{});
  EXPECT_EQ(product.family, "maja-native");
  EXPECT_EQ(product.id, id);
  EXPECT_EQ(product.platform, "sentinel-2a");
  EXPECT_EQ(product.tile, "31TCJ");
  EXPECT_EQ(product.datetime, "2018-06-15T10:51:07Z");
  EXPECT_EQ(product.processed, "2018-07-01T21:00:39Z");
  EXPECT_EQ(product.baseline, "3.1.0");
  EXPECT_EQ(product.absolute_orbit, 15566);
  EXPECT_EQ(product.epsg, 32631);
  EXPECT_EQ(product.cloud_percent, 12);
  EXPECT_EQ(product.snow_percent, 3);
  EXPECT_EQ(product.bands.size(), 10U);
  EXPECT_DOUBLE_EQ(product.band(BandRole::red)->scale, 1e-4);
  EXPECT_EQ(product.band(BandRole::red)->nodata, -10000);
  EXPECT_EQ(product.band(BandRole::green)->pixels.band, 1);  // as the header lists them
  EXPECT_EQ(product.band(BandRole::blue)->pixels.band, 2);
  EXPECT_EQ(product.band(BandRole::swir1)->pixels.band, 5);
  EXPECT_TRUE(product.band(BandRole::swir1)->pixels.file.ends_with("_FRE_R2.DBL.TIF"));
  EXPECT_EQ(product.layer("SRE_B8")->pixels.band, 4);
  EXPECT_TRUE(product.layer("SRE_B8")->pixels.file.ends_with("_SRE_R1.DBL.TIF"));
  EXPECT_EQ(product.layer("AOT_R1")->pixels.band, 2);
  EXPECT_EQ(product.layer("OTH_R1")->pixels.band, 3);
}

TEST_F(MajaNative, FolderAloneIsReadFromItsNames) {
  const Product product = open_product((folder / (id + ".DBL.DIR")).string());
  EXPECT_EQ(product.platform, "sentinel-2a");
  EXPECT_EQ(product.tile, "31TCJ");
  EXPECT_EQ(product.epsg, 32631);
  EXPECT_EQ(product.datetime, "2018-06-15T00:00:00Z");
  EXPECT_TRUE(mentions(product.problems, "no header (.HDR)"));
  EXPECT_EQ(product.bands.size(), 10U);
  EXPECT_EQ(product.band(BandRole::blue)->pixels.band, 1);
}

// The order of bits is not that of MUSCATE: there bit 2 is a test, here the shadow.
TEST_F(MajaNative, CloudBitsHaveTheNativeOrder) {
  const Product product = open_product(folder.text());
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cloud, 10)), (Indices{1, 6}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cloud_shadow, 10)), (Indices{2, 3}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cirrus, 10)), (Indices{7}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::water, 10)), (Indices{0}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::snow, 10)), (Indices{2}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::topographic_shadow, 10)), (Indices{4, 5}));
  // Where there is no CLD, MSK stands in.
  EXPECT_EQ(product.mask(MaskMeaning::cloud, 20)->any[0].bits, 2U);
  EXPECT_EQ(product.mask(MaskMeaning::cloud_shadow, 20)->any[0].bits, 8U);
}

TEST_F(MajaNative, NamesWhatIsMissingOrEmpty) {
  sample::write_text(image("PDTIMG", "FRE_R2"), "");
  const Product product = open_product(folder.text());
  EXPECT_TRUE(mentions(product.problems, "FRE_R2.DBL.TIF of '"));
  EXPECT_EQ(product.bands.size(), 4U);
  EXPECT_EQ(product.band(BandRole::swir1), nullptr);
}

TEST_F(MajaNative, SaysWhereItsHeaderBreaksOff) {
  const std::string text = header();
  sample::write_text(folder / (id + ".HDR"), text.substr(0, text.find("<Cloud_Percentage>") + 20));
  const std::string fault = theia::fault_of<DataError>(folder.text());
  EXPECT_NE(fault.find(id + ".HDR of '"), std::string::npos) << fault;
  EXPECT_NE(fault.find("line 10"), std::string::npos) << fault;
}

TEST(MajaNativeVenus, HasOneStackAndItsOwnScale) {
  const sample::Folder folder;
  theia::make_file(folder /
                   "VE_TEST_VSC_L2VALD_CAMARGUE_20120101.DBL.DIR/"
                   "VE_TEST_VSC_PDTIMG_L2VALD_CAMARGUE_20120101_FRE.DBL.TIF");
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.platform, "venus");
  EXPECT_EQ(product.tile, "CAMARGUE");
  ASSERT_EQ(product.bands.size(), 12U);
  EXPECT_EQ(product.band(BandRole::red)->pixels.band, 7);
  EXPECT_EQ(product.band_named("B1")->pixels.band, 1);
  EXPECT_DOUBLE_EQ(product.band(BandRole::red)->scale, 1e-3);
}

}  // namespace
}  // namespace cers
