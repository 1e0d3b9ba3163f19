// SPDX-License-Identifier: Apache-2.0
#include "snowline.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace cers::snow {
namespace {

AltitudeCounts pixels(std::uint64_t count, bool cloud, bool snow, bool missing = false) {
  AltitudeCounts counts;
  (missing ? counts.missing : counts.seen)[cloud ? 1 : 0][snow ? 1 : 0] = count;
  return counts;
}

SnowRules lis(double dz) {
  SnowRules rules = rules_of(Profile::lis15);
  rules.band_height_m = dz;
  return rules;
}

// The internal case of Let-it-snow: 100 pixels at 0 m but for five cloudy snow pixels at 70 m and five clear ones at
// 81 m; the range reaches 100 m. The fifth band is the first with clear snow, its lower neighbour but one begins at 40.
TEST(Snowline, LiesTwoBandsBelowTheFirstSnowyOne) {
  AltitudeHistogram histogram;
  histogram.add(0, pixels(89, false, false));
  histogram.add(70, pixels(5, true, true));
  histogram.add(81, pixels(5, false, true));
  histogram.add(100, pixels(1, true, false));
  const Snowline line = find_snowline(histogram, lis(20));
  EXPECT_TRUE(line.found);
  EXPECT_EQ(line.altitude_m, 40);
  ASSERT_EQ(line.bands.size(), 5U);
  EXPECT_EQ(line.bands[3].cloudy_snow, 5U);
  EXPECT_EQ(line.bands[4].clear_snow, 5U);
  EXPECT_EQ(line.bands[4].cloud, 1U) << "the highest altitude belongs to the last band";
}

TEST(Snowline, IsClampedToTheLowestBandThere) {
  AltitudeHistogram histogram;
  histogram.add(100, pixels(50, false, true));
  histogram.add(399, pixels(50, false, true));
  EXPECT_EQ(find_snowline(histogram, lis(100)).altitude_m, 124)
      << "two bands of 149.5 m: the middle of the lower one, 174.75, less half of dz, rounded down";
  SnowRules own;
  EXPECT_EQ(find_snowline(histogram, own).altitude_m, -100);
}

TEST(Snowline, NeedsMoreThanATenthOfSnowAndOfClearSky) {
  for (const bool lis_bands : {true, false}) {
    SnowRules rules;
    rules.lis_bands = lis_bands;
    AltitudeHistogram histogram;
    histogram.add(0, pixels(1000, false, false));
    histogram.add(950, pixels(10, false, true));
    histogram.add(950, pixels(90, false, false));
    histogram.add(1000, pixels(1, false, false));
    EXPECT_FALSE(find_snowline(histogram, rules).found) << "exactly a tenth";
    histogram.add(950, pixels(1, false, true));
    EXPECT_TRUE(find_snowline(histogram, rules).found);
    histogram.add(950, pixels(1000, true, false));
    EXPECT_FALSE(find_snowline(histogram, rules).found) << "101 of 1101 are clear, and 11 of the scene's 1102 are snow";
  }
}

// Nearly all is cloud: 9.5 % of the band that holds the line are clear.
AltitudeHistogram overcast(std::uint64_t clear) {
  AltitudeHistogram histogram;
  const std::uint64_t cloud = clear * 19 / 2;
  histogram.add(500, pixels(clear, false, false));
  histogram.add(500, pixels(cloud, true, false));
  histogram.add(950, pixels(clear * 3 / 10, false, true));
  histogram.add(950, pixels(clear - clear * 3 / 10, false, false));
  histogram.add(950, pixels(cloud, true, false));
  histogram.add(1250, pixels(clear, false, true));
  histogram.add(1250, pixels(2 * clear, true, false));
  return histogram;
}

TEST(Snowline, ManyClearPixelsCountHoweverSmallTheirShare) {
  const SnowRules own = rules_of(Profile::standard);
  EXPECT_EQ(find_snowline(overcast(4000), own).altitude_m, 700);
  EXPECT_EQ(find_snowline(overcast(404), own).altitude_m, 700) << "2.8 cells of 144 pixels are 403.2";
  EXPECT_EQ(find_snowline(overcast(403), own).altitude_m, 1000) << "too few: only the band with a third clear counts";
  SnowRules landsat = own;
  landsat.coarse_factor = 8;
  EXPECT_EQ(find_snowline(overcast(180), landsat).altitude_m, 700) << "of 30 m pixels 179.2 are that ground";
  EXPECT_EQ(find_snowline(overcast(179), landsat).altitude_m, 1000);
}

TEST(Snowline, LetItSnowAsksForAShareWhateverTheNumber) {
  for (const std::uint64_t clear : {1000U, 1000000U}) {
    SnowRules rules = lis(100);
    EXPECT_GT(find_snowline(overcast(clear), rules).altitude_m, 900);
    rules.least_clear_share = 0.05;
    EXPECT_LT(find_snowline(overcast(clear), rules).altitude_m, 800);
  }
}

TEST(Snowline, ClearPixelsInNumberStillNeedSnow) {
  AltitudeHistogram histogram;
  histogram.add(950, pixels(1000, false, true));
  histogram.add(950, pixels(9000, false, false));
  histogram.add(950, pixels(990000, true, false));
  EXPECT_FALSE(find_snowline(histogram, rules_of(Profile::standard)).found) << "exactly a tenth";
  histogram.add(950, pixels(2, false, true));
  EXPECT_TRUE(find_snowline(histogram, rules_of(Profile::standard)).found);
}

// What the number is for: of nine cells of 44 pixels, all snow or none with odds of a tenth, the share has a standard
// error of a tenth.
TEST(Snowline, TheNumberOfClearPixelsBringsTheShareToATenth) {
  constexpr int cells = 9;
  constexpr int pixels_each = 44;
  std::mt19937 random(3);
  double squares = 0;
  constexpr int draws = 20000;
  for (int i = 0; i < draws; ++i) {
    int snowy = 0;
    for (int k = 0; k < cells; ++k) snowy += random() % 10 == 0 ? 1 : 0;
    const double error = static_cast<double>(snowy) / cells - 0.1;
    squares += error * error;
  }
  EXPECT_NEAR(std::sqrt(squares / draws), 0.1, 0.003);
  const double asked = rules_of(Profile::standard).least_clear_cells * 12 * 12;
  EXPECT_NEAR(asked, cells * pixels_each, pixels_each / 2.0);
}

TEST(Snowline, MissingPixelsCountInLetItSnowOnly) {
  AltitudeHistogram histogram;
  histogram.add(0, pixels(10, false, false));
  histogram.add(850, pixels(20, false, true));
  histogram.add(850, pixels(300, false, false, true));
  histogram.add(1000, pixels(10, false, false));
  EXPECT_FALSE(find_snowline(histogram, lis(100)).found) << "20 of 320 'clear' pixels";
  const Snowline own = find_snowline(histogram, SnowRules{});
  EXPECT_TRUE(own.found);
  EXPECT_EQ(own.altitude_m, 600);
  EXPECT_EQ(own.seen, 40U);
  EXPECT_DOUBLE_EQ(own.snow_share, 0.5);
}

TEST(Snowline, BandsBeginAtMultiplesOfTheirHeightBelowSeaLevelToo) {
  AltitudeHistogram histogram;
  histogram.add(-1, pixels(1, false, false));
  histogram.add(-100, pixels(1, false, false));
  histogram.add(-101, pixels(1, false, true));
  histogram.add(205, pixels(1, false, false));
  const auto bands = aligned_bands(histogram, 100);
  ASSERT_EQ(bands.size(), 5U);
  EXPECT_EQ(bands[0].bottom_m, -200);
  EXPECT_EQ(bands[0].clear_snow, 1U);
  EXPECT_EQ(bands[1].clear_bare, 2U);
  EXPECT_EQ(bands[2].total, 0U);
  EXPECT_EQ(bands[4].total, 1U);
}

TEST(Snowline, FlatLandHasNone) {
  AltitudeHistogram histogram;
  histogram.add(10, pixels(50, false, true));
  histogram.add(90, pixels(50, false, true));
  EXPECT_FALSE(find_snowline(histogram, lis(100)).found) << "less than one band";
  EXPECT_FALSE(find_snowline({}, lis(100)).found);
  EXPECT_FALSE(find_snowline({}, SnowRules{}).found);
}

TEST(Snowline, PassTwoNeedsEnoughSnow) {
  AltitudeHistogram histogram;
  histogram.add(0, pixels(20000, false, false));
  histogram.add(1500, pixels(20, false, true));
  EXPECT_TRUE(find_snowline(histogram, SnowRules{}).found);
  EXPECT_FALSE(find_snowline(histogram, SnowRules{}).second_pass) << "20 of 20 020 are less than a thousandth";
  histogram.add(1500, pixels(1, false, true));
  EXPECT_TRUE(find_snowline(histogram, SnowRules{}).second_pass);
}

TEST(Snowline, SumsOfHistogramsDoNotDependOnOrder) {
  std::mt19937 random(5);
  AltitudeHistogram forward;
  AltitudeHistogram backward;
  std::vector<AltitudeHistogram> parts(20);
  for (AltitudeHistogram& part : parts) {
    for (int i = 0; i < 50; ++i)
      part.add(static_cast<int>(random() % 4000) - 500, pixels(random() % 9 + 1, random() % 2 == 0, random() % 2 == 0));
    part.strict_snow = random() % 100;
  }
  for (std::size_t i = 0; i < parts.size(); ++i) {
    forward.add(parts[i]);
    backward.add(parts[parts.size() - 1 - i]);
  }
  EXPECT_EQ(forward.strict_snow, backward.strict_snow);
  EXPECT_EQ(histogram_text(aligned_bands(forward, 100)), histogram_text(aligned_bands(backward, 100)));
  EXPECT_EQ(histogram_text(even_bands(forward, 100)), histogram_text(even_bands(backward, 100)));
}

}  // namespace
}  // namespace cers::snow
