// SPDX-License-Identifier: Apache-2.0
// The kernel against cases by hand and against arrays of days.
#include "season_kernel.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>

#include "season_oracle.hpp"

namespace cers::season {
namespace {

/// Several pixels with the same days and numbers of images.
using Pixels = std::vector<std::vector<oracle::Date>>;

std::vector<oracle::Layers> layers_of(const Pixels& pixels, const Rules& rules) {
  const Kernel kernel(rules);
  const auto state = std::make_unique<State>();
  const std::size_t count = pixels.size();
  kernel.begin(*state, count);
  for (std::size_t date = 0; date < pixels[0].size(); ++date) {
    std::vector<std::vector<std::uint8_t>> rows(pixels[0][date].codes.size());
    std::vector<const std::uint8_t*> images;
    for (std::size_t image = 0; image < rows.size(); ++image) {
      for (const auto& pixel : pixels) rows[image].push_back(static_cast<std::uint8_t>(pixel[date].codes[image]));
      images.push_back(rows[image].data());
    }
    kernel.add_date(*state, images, pixels[0][date].day, count);
  }
  kernel.finish(*state, count);
  std::vector<oracle::Layers> result(count);
  for (const LayerText& text : layer_texts()) {
    std::vector<std::uint16_t> values(count);
    kernel.write(*state, text.layer, values);
    for (std::size_t i = 0; i < count; ++i) result[i][text.layer] = values[i];
  }
  return result;
}

oracle::Layers season_of(const std::vector<oracle::Date>& pixel, const Rules& rules) {
  return layers_of(Pixels{pixel}, rules)[0];
}

Rules rules_of(int days, Profile profile = Profile::standard, Tie tie = Tie::snow) {
  Rules rules;
  rules.days = days;
  rules.profile = profile;
  rules.tie = tie;
  return rules;
}

std::vector<oracle::Date> daily(const std::string& snow) {
  std::vector<oracle::Date> dates;
  for (const char c : snow) dates.push_back({static_cast<int>(dates.size()), {c == '1' ? 100 : 0}});
  return dates;
}

std::string text_of(const oracle::Layers& layers) {
  std::string text;
  for (const LayerText& layer : layer_texts())
    text += std::string(layer.name) + "=" + std::to_string(layers.at(layer.layer)) + " ";
  return text;
}

// ---- cases by hand: unit_cases.json with the corrections of truth.md ----

TEST(SeasonKernel, counts_runs_and_dates_the_longest_one) {
  const std::string snow = "0001111110000111111111111000";
  auto layers = season_of(daily(snow), rules_of(28));
  EXPECT_EQ(layers[Layer::scd], 18);
  EXPECT_EQ(layers[Layer::nsp], 2);
  EXPECT_EQ(layers[Layer::sod], 13);
  EXPECT_EQ(layers[Layer::smod], 24);
  EXPECT_EQ(layers[Layer::nobs], 28);
  EXPECT_EQ(layers[Layer::ccd], 0);
  EXPECT_EQ(layers[Layer::maxgap], 1);
  EXPECT_EQ(layers[Layer::gapsod], 1);
  EXPECT_EQ(layers[Layer::gapsmod], 1);
  EXPECT_EQ(layers[Layer::flags], 0);
  layers = season_of(daily(snow), rules_of(28, Profile::lis111));
  EXPECT_EQ(layers[Layer::scd], 18);
  EXPECT_EQ(layers[Layer::nsp], 4);
  EXPECT_EQ(layers[Layer::sod], 13);
  EXPECT_EQ(layers[Layer::smod], 24);
}

TEST(SeasonKernel, flags_runs_that_the_period_cuts) {
  auto layers = season_of(daily("1111100000"), rules_of(10));
  EXPECT_EQ(layers[Layer::scd], 5);
  EXPECT_EQ(layers[Layer::nsp], 1);
  EXPECT_EQ(layers[Layer::sod], 0);
  EXPECT_EQ(layers[Layer::smod], 4);
  EXPECT_EQ(layers[Layer::flags], cut_by_start);
  EXPECT_EQ(layers[Layer::gapsod], unknown);
  EXPECT_EQ(layers[Layer::gapsmod], 1);
  layers = season_of(daily("1111100000"), rules_of(10, Profile::lis111));
  EXPECT_EQ(layers[Layer::nsp], 1);
  EXPECT_EQ(layers[Layer::sod], 0);  // not more than 10 snow days
  EXPECT_EQ(layers[Layer::smod], 0);

  layers = season_of(daily("1111111111110"), rules_of(13));
  EXPECT_EQ(layers[Layer::scd], 12);
  EXPECT_EQ(layers[Layer::sod], 0);
  EXPECT_EQ(layers[Layer::smod], 11);
  layers = season_of(daily("0111"), rules_of(4));
  EXPECT_EQ(layers[Layer::flags], cut_by_end);
  EXPECT_EQ(layers[Layer::gapsmod], unknown);
}

TEST(SeasonKernel, a_run_that_begins_on_the_first_day_is_not_cut_when_the_day_before_is_known) {
  const std::vector<oracle::Date> pixel{{-3, {0}}, {2, {100}}, {9, {0}}};  // snow from day 0 to 5
  const auto layers = season_of(pixel, rules_of(8));
  EXPECT_EQ(layers.at(Layer::sod), 0);
  EXPECT_EQ(layers.at(Layer::smod), 5);
  EXPECT_EQ(layers.at(Layer::flags), 0);
  EXPECT_EQ(layers.at(Layer::gapsod), 5);
  EXPECT_EQ(layers.at(Layer::gapsmod), 7);
  EXPECT_EQ(layers.at(Layer::nobs), 1);
  EXPECT_EQ(season_of(pixel, rules_of(8, Profile::lis111)).at(Layer::nobs), 3);
}

TEST(SeasonKernel, a_day_half_way_is_as_asked) {  // issue 48 of let-it-snow
  const std::vector<oracle::Date> pixel{{0, {0}}, {4, {100}}, {9, {0}}};
  auto layers = season_of(pixel, rules_of(10));
  EXPECT_EQ(layers[Layer::sod], 2);
  EXPECT_EQ(layers[Layer::smod], 6);
  layers = season_of(pixel, rules_of(10, Profile::standard, Tie::nosnow));
  EXPECT_EQ(layers[Layer::sod], 3);
  EXPECT_EQ(layers[Layer::smod], 6);
}

TEST(SeasonKernel, ties_in_both_orders_over_all_even_gaps) {
  for (int gap = 2; gap <= 60; gap += 2) {
    for (const Tie tie : {Tie::snow, Tie::nosnow}) {
      const Rules rules = rules_of(gap + 1, Profile::standard, tie);
      const int half = gap / 2;
      const bool tie_snow = tie == Tie::snow;
      auto layers = season_of({{0, {0}}, {gap, {100}}}, rules);
      EXPECT_EQ(layers[Layer::scd], tie_snow ? half + 1 : half) << gap;
      EXPECT_EQ(layers[Layer::sod], tie_snow ? half : half + 1) << gap;
      layers = season_of({{0, {100}}, {gap, {0}}}, rules);
      EXPECT_EQ(layers[Layer::scd], tie_snow ? half + 1 : half) << gap;
      EXPECT_EQ(layers[Layer::smod], tie_snow ? half : half - 1) << gap;
    }
    for (const auto& pixel :
         {std::vector<oracle::Date>{{0, {0}}, {gap, {100}}}, std::vector<oracle::Date>{{0, {100}}, {gap, {0}}}}) {
      const Rules lis = rules_of(gap + 1, Profile::lis111);
      EXPECT_EQ(season_of(pixel, lis), oracle::layers_of(pixel, lis)) << gap;
    }
  }
}

TEST(SeasonKernel, one_observation_holds_for_the_whole_period) {
  const auto layers = season_of({{3, {100}}}, rules_of(10));
  EXPECT_EQ(layers.at(Layer::scd), 10);
  EXPECT_EQ(layers.at(Layer::flags), cut_by_start + cut_by_end);
  EXPECT_EQ(layers.at(Layer::maxgap), 6);
}

TEST(SeasonKernel, what_is_not_known_is_never_zero) {
  const std::vector<oracle::Date> pixel{{-2, {255}}, {3, {205}}, {5, {254}}};
  auto layers = season_of(pixel, rules_of(40));
  for (const Layer layer :
       {Layer::scd, Layer::sod, Layer::smod, Layer::nsp, Layer::maxgap, Layer::gapsod, Layer::gapsmod})
    EXPECT_EQ(layers[layer], unknown);
  EXPECT_EQ(layers[Layer::nobs], 0);
  EXPECT_EQ(layers[Layer::ccd], 2);
  EXPECT_EQ(layers[Layer::flags], gap_over_15 + gap_over_30);
  layers = season_of(pixel, rules_of(40, Profile::lis111));
  for (const Layer layer : {Layer::scd, Layer::sod, Layer::smod, Layer::nsp, Layer::nobs}) EXPECT_EQ(layers[layer], 0);
  EXPECT_EQ(layers[Layer::ccd], 3);
}

TEST(SeasonKernel, without_snow_there_is_a_duration_but_no_date) {
  const auto layers = season_of({{3, {0}}}, rules_of(10));
  EXPECT_EQ(layers.at(Layer::scd), 0);
  EXPECT_EQ(layers.at(Layer::nsp), 0);
  EXPECT_EQ(layers.at(Layer::sod), unknown);
  EXPECT_EQ(layers.at(Layer::smod), unknown);
  EXPECT_EQ(layers.at(Layer::gapsod), unknown);
}

TEST(SeasonKernel, water_is_neither_clear_nor_cloud) {
  auto layers = season_of({{1, {210}}, {4, {211}}, {7, {205}}}, rules_of(10));
  EXPECT_EQ(layers[Layer::scd], unknown);
  EXPECT_EQ(layers[Layer::nobs], 0);
  EXPECT_EQ(layers[Layer::ccd], 1);
  EXPECT_EQ(layers[Layer::flags], water_seen + gap_over_15 + gap_over_30);
  layers = season_of({{1, {210}}, {4, {50}}}, rules_of(10));
  EXPECT_EQ(layers[Layer::scd], 10);
  EXPECT_EQ(layers[Layer::flags] & water_seen, water_seen);
}

TEST(SeasonKernel, the_first_clear_image_of_a_day_counts) {
  EXPECT_EQ(season_of({{1, {0, 100}}}, rules_of(4)).at(Layer::scd), 0);
  EXPECT_EQ(season_of({{1, {205, 100}}}, rules_of(4)).at(Layer::scd), 4);
  EXPECT_EQ(season_of({{1, {255, 205, 100, 0}}}, rules_of(4)).at(Layer::scd), 4);
  const auto layers = season_of({{1, {205, 210}}, {2, {255, 205}}, {3, {254, 0}}}, rules_of(4));
  EXPECT_EQ(layers.at(Layer::nobs), 1);
  EXPECT_EQ(layers.at(Layer::ccd), 1);  // a day with several images is one date
}

TEST(SeasonKernel, a_fraction_makes_a_snow_day) {
  Rules rules = rules_of(4);
  rules.least_percent = 25;
  EXPECT_EQ(season_of({{1, {24}}}, rules).at(Layer::scd), 0);
  EXPECT_EQ(season_of({{1, {25}}}, rules).at(Layer::scd), 4);
  EXPECT_EQ(season_of({{1, {1}}}, rules_of(4)).at(Layer::scd), 4);
}

TEST(SeasonKernel, foreign_codes_are_missing_and_flagged) {
  for (const int code : {101, 150, 204, 206, 209, 212, 253}) {
    const auto layers = season_of({{1, {code}}, {2, {0}}}, rules_of(4));
    EXPECT_EQ(layers.at(Layer::ccd), 1) << code;
    EXPECT_EQ(layers.at(Layer::flags), foreign_code) << code;
  }
}

// ---- random series ----

/// Code of an image: clear with `clear`, snow by a state that lingers.
int drawn_code(std::mt19937& random, double clear, bool snow) {
  std::uniform_real_distribution<double> unit(0, 1);
  if (unit(random) < clear) return snow ? 1 + static_cast<int>(unit(random) * 100) : 0;
  const double which = unit(random);
  if (which < 0.7) return 205;
  if (which < 0.9) return which < 0.8 ? 254 : 255;
  if (which < 0.95) return which < 0.93 ? 210 : 211;
  return 150;
}

Pixels drawn_pixels(std::mt19937& random, int days, int margin, int dates, std::size_t count) {
  std::uniform_int_distribution<int> day_of(-margin, days - 1 + margin);
  std::uniform_real_distribution<double> unit(0, 1);
  std::map<int, std::size_t> images;  // of each day
  for (int i = 0; i < dates; ++i) ++images[day_of(random)];
  Pixels pixels(count);
  for (auto& pixel : pixels) {
    const double clear = unit(random) < 0.1 ? 0.02 : unit(random);
    const double change = unit(random) * 0.5;
    bool snow = unit(random) < 0.5;
    for (const auto& [day, number] : images) {
      if (unit(random) < change) snow = !snow;
      oracle::Date date{day, {}};
      for (std::size_t i = 0; i < number; ++i) date.codes.push_back(drawn_code(random, clear, snow));
      pixel.push_back(date);
    }
  }
  return pixels;
}

TEST(SeasonKernel, equals_arrays_of_days_on_random_series) {
  std::mt19937 random(20180901);
  int compared = 0;
  for (const int days : {1, 2, 30, 365, 366, 800}) {  // a year, a leap year, more than one winter
    for (const int dates : {1, 3, 20, 70}) {
      for (const Profile profile : {Profile::standard, Profile::lis111}) {
        for (const Tie tie : {Tie::snow, Tie::nosnow}) {
          Rules rules = rules_of(days, profile, profile == Profile::lis111 ? Tie::snow : tie);
          rules.least_percent = profile == Profile::standard && dates == 20 ? 30 : 1;
          const Pixels pixels = drawn_pixels(random, days, dates == 3 ? 0 : 40, dates, 70);
          const auto layers = layers_of(pixels, rules);
          for (std::size_t i = 0; i < pixels.size(); ++i, ++compared)
            ASSERT_EQ(text_of(layers[i]), text_of(oracle::layers_of(pixels[i], rules))) << days << " days";
        }
      }
    }
  }
  EXPECT_EQ(compared, 6 * 4 * 2 * 2 * 70);
}

TEST(SeasonKernel, fills_all_of_its_capacity) {
  std::mt19937 random(1);
  const Pixels pixels = drawn_pixels(random, 365, 15, 60, State::capacity);
  const auto layers = layers_of(pixels, rules_of(365));
  for (std::size_t i = 0; i < pixels.size(); ++i)
    ASSERT_EQ(layers[i], oracle::layers_of(pixels[i], rules_of(365))) << i;
}

// ---- what the gaps are good for ----

struct Truth {
  int onset = 0;
  int melt = 0;
};

/// A winter known day by day, seen every `revisit` days but for clouds.
std::vector<oracle::Date> sampled(const Truth& truth, int revisit, double cloud, std::mt19937& random) {
  std::uniform_real_distribution<double> unit(0, 1);
  std::vector<oracle::Date> dates;
  for (int day = static_cast<int>(unit(random) * revisit) - 15; day < 380; day += revisit) {
    const bool snow = day >= truth.onset && day <= truth.melt;
    dates.push_back({day, {unit(random) < cloud ? 205 : snow ? 100 : 0}});
  }
  return dates;
}

TEST(SeasonKernel, errors_grow_with_the_longest_gap_and_keep_within_the_gaps_told) {
  std::mt19937 random(7);
  std::uniform_int_distribution<int> onset_of(60, 120);
  std::uniform_int_distribution<int> melt_of(190, 280);
  std::array<double, 3> error{};  // longest gap up to 15, 30, more days
  std::array<int, 3> count{};
  int not_seen = 0;
  const Rules rules = rules_of(365);
  for (int pixel = 0; pixel < 6000; ++pixel) {
    const Truth truth{onset_of(random), melt_of(random)};
    const int revisit = std::array{3, 5, 10, 16, 25}[static_cast<std::size_t>(pixel % 5)];
    const auto layers = season_of(sampled(truth, revisit, pixel % 3 * 0.25, random), rules);
    if (layers.at(Layer::gapsod) == unknown || layers.at(Layer::gapsmod) == unknown) {  // no bare day was seen
      ++not_seen;
      continue;
    }
    const int gap = layers.at(Layer::maxgap);
    const int onset_error = std::abs(layers.at(Layer::sod) - truth.onset);
    const int melt_error = std::abs(layers.at(Layer::smod) - truth.melt);
    ASSERT_LE(onset_error, (layers.at(Layer::gapsod) + 1) / 2);
    ASSERT_LE(melt_error, (layers.at(Layer::gapsmod) + 1) / 2);
    ASSERT_LE(layers.at(Layer::gapsod), gap);
    const std::size_t grade = gap <= 15 ? 0 : gap <= 30 ? 1 : 2;
    ASSERT_EQ((layers.at(Layer::flags) & gap_over_15) != 0, grade >= 1);
    ASSERT_EQ((layers.at(Layer::flags) & gap_over_30) != 0, grade == 2);
    error[grade] += onset_error + melt_error;
    count[grade] += 2;
  }
  EXPECT_LT(not_seen, 100);
  for (std::size_t grade = 0; grade < 3; ++grade) {
    ASSERT_GT(count[grade], 1000);
    error[grade] /= count[grade];
  }
  EXPECT_LT(error[0], 2);
  EXPECT_LT(1.5 * error[0], error[1]);
  EXPECT_LT(1.2 * error[1], error[2]);
  RecordProperty("mean_error_days",
                 std::to_string(error[0]) + " " + std::to_string(error[1]) + " " + std::to_string(error[2]));
}

}  // namespace
}  // namespace cers::season
