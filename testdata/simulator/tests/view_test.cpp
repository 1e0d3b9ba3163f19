// SPDX-License-Identifier: Apache-2.0
// Angles of the view, their effect on brightness, and where the image of a date lies.
#include "view.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>
#include <vector>

#include "registration.hpp"
#include "run_scene.hpp"

namespace cers::simulator {
namespace {

constexpr double degree = std::numbers::pi / 180;

// Factors from nadir to 10° in the plane of the sun as other programs compute them from the same coefficients.
TEST(View, DirectionalFactorsAsPublished) {
  const auto to_nadir = [](int band, double sun, double relative) {
    return 1 / directional_factor(band, sun * degree, 10 * degree, relative * degree);
  };
  constexpr int red = 2;
  constexpr int infrared = 6;
  EXPECT_NEAR(to_nadir(infrared, 45, 0), 0.938, 0.001);
  EXPECT_NEAR(to_nadir(infrared, 45, 180), 1.054, 0.001);
  EXPECT_NEAR(to_nadir(infrared, 60, 0), 0.944, 0.001);
  EXPECT_NEAR(to_nadir(infrared, 60, 180), 1.045, 0.001);
  EXPECT_NEAR(to_nadir(red, 45, 0), 0.940, 0.001);
  EXPECT_NEAR(to_nadir(red, 45, 180), 1.052, 0.001);
  EXPECT_NEAR(to_nadir(infrared, 45, 90), 1, 0.012);
  EXPECT_DOUBLE_EQ(directional_factor(red, 50 * degree, 0, 1), 1);
}

TEST(View, StripsFollowTheOrbit) {
  for (const HalfMetres y : {9'000'000, 10'000'010, 10'200'000}) {
    std::set<int> detectors;
    for (HalfMetres x = 600'000; x < 1'200'000; x += 37) {
      const int strip = strip_at(x, y);
      EXPECT_LT(x, strip_end(strip, y));
      EXPECT_GE(x, strip_end(strip - 1, y));
      detectors.insert(detector_of(strip));
    }
    EXPECT_EQ(detectors.size(), 12U);
    EXPECT_EQ(*detectors.begin(), 1);
  }
  // A descending orbit moves west as it goes south.
  EXPECT_LT(strip_end(20, 9'800'000), strip_end(20, 10'000'000));
}

// Steps of a few percent at the seams, none between them.
TEST(View, BrightnessStepsAtTheSeams) {
  Recipe recipe = tile_recipe(1);
  SceneDate date = winter_day(recipe);
  const SunField sun = sun_field(recipe, date, 8, 45);
  const DirectionalGain gain(ViewField(recipe, date), sun, 1);
  const HalfMetres y = static_cast<HalfMetres>(2 * recipe.north) - 109800;
  double most = 0;
  for (const int band : {0, 3, 9}) {
    float before = 0;
    int strip = 0;
    for (HalfMetres x = 600'000; x < 600'000 + 4 * 54900; x += 640) {
      const int here = strip_at(x, y);
      const float value = gain.at(band, x, y, here);
      EXPECT_GT(value, 0.85F);
      EXPECT_LT(value, 1.15F);
      const double change = std::abs(static_cast<double>(value - before));
      if (before > 0 && here == strip) {
        EXPECT_LT(change, 0.0005);
      }
      if (before > 0 && here != strip) {
        EXPECT_GT(change, 0.002);
        most = std::max(most, change);
      }
      before = value;
      strip = here;
    }
  }
  EXPECT_GT(most, 0.01);
  EXPECT_LT(most, 0.06);
  EXPECT_EQ(DirectionalGain(ViewField(recipe, date), sun, 0).at(4, 700'000, y, 3), 1.0F);
}

/// Distance that 95 % of pairs of neighbouring dates keep below.
double quantile(const Recipe& recipe, int year) {
  std::vector<double> apart;
  for (int month = 5; month <= 12; ++month) {
    for (int day = 1; day < 28; ++day) {
      for (int instrument : {0, 1, 2, 3, 4}) {
        SceneDate date;
        date.year = year;
        date.month = month;
        date.day = day;
        const Shift a = date_shift(recipe, date, instrument);
        date.day = day + 1;
        const Shift b = date_shift(recipe, date, instrument);
        apart.push_back(std::hypot(a.east - b.east, a.north - b.north));
      }
    }
  }
  std::sort(apart.begin(), apart.end());
  return apart[apart.size() * 95 / 100];
}

TEST(Registration, DatesLieAsFarApartAsReported) {
  Recipe recipe = small_recipe(3);
  EXPECT_NEAR(quantile(recipe, 2018), 12, 0.8);
  EXPECT_NEAR(quantile(recipe, 2022), 5, 0.35);
  recipe.shift_since_2021 = 0;
  EXPECT_EQ(quantile(recipe, 2022), 0);
}

TEST(Registration, ChangesInApril2021) {
  Recipe recipe = small_recipe(3);
  SceneDate date;
  date.year = 2021;
  date.month = 3;
  date.day = 31;
  const Shift early = date_shift(recipe, date);
  recipe.shift_since_2021 = 0;
  EXPECT_EQ(date_shift(recipe, date).east, early.east);
  EXPECT_NE(early.east, 0);
  date.month = 4;
  date.day = 1;
  EXPECT_EQ(date_shift(recipe, date).east, 0);
  Recipe other = small_recipe(4);
  date.month = 3;
  EXPECT_NE(date_shift(other, date).east, date_shift(recipe, date).east);
}

// Any two bands of a date lie at most 0.3 of a 10 m pixel apart, as the crow flies.
TEST(Registration, BandsStayTogether) {
  double most = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Recipe recipe = seed % 2 == 0 ? small_recipe(seed) : alternative(small_recipe(seed));
    SceneDate date = winter_day(recipe);
    for (int day = 1; day <= 28; ++day) {
      date.day = day;
      std::vector<BandOptics> bands;
      for (int band = 0; band < band_count; ++band) bands.push_back(optics_of(recipe, date, band, 10, 0.2));
      for (const BandOptics& a : bands) {
        for (const BandOptics& b : bands) most = std::max(most, std::hypot(a.east - b.east, a.north - b.north));
      }
    }
  }
  EXPECT_LE(most, 3.0);
  EXPECT_GT(most, 2.2) << "the whole of the disc is used";
}

}  // namespace
}  // namespace cers::simulator
