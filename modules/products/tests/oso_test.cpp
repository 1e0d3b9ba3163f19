// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "theia_testing.hpp"

namespace cers {
namespace {

using sample::mentions;
using Indices = std::vector<std::size_t>;

TEST(Oso, HasClassesConfidenceAndValidity) {
  const sample::Folder folder;
  theia::make_tif(folder / "OSO_20200101_RASTER_V1-0/DATA/OCS_2020.tif", {{0, 1, 23, 255}});
  theia::make_file(folder / "OSO_20200101_RASTER_V1-0/DATA/OCS_2020_CONFIDENCE.tif");
  theia::make_file(folder / "OSO_20200101_RASTER_V1-0/DATA/OCS_2020_VALIDITY.tif");
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.family, "oso");
  EXPECT_EQ(product.id, "OCS_2020");
  EXPECT_EQ(product.title, "OSO land cover of France, 2020");
  EXPECT_EQ(product.datetime, "2020-01-01T00:00:00Z");
  EXPECT_EQ(product.epsg, 2154);
  EXPECT_TRUE(product.problems.empty());
  EXPECT_TRUE(product.bands.empty());
  ASSERT_NE(product.layer("classes"), nullptr);
  EXPECT_TRUE(product.layer("classes")->classes);
  EXPECT_EQ(product.layer("classes")->nodata, 0);
  EXPECT_EQ(product.layer("classes")->gsd_m, 10);
  EXPECT_FALSE(product.layer("confidence")->classes);
  EXPECT_NE(product.layer("validity"), nullptr);
  EXPECT_EQ(theia::set_in(product.mask(MaskMeaning::nodata)), (Indices{0}));
}

TEST(Oso, KnowsItsNames) {
  for (const char* name : {"OSO_20180101_RASTER_V1-0.tif", "OCS_2016_CESBIO.tif", "OCS_2017_L93.tif", "ocs_2019.TIF"}) {
    const sample::Folder folder;
    theia::make_file(folder / name);
    EXPECT_EQ(open_product(folder.text()).family, "oso") << name;
  }
  for (const char* name : {"OCS.tif", "OSO_2018.tif", "OCS_2016_mine.tif"}) {
    const sample::Folder folder;
    theia::make_file(folder / name);
    EXPECT_NE(theia::fault_of<UserError>(folder.text()).find("is no product"), std::string::npos) << name;
  }
}

TEST(Oso, OpensAsArchive) {
  const sample::Folder folder;
  theia::make_tif(folder / "OSO/OSO_20180101_RASTER_V1-0.tif", {{0, 5}});
  sample::zip(folder / "OSO", folder / "download.zip");
  const Product product = open_product((folder / "download.zip").string());
  EXPECT_EQ(product.id, "OSO_20180101_RASTER_V1-0");
  EXPECT_EQ(sample::pixel(product.layer("classes")->pixels, 1, 0), 5);
}

TEST(Oso, RefusesSeveralYearsInOneFolder) {
  const sample::Folder folder;
  theia::make_file(folder / "OCS_2016.tif");
  theia::make_file(folder / "OCS_2017.tif");
  EXPECT_NE(theia::fault_of<UserError>(folder.text()).find("several land cover maps"), std::string::npos);
}

TEST(Oso, NamesAnEmptyFile) {
  const sample::Folder folder;
  sample::write_text(folder / "OCS_2016.tif", "");
  const Product product = open_product(folder.text());
  EXPECT_TRUE(mentions(product.problems, "OCS_2016.tif of '"));
  EXPECT_TRUE(mentions(product.problems, "class codes"));
  EXPECT_TRUE(product.layers.empty());
}

}  // namespace
}  // namespace cers
