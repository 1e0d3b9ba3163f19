// SPDX-License-Identifier: Apache-2.0
// Gap filling against a walk through each pixel's observations, written from the definition.
#include "cers/series/gap_fill.hpp"

#include <cmath>
#include <optional>
#include <random>

#include "row_of.hpp"

namespace cers {
namespace {

using testing::Floats;
using testing::Mask;
using testing::row_of;
using testing::RowInput;

const float nan_ = std::nanf("");

struct Series {
  std::vector<int> days;
  std::vector<int> wanted;
  std::vector<Floats> images;  ///< each `bands` rows
  std::vector<Mask> masks;     ///< of otb
};

GapFilling filling_of(const Series& series, Interpolation interpolation, GapConvention convention) {
  GapFilling filling;
  filling.observed = series.days;
  filling.wanted = series.wanted;
  filling.bands = static_cast<int>(series.images[0].size());
  filling.interpolation = interpolation;
  filling.convention = convention;
  for (const int day : series.wanted) filling.wanted_names.push_back(std::to_string(day));
  return filling;
}

Series random_series(unsigned seed, std::size_t pixels, std::size_t bands, bool repeats) {
  std::mt19937 random(seed);
  Series series;
  for (int day = 3; day < 200; day += static_cast<int>(random() % 14) + (repeats ? 0 : 1)) series.days.push_back(day);
  for (int day = -10; day < 230; day += 1 + static_cast<int>(random() % 9)) series.wanted.push_back(day);
  for (std::size_t i = 0; i < series.days.size(); ++i) {
    Floats image(bands, std::vector<float>(pixels));
    Mask mask(pixels);
    for (std::size_t p = 0; p < pixels; ++p) {
      mask[p] = random() % 100 < p % 101 ? 7 : 0;
      for (auto& band : image) band[p] = static_cast<float>(static_cast<int>(random() % 12000) - 1000);
    }
    series.images.push_back(std::move(image));
    series.masks.push_back(std::move(mask));
  }
  return series;
}

TEST(GapFill, LinesBetweenClearDaysEqualTheDefinition) {
  const std::size_t pixels = 700;  // more than are handled together
  Series series = random_series(1, pixels, 3, false);
  std::vector<RowInput> inputs;
  for (std::size_t i = 0; i < series.days.size(); ++i) {
    for (std::size_t p = 0; p < pixels; ++p) {
      if (series.masks[i][p] != 0) series.images[i][p % 3][p] = nan_;  // one band is enough
    }
    inputs.push_back(series.images[i]);
  }
  const auto row = row_of(*make_gap_fill(filling_of(series, Interpolation::linear, GapConvention::standard)), inputs,
                          {"a", "b", "c"});
  EXPECT_EQ(row.info.bands[1].name, "b_-10");
  ASSERT_EQ(row.bands.size(), series.wanted.size() * 3);
  std::size_t never = 0;
  for (std::size_t p = 0; p < pixels; ++p) {
    for (std::size_t w = 0; w < series.wanted.size(); ++w) {
      std::optional<std::size_t> before, after;
      for (std::size_t i = 0; i < series.days.size(); ++i) {
        if (series.masks[i][p] != 0) continue;
        if (series.days[i] <= series.wanted[w]) before = i;
        if (series.days[i] >= series.wanted[w] && !after) after = i;
      }
      for (std::size_t b = 0; b < 3; ++b) {
        const double got = row.bands[w * 3 + b][p];
        if (!before && !after) {
          ++never;
          EXPECT_TRUE(std::isnan(got));
          continue;
        }
        const std::size_t from = before ? *before : *after;
        const std::size_t to = after ? *after : *before;
        const double a = static_cast<double>(series.images[from][b][p]);
        const double z = static_cast<double>(series.images[to][b][p]);
        const int span = series.days[to] - series.days[from];
        const double want = span == 0 ? a : a + (z - a) * (series.wanted[w] - series.days[from]) / span;
        EXPECT_NEAR(got, want, 1e-3) << p << " " << w;
        if (span == 0) {
          EXPECT_EQ(got, a);
        }
      }
    }
  }
  EXPECT_GT(never, 0U);
}

/// The published module's rule, step by step: both lists of days merged, images first of equal days, inserted days
/// invalid, each invalid one filled from its neighbours, and of a day the first entry taken.
double otb_oracle(const Series& series, std::size_t pixel, std::size_t band, int wanted) {
  struct Entry {
    int day;
    bool valid;
    double value;
  };
  std::vector<Entry> merged;
  std::size_t i = 0;
  for (std::size_t w = 0; w < series.wanted.size() || i < series.days.size();) {
    if (w == series.wanted.size() || (i < series.days.size() && series.days[i] <= series.wanted[w])) {
      merged.push_back(
          {series.days[i], series.masks[i][pixel] == 0, static_cast<double>(series.images[i][band][pixel])});
      ++i;
    } else {
      merged.push_back({series.wanted[w++], false, 0});
    }
  }
  for (std::size_t k = 0; k < merged.size(); ++k) {
    if (merged[k].day != wanted) continue;
    if (merged[k].valid) return merged[k].value;
    const Entry* before = nullptr;
    const Entry* after = nullptr;
    for (std::size_t j = 0; j < k; ++j) {
      if (merged[j].valid) before = &merged[j];
    }
    for (std::size_t j = merged.size(); j-- > k + 1;) {
      if (merged[j].valid) after = &merged[j];
    }
    if (!before && !after) return 0;
    if (!before) return after->value;
    if (!after) return before->value;
    const double span = after->day - before->day;
    return (after->value - before->value) / span * wanted +
           (after->day * before->value - before->day * after->value) / span;
  }
  ADD_FAILURE() << "no entry of day " << wanted;
  return 0;
}

TEST(GapFill, TheConventionOfOtbEqualsItsStepsAlsoWithSeveralImagesOfOneDay) {
  for (const unsigned seed : {1U, 2U, 3U}) {
    const std::size_t pixels = 303;
    const Series series = random_series(seed, pixels, 2, true);
    std::vector<RowInput> inputs;
    for (std::size_t i = 0; i < series.days.size(); ++i) {
      inputs.push_back(series.images[i]);
      inputs.push_back(series.masks[i]);
    }
    const auto row = row_of(*make_gap_fill(filling_of(series, Interpolation::linear, GapConvention::otb)), inputs);
    EXPECT_EQ(row.info.type, PixelType::f64);
    for (std::size_t w = 0; w < series.wanted.size(); ++w) {
      for (std::size_t b = 0; b < 2; ++b) {
        for (std::size_t p = 0; p < pixels; ++p)
          ASSERT_EQ(row.bands[w * 2 + b][p], otb_oracle(series, p, b, series.wanted[w])) << w << " " << p;
      }
    }
  }
}

TEST(GapFill, SplinesMeetTheObservationsAndAreConstantBeyondThem) {
  Series series;
  series.days = {0, 10, 20, 30, 40, 50};
  series.wanted = {-5, 0, 10, 15, 40, 60};
  std::vector<RowInput> inputs;
  //                          a parabola, one seen, never seen
  for (const int day : series.days) {
    const auto t = static_cast<float>(day);
    series.images.push_back({{t * t, day == 20 ? 3.0F : nan_, nan_}});
    inputs.push_back(series.images.back());
  }
  const auto row = row_of(*make_gap_fill(filling_of(series, Interpolation::spline, GapConvention::standard)), inputs);
  const std::vector<double> parabola{0, 0, 100, 225, 1600, 2500};
  for (std::size_t w = 0; w < series.wanted.size(); ++w) {
    EXPECT_NEAR(row.bands[w][0], parabola[w], 1e-4);
    EXPECT_EQ(row.bands[w][1], 3);
    EXPECT_TRUE(std::isnan(row.bands[w][2]));
  }
}

}  // namespace
}  // namespace cers
