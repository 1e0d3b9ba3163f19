// SPDX-License-Identifier: Apache-2.0
// Products of several tiles, as before December 2016.
#include "made_products.hpp"

namespace cers::testing {
namespace {

class SeveralTiles : public ::testing::Test {
 protected:
  void SetUp() override {
    product_ = {folder_.path() / "old.SAFE", {"31TCJ", "31TDJ"}};
    product_.write_metadata();
    double value = 1000;
    for (const std::string& tile : product_.tiles) {
      for (const char* band : {"B02", "B04"})
        product_.write_band(tile, band, utm_grid({8, 6}), [&](int, int) { return value; });
      value += 1000;
    }
  }
  double first_pixel(const std::string& product) const {
    const auto result = cers({"BandMath", "-il", product, "-exp", "im1b1", "-out", folder_ / "out.tif"});
    EXPECT_EQ(result.code, 0) << result.err;
    return result.code == 0 ? read_raster(folder_ / "out.tif").at(0, 2, 3) : -1;
  }

  TemporaryFolder folder_;
  made::OldProduct product_;
};

TEST_F(SeveralTiles, ProductInfoTellsEach) {
  const auto result = cers({"ProductInfo", "-in", product_.folder.string()});
  ASSERT_EQ(result.code, 0) << result.err;
  for (const std::string& tile : product_.tiles) {
    EXPECT_NE(result.out.find("\ntile: " + tile + "\n"), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("id: " + product_.id(tile) + "\n"), std::string::npos) << result.out;
  }
  EXPECT_EQ(result.out.find("problem: "), result.out.find("problem: the cloud mask"))
      << "none lacks the other's images";
  const auto one = cers({"ProductInfo", "-in", product_.folder.string() + "?&tile=T31TDJ"});
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(one.out.find("31TCJ"), std::string::npos) << one.out;
  EXPECT_NE(one.out.find("datetime: 2016-09-05T01:04:24.002Z"), std::string::npos) << one.out;
}

TEST_F(SeveralTiles, OneMustBeChosen) {
  const auto none = cers({"BandMath", "-il", product_.folder.string(), "-exp", "im1b1", "-out", folder_ / "out.tif"});
  EXPECT_EQ(none.code, 2);
  EXPECT_NE(none.err.find("holds 2 tiles: 31TCJ, 31TDJ"), std::string::npos) << none.err;
  EXPECT_NE(none.err.find("?&tile=31TCJ"), std::string::npos) << none.err;
  const auto other = cers(
      {"BandMath", "-il", product_.folder.string() + "?&tile=31TCK", "-exp", "im1b1", "-out", folder_ / "out.tif"});
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(other.err.find("does not hold the tile 31TCK, but 31TCJ, 31TDJ"), std::string::npos) << other.err;
  EXPECT_EQ(cers({"ProductInfo", "-in", product_.folder.string(), "-out", folder_ / "item.json"}).code, 2);
}

TEST_F(SeveralTiles, TheChosenOneIsRead) {
  // 1000 / 5000: the quantification stands in the metadata of the whole.
  EXPECT_FLOAT_EQ(static_cast<float>(first_pixel(product_.folder.string() + "?&tile=31TCJ")), 0.2F);
  EXPECT_FLOAT_EQ(static_cast<float>(first_pixel(product_.folder.string() + "?&tile=31tdj")), 0.4F);
}

TEST_F(SeveralTiles, AGranuleFolderIsItsTile) {
  EXPECT_FLOAT_EQ(static_cast<float>(first_pixel(product_.granule("31TDJ").string())), 0.4F);
  EXPECT_FLOAT_EQ(static_cast<float>(first_pixel(product_.granule("31TCJ").string() + "/")), 0.2F);
}

TEST_F(SeveralTiles, PipelinesNameTheTileAtTheInput) {
  const auto result = made::write_parts(product_.folder.string(), {"blue"}, folder_, "tile: 31TDJ");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_FLOAT_EQ(static_cast<float>(read_raster(folder_ / "blue.tif").at(0, 1, 1)), 0.4F);
}

TEST_F(SeveralTiles, OfOneTileThereIsNoChoice) {
  std::filesystem::remove_all(product_.granule("31TDJ"));
  EXPECT_FLOAT_EQ(static_cast<float>(first_pixel(product_.folder.string())), 0.2F);
  const auto other = cers({"ProductInfo", "-in", product_.folder.string() + "?&tile=31TDJ"});
  EXPECT_EQ(other.code, 2);
  EXPECT_NE(other.err.find("31TCJ"), std::string::npos) << other.err;
  const auto image = cers({"BandMath", "-il", product_.image("31TCJ", "B02").string() + "?&tile=31TCJ", "-exp", "im1b1",
                           "-out", folder_ / "out.tif"});
  EXPECT_EQ(image.code, 2) << "one image has no tiles";
}

TEST_F(SeveralTiles, ConvertTakesOne) {
  const auto result = cers({"Convert", "-in", product_.folder.string() + "?&tile=31TDJ", "-out", folder_ / "cog"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "cog/GRANULE" / product_.id("31TCJ")));
  EXPECT_FLOAT_EQ(static_cast<float>(first_pixel(folder_ / "cog")), 0.4F);
}

}  // namespace
}  // namespace cers::testing
