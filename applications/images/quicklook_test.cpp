// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

namespace cers::testing {
namespace {

class Quicklook : public ::testing::Test {
 protected:
  static double value(int band, int x, int y) { return 1000000.0 * band + 1000 * x + y; }
  void SetUp() override { write_raster(image_, utm_grid({203, 151}), 2, PixelType::i32, value, -1); }
  CommandResult run(std::vector<std::string> more) {
    std::vector<std::string> words{"Quicklook", "-in", image_, "-out", out_, "int32"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  /// Output pixel i, j is pixel x + i·ratio, y + j·ratio of the image and lies around its centre.
  void expect_sampled(const std::vector<std::string>& words, Size size, int ratio, int x, int y) {
    const std::string trace = ::testing::PrintToString(words);
    const CommandResult result = run(words);
    ASSERT_EQ(result.code, 0) << trace << result.err;
    const RasterFile file = read_raster(out_);
    const Grid& grid = file.info.grid;
    ASSERT_EQ(grid.size, size) << trace;
    for (const auto& [i, j] : {std::pair{0, 0}, {size.width - 1, size.height - 1}, {size.width / 2, size.height / 3}}) {
      EXPECT_EQ(file.at(0, i, j), value(0, x + i * ratio, y + j * ratio)) << trace;
      EXPECT_EQ(file.at(1, i, j), value(1, x + i * ratio, y + j * ratio)) << trace;
    }
    EXPECT_DOUBLE_EQ(grid.transform.a[1], 10.0 * ratio) << trace;
    EXPECT_DOUBLE_EQ(grid.transform.a[5], -10.0 * ratio) << trace;
    EXPECT_DOUBLE_EQ(grid.transform.x(0.5, 0.5), 300000 + 10 * (x + 0.5)) << trace;
    EXPECT_DOUBLE_EQ(grid.transform.y(0.5, 0.5), 4800000 - 10 * (y + 0.5)) << trace;
    EXPECT_EQ(file.info.bands[0].nodata, -1);
  }
  void expect_refused(const std::vector<std::string>& words, const std::string& said) {
    const CommandResult result = run(words);
    EXPECT_EQ(result.code, 2) << ::testing::PrintToString(words);
    EXPECT_NE(result.err.find(said), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(out_)) << ::testing::PrintToString(words);
  }

  TemporaryFolder folder_;
  std::string image_ = folder_ / "image.tif";
  std::string out_ = folder_ / "out.tif";
};

TEST_F(Quicklook, keeps_the_middle_pixel_of_every_square) {
  expect_sampled({}, {101, 75}, 2, 0, 0);
  expect_sampled({"-sr", "1"}, {203, 151}, 1, 0, 0);
  expect_sampled({"-sr", "3"}, {67, 50}, 3, 1, 1);
  expect_sampled({"-sr", "8"}, {25, 18}, 8, 3, 3);
}

TEST_F(Quicklook, keeps_the_middle_pixel_of_an_image_smaller_than_the_ratio) {
  expect_sampled({"-sr", "1000"}, {1, 1}, 1000, 101, 75);
  expect_sampled({"-sr", "180"}, {1, 1}, 180, 89, 75);
}

TEST_F(Quicklook, samples_a_region) {
  expect_sampled({"-rox", "20", "-roy", "30", "-rsx", "101", "-rsy", "50", "-sr", "4"}, {25, 12}, 4, 21, 31);
  expect_sampled({"-rox", "20", "-roy", "30", "-rsx", "101", "-sr", "4"}, {25, 30}, 4, 21, 31);
}

TEST_F(Quicklook, finds_the_ratio_from_the_size_wanted) {
  expect_sampled({"-sx", "50"}, {50, 37}, 4, 1, 1);
  expect_sampled({"-sy", "50"}, {67, 50}, 3, 1, 1);
  expect_sampled({"-sx", "50", "-sy", "10"}, {13, 10}, 15, 7, 7);
  expect_sampled({"-sx", "200", "-sy", "150"}, {101, 75}, 2, 0, 0);
  expect_sampled({"-sx", "200"}, {203, 151}, 1, 0, 0);
  expect_sampled({"-rsx", "100", "-rsy", "100", "-sx", "10"}, {10, 10}, 10, 4, 4);
}

TEST_F(Quicklook, a_ratio_given_wins_over_the_size_and_that_is_said) {
  expect_sampled({"-sr", "3", "-sx", "10"}, {67, 50}, 3, 1, 1);
  EXPECT_NE(run({"-sr", "3", "-sx", "10"}).err.find("-sx"), std::string::npos);
}

TEST_F(Quicklook, takes_channels_in_the_order_named) {
  ASSERT_EQ(run({"-sr", "5", "-cl", "Channel2", "Channel1"}).code, 0);
  const RasterFile file = read_raster(out_);
  EXPECT_EQ(file.at(0, 3, 4), value(1, 17, 22));
  EXPECT_EQ(file.at(1, 3, 4), value(0, 17, 22));
}

TEST_F(Quicklook, a_region_is_cut_at_the_edge_and_that_is_said) {
  const std::vector<std::string> words{"-rox", "190", "-roy", "100", "-rsx", "100", "-rsy", "100", "-sr", "3"};
  expect_sampled(words, {4, 17}, 3, 191, 101);
  EXPECT_NE(run(words).err.find("13×51"), std::string::npos);
}

TEST_F(Quicklook, nonsense_never_starts_a_run) {
  expect_refused({"-rox", "203"}, "columns 0 to 202 and lines 0 to 150");
  expect_refused({"-sr", "0"}, "-sr");
  expect_refused({"-sx", "0"}, "-sx");
  expect_refused({"-sx", "204"}, "203×151");
  expect_refused({"-cl", "Channel3"}, "Channel1 to Channel2");
  image_ = folder_ / "absent.tif";
  expect_refused({}, "absent.tif");
}

}  // namespace
}  // namespace cers::testing
