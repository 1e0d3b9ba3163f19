// SPDX-License-Identifier: Apache-2.0
// The formulas are tested in modules/ops/tests/bayesian_smoothing_test.cpp; here is what the command adds.
#include "command.hpp"

namespace cers::testing {
namespace {

class BayesianSmoothing : public ::testing::Test {
 protected:
  /// Two halves in thousandths, with single pixels that say the opposite and a corner without probabilities.
  void SetUp() override {
    write_raster(in_, utm_grid({40, 20}), 2, PixelType::u16, [](int band, int x, int y) {
      if (x < 2 && y < 2) return 0;
      const bool first = (x < 20) != (x % 9 == 4 && y % 9 == 4);
      return first == (band == 0) ? 600 : 400;
    });
  }
  CommandResult run(std::vector<std::string> more) {
    std::vector<std::string> words{"BayesianSmoothing", "-in", in_, "-out", folder_ / "out.tif"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  const TemporaryFolder folder_;
  const std::string in_ = folder_ / "in.tif";
};

TEST_F(BayesianSmoothing, gives_single_pixels_the_class_around_them) {
  const auto result = run({"-classes", "11", "4", "-nodatalabel", "255", "-probamap", folder_ / "p.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile map = read_raster(folder_ / "out.tif");
  const RasterFile shares = read_raster(folder_ / "p.tif");
  EXPECT_EQ(map.info.bands[0].nodata, 255);
  EXPECT_EQ(shares.info.type, PixelType::u16);
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 40; ++x) {
      const bool missing = x < 2 && y < 2;
      ASSERT_EQ(map.at(0, x, y), missing ? 255 : x < 20 ? 11 : 4) << x << " " << y;
      ASSERT_NEAR(shares.at(0, x, y) + shares.at(1, x, y), missing ? 0 : 1000, 2);
    }
  }
}

TEST_F(BayesianSmoothing, reads_classes_off_band_names) {
  const auto nameless = run({});
  EXPECT_EQ(nameless.code, 2);
  EXPECT_NE(nameless.err.find("no class can be read off it"), std::string::npos) << nameless.err;
  ASSERT_EQ(run({"-classes", "7", "3", "-probamap", folder_ / "named.tif"}).code, 0);
  const auto named = cers({"BayesianSmoothing", "-in", folder_ / "named.tif", "-out", folder_ / "again.tif"});
  ASSERT_EQ(named.code, 0) << named.err;
  EXPECT_EQ(read_raster(folder_ / "again.tif").at(0, 30, 10), 3);
  const auto fault = [&](std::vector<std::string> words, const std::string& text) {
    const auto result = run(std::move(words));
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  };
  fault({"-classes", "7"}, "-classes has 1 classes, but " + in_ + " has 2 bands");
  fault({"-classes", "7", "7"}, "class 7 has two bands");
  fault({"-classes", "7", "300"}, "class 300 does not fit into uint8");
  fault({"-classes", "7", "3", "-window", "4"}, "a window of 4 pixels");
  fault({"-classes", "7", "3", "-smoothness", "1", "2", "3"}, "3 values of smoothness for 2 classes");
}

}  // namespace
}  // namespace cers::testing
