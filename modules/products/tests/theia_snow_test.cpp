// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "theia_testing.hpp"

namespace cers {
namespace {

using sample::mentions;
using Indices = std::vector<std::size_t>;
using Names = std::vector<std::string>;

TEST(TheiaSnow, ReadsMasksOfLevel2WithTheirMetadata) {
  const sample::Folder folder;
  theia::Metadata what;
  what.id = "SENTINEL2B_20180209-105000-000_L2B-SNOW_T31TCH_D_V1-0";
  what.platform = "SENTINEL2B";
  what.level = "L2B-SNOW";
  sample::write_text(folder / (what.id + "_MTD_ALL.xml"), what.text());
  theia::make_tif(folder / (what.id + "_SNW_R2.tif"), {{0, 100, 205, 254, 255, 50}});
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.family, "theia-snow");
  EXPECT_EQ(product.id, what.id);
  EXPECT_EQ(product.level, "L2B-SNOW");
  EXPECT_EQ(product.tile, "31TCH");
  EXPECT_EQ(product.platform, "sentinel-2b");
  EXPECT_EQ(product.datetime, "2020-01-01T10:50:00.000Z");  // of the metadata
  EXPECT_EQ(product.problems, Names{});
  EXPECT_TRUE(product.bands.empty());
  EXPECT_TRUE(product.layer("SNW_R2")->classes);
  EXPECT_EQ(product.layer("SNW_R2")->gsd_m, 20);
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::snow)), (Indices{1}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cloud)), (Indices{2}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::nodata)), (Indices{3, 4}));
}

TEST(TheiaSnow, ReadsFractionsByTheirNames) {
  const sample::Folder folder;
  theia::make_tif(folder / "LIS_S2-SNOW-FSC_T31TCH_20210214T105101_1.7_1.tif", {{0, 1, 57, 100, 205, 210, 255}});
  theia::make_file(folder / "LIS_S2-SNOW-FSC-TOC_T31TCH_20210214T105101_1.7_1.tif");
  theia::make_file(folder / "LIS_S2-SNOW-FSC-QCFLAGS_T31TCH_20210214T105101_1.7_1.tif");
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.tile, "31TCH");
  EXPECT_EQ(product.epsg, 32631);
  EXPECT_EQ(product.datetime, "2021-02-14T10:51:01Z");
  EXPECT_EQ(product.baseline, "1.7");
  EXPECT_EQ(product.constellation, "sentinel-2");
  EXPECT_TRUE(mentions(product.problems, "no metadata file"));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::snow)), (Indices{1, 2, 3}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::cloud)), (Indices{4}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::water)), (Indices{5}));
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::nodata)), (Indices{6}));
  EXPECT_EQ(product.layers.front().name, "FSC");  // what it is as one image
  EXPECT_EQ(product.layer("FSC")->nodata, 255);
  EXPECT_NE(product.layer("FSCTOC"), nullptr);
  EXPECT_NE(product.layer("QCFLAGS"), nullptr);
}

TEST(TheiaSnow, LandsatHasThirtyMetres) {
  const sample::Folder folder;
  theia::make_file(folder / "LIS_L8-SNOW-MSK_T31TCH_20200325T103000_1.7_1.tif");
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.platform, "landsat-8");
  EXPECT_EQ(product.mask(MaskMeaning::snow)->gsd_m, 30);
  EXPECT_EQ(product.mask(MaskMeaning::snow)->any[0].values, std::vector<int>{100});
}

TEST(TheiaSnow, SynthesesAreNumbersAndHaveNoMask) {
  const sample::Folder folder;
  for (const char* kind : {"SCD", "SOD", "SMOD", "NSP", "NOBS"})
    theia::make_file(folder / ("LIS_S2L8-SNOW-" + std::string(kind) + "_T31TCH_20170901_20180831_1.7_1.tif"));
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.level, "L3B-SNOW");
  EXPECT_EQ(product.datetime, "2017-09-01T00:00:00Z");
  EXPECT_EQ(product.tile, "31TCH");
  EXPECT_EQ(product.layers.size(), 5U);
  EXPECT_FALSE(product.layer("SCD")->classes);
  EXPECT_TRUE(product.masks.empty());
}

TEST(TheiaSnow, WorkingFilesOfLetItSnow) {
  const sample::Folder folder;
  theia::make_file(folder / "LIS_SEB.TIF");
  theia::make_file(folder / "LIS_SNOW_ALL.TIF");
  sample::write_text(folder / "LIS_METADATA.XML",
                     "<LIS><Global_Index_List><QUALITY_INDEX name=\"ZS\">1500</QUALITY_INDEX>"
                     "<QUALITY_INDEX name=\"SnowPercent\">58.5</QUALITY_INDEX></Global_Index_List></LIS>");
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.problems, Names{});
  EXPECT_DOUBLE_EQ(product.snow_percent.value(), 58.5);
  EXPECT_EQ(product.mask(MaskMeaning::snow)->any[0].values, std::vector<int>{100});
  EXPECT_NE(product.layer("SNOW_ALL"), nullptr);
}

// Metadata of a test run of the Copernicus service, some of whose fields its template left unfilled.
TEST(TheiaSnow, ReadsCopernicusMetadata) {
  const std::string id = "FSC_20200209-103813-308_SENTINEL2B_T32TLR_V0-0";
  const auto shared = sample::shared("snow/metadata/" + id + "_MTD.xml");
  if (shared.empty()) GTEST_SKIP() << "needs shared data snow/metadata";
  const sample::Folder folder;
  folder.copy(shared, id + "_MTD.xml");
  for (const char* kind : {"FSCTOC", "FSCOG", "NDSI", "QCTOC", "QCOG", "QCFLAGS", "CLD"})
    theia::make_file(folder / (id + "_" + kind + ".tif"));
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.id, id);
  EXPECT_EQ(product.datetime, "2020-02-09T10:38:13.308000Z");
  EXPECT_EQ(product.processed, "2020-02-11T09:51:08.887920Z");
  EXPECT_EQ(product.tile, "32TLR");
  EXPECT_EQ(product.epsg, 32632);
  EXPECT_EQ(product.platform, "sentinel-2b");
  EXPECT_TRUE(product.footprint.empty());  // its latitudes are "[SB_lat]"
  EXPECT_EQ(product.layers.size(), 7U);
  EXPECT_TRUE(product.mask(MaskMeaning::snow)->any[0].pixels.file.ends_with("_FSCOG.tif"));
  EXPECT_EQ(product.mask(MaskMeaning::snow)->any[0].values.size(), 100U);
}

TEST(TheiaSnow, RefusesSeveralDatesInOneFolder) {
  const sample::Folder folder;
  theia::make_file(folder / "LIS_S2-SNOW-FSC_T31TCH_20210214T105101_1.7_1.tif");
  theia::make_file(folder / "LIS_S2-SNOW-FSC_T31TCH_20210219T105101_1.7_1.tif");
  EXPECT_NE(theia::fault_of<UserError>(folder.text()).find("several snow products"), std::string::npos);
}

TEST(TheiaSnow, IsNotSeenInOtherFolders) {
  const sample::Folder folder;
  for (const char* name : {"ndvi.tif", "my_NDSI.tif", "scene_CLD.tif", "snow.tif", "FSC.tif"})
    theia::make_file(folder / name);
  EXPECT_NE(theia::fault_of<UserError>(folder.text()).find("is no product"), std::string::npos);
}

}  // namespace
}  // namespace cers
