// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/calibration.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "cers/core/random_bits.hpp"

namespace cers {
namespace {

double uniform(std::uint64_t seed, std::uint64_t i) {
  return static_cast<double>(random_bits(seed, i) >> 11U) * 0x1p-53;
}

TEST(Calibration, scores_as_solved_by_hand) {
  ProbabilityCounts counts;
  counts.add(800, true);
  counts.add(800, true);
  counts.add(800, false);
  counts.add(100, false);
  const Reliability found = reliability_of(counts, 2);
  EXPECT_DOUBLE_EQ(found.prevalence, 0.5);
  EXPECT_DOUBLE_EQ(found.brier, (2 * 0.04 + 0.64 + 0.01) / 4);
  EXPECT_DOUBLE_EQ(found.skill, 1 - found.brier / 0.25);
  // Units of one probability stay together: with two bins of two, the first closes at 800.
  ASSERT_EQ(found.bins.size(), 1U);
  EXPECT_DOUBLE_EQ(found.bins[0].stated, 2.5 / 4);
  EXPECT_DOUBLE_EQ(found.bins[0].happened, 0.5);
  const Reliability finer = reliability_of(counts, 4);
  ASSERT_EQ(finer.bins.size(), 2U);
  EXPECT_DOUBLE_EQ(finer.bins[1].happened, 2.0 / 3);
  EXPECT_NEAR(finer.calibration_error, (0.1 + 3 * std::abs(0.8 - 2.0 / 3)) / 4, 1e-15);
}

TEST(Calibration, one_large_tie_leaves_the_other_bins_even) {
  ProbabilityCounts counts;
  for (int i = 0; i < 6000; ++i) counts.add(0, false);
  for (int i = 0; i < 4000; ++i) counts.add(1 + i / 4, i % 4 == 0);
  const Reliability found = reliability_of(counts, 10);
  ASSERT_EQ(found.bins.size(), 5U);
  EXPECT_EQ(found.bins[0].weight, 6000);
  for (std::size_t i = 1; i < 5; ++i) EXPECT_EQ(found.bins[i].weight, 1000);
}

TEST(Calibration, units_of_a_class_without_a_probability_count) {
  // Four units: one of class a, stated 1; one of b, stated 1; two of a class that has no probability, where a is
  // stated.
  ProbabilityCounts a;
  ProbabilityCounts b;
  for (const auto& [stated_a, is_a] : {std::pair{1000, true}, {0, false}, {1000, false}, {1000, false}})
    a.add(stated_a, is_a);
  for (const auto& [stated_b, is_b] : {std::pair{0, false}, {1000, true}, {0, false}, {0, false}})
    b.add(stated_b, is_b);
  const MulticlassBrier found = multiclass_brier({reliability_of(a), reliability_of(b)});
  EXPECT_DOUBLE_EQ(found.brier, (2 * (1 + 1)) / 4.0);  // two units wrong in two classes each
}

TEST(Calibration, honest_probabilities_have_no_error_and_bins_are_even) {
  ProbabilityCounts honest;
  ProbabilityCounts boasting;
  for (std::uint64_t i = 0; i < 200000; ++i) {
    const int p = static_cast<int>(uniform(1, i) * 1000);
    const bool event = uniform(2, i) * 1000 < p;
    honest.add(p, event);
    // States 90 % where 70 % is true.
    boasting.add(900, uniform(2, i) < 0.7);
  }
  const Reliability found = reliability_of(honest, 10);
  ASSERT_EQ(found.bins.size(), 10U);
  for (const ReliabilityBin& bin : found.bins) {
    EXPECT_NEAR(bin.weight, 20000, 400);
    EXPECT_NEAR(bin.stated, bin.happened, 0.015);
  }
  EXPECT_LT(found.calibration_error, 0.006);
  EXPECT_NEAR(found.brier, 1.0 / 6, 0.002);  // the mean of p (1 − p)
  EXPECT_NEAR(found.skill, 1 - (1.0 / 6) / 0.25, 0.01);
  EXPECT_NEAR(reliability_of(boasting).calibration_error, 0.2, 0.005);
  EXPECT_LT(reliability_of(boasting).skill, 0);
}

TEST(Calibration, prevalence_alone_has_no_skill) {
  std::vector<Reliability> classes;
  for (const int p : {200, 300, 500}) {
    ProbabilityCounts counts;
    for (int i = 0; i < 1000; ++i) counts.add(p, i < p);
    classes.push_back(reliability_of(counts));
  }
  const MulticlassBrier found = multiclass_brier(classes);
  EXPECT_NEAR(found.skill, 0, 1e-12);
  EXPECT_NEAR(found.brier, 0.2 * 0.8 + 0.3 * 0.7 + 0.5 * 0.5, 1e-12);
  EXPECT_TRUE(std::isnan(reliability_of(ProbabilityCounts{}).brier));
}

}  // namespace
}  // namespace cers
