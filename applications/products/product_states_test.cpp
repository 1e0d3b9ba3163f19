// SPDX-License-Identifier: Apache-2.0
// Products in a wrong or unusual state: what is said, and what can still be done.
#include <cstdlib>

#include "made_products.hpp"

namespace cers::testing {
namespace {

namespace fs = std::filesystem;

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  return text;
}

class States : public ::testing::Test {
 protected:
  void SetUp() override {
    product_ = {folder_.path() / "in" / "old.SAFE", {"31TCJ"}, 10000};
    product_.write_metadata();
    for (const char* band : {"B02", "B04"})
      product_.write_band("31TCJ", band, utm_grid({300, 300}),
                          [](int x, int y) { return 1000 + (7 * x + 13 * y) % 97; });
  }
  CommandResult read(const std::string& product, const std::string& band) const {
    return made::write_parts(product, {band}, folder_);
  }
  /// The file cut to `share` of its length.
  static void cut(const fs::path& file, double share) {
    fs::resize_file(file, static_cast<std::uintmax_t>(static_cast<double>(fs::file_size(file)) * share));
  }

  TemporaryFolder folder_;
  made::OldProduct product_;
};

TEST_F(States, ACutBandIsNamedAndTheOthersWork) {
  const fs::path jp2 = product_.image("31TCJ", "B04").replace_extension(".jp2");
  const std::string command = "gdal_translate -q -of JP2OpenJPEG -co REVERSIBLE=YES -co QUALITY=100 " +
                              product_.image("31TCJ", "B04").string() + " " + jp2.string() + " > /dev/null 2>&1";
  if (std::system(command.c_str()) != 0) GTEST_SKIP() << "gdal_translate cannot write JPEG 2000";
  fs::remove(product_.image("31TCJ", "B04"));
  ASSERT_EQ(read(product_.folder.string(), "red").code, 0);
  for (const double share : {0.6, 0.02}) {
    cut(jp2, share);
    const auto result = read(product_.folder.string(), "red");
    EXPECT_NE(result.code, 0) << share;
    EXPECT_NE(result.err.find("_B04.jp2"), std::string::npos) << result.err;
    EXPECT_EQ(read(product_.folder.string(), "blue").code, 0) << "the other band is whole";
  }
}

TEST_F(States, CutMetadataIsNamed) {
  const fs::path tile = product_.granule("31TCJ") / "S2A_OPER_MTD_L1C_TL_SGS__20160905T073438_A006291_T31TCJ.xml";
  cut(tile, 0.5);
  const auto result = read(product_.folder.string(), "red");
  EXPECT_NE(result.code, 0);
  EXPECT_NE(result.err.find(tile.filename().string()), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("band files can still be opened"), std::string::npos) << result.err;
  const auto band =
      cers({"BandMath", "-il", product_.image("31TCJ", "B04").string(), "-exp", "im1b1", "-out", folder_ / "band.tif"});
  EXPECT_EQ(band.code, 0) << "and so they can: " << band.err;
}

TEST_F(States, LowerCaseNamesInAFolderBelow) {
  const fs::path renamed = folder_.path() / "out";
  for (const auto& entry : fs::recursive_directory_iterator(product_.folder)) {
    if (!entry.is_regular_file()) continue;
    const fs::path target =
        renamed / "downloads" / lower_case(fs::relative(entry.path(), folder_.path() / "in").string());
    fs::create_directories(target.parent_path());
    fs::copy(entry.path(), target);
  }
  const auto result = read(renamed.string(), "red");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_FLOAT_EQ(static_cast<float>(read_raster(folder_ / "red.tif").at(0, 1, 0)), 0.1007F);
}

TEST_F(States, TwoSpellingsOfOneBandAreRefused) {
  fs::copy(product_.image("31TCJ", "B04"),
           product_.granule("31TCJ") / "IMG_DATA" / lower_case(product_.image("31TCJ", "B04").filename().string()));
  const auto result = read(product_.folder.string(), "blue");
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("under two names"), std::string::npos) << result.err;
}

// Since baseline 04.00 the numbers of a SAFE are shifted; a product that does not tell by how much is described, and
// its bands are not read.
TEST(ProductWithoutItsOffset, IsDescribedAndNotRead) {
  const TemporaryFolder folder;
  const auto made = cers({"SimulateScene", "-side", "128", "-products", "safe", "-jp2", "false", "-date", "2022-02-11",
                          "-truth", "false", "-out", folder / "out", "-progress", "0"});
  ASSERT_EQ(made.code, 0) << made.err;
  const fs::path product = fs::directory_iterator(folder / "out")->path();
  const fs::path metadata = product / "MTD_MSIL2A.xml";
  const auto whole = cers({"ProductInfo", "-in", product.string()});
  EXPECT_NE(whole.out.find("band: red B4 10 m scale 0.0001 offset -0.1 nodata 0"), std::string::npos) << whole.out;
  std::string text = text_of(metadata);
  const std::string end = "</BOA_ADD_OFFSET_VALUES_LIST>";
  const auto from = text.find("<BOA_ADD_OFFSET_VALUES_LIST>");
  ASSERT_NE(from, std::string::npos);
  text.erase(from, text.find(end) + end.size() - from);
  made::write_text(metadata, text);

  const std::string said = " lacks BOA_ADD_OFFSET, which products of baseline 04.00 have";
  const auto told = cers({"ProductInfo", "-in", product.string(), "-out", folder / "item.json"});
  ASSERT_EQ(told.code, 0) << told.err;
  for (const std::string& line :
       {std::string("family: sentinel2-l2a"), std::string("band: red B4 10 m scale 0.0001 offset unknown nodata 0"),
        std::string("mask: cloud "), std::string("layer: SCL")})
    EXPECT_NE(told.out.find(line), std::string::npos) << line << told.out;
  const auto problem = told.out.find("\nproblem: ");
  ASSERT_NE(problem, std::string::npos) << told.out;
  EXPECT_NE(told.out.find(said, problem), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("and its bands cannot be read", problem), std::string::npos) << told.out;
  EXPECT_EQ(text_of(folder / "item.json").find("raster:scale\":0.0001"), std::string::npos) << "it would mean offset 0";
  const auto json = cers({"ProductInfo", "-in", product.string(), "-format", "json"});
  EXPECT_NE(json.out.find("\"offset\":null"), std::string::npos) << json.out;

  for (const char* part : {"red", "raw_red", "B11"}) {
    const auto refused = made::write_parts(product.string(), {part}, folder);
    EXPECT_NE(refused.code, 0) << part;
    EXPECT_NE(refused.err.find(said), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("download the product again"), std::string::npos) << refused.err;
    EXPECT_FALSE(fs::exists(folder / (std::string(part) + ".tif"))) << part;
  }
  write_raster(folder / "dem.tif", utm_grid({8, 8}), 1, PixelType::f32, [](int, int, int) { return 500; });
  for (const char* profile : {"standard", "lis15", "lis111"}) {
    const auto refused = cers({"SnowMask", "-in", product.string(), "-dem", folder / "dem.tif", "-profile", profile,
                               "-out", folder / "snow.tif"});
    EXPECT_NE(refused.code, 0) << profile;
    EXPECT_NE(refused.err.find(said), std::string::npos) << refused.err;
  }
  const auto converted = cers({"Convert", "-in", product.string(), "-out", folder / "converted"});
  EXPECT_NE(converted.code, 0);
  EXPECT_NE(converted.err.find(said), std::string::npos) << converted.err;
  // Its scene classification needs no offset.
  EXPECT_EQ(made::write_parts(product.string(), {"SCL"}, folder).code, 0);
}

}  // namespace
}  // namespace cers::testing
