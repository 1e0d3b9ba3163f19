// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/area_accuracy.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cmath>
#include <string>

#include "cers/core/error.hpp"
#include "cers/core/random_bits.hpp"

namespace cers {
namespace {

/// Rows are map classes, as in the papers; codes count from 1.
std::vector<Stratum> map_strata(const std::vector<std::vector<int>>& counts, const std::vector<double>& pixels) {
  std::vector<Stratum> strata;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const int map = static_cast<int>(i) + 1;
    Stratum stratum{map, pixels[i], {}};
    for (std::size_t j = 0; j < counts[i].size(); ++j)
      if (counts[i][j] > 0) stratum.units[{static_cast<int>(j) + 1, map}] = static_cast<std::uint64_t>(counts[i][j]);
    strata.push_back(stratum);
  }
  return strata;
}

const std::vector<std::vector<int>> olofsson{{66, 0, 5, 4}, {0, 55, 8, 12}, {1, 0, 153, 11}, {2, 1, 9, 313}};
const std::vector<double> olofsson_pixels{200000, 150000, 3200000, 6450000};

TEST(AreaAccuracy, repeats_the_worked_example_of_olofsson_2014) {
  const AreaAccuracy found = area_accuracy(map_strata(olofsson, olofsson_pixels));
  EXPECT_NEAR(found.overall.value, 0.95, 0.005);
  EXPECT_NEAR(normal_975 * found.overall.standard_error, 0.02, 0.005);
  const std::array users{0.88, 0.73, 0.93, 0.96};
  const std::array users_half{0.07, 0.10, 0.04, 0.02};
  const std::array producers{0.75, 0.85, 0.93, 0.96};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(found.classes[i].users.value, users[i], 0.005);
    EXPECT_NEAR(normal_975 * found.classes[i].users.standard_error, users_half[i], 0.005);
    EXPECT_NEAR(found.classes[i].producers.value, producers[i], 0.005);
  }
  // Deforestation: 235 086 ± 68 418 (the units of the paper are pixels of 30 m turned to hectares 1 : 1 here).
  EXPECT_NEAR(found.classes[0].area.value * found.pixels, 235086, 1);
  EXPECT_NEAR(normal_975 * found.classes[0].area.standard_error * found.pixels, 68418, 20);
  EXPECT_NEAR(found.classes[0].area.standard_error, 0.0035, 5e-5);
  EXPECT_NEAR(found.classes[0].mapped_share, 0.02, 1e-12);
}

TEST(AreaAccuracy, equals_the_equations_of_olofsson_2014) {
  // Written out as in the paper (eq. 5 to 11), without the correction for finite strata: these are next to infinite.
  std::vector<double> pixels = olofsson_pixels;
  for (double& n : pixels) n *= 1e9;
  const AreaAccuracy found = area_accuracy(map_strata(olofsson, pixels));
  double total = 0;
  for (const double n : pixels) total += n;
  std::array<double, 4> n{};
  for (std::size_t i = 0; i < 4; ++i)
    for (const int count : olofsson[i]) n[i] += count;
  const auto share = [&](std::size_t i, std::size_t j) { return olofsson[i][j] / n[i]; };
  double overall = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    const double w = pixels[i] / total;
    overall += w * w * share(i, i) * (1 - share(i, i)) / (n[i] - 1);
  }
  EXPECT_NEAR(found.overall.standard_error, std::sqrt(overall), 1e-9);
  for (std::size_t j = 0; j < 4; ++j) {
    double reference = 0;
    double area = 0;
    for (std::size_t i = 0; i < 4; ++i) {
      const double w = pixels[i] / total;
      reference += pixels[i] * share(i, j);
      area += w * w * share(i, j) * (1 - share(i, j)) / (n[i] - 1);
    }
    const double p = pixels[j] * share(j, j) / reference;
    double variance = pixels[j] * pixels[j] * (1 - p) * (1 - p) * share(j, j) * (1 - share(j, j)) / (n[j] - 1);
    for (std::size_t i = 0; i < 4; ++i)
      if (i != j) variance += p * p * pixels[i] * pixels[i] * share(i, j) * (1 - share(i, j)) / (n[i] - 1);
    EXPECT_NEAR(found.classes[j].producers.value, p, 1e-12);
    EXPECT_NEAR(found.classes[j].producers.standard_error, std::sqrt(variance) / reference, 1e-9);
    EXPECT_NEAR(found.classes[j].area.standard_error, std::sqrt(area), 1e-9);
    EXPECT_NEAR(found.classes[j].users.standard_error, std::sqrt(share(j, j) * (1 - share(j, j)) / (n[j] - 1)), 1e-9);
  }
}

TEST(AreaAccuracy, repeats_the_numerical_example_of_stehman_2014) {
  // Forty units in four strata that are not the map classes: stratum, map and reference of each.
  const std::string stratum = "AAAAAAAAAABBBBBBBBBBCCCCCCCCCCDDDDDDDDDD";
  const std::string map = "AAAAAAABBBABBBBBBBBBBBCCCCCCBBDDDDDDDDDD";
  const std::string reference = "AAAAACBABCABBBBBAABBCCCCCDDBBADDDDDDDCCB";
  std::vector<Stratum> strata{{1, 40000, {}}, {2, 30000, {}}, {3, 20000, {}}, {4, 10000, {}}};
  for (std::size_t i = 0; i < 40; ++i)
    ++strata[static_cast<std::size_t>(stratum[i] - 'A')].units[{reference[i] - 'A', map[i] - 'A'}];
  const AreaAccuracy found = area_accuracy(strata);
  EXPECT_NEAR(found.classes[0].area.value, 0.35, 1e-12);
  EXPECT_NEAR(found.classes[0].area.standard_error, 0.082, 5e-4);
  EXPECT_NEAR(found.classes[2].area.value, 0.20, 1e-12);
  EXPECT_NEAR(found.classes[2].area.standard_error, 0.064, 5e-4);
  EXPECT_NEAR(found.overall.value, 0.63, 1e-12);
  EXPECT_NEAR(found.overall.standard_error, 0.085, 5e-4);
  EXPECT_NEAR(found.classes[1].users.value, 0.574, 5e-4);
  EXPECT_NEAR(found.classes[1].users.standard_error, 0.125, 5e-4);
  EXPECT_NEAR(found.classes[1].producers.value, 0.794, 5e-4);
  EXPECT_NEAR(found.classes[1].producers.standard_error, 0.116548, 1e-6);  // from the residuals y - R x
  EXPECT_NEAR(found.shares.at(2, 1), 0.08, 1e-12) << "mapped as B, truly C";
}

TEST(AreaAccuracy, uses_wilson_where_units_are_few) {
  const AreaAccuracy found = area_accuracy(map_strata({{9, 1}, {2, 198}}, {1e6, 9e6}));
  EXPECT_TRUE(found.classes[0].users.wilson);
  EXPECT_TRUE(found.classes[0].area.wilson);
  EXPECT_FALSE(found.classes[1].users.wilson);
  const Interval wilson = wilson_interval(0.9, 0.9 * 0.1 / std::pow(found.classes[0].users.standard_error, 2));
  EXPECT_DOUBLE_EQ(found.classes[0].users.interval.low, wilson.low);
  // No error found among ten units: the interval is not a point.
  const AreaAccuracy perfect = area_accuracy(map_strata({{10, 0}, {0, 200}}, {1e6, 9e6}));
  EXPECT_EQ(perfect.classes[0].users.value, 1);
  EXPECT_NEAR(perfect.classes[0].users.interval.low, wilson_interval(1, 10).low, 1e-12);
}

TEST(AreaAccuracy, names_the_strata_that_lack_units) {
  try {
    area_accuracy({{4, 100, {{{4, 4}, 1}}}, {7, 300, {}}, {9, 500, {{{9, 9}, 10}}}});
    FAIL();
  } catch (const DataError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("2 of 3 strata have fewer than two reference units: 4 (1), 7 (0)"));
  }
}

TEST(AreaAccuracy, sample_size_is_that_of_the_paper) {
  // Section 5.1.1: weights .02 .015 .32 .645, users .70 .60 .90 .95, SE .01 give 641.
  EXPECT_NEAR(sample_size({0.020, 0.015, 0.320, 0.645}, {0.70, 0.60, 0.90, 0.95}, 0.01), 641, 0.7);
}

/// A fixed map and its truth: classes 1 to 5, errors more frequent in some than in others.
struct World {
  std::vector<int> map;
  std::vector<int> truth;
};

World world(std::size_t pixels) {
  constexpr std::array area{0.36, 0.28, 0.20, 0.12, 0.04};
  constexpr std::array right{0.90, 0.82, 0.78, 0.85, 0.70};
  World made;
  for (std::size_t i = 0; i < pixels; ++i) {
    const auto uniform = [&](std::uint64_t of) { return static_cast<double>(random_bits(11, i, of) >> 11U) * 0x1p-53; };
    double place = uniform(0);
    std::size_t map = 0;
    while (map < 4 && place >= area[map]) place -= area[map++];
    const bool correct = uniform(1) < right[map];
    const auto other = 1 + static_cast<std::size_t>(below(4, random_bits(11, i, 2)));
    made.map.push_back(static_cast<int>(map) + 1);
    made.truth.push_back(static_cast<int>(correct ? map : (map + other) % 5) + 1);
  }
  return made;
}

/// How often the interval of an area covers the truth, in samples that reach the classes of the question.
struct Coverage {
  double judged = 0;
  double covered = 0;
  double share() const { return covered / judged; }
};

/// Repeats the sampling of a world, without replacement. Codes count from 1.
class Replicates {
 public:
  Replicates(const World& made, std::vector<int> drawn)
      : made_(made), drawn_(std::move(drawn)), strata_(drawn_.size()) {
    areas_.resize(drawn_.size());
    for (std::size_t i = 0; i < made.map.size(); ++i) {
      strata_[static_cast<std::size_t>(made.map[i] - 1)].push_back(i);
      areas_[static_cast<std::size_t>(made.truth[i] - 1)] += 1 / static_cast<double>(made.map.size());
      right_ += (made.map[i] == made.truth[i] ? 1 : 0) / static_cast<double>(made.map.size());
    }
  }
  double right() const { return right_; }
  double area(int code) const { return areas_[static_cast<std::size_t>(code - 1)]; }

  AreaAccuracy draw(int replicate) {
    std::vector<Stratum> sample;
    for (std::size_t s = 0; s < strata_.size(); ++s) {
      std::vector<std::size_t>& order = strata_[s];
      Stratum stratum{static_cast<int>(s) + 1, static_cast<double>(order.size()), {}};
      for (int i = 0; i < drawn_[s]; ++i) {  // the first places of a shuffle
        const auto bits = random_bits(5 + static_cast<std::uint64_t>(replicate), s, static_cast<std::uint64_t>(i));
        const auto rest = order.size() - static_cast<std::size_t>(i);
        std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(i) + below(rest, bits)]);
        const std::size_t pixel = order[static_cast<std::size_t>(i)];
        ++stratum.units[{made_.truth[pixel], made_.map[pixel]}];
      }
      sample.push_back(stratum);
    }
    return area_accuracy(sample);
  }

 private:
  const World& made_;
  std::vector<int> drawn_;
  std::vector<std::vector<std::size_t>> strata_;
  std::vector<double> areas_;
  double right_ = 0;
};

bool holds(const Interval& interval, double truth) {
  return interval.low <= truth && truth <= interval.high;
}

TEST(AreaAccuracy, intervals_cover_the_truth_in_95_of_100_samples) {
  const World made = world(300000);
  Replicates replicates(made, {270, 210, 150, 100, 75});
  constexpr int count = 4000;
  double covered = 0;
  std::array<Coverage, 5> normal{};
  std::array<Coverage, 5> any{};
  for (int replicate = 0; replicate < count; ++replicate) {
    const AreaAccuracy found = replicates.draw(replicate);
    covered += holds(found.overall.interval, replicates.right());
    for (const auto& one : found.classes) {
      const auto c = static_cast<std::size_t>(one.code - 1);
      const bool good = holds(one.area.interval, replicates.area(one.code));
      any[c].judged += 1;
      any[c].covered += good;
      if (one.area.wilson) continue;
      normal[c].judged += 1;
      normal[c].covered += good;
    }
  }
  EXPECT_GE(covered / count, 0.935);
  EXPECT_LE(covered / count, 0.965);
  RecordProperty("overall", std::to_string(covered / count));
  for (std::size_t c = 0; c < 5; ++c) {
    EXPECT_GE(any[c].share(), 0.935) << "class " << c + 1;
    RecordProperty("area_" + std::to_string(c + 1), std::to_string(any[c].share()));
    RecordProperty("judged_normal_" + std::to_string(c + 1), std::to_string(normal[c].judged));
    ASSERT_GT(normal[c].judged, 1000) << "class " << c + 1;
    EXPECT_GE(normal[c].share(), 0.935) << "class " << c + 1;
    EXPECT_LE(normal[c].share(), 0.965) << "class " << c + 1;
    RecordProperty("normal_" + std::to_string(c + 1), std::to_string(normal[c].share()));
  }
}

/// Class 3 has 0.2 % of the map, nearly all of it right, and is forgotten in one of a hundred pixels of class 1, which
/// is half of the map: of two hundred units there two are of class 3, and none in every seventh sample.
World world_of_a_forgotten_class(std::size_t pixels) {
  World made;
  for (std::size_t i = 0; i < pixels; ++i) {
    const std::uint64_t place = below(1000, random_bits(17, i, 0));
    const std::uint64_t luck = below(100, random_bits(17, i, 1));
    const int map = place < 2 ? 3 : place < 500 ? 1 : 2;
    made.map.push_back(map);
    made.truth.push_back(map == 3   ? (luck < 96 ? 3 : 1)
                         : map == 1 ? (luck < 1    ? 3
                                       : luck < 16 ? 2
                                                   : 1)
                                    : (luck < 80 ? 2 : 1));
  }
  return made;
}

TEST(AreaAccuracy, a_class_forgotten_in_a_large_stratum_has_no_normal_interval) {
  const World made = world_of_a_forgotten_class(300000);
  Replicates replicates(made, {200, 200, 60});
  constexpr int count = 2000;
  double producers = 0;
  double producers_truth = 0;
  for (std::size_t i = 0; i < made.map.size(); ++i)
    producers_truth += (made.map[i] == 3 && made.truth[i] == 3 ? 1 : 0) / static_cast<double>(made.map.size());
  producers_truth /= replicates.area(3);
  Coverage normal;
  Coverage rare;
  std::array<Coverage, 2> large;
  for (int replicate = 0; replicate < count; ++replicate) {
    const AreaAccuracy found = replicates.draw(replicate);
    const auto& one = found.classes[2];
    if (one.reference_units < least_units_for_normal) continue;
    EXPECT_TRUE(one.few_omissions());
    EXPECT_TRUE(one.area.wilson);
    EXPECT_TRUE(one.producers.wilson);
    normal.judged += 1;
    normal.covered += std::abs(one.area.value - replicates.area(3)) <= normal_975 * one.area.standard_error;
    rare.judged += 1;
    rare.covered += holds(one.area.interval, replicates.area(3));
    producers += holds(one.producers.interval, producers_truth);
    for (std::size_t c = 0; c < 2; ++c) {
      EXPECT_FALSE(found.classes[c].area.wilson);
      large[c].judged += 1;
      large[c].covered += holds(found.classes[c].area.interval, replicates.area(static_cast<int>(c) + 1));
    }
  }
  ASSERT_GT(rare.judged, 1000);
  EXPECT_LT(normal.share(), 0.9) << "the world is too easy";
  EXPECT_GE(rare.share(), 0.935);
  EXPECT_GE(producers / rare.judged, 0.935);
  for (const Coverage& one : large) {
    EXPECT_GE(one.share(), 0.935);
    EXPECT_LE(one.share(), 0.965);
  }
  RecordProperty("normal", std::to_string(normal.share()));
  RecordProperty("area", std::to_string(rare.share()));
  RecordProperty("producers", std::to_string(producers / rare.judged));
}

TEST(AreaAccuracy, effective_units_are_those_of_the_formula) {
  const AreaAccuracy found = area_accuracy(map_strata({{60, 0}, {1, 199}}, {1e6, 99e6}));
  const double area = 0.01 + 0.99 / 200;
  const double own = 61.0 / 62;
  const double other = 2.0 / 202;
  const double variance =
      1e-4 * own * (1 - own) / 60 * (1 - 6e-5) + 0.99 * 0.99 * other * (1 - other) / 200 * (1 - 200 / 99e6);
  EXPECT_NEAR(found.classes[0].effective_units, area * area * (1 - area) / variance, 1e-9);
  EXPECT_TRUE(found.classes[0].few_omissions());
  // Strata drawn whole leave nothing open.
  const AreaAccuracy whole = area_accuracy(map_strata({{60, 0}, {1, 199}}, {60, 200}));
  EXPECT_FALSE(whole.classes[0].few_omissions());
  EXPECT_EQ(whole.classes[0].area.standard_error, 0);
}

}  // namespace
}  // namespace cers
