// SPDX-License-Identifier: Apache-2.0
#include "made_products.hpp"

namespace cers::testing {
namespace {

/// ProductInfo without what tells where the product lies.
std::string described(const std::string& product) {
  const auto result = cers({"ProductInfo", "-in", product});
  EXPECT_EQ(result.code, 0) << result.err;
  return result.out;
}

class Convert : public ::testing::Test {
 protected:
  void SetUp() override {
    product_ = {folder_.path() / "product.SAFE", {"31TCJ"}, 10000};
    product_.write_metadata();
    for (const char* band : {"B02", "B04"})
      product_.write_band("31TCJ", band, utm_grid({20, 20}), [](int x, int y) { return 100 + x + 20 * y; });
    // A cloud over the first four columns.
    made::write_text(
        product_.mask("31TCJ", "CLOUDS", "B00"),
        made::gml({{"OPAQUE", {"300000 4800000 300040 4800000 300040 4799800 300000 4799800 300000 4800000"}}}));
    std::filesystem::create_directories(product_.granule("31TCJ") / "QI_DATA");
    write_raster((product_.granule("31TCJ") / "QI_DATA/MSK_DETFOO_B02.tif").string(), utm_grid({20, 20}), 1,
                 PixelType::u8, [](int, int x, int) { return 1 + x / 10; });
    for (int byte = 0; byte < 256; ++byte) picture_ += static_cast<char>(byte);
    made::write_text(product_.folder / "preview.jpg", picture_);
    made::write_text(product_.folder / "rep_info/outline.shp", picture_ + "shape");
    made::write_text(product_.folder / "rep_info/empty.txt", "");
  }

  TemporaryFolder folder_;
  made::OldProduct product_;
  std::string picture_;
};

TEST_F(Convert, CopiesAllThatIsNoBandOrLayer) {
  const auto result = cers({"Convert", "-in", product_.folder.string(), "-out", folder_ / "cog"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::filesystem::path made = folder_.path() / "cog";
  EXPECT_EQ(text_of(made / "preview.jpg"), picture_);
  EXPECT_EQ(text_of(made / "rep_info/outline.shp"), picture_ + "shape");
  EXPECT_TRUE(std::filesystem::exists(made / "rep_info/empty.txt"));
  // Every file of the product is there, under its name.
  for (const auto& entry : std::filesystem::recursive_directory_iterator(product_.folder)) {
    if (entry.is_regular_file()) {
      EXPECT_TRUE(std::filesystem::exists(made / std::filesystem::relative(entry.path(), product_.folder)))
          << entry.path();
    }
  }
  EXPECT_EQ(described(made.string()), described(product_.folder.string()));
}

TEST_F(Convert, MasksOfTheCopyAreThoseOfTheProduct) {
  ASSERT_EQ(cers({"Convert", "-in", product_.folder.string(), "-out", folder_ / "cog"}).code, 0);
  ASSERT_EQ(made::write_parts(folder_ / "cog", {"cloud", "raw_red"}, folder_).code, 0);
  const RasterFile cloud = read_raster(folder_ / "cloud.tif");
  const RasterFile red = read_raster(folder_ / "raw_red.tif");
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 20; ++x) {
      EXPECT_EQ(cloud.at(0, x, y), x < 4 ? 1 : 0);
      EXPECT_EQ(red.at(0, x, y), 100 + x + 20 * y);
    }
  }
}

TEST_F(Convert, LargeFilesThatHoldNoBandAreToldAndLeftOut) {
  made::write_text(product_.folder / "large.bin", "x");
  std::filesystem::resize_file(product_.folder / "large.bin", (std::uintmax_t{64} << 20U) + 1);  // sparse
  const auto result = cers({"Convert", "-in", product_.folder.string(), "-out", folder_ / "cog"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("large.bin has 64 MiB and is left out"), std::string::npos) << result.err;
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "cog/large.bin"));
}

}  // namespace
}  // namespace cers::testing
