// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "command.hpp"

namespace cers::testing {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Pixels of 20 m on the corner of those of 10 m: centre of coarse pixel i is at 2i + 1 fine pixels.
class Superimpose : public ::testing::Test {
 protected:
  static double value(int band, int x, int y) { return 1000.0 * band + 4 * x + 8 * y; }
  void SetUp() override {
    write_raster(fine_, utm_grid({200, 100}), 1, PixelType::u8, [](int, int, int) { return 1; });
    write_raster(coarse_, utm_grid({60, 50}, 20), 2, PixelType::i16, value);
  }
  CommandResult run(const std::string& image, const std::string& type, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"Superimpose", "-inr", fine_, "-inm", image, "-out", out_, type};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  void expect_refused(const CommandResult& result, const std::string& said) {
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(said), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(out_));
  }

  TemporaryFolder folder_;
  std::string fine_ = folder_ / "fine.tif";
  std::string coarse_ = folder_ / "coarse.tif";
  std::string out_ = folder_ / "out.tif";
};

TEST_F(Superimpose, takes_the_nearest_pixel) {
  const CommandResult result = run(coarse_, "int16", {"-interpolator", "nn", "-fv", "-5"});
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile file = read_raster(out_);
  ASSERT_EQ(file.info.grid.size, (Size{200, 100}));
  EXPECT_EQ(file.info.grid.transform, utm_grid({200, 100}).transform);
  EXPECT_EQ(file.info.bands[1].nodata, -5);
  int wrong = 0;
  for (int band = 0; band < 2; ++band) {
    for (int y = 0; y < 100; ++y) {
      for (int x = 0; x < 200; ++x) wrong += file.at(band, x, y) != (x < 120 ? value(band, x / 2, y / 2) : -5);
    }
  }
  EXPECT_EQ(wrong, 0);
}

TEST_F(Superimpose, both_interpolators_keep_a_plane_and_bco_is_the_default) {
  // At the centre of fine pixel x the coarse image is at column x / 2 − 0.25.
  const auto plane = [](int x, int y) { return 4 * (0.5 * x - 0.25) + 8 * (0.5 * y - 0.25); };
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{}, {"-interpolator", "linear"}, {"-interpolator", "bco"}}) {
    ASSERT_EQ(run(coarse_, "float", words).code, 0);
    const RasterFile file = read_raster(out_);
    for (const auto& [x, y] : {std::pair{10, 20}, {63, 64}, {100, 90}}) {
      EXPECT_NEAR(file.at(0, x, y), plane(x, y), 1e-3);
    }
    EXPECT_EQ(file.at(0, 150, 50), 0);
    EXPECT_EQ(file.info.bands[0].nodata, 0);
  }
}

TEST_F(Superimpose, cubic_and_linear_differ_where_there_is_a_bump) {
  const std::string bump = folder_ / "bump.tif";
  write_raster(bump, utm_grid({60, 50}, 20), 1, PixelType::f32,
               [](int, int x, int y) { return x == 20 && y == 20 ? 1 : 0; });
  ASSERT_EQ(run(bump, "double", {"-interpolator", "linear"}).code, 0);
  EXPECT_NEAR(read_raster(out_).at(0, 40, 40), 0.75 * 0.75, 1e-6);
  ASSERT_EQ(run(bump, "double").code, 0);
  // Keys' kernel with a = -0.5 at a quarter of a pixel.
  const double weight = 1.5 * 0.25 * 0.25 * 0.25 - 2.5 * 0.25 * 0.25 + 1;
  EXPECT_NEAR(read_raster(out_).at(0, 40, 40), weight * weight, 1e-6);
}

TEST_F(Superimpose, missing_pixels_take_no_part_and_get_one_value) {
  const std::string holes = folder_ / "holes.tif";
  write_raster(
      holes, utm_grid({60, 50}, 20), 1, PixelType::i16, [](int, int x, int) { return x < 10 ? -10000 : 500; }, -10000);
  for (const char* interpolator : {"nn", "linear", "bco"}) {
    ASSERT_EQ(run(holes, "int16", {"-interpolator", interpolator}).code, 0);
    const RasterFile kept = read_raster(out_);
    EXPECT_EQ(kept.info.bands[0].nodata, -10000);
    EXPECT_EQ(kept.at(0, 5, 5), -10000);
    EXPECT_EQ(kept.at(0, 20, 5), 500) << interpolator;
    EXPECT_EQ(kept.at(0, 150, 5), -10000);
    ASSERT_EQ(run(holes, "int16", {"-interpolator", interpolator, "-fv", "-1"}).code, 0);
    const RasterFile coded = read_raster(out_);
    EXPECT_EQ(coded.info.bands[0].nodata, -1);
    EXPECT_EQ(coded.at(0, 5, 5), -1);
    EXPECT_EQ(coded.at(0, 20, 5), 500) << interpolator;
    EXPECT_EQ(coded.at(0, 150, 5), -1);
  }
}

TEST_F(Superimpose, a_fill_value_may_need_another_type_than_the_image_has) {
  const std::string small = folder_ / "small.tif";
  write_raster(small, utm_grid({60, 50}, 20), 1, PixelType::u8, [](int, int x, int) { return x; });
  ASSERT_EQ(run(small, "int16", {"-interpolator", "nn", "-fv", "-300"}).code, 0);
  const RasterFile file = read_raster(out_);
  EXPECT_EQ(file.at(0, 119, 0), 59);
  EXPECT_EQ(file.at(0, 120, 0), -300);
}

TEST_F(Superimpose, large_integers_and_nan_survive_nearest_neighbours) {
  const std::string codes = folder_ / "codes.tif";
  write_raster(codes, utm_grid({60, 50}, 20), 1, PixelType::i32, [](int, int x, int y) { return 2000000001 - x - y; });
  ASSERT_EQ(run(codes, "int32", {"-interpolator", "nn"}).code, 0);
  EXPECT_EQ(read_raster(out_).at(0, 31, 77), 2000000001.0 - 15 - 38);
  write_raster(
      codes, utm_grid({60, 50}, 20), 1, PixelType::f32, [](int, int x, int) { return x < 30 ? nan : x; }, nan);
  ASSERT_EQ(run(codes, "float", {"-interpolator", "nn"}).code, 0);
  const RasterFile file = read_raster(out_);
  EXPECT_TRUE(std::isnan(file.at(0, 10, 10)));
  EXPECT_EQ(file.at(0, 60, 10), 30);
  EXPECT_TRUE(std::isnan(file.at(0, 150, 10)));
}

TEST_F(Superimpose, what_has_no_effect_is_said) {
  const CommandResult result =
      run(coarse_, "int16", {"-lms", "20", "-interpolator", "nn", "-interpolator.bco.radius", "3"});
  EXPECT_EQ(result.code, 0);
  EXPECT_NE(result.err.find("-lms has no effect"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("-interpolator.bco.radius"), std::string::npos) << result.err;
}

TEST_F(Superimpose, what_is_not_supported_is_refused) {
  expect_refused(run(coarse_, "int16", {"-mode", "phr"}), "sensor models");
  expect_refused(run(coarse_, "int16", {"-interpolator.bco.radius", "3"}), "the supported radius is 2");
  expect_refused(run(coarse_, "int16", {"-fv", "40000"}), "-fv is 40000");
  expect_refused(run(folder_ / "absent.tif", "int16"), "absent.tif");
  const std::string placeless = folder_ / "placeless.tif";
  write_raster(placeless, Grid{{20, 10}, {}, {}, false}, 1, PixelType::u8, [](int, int, int) { return 1; });
  expect_refused(run(placeless, "int16"), "georeference");
}

}  // namespace
}  // namespace cers::testing
