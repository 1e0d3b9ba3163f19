// SPDX-License-Identifier: Apache-2.0
// Expected values of real products were read from the files by hand or by other programs.
#include <gtest/gtest.h>

#include <algorithm>

#include "theia_testing.hpp"

namespace cers {
namespace {

using sample::mentions;
using Names = std::vector<std::string>;

const Names bands_of_sentinel2 = {"B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12"};

// T32TLR: the real metadata with files of its names.
class RealMetadata : public testing::Test {
 protected:
  void SetUp() override {
    const auto shared =
        sample::shared("products/muscate_xml/SENTINEL2B_20200209-103813-308_L2A_T32TLR_C_V1-0_MTD_ALL.xml");
    if (shared.empty()) GTEST_SKIP() << "needs shared data products/muscate_xml";
    metadata = folder.copy(shared, "T32TLR/" + shared.filename().string());
    files = theia::make_listed_files(folder / "T32TLR", sample::read_text(metadata));
  }
  Product open() const { return open_product((folder / "T32TLR").string()); }

  sample::Folder folder;
  std::filesystem::path metadata;
  std::set<std::string> files;
};

TEST_F(RealMetadata, IdentifiesTheProductAndNotItsLineage) {
  const Product product = open();
  EXPECT_EQ(product.id, "SENTINEL2B_20200209-103813-308_L2A_T32TLR_C_V1-0");
  EXPECT_EQ(product.family, "muscate-l2a");
  EXPECT_EQ(product.title, "Theia MUSCATE Level-2A, Sentinel-2B");
  EXPECT_EQ(product.platform, "sentinel-2b");
  EXPECT_EQ(product.constellation, "sentinel-2");
  EXPECT_EQ(product.instrument, "msi");
  EXPECT_EQ(product.level, "L2A");
  EXPECT_EQ(product.tile, "32TLR");
  EXPECT_EQ(product.datetime, "2020-02-09T10:38:13.308203Z");
  EXPECT_EQ(product.processed, "2020-02-09T12:30:57.000000Z");
  EXPECT_EQ(product.baseline, "1.0");
  EXPECT_EQ(product.absolute_orbit, 15292);
  EXPECT_EQ(product.relative_orbit, 108);  // of T32TLR at 10:38, as ESA's names have it
  EXPECT_EQ(product.epsg, 32632);
  EXPECT_EQ(product.cloud_percent, 15);
  EXPECT_EQ(product.snow_percent, 58);
  const std::vector<std::pair<double, double>> footprint = {{6.415934879603, 46.024353396290},
                                                            {7.834108089722, 46.047627622959},
                                                            {7.854365464520, 45.059513600049},
                                                            {6.460785793001, 45.037023116804},
                                                            {6.415934879603, 46.024353396290}};
  EXPECT_EQ(product.footprint, footprint);
  EXPECT_EQ(product.problems, Names{});
}

TEST_F(RealMetadata, ReadsBandsWithTheirWavelengths) {
  const Product product = open();
  EXPECT_EQ(theia::names_of(product.bands), bands_of_sentinel2);
  const std::vector<double> centres = {492.3, 559, 665, 703.8, 739.1, 779.7, 833, 864, 1610.4, 2185.7};
  for (std::size_t i = 0; i < centres.size(); ++i) {
    const ProductBand& band = product.bands[i];
    EXPECT_EQ(band.wavelength_nm, centres[i]) << band.name;
    EXPECT_EQ(band.scale, 1e-4);
    EXPECT_EQ(band.offset, 0);
    EXPECT_EQ(band.nodata, -10000);
    EXPECT_TRUE(band.pixels.file.ends_with("_FRE_" + band.name + ".tif")) << band.pixels.file;
  }
  EXPECT_EQ(product.resolutions(), (std::vector<double>{10, 20}));
  EXPECT_EQ(product.band(BandRole::nir)->name, "B8");
  EXPECT_EQ(product.band(BandRole::nir_narrow)->name, "B8A");
  EXPECT_EQ(product.band(BandRole::coastal), nullptr);
}

TEST_F(RealMetadata, KeepsBothReflectancesAndTheAtmosphereAsLayers) {
  const Product product = open();
  for (const std::string& name : bands_of_sentinel2) {
    for (const char* kind : {"FRE_", "SRE_"}) {
      const ProductLayer* layer = product.layer(kind + name);
      ASSERT_NE(layer, nullptr) << kind << name;
      EXPECT_EQ(layer->scale, 1e-4);
      EXPECT_EQ(layer->nodata, -10000);
      EXPECT_FALSE(layer->classes);
    }
  }
  EXPECT_DOUBLE_EQ(product.layer("WVC_R1")->scale, 0.05);
  EXPECT_EQ(product.layer("WVC_R1")->pixels.band, 1);
  EXPECT_DOUBLE_EQ(product.layer("AOT_R2")->scale, 0.005);
  EXPECT_EQ(product.layer("AOT_R2")->pixels.band, 2);
  EXPECT_EQ(product.layer("AOT_R2")->nodata, 0);
  EXPECT_EQ(product.layer("AOT_R2")->gsd_m, 20);
  for (const char* name : {"CLM_R1", "CLM_R2", "MG2_R1", "MG2_R2", "EDG_R2", "SAT_R2", "IAB_R1"}) {
    ASSERT_NE(product.layer(name), nullptr) << name;
    EXPECT_TRUE(product.layer(name)->classes);
  }
}

TEST_F(RealMetadata, TakesTheBitsOfMasksFromIt) {
  const Product product = open();
  for (const double gsd : {10.0, 20.0}) {
    const auto bits = [&](MaskMeaning meaning) {
      const ProductMask* mask = product.mask(meaning, gsd);
      return mask != nullptr && mask->any.size() == 1 ? mask->any[0].bits : 0U;
    };
    EXPECT_EQ(bits(MaskMeaning::water), 1U);
    EXPECT_EQ(bits(MaskMeaning::snow), 4U);
    EXPECT_EQ(bits(MaskMeaning::topographic_shadow), 16U + 32U);
    EXPECT_EQ(bits(MaskMeaning::cloud), 2U + 16U);
    EXPECT_EQ(bits(MaskMeaning::cloud_shadow), 32U + 64U);
    EXPECT_EQ(bits(MaskMeaning::cirrus), 128U);
    const ProductMask* nodata = product.mask(MaskMeaning::nodata, gsd);  // EDG, and what a band says itself
    ASSERT_NE(nodata, nullptr);
    ASSERT_EQ(nodata->any.size(), 2U);
    EXPECT_EQ(nodata->any[0].bits, 1U);
    EXPECT_EQ(nodata->any[1].values, std::vector<int>{-10000});
    EXPECT_EQ(bits(MaskMeaning::saturated), gsd == 10 ? 15U : 63U);  // 4 and 6 bands
  }
  EXPECT_EQ(product.mask(MaskMeaning::snow, 20)->source, "MG2_R2 bit 2");
  EXPECT_TRUE(product.mask(MaskMeaning::cloud, 20)->any[0].pixels.file.ends_with("_CLM_R2.tif"));
}

TEST_F(RealMetadata, ReadsAngles) {
  const Product product = open();
  EXPECT_DOUBLE_EQ(product.sun_zenith_deg.value(), 62.212948285153);
  EXPECT_DOUBLE_EQ(product.sun_azimuth_deg.value(), 161.536548799013);
  const AngleGrid& sun = product.sun;
  EXPECT_EQ(sun.columns, 23);
  EXPECT_EQ(sun.rows, 23);
  EXPECT_EQ(sun.step_m, 5000);
  EXPECT_EQ(sun.origin_x, 300000);
  EXPECT_EQ(sun.origin_y, 5100000);
  ASSERT_EQ(sun.zenith_deg.size(), 23U * 23U);
  EXPECT_FLOAT_EQ(sun.zenith_deg[0], 62.8369F);
  EXPECT_FLOAT_EQ(sun.zenith_deg[22], 62.5508F);       // north-east
  EXPECT_FLOAT_EQ(sun.zenith_deg[22 * 23], 61.8771F);  // south-west
  EXPECT_FLOAT_EQ(sun.azimuth_deg[0], 160.821F);
  EXPECT_FLOAT_EQ(sun.azimuth_deg[10 * 23 + 7], 161.269F);

  ASSERT_EQ(product.view.size(), 10U);
  const ViewAngles& blue = product.view[0];
  EXPECT_EQ(blue.band, "B2");
  EXPECT_DOUBLE_EQ(blue.mean_zenith_deg, 3.076727428350);
  EXPECT_DOUBLE_EQ(blue.mean_azimuth_deg, 230.445337884554);
  ASSERT_EQ(blue.grid.zenith_deg.size(), 23U * 23U);
  EXPECT_FLOAT_EQ(blue.grid.zenith_deg[0], 3.1884F);  // detector 05 alone
  EXPECT_NEAR(blue.grid.azimuth_deg[0], 118.518, 1e-4);
  EXPECT_NEAR(blue.grid.zenith_deg[3], (2.07899 + 1.95481) / 2, 1e-5);  // detectors 05 and 06
  EXPECT_NEAR(blue.grid.azimuth_deg[3], (126.739 + 95.52) / 2, 1e-4);
  EXPECT_NEAR(blue.grid.azimuth_deg[11 * 23 + 11], 292.702, 1e-4);
}

TEST_F(RealMetadata, IsFoundByItselfAndInRenamedFoldersDownBelow) {
  EXPECT_EQ(open_product(metadata.string()).id, open().id);
  std::filesystem::rename(folder / "T32TLR", folder / "x");
  std::filesystem::create_directories(folder / "a/b");
  std::filesystem::rename(folder / "x", folder / "a/b/x");
  sample::write_text(folder / "a/licence.txt", "text");
  const Product product = open_product((folder / "a").string());
  EXPECT_EQ(product.tile, "32TLR");
  EXPECT_EQ(product.problems, Names{});
}

TEST_F(RealMetadata, FindsFilesOfOtherSpelling) {
  // Archives named "_D_" hold files named "_C_", and the other way round; some tools lower the case.
  const auto root = folder / "T32TLR";
  for (const std::string& file : files) {
    std::string name = file;
    name.replace(name.find("_C_V1-0"), 7, "_D_V1-0");
    if (const auto band = name.find("_FRE_B2"); band != std::string::npos) name.replace(band, 7, "_fre_b02");
    std::filesystem::rename(root / file, root / name);
  }
  const Product product = open();
  EXPECT_EQ(product.problems, Names{});
  EXPECT_EQ(theia::names_of(product.bands), bands_of_sentinel2);
  EXPECT_TRUE(product.band(BandRole::blue)->pixels.file.ends_with("_fre_b02.tif"));
  EXPECT_NE(product.mask(MaskMeaning::snow, 20), nullptr);
}

TEST_F(RealMetadata, NamesWhatIsMissing) {
  const std::string prefix = "SENTINEL2B_20200209-103813-308_L2A_T32TLR_C_V1-0_";
  const auto root = folder / "T32TLR";
  std::filesystem::remove(root / (prefix + "FRE_B4.tif"));
  std::filesystem::remove(root / ("MASKS/" + prefix + "MG2_R1.tif"));
  sample::write_text(root / (prefix + "FRE_B8.tif"), "");
  const Product product = open();
  EXPECT_EQ(product.problems.size(), 3U);
  EXPECT_TRUE(mentions(product.problems, "1 of 10 FRE files that the metadata lists is missing: " + prefix + "FRE_B4"));
  EXPECT_TRUE(mentions(product.problems, "1 of 2 MG2 files that the metadata lists is missing: MASKS/" + prefix));
  EXPECT_TRUE(mentions(product.problems, "FRE_B8.tif of '" + root.string() + "' is empty"));
  EXPECT_EQ(product.bands.size(), 8U);
  EXPECT_EQ(product.band(BandRole::red), nullptr);
  EXPECT_EQ(product.layer("FRE_B8"), nullptr);
  EXPECT_NE(product.layer("SRE_B4"), nullptr);
  EXPECT_EQ(product.mask(MaskMeaning::snow, 10), nullptr);
  EXPECT_NE(product.mask(MaskMeaning::snow, 20), nullptr);
}

TEST_F(RealMetadata, SaysWhereItBreaksOff) {
  const std::string text = sample::read_text(metadata);
  sample::write_text(metadata, text.substr(0, text.size() / 2));
  const std::string fault = theia::fault_of<DataError>(folder / "T32TLR");
  EXPECT_NE(fault.find("_MTD_ALL.xml of '"), std::string::npos) << fault;
  const auto lines = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(text.size() / 2), '\n');
  EXPECT_NE(fault.find("line " + std::to_string(lines + 1)), std::string::npos) << fault;
  EXPECT_NE(fault.find("band files can still be opened"), std::string::npos) << fault;
}

TEST_F(RealMetadata, RefusesAngleGridsThatAreNone) {
  sample::replace_in(metadata, "62.8369", "62.8369x");
  EXPECT_NE(theia::fault_of<DataError>(folder / "T32TLR").find("62.8369x"), std::string::npos);
}

// T30TYP: real pixels, of which the metadata is lost.
class RealCrop : public testing::Test {
 protected:
  void SetUp() override {
    crop = sample::shared("products/muscate_l2a/SENTINEL2B_20181023-105107-455_L2A_T30TYP_D_V1-9");
    if (crop.empty()) GTEST_SKIP() << "needs shared data products/muscate_l2a";
  }
  std::filesystem::path crop;
};

void expect_crop(const Product& product) {
  EXPECT_EQ(product.id, "SENTINEL2B_20181023-105107-455_L2A_T30TYP_D_V1-9");
  EXPECT_EQ(product.platform, "sentinel-2b");
  EXPECT_EQ(product.tile, "30TYP");
  EXPECT_EQ(product.datetime, "2018-10-23T10:51:07.455Z");
  EXPECT_EQ(product.baseline, "1.9");
  EXPECT_EQ(product.epsg, 32630);
  EXPECT_EQ(theia::names_of(product.bands), bands_of_sentinel2);
  EXPECT_EQ(product.band(BandRole::red)->scale, 1e-4);
  EXPECT_EQ(product.band(BandRole::red)->nodata, -10000);
  ASSERT_EQ(product.problems.size(), 1U);
  EXPECT_TRUE(mentions(product.problems, "scale 1e-4 and nodata -10000 of the format are assumed"));
  // Values by gdallocationinfo.
  EXPECT_EQ(sample::pixel(product.band(BandRole::red)->pixels, 600, 500), 1440);
  EXPECT_EQ(sample::pixel(product.band(BandRole::swir1)->pixels, 300, 250), 3185);
  const auto cloud = sample::mask_pixels(*product.mask(MaskMeaning::cloud));
  EXPECT_EQ(std::count(cloud.begin(), cloud.end(), true), 6688);  // of value 11, the only one but 0
  const auto shadow = sample::mask_pixels(*product.mask(MaskMeaning::cloud_shadow));
  EXPECT_EQ(std::count(shadow.begin(), shadow.end(), true), 0);
  EXPECT_EQ(product.mask(MaskMeaning::cloud, 20), nullptr);
  EXPECT_EQ(product.mask(MaskMeaning::snow), nullptr);
}

TEST_F(RealCrop, OpensAsFolder) {
  EXPECT_TRUE(is_product(crop.string()));
  expect_crop(open_product(crop.string()));
}

TEST_F(RealCrop, OpensAsRenamedArchive) {
  const sample::Folder folder;
  sample::zip(crop, folder / "download (1).zip");
  expect_crop(open_product((folder / "download (1).zip").string()));
}

}  // namespace
}  // namespace cers
