// SPDX-License-Identifier: Apache-2.0
// The rules are tested beside GDAL in modules/ops/tests/sieve_test.cpp; here is what the command adds.
#include "command.hpp"

namespace cers::testing {
namespace {

class MinimumMappingUnit : public ::testing::Test {
 protected:
  /// A field of 1 with patches: two pixels of 2, three of 3 that touch at a corner, five of 4, a road of 7.
  void SetUp() override {
    write_raster(in_, utm_grid({9, 7}), 1, PixelType::u8, [&](int, int x, int y) {
      return drawn_[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] - '0';
    });
  }
  CommandResult run(std::vector<std::string> more) {
    std::vector<std::string> words{"MinimumMappingUnit", "-in", in_, "-out", out_};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  std::vector<std::string> rows(std::vector<std::string> more) {
    const auto result = run(std::move(more));
    EXPECT_EQ(result.code, 0) << result.err;
    const RasterFile out = read_raster(out_);
    std::vector<std::string> text(7);
    for (int y = 0; y < 7; ++y)
      for (int x = 0; x < 9; ++x)
        text[static_cast<std::size_t>(y)] += static_cast<char>('0' + static_cast<int>(out.at(0, x, y)));
    return text;
  }
  const std::vector<std::string> drawn_{"111111117",  //
                                        "122111171",  //
                                        "111111711",  //
                                        "113117111",  //
                                        "111331144",  //
                                        "111111144",  //
                                        "111111114"};
  const TemporaryFolder folder_;
  const std::string in_ = folder_ / "in.tif";
  const std::string out_ = folder_ / "out.tif";
};

TEST_F(MinimumMappingUnit, merges_what_is_too_small) {
  const auto three = rows({"-threshold", "3"});
  EXPECT_EQ(three[1], "111111111");
  EXPECT_EQ(three[3], "111111111") << "the 3 that touches at its corner only stands alone with -connectivity 4";
  EXPECT_EQ(three[4], "111111144");
  const auto corners = rows({"-threshold", "3", "-connectivity", "8"});
  EXPECT_EQ(corners[3], "113117111");
  EXPECT_EQ(corners[1], "111111171") << "the road is one patch of four";
  // Five pixels of 100 m² are 0.05 ha: not less than that.
  EXPECT_EQ(rows({"-area", "0.05"})[5], "111111144");
  EXPECT_EQ(rows({"-area", "0.051"})[5], "111111111");
}

TEST_F(MinimumMappingUnit, leaves_protected_classes_and_masked_pixels) {
  const auto kept = rows({"-threshold", "6", "-protect", "7", "4"});
  for (std::size_t y = 0; y < 7; ++y)
    for (std::size_t x = 0; x < 9; ++x)
      EXPECT_EQ(kept[y][x], drawn_[y][x] == '7' || drawn_[y][x] == '4' ? drawn_[y][x] : '1');
  write_raster(folder_ / "mask.tif", utm_grid({9, 7}), 1, PixelType::u8,
               [](int, int x, int) { return x >= 3 ? 1 : 0; });
  const auto masked = rows({"-threshold", "4", "-mask", folder_ / "mask.tif"});
  EXPECT_EQ(masked[1], "122111111") << "2 lies under the mask";
  EXPECT_EQ(masked[4], "111111144");
}

TEST_F(MinimumMappingUnit, merges_within_groups_first) {
  // With 2 and 3 as one group nothing changes in the first step: they do not touch; then all merge as before.
  EXPECT_EQ(rows({"-threshold", "3", "-groups", "2,3", "1,7"}), rows({"-threshold", "3"}));
}

TEST_F(MinimumMappingUnit, says_what_is_wrong) {
  const auto fault = [&](std::vector<std::string> words, const std::string& text) {
    const auto result = run(std::move(words));
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  };
  fault({}, "neither -threshold nor -area is given");
  fault({"-threshold", "3", "-area", "1"}, "both -threshold and -area are given");
  fault({"-area", "0.01"}, "-area 0.01 ha is 1 pixel");
  fault({"-threshold", "3", "-groups", "1,x"}, "'x' in '1,x' is no class");
  fault({"-threshold", "3", "-groups", "1,2", "2,3"}, "class 2 is in two groups");
  fault({"-threshold", "3", "-groups", "7", "-protect", "7"}, "class 7 is in two groups, or protected too");
  Grid none = utm_grid({9, 7});
  none.crs.clear();
  write_raster(in_, none, 1, PixelType::u8, [](int, int, int) { return 1; });
  fault({"-area", "1"}, "-area needs a map in metres");
}

}  // namespace
}  // namespace cers::testing
