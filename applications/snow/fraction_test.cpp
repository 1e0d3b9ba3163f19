// SPDX-License-Identifier: Apache-2.0
#include "fraction.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "command.hpp"

namespace cers::testing {
namespace {

using snow::FractionModel;
using snow::ground_fraction;
using snow::snow_fraction;

// Values computed from the published formulas with another program.
TEST(SnowFraction, FollowsThePublishedLaws) {
  const double tanh_law[][2] = {{0.15, 0.114559}, {0.2, 0.144303}, {0.4, 0.327393}, {0.535849, 0.5},
                                {0.6, 0.584191},  {0.8, 0.802184}, {1.0, 0.92129}};
  for (const auto& [ndsi, fraction] : tanh_law)
    EXPECT_NEAR(snow_fraction(FractionModel::tanh, ndsi), fraction, 1e-6) << ndsi;
  const double line[][2] = {{0.15, 0.2075}, {0.4, 0.57}, {0.6966, 1.0}, {0.9, 1.0}};
  for (const auto& [ndsi, fraction] : line)
    EXPECT_NEAR(snow_fraction(FractionModel::linear, ndsi), fraction, 1e-4) << ndsi;
}

TEST(SnowFraction, EndmembersAreInvertedExactly) {
  const snow::Endmembers spectra;
  for (const double f : {0.0, 0.1, 0.37, 0.5, 0.9, 1.0}) {
    const double green = f * spectra.snow_green + (1 - f) * spectra.ground_green;
    const double swir = f * spectra.snow_swir + (1 - f) * spectra.ground_swir;
    EXPECT_NEAR(snow_fraction(FractionModel::endmember, (green - swir) / (green + swir), spectra), f, 1e-12);
  }
}

TEST(SnowFraction, OnTheGroundIsWhatTreesDoNotHide) {
  EXPECT_DOUBLE_EQ(ground_fraction(0.30, 0.5), 0.6);
  EXPECT_DOUBLE_EQ(ground_fraction(0.60, 0.5), 1.0);
  EXPECT_DOUBLE_EQ(ground_fraction(0.50, 0.0), 0.5);
  EXPECT_DOUBLE_EQ(ground_fraction(0.50, 1.0), 1.0);
  EXPECT_DOUBLE_EQ(ground_fraction(0.0, 1.0), 0.0);
}

// Columns: NDSI 0.6 snow, 0.2 snow, no snow, cloud, water, nodata. Lines: tree cover 0, 50, 100, 255.
class FractionOfAnImage : public ::testing::Test {
 protected:
  void SetUp() override {
    const Grid grid = utm_grid({6, 4}, 20);
    const double green[] = {0.8, 0.3, 0.1, 0.6, 0.05, 0.1};
    const double swir[] = {0.2, 0.2, 0.2, 0.5, 0.01, 0.1};
    const double mask[] = {100, 100, 0, 205, 210, 255};
    const double trees[] = {0, 50, 100, 255};
    write_raster(folder_ / "bands.tif", grid, 2, PixelType::f32,
                 [&](int band, int x, int) { return band == 0 ? green[x] : swir[x]; });
    write_raster(folder_ / "snow.tif", grid, 1, PixelType::u8, [&](int, int x, int) { return mask[x]; });
    write_raster(folder_ / "tcd.tif", grid, 1, PixelType::u8, [&](int, int, int y) { return trees[y]; });
  }
  CommandResult run(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"FractionalSnowCover",
                                   "-in",
                                   folder_ / "bands.tif",
                                   "-channels.green",
                                   "1",
                                   "-channels.mir",
                                   "2",
                                   "-snow",
                                   folder_ / "snow.tif",
                                   "-tcd",
                                   folder_ / "tcd.tif",
                                   "-out",
                                   folder_ / "seen.tif",
                                   "-out.ground",
                                   folder_ / "ground.tif",
                                   "-out.ndsi",
                                   folder_ / "ndsi.tif",
                                   "-out.flags",
                                   folder_ / "flags.tif",
                                   "-out.quality",
                                   folder_ / "quality.tif",
                                   "-out.groundquality",
                                   folder_ / "ground_quality.tif",
                                   "-progress",
                                   "0"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  void expect(const std::string& file, const std::vector<std::vector<int>>& lines) {
    const RasterFile raster = read_raster(folder_ / file);
    for (int y = 0; y < 4; ++y) {
      for (int x = 0; x < 6; ++x)
        EXPECT_EQ(raster.at(0, x, y), lines[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)])
            << file << " " << x << " " << y;
    }
  }
  TemporaryFolder folder_;
};

TEST_F(FractionOfAnImage, CodesAndTreesAreKept) {
  const auto result = run();
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<int> seen{58, 14, 0, 205, 210, 255};
  expect("seen.tif", {seen, seen, seen, seen});
  expect("ground.tif", {seen, {100, 28, 0, 205, 210, 255}, {100, 100, 0, 205, 210, 255}, {58, 14, 0, 205, 210, 255}});
  const std::vector<int> ndsi{60, 20, 0, 205, 210, 255};
  expect("ndsi.tif", {ndsi, ndsi, ndsi, ndsi});
  expect("flags.tif", {{0, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 0}, {8, 8, 8, 8, 8, 8}, {32, 32, 32, 32, 32, 32}});
  const std::vector<int> best{0, 0, 0, 205, 210, 255};
  expect("quality.tif", {best, best, best, best});
  expect("ground_quality.tif", {best, {1, 1, 1, 205, 210, 255}, {3, 3, 3, 205, 210, 255}, best});
}

TEST_F(FractionOfAnImage, Lis111CutsInsteadOfRounding) {
  const auto result = run({"-profile", "lis111"});
  ASSERT_EQ(result.code, 0) << result.err;
  // 58.4 and 14.4 are cut to 58 and 14 either way; quality on the ground is the worst under any tree.
  expect("ground_quality.tif",
         {{0, 0, 0, 205, 210, 255}, {3, 3, 3, 205, 210, 255}, {3, 3, 3, 205, 210, 255}, {0, 0, 0, 205, 210, 255}});
}

TEST_F(FractionOfAnImage, ShadedSnowIsFlaggedAndAloneSetToAll) {
  const double deciders[] = {4, 3, 3, 10, 12, 0};
  write_raster(folder_ / "decider.tif", utm_grid({6, 4}, 20), 1, PixelType::u8,
               [&](int, int x, int y) { return x == 0 ? 4 + y % 2 : deciders[x]; });
  const auto result = run({"-decider", folder_ / "decider.tif", "-profile", "lis111"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<int> seen{58, 100, 0, 205, 210, 255};
  expect("seen.tif", {seen, seen, seen, seen});
  expect("flags.tif", {{64, 64, 0, 0, 0, 0}, {64, 64, 0, 0, 0, 0}, {72, 72, 8, 8, 8, 8}, {96, 96, 32, 32, 32, 32}});
}

// Deciders: 3 in the first column, 1 elsewhere.
TEST_F(FractionOfAnImage, ShadedSnowCostsQualityOnTheGroundInTheStandardProfileOnly) {
  write_raster(folder_ / "decider.tif", utm_grid({6, 4}, 20), 1, PixelType::u8,
               [](int, int x, int) { return x == 0 ? 3 : 1; });
  auto result = run({"-decider", folder_ / "decider.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::vector<int> none{3, 0, 0, 205, 210, 255};
  const std::vector<int> half{3, 1, 1, 205, 210, 255};
  const std::vector<int> full{3, 3, 3, 205, 210, 255};
  expect("quality.tif", {none, none, none, none});
  expect("ground_quality.tif", {none, half, full, none});
  result = run({"-decider", folder_ / "decider.tif", "-profile", "lis111"});
  ASSERT_EQ(result.code, 0) << result.err;
  expect("quality.tif", {none, none, none, none});
  const std::vector<int> best{0, 0, 0, 205, 210, 255};
  expect("ground_quality.tif", {best, full, full, best});
  expect("flags.tif", {{64, 0, 0, 0, 0, 0}, {64, 0, 0, 0, 0, 0}, {72, 8, 8, 8, 8, 8}, {96, 32, 32, 32, 32, 32}});
}

TEST_F(FractionOfAnImage, AsksForTheTreesItNeeds) {
  const auto result =
      cers({"FractionalSnowCover", "-in", folder_ / "bands.tif", "-channels.green", "1", "-channels.mir", "2", "-snow",
            folder_ / "snow.tif", "-out", folder_ / "a.tif", "-out.ground", folder_ / "b.tif"});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("-out.ground needs the tree cover, and -tcd is not given"), std::string::npos)
      << result.err;
}

// A mask that knows more than the bands is of another image; no fraction follows from what is not there.
TEST_F(FractionOfAnImage, WhatHasNoBandsHasNoFraction) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const int missing : {0, 1}) {
    write_raster(folder_ / "bands.tif", utm_grid({6, 4}, 20), 2, PixelType::f32, [&](int band, int x, int) {
      return x == 1 && band == missing ? nan : band == 0 ? 0.8 : 0.2;
    });
    for (const char* profile : {"standard", "lis111"}) {
      const auto result = run({"-profile", profile});
      ASSERT_EQ(result.code, 0) << result.err;
      const std::vector<int> seen{58, 255, 0, 205, 210, 255};
      expect("seen.tif", {seen, seen, seen, seen});
      const RasterFile ground = read_raster(folder_ / "ground.tif");
      const RasterFile quality = read_raster(folder_ / "quality.tif");
      for (int y = 0; y < 4; ++y) {
        EXPECT_EQ(ground.at(0, 1, y), 255) << y;
        EXPECT_EQ(quality.at(0, 1, y), 255) << y;
      }
      EXPECT_EQ(result.err.find("known nowhere"), std::string::npos) << result.err;
    }
  }
  write_raster(folder_ / "bands.tif", utm_grid({6, 4}, 20), 2, PixelType::f32, [&](int, int, int) { return nan; });
  write_raster(folder_ / "snow.tif", utm_grid({6, 4}, 20), 1, PixelType::u8, [](int, int, int) { return 100; });
  auto result = run();
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("bands.tif: the fraction is known nowhere (no data)"), std::string::npos) << result.err;
  write_raster(folder_ / "snow.tif", utm_grid({6, 4}, 20), 1, PixelType::u8,
               [](int, int x, int) { return x == 0 ? 255 : 205; });
  result = run();
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find("the fraction is known nowhere (cloud)"), std::string::npos) << result.err;
}

TEST_F(FractionOfAnImage, AMaskOfAnotherGridIsRefused) {
  write_raster(folder_ / "other.tif", utm_grid({6, 4}, 10), 1, PixelType::u8, [](int, int, int) { return 100; });
  const auto result = cers({"FractionalSnowCover", "-in", folder_ / "bands.tif", "-channels.green", "1",
                            "-channels.mir", "2", "-snow", folder_ / "other.tif", "-out", folder_ / "a.tif"});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("does not lie on the grid of the short-wave infrared"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace cers::testing
