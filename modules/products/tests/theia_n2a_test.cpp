// SPDX-License-Identifier: Apache-2.0
// Products of Theia from before MUSCATE, made: no real one may be handed on.
#include "theia_testing.hpp"

namespace cers {
namespace {

using sample::mentions;

const std::string landsat = "LANDSAT8_OLITIRS_XS_20160330_N2A_";
const std::string place = "France-MetropoleD0005H0002";

class TheiaN2A : public testing::Test {
 protected:
  void SetUp() override {
    std::vector<std::vector<int>> bands;
    for (int band = 1; band <= 7; ++band) bands.push_back({-10000, 100 * band, 0});
    theia::make_tif(folder / (landsat + "ORTHO_SURF_CORR_PENTE_" + place + ".TIF"), bands, GDT_Int16);
  }
  void mask(const std::string& kind, const std::vector<int>& values) const {
    theia::make_tif(folder / ("MASK/" + landsat + place + "_" + kind + ".TIF"), {values});
  }
  sample::Folder folder;
};

TEST_F(TheiaN2A, BandsLieInOneFile) {
  const Product product = open_product(folder.text());
  EXPECT_EQ(product.family, "theia-n2a");
  EXPECT_EQ(product.id, landsat + place);
  EXPECT_EQ(product.platform, "landsat-8");
  EXPECT_EQ(product.datetime, "2016-03-30T00:00:00Z");
  EXPECT_EQ(product.epsg, 2154);
  ASSERT_EQ(product.bands.size(), 7U);
  const ProductBand* red = product.band(BandRole::red);
  EXPECT_EQ(red->name, "B4");
  EXPECT_EQ(red->pixels.band, 4);
  EXPECT_DOUBLE_EQ(red->scale, 0.001);
  EXPECT_EQ(red->nodata, -10000);
  EXPECT_EQ(red->gsd_m, 30);
  EXPECT_EQ(sample::pixel(red->pixels, 1, 0), 400);
  EXPECT_TRUE(mentions(product.problems, "NUA"));
}

TEST_F(TheiaN2A, ValuesOfTheMasks) {
  mask("NUA", {0, 1, 1 + 32});
  mask("NODATA", {0, 0, 1});
  mask("SAT", {0, 4, 0});
  mask("DIV", {0, 8, 255});
  const Product product = open_product(folder.text());
  const auto set = [&](MaskMeaning meaning) { return sample::mask_pixels(*product.mask(meaning)); };
  EXPECT_EQ(set(MaskMeaning::cloud), (std::vector<bool>{false, true, true}));
  EXPECT_EQ(set(MaskMeaning::cirrus), (std::vector<bool>{false, false, true}));
  EXPECT_EQ(set(MaskMeaning::saturated), (std::vector<bool>{false, true, false}));
  EXPECT_EQ(set(MaskMeaning::nodata), (std::vector<bool>{true, false, true})) << "-10000 counts as well";
  mask("NUA", {64, 128, 2});
  EXPECT_EQ(sample::mask_pixels(*open_product(folder.text()).mask(MaskMeaning::cloud_shadow)),
            (std::vector<bool>{true, true, false}));
  EXPECT_NE(product.layer("DIV"), nullptr) << "its bits are not known well enough for a mask";
  EXPECT_EQ(product.mask(MaskMeaning::snow), nullptr);
}

TEST_F(TheiaN2A, TwoDatesAreRefused) {
  theia::make_file(folder / ("LANDSAT8_OLITIRS_XS_20160415_N2A_ORTHO_SURF_CORR_PENTE_" + place + ".TIF"));
  EXPECT_THROW(static_cast<void>(open_product(folder.text())), UserError);
}

TEST(TheiaTake5, SpotHasFourBandsOfTwentyOrTenMetres) {
  for (const auto& [name, gsd_m] : {std::pair{"SPOT4_HRVIR1_XS_20130218", 20.0}, {"SPOT5_HRG2_XS_20150510", 10.0}}) {
    const sample::Folder folder;
    theia::make_file(folder / (std::string(name) + "_N2A_ORTHO_SURF_CORR_ENV_EMidiPyreneesD0000B0000.TIF"));
    const Product product = open_product(folder.text());
    ASSERT_EQ(product.bands.size(), 4U) << name;
    EXPECT_EQ(product.band(BandRole::swir1)->pixels.band, 4);
    EXPECT_EQ(product.band(BandRole::green)->gsd_m, gsd_m);
    EXPECT_EQ(product.id, std::string(name) + "_N2A_EMidiPyreneesD0000B0000");
    EXPECT_TRUE(mentions(product.problems, "not corrected for slopes"));
  }
}

}  // namespace
}  // namespace cers
