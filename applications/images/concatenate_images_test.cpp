// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

namespace cers::testing {
namespace {

class ConcatenateImages : public ::testing::Test {
 protected:
  void SetUp() override {
    write_raster(
        small_, utm_grid({300, 200}), 2, PixelType::i16,
        [](int band, int x, int y) { return 1000.0 * band + x - 2 * y; }, -10000);
    write_raster(
        large_, utm_grid({300, 200}), 1, PixelType::i32, [](int, int x, int y) { return 2000000001.0 - x - 300 * y; },
        -10000);
  }
  CommandResult run(const std::vector<std::string>& images, const std::string& type) {
    std::vector<std::string> words{"ConcatenateImages", "-il"};
    words.insert(words.end(), images.begin(), images.end());
    words.insert(words.end(), {"-out", out_, type});
    return cers(words);
  }

  TemporaryFolder folder_;
  std::string small_ = folder_ / "small.tif";
  std::string large_ = folder_ / "large.tif";
  std::string out_ = folder_ / "out.tif";
};

TEST_F(ConcatenateImages, stacks_all_bands_in_order_and_keeps_integers_exact) {
  const CommandResult result = run({large_, small_}, "int32");
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile file = read_raster(out_);
  ASSERT_EQ(file.info.bands.size(), 3U);
  EXPECT_EQ(file.info.type, PixelType::i32);
  EXPECT_EQ(file.info.grid.transform, utm_grid({300, 200}).transform);
  EXPECT_EQ(file.info.bands[1].nodata, -10000);
  for (const auto& [x, y] : {std::pair{0, 0}, {299, 199}, {120, 64}}) {
    EXPECT_EQ(file.at(0, x, y), 2000000001.0 - x - 300 * y);
    EXPECT_EQ(file.at(1, x, y), x - 2.0 * y);
    EXPECT_EQ(file.at(2, x, y), 1000.0 + x - 2 * y);
  }
}

TEST_F(ConcatenateImages, takes_bands_named_in_the_file_name) {
  ASSERT_EQ(run({small_ + "?&bands=2,1", small_ + "?&bands=2"}, "int16").code, 0);
  const RasterFile file = read_raster(out_);
  ASSERT_EQ(file.info.bands.size(), 3U);
  EXPECT_EQ(file.at(0, 7, 9), 989);
  EXPECT_EQ(file.at(1, 7, 9), -11);
  EXPECT_EQ(file.at(2, 7, 9), 989);
}

TEST_F(ConcatenateImages, different_nodata_values_are_told) {
  const std::string other = folder_ / "other.tif";
  write_raster(
      other, utm_grid({300, 200}), 1, PixelType::i16, [](int, int x, int) { return x; }, -5);
  const CommandResult result = run({small_, other}, "int16");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("nodata"), std::string::npos) << result.err;
  EXPECT_FALSE(read_raster(out_).info.bands[0].nodata.has_value());
}

TEST_F(ConcatenateImages, images_of_other_grids_are_refused) {
  const std::string shifted = folder_ / "shifted.tif";
  Grid grid = utm_grid({300, 200});
  grid.transform.a[0] += 10;
  write_raster(shifted, grid, 1, PixelType::i16, [](int, int, int) { return 1; });
  const std::string shorter = folder_ / "shorter.tif";
  write_raster(shorter, utm_grid({300, 199}), 1, PixelType::i16, [](int, int, int) { return 1; });
  for (const std::string& image : {shifted, shorter, folder_ / "absent.tif"}) {
    const CommandResult result = run({small_, image}, "int16");
    EXPECT_EQ(result.code, 2) << image;
    EXPECT_NE(result.err.find(std::filesystem::path(image).filename().string()), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(out_)) << image;
  }
}

}  // namespace
}  // namespace cers::testing
