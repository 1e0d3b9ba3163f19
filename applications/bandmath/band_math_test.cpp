// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>

#include "command.hpp"

namespace cers::testing {
namespace {

constexpr double nodata = -10000;

class BandMath : public ::testing::Test {
 protected:
  void SetUp() override {
    write_raster(nir_, utm_grid({300, 200}), 1, PixelType::i16,
                 [](int, int x, int y) { return x < 5 ? nodata : 2000.0 + 7 * x + y; });
    write_raster(red_, utm_grid({300, 200}), 1, PixelType::i16, [](int, int x, int y) { return 300.0 + x + 2 * y; });
  }
  CommandResult run(const std::string& expression, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"BandMath", "-il", nir_, red_, "-exp", expression, "-out", out_};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  bool left_nothing() const {
    return std::distance(std::filesystem::directory_iterator(folder_.path()), {}) == 2;  // the two inputs
  }

  TemporaryFolder folder_;
  std::string nir_ = folder_ / "B8.tif";
  std::string red_ = folder_ / "B4.tif";
  std::string out_ = folder_ / "out.tif";
};

TEST_F(BandMath, computes_in_double_and_stores_float) {
  const CommandResult result = run("(im1b1-im2b1)/(im1b1+im2b1)");
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile file = read_raster(out_);
  EXPECT_EQ(file.info.type, PixelType::f32);
  EXPECT_EQ(file.info.grid.transform, utm_grid({300, 200}).transform);
  for (const auto& [x, y] : {std::pair{7, 3}, {299, 199}, {120, 64}}) {
    const double nir = 2000.0 + 7 * x + y;
    const double red = 300.0 + x + 2 * y;
    EXPECT_EQ(file.at(0, x, y), static_cast<double>(static_cast<float>((nir - red) / (nir + red))));
  }
}

TEST_F(BandMath, nodata_becomes_nan_and_the_file_s_nodata_value) {
  ASSERT_EQ(run("im1b1+im2b1", {"-nodata", "-10000"}).code, 0);
  EXPECT_TRUE(std::isnan(read_raster(out_).at(0, 2, 10)));
  out_ = folder_ / "coded.tif?&nodata=-2";
  ASSERT_EQ(run("im1b1+im2b1", {"-nodata", "-10000"}).code, 0);
  const RasterFile coded = read_raster(folder_ / "coded.tif");
  EXPECT_EQ(coded.at(0, 2, 10), -2);
  EXPECT_EQ(coded.info.bands[0].nodata, -2);
  EXPECT_EQ(coded.at(0, 5, 0), 2035.0 + 305);
}

TEST_F(BandMath, integer_outputs_clamp_and_truncate_and_round_on_request) {
  const auto value = [&](const std::string& expression, const std::string& name, const std::string& type) {
    out_ = folder_ / name;
    const CommandResult result = run(expression, {type});
    EXPECT_EQ(result.code, 0) << result.err;
    return read_raster(folder_ / parse_writer_name(name).path).at(0, 100, 100);
  };
  EXPECT_EQ(value("1.7+0*im1b1", "a.tif", "uint8"), 1);
  EXPECT_EQ(value("300.7+0*im1b1", "b.tif", "uint8"), 255);
  EXPECT_EQ(value("-2.9+0*im1b1", "c.tif", "int16"), -2);
  EXPECT_EQ(value("1.7+0*im1b1", "d.tif?&round=true", "uint8"), 2);
}

TEST_F(BandMath, double_and_32_bit_outputs_are_exact) {
  // Beyond 2^24 a float no longer tells neighbours apart.
  out_ = folder_ / "exact.tif";
  ASSERT_EQ(cers({"BandMath", "-il", nir_, "-exp", "im1b1*4001+1", "-out", out_, "int32"}).code, 0);
  EXPECT_EQ(read_raster(out_).at(0, 299, 199), (2000.0 + 7 * 299 + 199) * 4001 + 1);
  out_ = folder_ / "pi.tif";
  ASSERT_EQ(cers({"BandMath", "-il", nir_, "-exp", "pi+0*im1b1", "-out", out_, "double"}).code, 0);
  EXPECT_EQ(read_raster(out_).at(0, 9, 9), 3.14159265358979323846);
}

TEST_F(BandMath, infinities_are_stored_as_the_largest_float) {
  ASSERT_EQ(run("im1b1/0").code, 0);
  EXPECT_EQ(read_raster(out_).at(0, 100, 100), static_cast<double>(std::numeric_limits<float>::max()));
}

TEST_F(BandMath, coordinates_are_those_of_pixel_centres) {
  ASSERT_EQ(run("idxPhyX+0*im1b1", {"double"}).code, 0);
  EXPECT_EQ(read_raster(out_).at(0, 3, 0), 300000 + 35.0);
}

TEST_F(BandMath, nonsense_never_starts_a_run) {
  const std::pair<const char*, const char*> faults[] = {{"im3b1", "im3b1"},        {"im1b2", "im1b2"},
                                                        {"sqrt(im1b1", "column"},  {"sqr(im1b1)", "sqr"},
                                                        {"im1b1 im2b1", "column"}, {"", "-exp"}};
  for (const auto& [expression, word] : faults) {
    const CommandResult result = run(expression);
    EXPECT_EQ(result.code, 2) << expression;
    EXPECT_NE(result.err.find(word), std::string::npos) << result.err;
    EXPECT_TRUE(left_nothing()) << expression;
  }
}

TEST_F(BandMath, grids_must_coincide) {
  const std::string small = folder_ / "small.tif";
  write_raster(small, utm_grid({100, 100}), 1, PixelType::i16, [](int, int, int) { return 1; });
  const CommandResult result = cers({"BandMath", "-il", nir_, small, "-exp", "im1b1+im2b1", "-out", out_});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("small.tif"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("Superimpose"), std::string::npos) << result.err;
}

TEST_F(BandMath, an_input_is_never_overwritten) {
  out_ = nir_;
  const CommandResult result = run("im1b1");
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(left_nothing());
}

TEST_F(BandMath, a_theia_name_read_raw_is_warned_about) {
  const std::string theia = folder_ / "SENTINEL2B_20180815-103015-461_L2A_T31TCJ_C_V1-9_FRE_B4.tif";
  std::filesystem::copy_file(red_, theia);
  const CommandResult result = cers({"BandMath", "-il", theia, "-exp", "im1b1", "-out", out_});
  EXPECT_EQ(result.code, 0);
  EXPECT_NE(result.err.find("-scale 0.0001"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace cers::testing
