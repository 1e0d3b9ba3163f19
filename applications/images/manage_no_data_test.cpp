// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <limits>

#include "command.hpp"

namespace cers::testing {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

class ManageNoData : public ::testing::Test {
 protected:
  // Band 0 lacks columns 0 to 4, band 1 lines 0 to 2.
  static bool missing(int band, int x, int y) { return band == 0 ? x < 5 : y < 3; }
  static double value(int band, int x, int y) { return 100.0 * band + x + 2 * y; }

  void SetUp() override {
    write_raster(
        coded_, utm_grid({120, 90}), 2, PixelType::i16,
        [](int band, int x, int y) { return missing(band, x, y) ? -10000 : value(band, x, y); }, -10000);
    write_raster(plain_, utm_grid({120, 90}), 2, PixelType::i16, value);
    write_raster(gaps_, utm_grid({120, 90}), 2, PixelType::f32,
                 [](int band, int x, int y) { return missing(band, x, y) ? nan : value(band, x, y); });
  }
  CommandResult run(const std::string& image, const std::string& type, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"ManageNoData", "-in", image, "-out", out_, type};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  void expect_pixels(const std::function<double(int band, int x, int y)>& expected, int bands) {
    const RasterFile file = read_raster(out_);
    ASSERT_EQ(file.info.bands.size(), static_cast<std::size_t>(bands));
    EXPECT_EQ(file.info.grid.transform, utm_grid({120, 90}).transform);
    int wrong = 0;
    for (int band = 0; band < bands; ++band) {
      for (int y = 0; y < 90; ++y) {
        for (int x = 0; x < 120; ++x) wrong += file.at(band, x, y) != expected(band, x, y);
      }
    }
    EXPECT_EQ(wrong, 0);
  }
  void expect_refused(const CommandResult& result, const std::string& said) {
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(said), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(out_));
  }

  TemporaryFolder folder_;
  std::string coded_ = folder_ / "coded.tif";
  std::string plain_ = folder_ / "plain.tif";
  std::string gaps_ = folder_ / "gaps.tif";
  std::string out_ = folder_ / "out.tif";
};

TEST_F(ManageNoData, a_mask_holds_pixels_that_are_there_in_all_bands) {
  ASSERT_EQ(run(coded_, "uint8").code, 0);
  expect_pixels([](int, int x, int y) { return missing(0, x, y) || missing(1, x, y) ? 0 : 1; }, 1);
  EXPECT_FALSE(read_raster(out_).info.bands[0].nodata.has_value());
  EXPECT_EQ(read_raster(out_).info.type, PixelType::u8);
}

TEST_F(ManageNoData, a_mask_has_the_values_asked_for) {
  ASSERT_EQ(run(coded_, "float", {"-mode.buildmask.inv", "300.5", "-mode.buildmask.outv", "-2"}).code, 0);
  expect_pixels([](int, int x, int y) { return missing(0, x, y) || missing(1, x, y) ? -2 : 300.5; }, 1);
}

TEST_F(ManageNoData, nan_counts_as_missing_on_request) {
  const CommandResult without = run(gaps_, "uint8");
  ASSERT_EQ(without.code, 0);
  EXPECT_NE(without.err.find("-usenan"), std::string::npos) << without.err;
  expect_pixels([](int, int, int) { return 1; }, 1);
  ASSERT_EQ(run(gaps_, "uint8", {"-usenan", "true"}).code, 0);
  expect_pixels([](int, int x, int y) { return missing(0, x, y) || missing(1, x, y) ? 0 : 1; }, 1);
}

TEST_F(ManageNoData, declared_nan_is_missing_without_being_asked) {
  const std::string declared = folder_ / "declared.tif";
  write_raster(
      declared, utm_grid({120, 90}), 2, PixelType::f32,
      [](int band, int x, int y) { return missing(band, x, y) ? nan : value(band, x, y); }, nan);
  ASSERT_EQ(run(declared, "uint8").code, 0);
  expect_pixels([](int, int x, int y) { return missing(0, x, y) || missing(1, x, y) ? 0 : 1; }, 1);
}

TEST_F(ManageNoData, a_new_value_replaces_the_old_one_band_by_band) {
  const std::vector<std::string> words{"-mode", "changevalue", "-mode.changevalue.newv", "-32768"};
  ASSERT_EQ(run(coded_, "int16", words).code, 0);
  expect_pixels([](int band, int x, int y) { return missing(band, x, y) ? -32768 : value(band, x, y); }, 2);
  EXPECT_EQ(read_raster(out_).info.bands[1].nodata, -32768);
}

TEST_F(ManageNoData, a_new_value_may_need_another_type_than_the_image_has) {
  ASSERT_EQ(run(coded_, "float", {"-mode", "changevalue", "-mode.changevalue.newv", "-7.1"}).code, 0);
  const double stored = static_cast<double>(-7.1F);
  expect_pixels([&](int band, int x, int y) { return missing(band, x, y) ? stored : value(band, x, y); }, 2);
  EXPECT_EQ(read_raster(out_).info.bands[0].nodata, stored);
}

TEST_F(ManageNoData, nan_becomes_the_new_value) {
  ASSERT_EQ(run(gaps_, "float", {"-usenan", "true", "-mode", "changevalue", "-mode.changevalue.newv", "-1"}).code, 0);
  expect_pixels([](int band, int x, int y) { return missing(band, x, y) ? -1 : value(band, x, y); }, 2);
  EXPECT_EQ(read_raster(out_).info.bands[0].nodata, -1);
}

TEST_F(ManageNoData, a_mask_uses_the_declared_value_or_else_the_one_given) {
  const std::string mask = folder_ / "mask.tif";
  write_raster(mask, utm_grid({120, 90}), 1, PixelType::u8, [](int, int x, int y) { return (x + y) % 3; });
  const std::vector<std::string> words{"-mode", "apply", "-mode.apply.mask", mask, "-mode.apply.ndval", "-9"};
  ASSERT_EQ(run(plain_, "int16", words).code, 0);
  expect_pixels([](int band, int x, int y) { return (x + y) % 3 == 0 ? -9 : value(band, x, y); }, 2);
  EXPECT_EQ(read_raster(out_).info.bands[0].nodata, -9);

  const CommandResult declared = run(coded_, "int16", words);
  ASSERT_EQ(declared.code, 0);
  EXPECT_NE(declared.err.find("-mode.apply.ndval has no effect"), std::string::npos) << declared.err;
  expect_pixels(
      [](int band, int x, int y) { return missing(band, x, y) || (x + y) % 3 == 0 ? -10000 : value(band, x, y); }, 2);
  EXPECT_EQ(read_raster(out_).info.bands[0].nodata, -10000);
}

TEST_F(ManageNoData, only_zero_and_nan_in_a_mask_mean_nodata) {
  const std::string mask = folder_ / "mask.tif";
  const std::vector<double> values{0, 0.25, 256, -1, nan};
  write_raster(mask, utm_grid({120, 90}), 1, PixelType::f32,
               [&](int, int x, int) { return values[static_cast<std::size_t>(x) % values.size()]; });
  ASSERT_EQ(run(plain_, "int16", {"-mode", "apply", "-mode.apply.mask", mask, "-mode.apply.ndval", "-9"}).code, 0);
  expect_pixels([](int band, int x, int y) { return x % 5 == 0 || x % 5 == 4 ? -9 : value(band, x, y); }, 2);
}

TEST_F(ManageNoData, values_that_the_output_cannot_hold_are_refused) {
  expect_refused(run(coded_, "uint8", {"-mode.buildmask.inv", "300"}), "-mode.buildmask.inv is 300");
  expect_refused(run(coded_, "uint8", {"-mode", "changevalue", "-mode.changevalue.newv", "-1"}), "uint8 cannot hold");
  expect_refused(run(plain_, "int16", {"-mode", "apply", "-mode.apply.mask", coded_, "-mode.apply.ndval", "0.5"}),
                 "-mode.apply.ndval");
}

TEST_F(ManageNoData, a_mask_must_be_there_and_coincide) {
  expect_refused(run(coded_, "int16", {"-mode", "apply"}), "-mode.apply.mask");
  expect_refused(run(folder_ / "absent.tif", "int16"), "absent.tif");
  const std::string small = folder_ / "small.tif";
  write_raster(small, utm_grid({120, 89}), 1, PixelType::u8, [](int, int, int) { return 1; });
  expect_refused(run(coded_, "int16", {"-mode", "apply", "-mode.apply.mask", small}), "small.tif");
  const CommandResult unused = run(coded_, "int16", {"-mode.apply.mask", small});
  EXPECT_EQ(unused.code, 0);
  EXPECT_NE(unused.err.find("-mode.apply.mask has no effect"), std::string::npos) << unused.err;
}

}  // namespace
}  // namespace cers::testing
