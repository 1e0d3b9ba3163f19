// SPDX-License-Identifier: Apache-2.0
#include "safe_samples.hpp"

namespace cers {
namespace {
using namespace sample;

constexpr const char* assam = "products/s2_safe_xml/S2A_MSIL1C_20210908T042701_N0301_R133_T46RER_20210908T070248.SAFE";
constexpr const char* fiji = "products/s2_safe_xml/S2A_MSIL1C_20200717T221941_R029_T01LAC_20200717T234135.SAFE";
constexpr const char* preview = "products/s2_l1c_preview";
constexpr const char* classified =
    "products/s2_safe_l2a_n0400/S2A_MSIL2A_20221005T115411_N0400_R023_T29UNU_20221005T164454.SAFE/GRANULE/"
    "L2A_T29UNU_A038058_20221005T115407/QI_DATA/MSK_CLASSI_B00.jp2";
constexpr const char* granule = "GRANULE/L1C_T46RER_A032448_20210908T043714";

// A macro, since only it can leave the test.
#define NEED_DATA(path) \
  if (shared(path).empty()) GTEST_SKIP() << "the shared data lack " << (path)

// The real metadata, with the thirteen real images of another tile under the names it lists.
fs::path with_images(const Folder& folder) {
  const fs::path safe = folder.copy(shared(assam), "product");
  for (const auto& entry : fs::directory_iterator(shared(preview))) {
    const std::string name = entry.path().filename().string();
    const auto mark = name.find("_L1C_");
    if (mark == std::string::npos) continue;
    const fs::path target = safe / granule / "IMG_DATA" / ("T46RER_20210908T042701_" + name.substr(mark + 5));
    fs::create_directories(target.parent_path());
    fs::copy(entry.path(), target);
  }
  return safe;
}

TEST(Sentinel2L1C, MetadataAsStactoolsReadsIt) {
  for (const char* path : {assam, fiji}) {
    NEED_DATA(path);
    SCOPED_TRACE(path);
    const Product product = open_product(shared(path).string());
    EXPECT_EQ(product.family, "sentinel2-l1c");
    EXPECT_EQ(product.level, "L1C");
    EXPECT_EQ(product.snow_percent, std::nullopt);  // Level-1C does not count snow
    expect_as_stac(product, read_json(shared(path) / "expected_output.json"));
  }
}

TEST(Sentinel2L1C, IdFromTheMetadataNotFromTheFolder) {
  NEED_DATA(fiji);  // whose folder name lacks the baseline
  EXPECT_EQ(open_product(shared(fiji).string()).id, "S2A_MSIL1C_20200717T221941_N0209_R029_T01LAC_20200717T234135");
}

TEST(Sentinel2L1C, ThirteenBandsWithoutOffsetBeforeBaseline4) {
  NEED_DATA(assam);
  NEED_DATA(preview);
  const Folder folder;
  const Product product = open_product(with_images(folder).string());
  ASSERT_EQ(product.bands.size(), 13U);
  const std::vector<std::pair<BandRole, double>> expected = {
      {BandRole::coastal, 60},    {BandRole::blue, 10},         {BandRole::green, 10},     {BandRole::red, 10},
      {BandRole::red_edge1, 20},  {BandRole::red_edge2, 20},    {BandRole::red_edge3, 20}, {BandRole::nir, 10},
      {BandRole::nir_narrow, 20}, {BandRole::water_vapour, 60}, {BandRole::cirrus, 60},    {BandRole::swir1, 20},
      {BandRole::swir2, 20}};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(product.bands[i].role, expected[i].first);
    EXPECT_EQ(product.bands[i].gsd_m, expected[i].second);
    EXPECT_DOUBLE_EQ(product.bands[i].scale, 0.0001);
    EXPECT_DOUBLE_EQ(product.bands[i].offset, 0);
    EXPECT_GT(pixel(product.bands[i].pixels, 300, 300), 0);
  }
  EXPECT_TRUE(mentions(product.problems, "TCI"));  // listed, and not in the sample
}

TEST(Sentinel2L1C, OffsetBelongsToTheBandIndex) {
  NEED_DATA(assam);
  NEED_DATA(preview);
  const Folder folder;
  const fs::path safe = with_images(folder);
  std::string list = "<Radiometric_Offset_List>";
  for (int band = 0; band < 13; ++band)
    list += "<RADIO_ADD_OFFSET band_id=\"" + std::to_string(band) + "\">" + std::to_string(-1000 - band) +
            "</RADIO_ADD_OFFSET>";
  replace_in(safe / "MTD_MSIL1C.xml", "<QUANTIFICATION_VALUE",
             list + "</Radiometric_Offset_List><QUANTIFICATION_VALUE");
  const Product product = open_product(safe.string());
  // Index 8 is B8A and 9 is B9: not the number in the name.
  EXPECT_DOUBLE_EQ(product.band_named("B8")->offset, -0.1007);
  EXPECT_DOUBLE_EQ(product.band_named("B8A")->offset, -0.1008);
  EXPECT_DOUBLE_EQ(product.band_named("B9")->offset, -0.1009);
  EXPECT_DOUBLE_EQ(product.band_named("B12")->offset, -0.1012);
}

TEST(Sentinel2L1C, AForeignSpectralDictionaryIsRefused) {
  NEED_DATA(assam);
  const Folder folder;
  const fs::path safe = folder.copy(shared(assam), "product");
  replace_in(safe / "MTD_MSIL1C.xml", "physicalBand=\"B8A\"", "physicalBand=\"B8B\"");
  EXPECT_THROW(static_cast<void>(open_product(safe.string())), DataError);
}

TEST(Sentinel2L1C, CloudPolygonsBeforeBaseline4) {
  NEED_DATA(assam);
  NEED_DATA(preview);
  const Folder folder;
  const fs::path safe = with_images(folder);
  EXPECT_TRUE(mentions(open_product(safe.string()).problems, "MSK_CLOUDS_B00.gml"));
  write_text(safe / granule / "QI_DATA/MSK_CLOUDS_B00.gml", "<eop:Mask/>");
  const Product product = open_product(safe.string());
  ASSERT_NE(product.mask(MaskMeaning::cloud), nullptr);
  const MaskTest& test = product.mask(MaskMeaning::cloud)->any.at(0);
  EXPECT_EQ(test.kind, MaskTest::Kind::inside);
  EXPECT_TRUE(test.polygons.ends_with("MSK_CLOUDS_B00.gml"));
  EXPECT_EQ(test.types, (std::vector<std::string>{"OPAQUE", "CIRRUS"}));
  EXPECT_EQ(product.mask(MaskMeaning::cirrus)->any.at(0).types, std::vector<std::string>{"CIRRUS"});
  EXPECT_FALSE(mentions(product.problems, "cloud mask"));
}

TEST(Sentinel2L1C, RasterClassificationSinceBaseline4) {
  NEED_DATA(assam);
  NEED_DATA(classified);
  const Folder folder;
  const fs::path safe = folder.copy(shared(assam), "product");
  fs::create_directories(safe / granule / "QI_DATA");
  fs::copy(shared(classified), safe / granule / "QI_DATA/MSK_CLASSI_B00.jp2");
  const Product product = open_product(safe.string());
  const ProductMask* cloud = product.mask(MaskMeaning::cloud);
  ASSERT_NE(cloud, nullptr);
  EXPECT_EQ(cloud->gsd_m, 60);
  ASSERT_EQ(cloud->any.size(), 2U);
  EXPECT_EQ(cloud->any[0].pixels.band, 1);
  EXPECT_EQ(cloud->any[1].pixels.band, 2);
  EXPECT_EQ(product.mask(MaskMeaning::snow)->any[0].pixels.band, 3);
  // Means of the components by gdalinfo: cirrus 0.05662, snow 0.01264.
  const auto mean = [&](MaskMeaning meaning) {
    const auto set = mask_pixels(*product.mask(meaning));
    return static_cast<double>(std::count(set.begin(), set.end(), true)) / static_cast<double>(set.size());
  };
  EXPECT_NEAR(mean(MaskMeaning::cirrus), 0.05662, 1e-5);
  EXPECT_NEAR(mean(MaskMeaning::snow), 0.01264, 1e-5);
  EXPECT_GT(mean(MaskMeaning::cloud), 0.28);
}

}  // namespace
}  // namespace cers
