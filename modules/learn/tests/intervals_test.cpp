// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/intervals.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "cers/core/random_bits.hpp"

namespace cers {
namespace {

TEST(Intervals, student_quantiles_are_those_of_the_tables) {
  EXPECT_NEAR(student_quantile(0.975, 1), 12.706204736, 1e-8);  // tan(0.475 π)
  EXPECT_NEAR(student_quantile(0.975, 2), 0.95 * std::sqrt(2 / (1 - 0.95 * 0.95)), 1e-10);
  EXPECT_NEAR(student_quantile(0.975, 4), 2.776445, 1e-6);
  EXPECT_NEAR(student_quantile(0.975, 9), 2.262157, 1e-6);
  EXPECT_NEAR(student_quantile(0.025, 30), -2.042272, 1e-6);
  EXPECT_NEAR(student_quantile(0.975, 1e7), normal_975, 1e-6);
}

TEST(Intervals, wilson_solves_its_equation) {
  // The ends are where |p − share| is 1.96 standard errors of p itself.
  for (const auto& [share, n] : {std::pair{0.1, 20.0}, {0.5, 7.0}, {0.93, 41.5}}) {
    const Interval found = wilson_interval(share, n);
    for (const double p : {found.low, found.high})
      EXPECT_NEAR(std::abs(p - share), normal_975 * std::sqrt(p * (1 - p) / n), 1e-12);
    EXPECT_LT(found.low, share);
    EXPECT_GT(found.high, share);
  }
  EXPECT_EQ(wilson_interval(0, 10).low, 0);
  EXPECT_NEAR(wilson_interval(0, 10).high, normal_975 * normal_975 / (10 + normal_975 * normal_975), 1e-12);
  EXPECT_EQ(wilson_interval(0.3, 0).high, 1);
}

TEST(Intervals, runs_count_one_degree_less_than_their_number) {
  const std::array values{0.80, 0.82, 0.81, 0.83, 0.79};
  const Estimate found = mean_of_runs(values);
  EXPECT_NEAR(found.value, 0.81, 1e-12);
  EXPECT_NEAR(found.standard_error, std::sqrt(0.001 / 4 / 5), 1e-12);
  EXPECT_NEAR(found.interval.high - found.value, 2.776445 * found.standard_error, 1e-7);
  EXPECT_TRUE(std::isinf(mean_of_runs(std::array{0.5}).interval.high));
}

/// Polygons of 40 pixels that are wholly right or wholly wrong with the given chance.
std::vector<Cluster> polygons(int count, double right, std::uint64_t seed) {
  std::vector<Cluster> clusters;
  for (int i = 0; i < count; ++i) {
    const int reference = i % 2 == 0 ? 1 : 2;
    const double drawn = static_cast<double>(random_bits(seed, static_cast<std::uint64_t>(i)) >> 11U) * 0x1p-53;
    clusters.push_back({i, {{{reference, drawn < right ? reference : 3 - reference}, 40}}});
  }
  return clusters;
}

TEST(Intervals, clusters_are_drawn_whole) {
  const auto clusters = polygons(100, 0.8, 7);
  double correct = 0;
  for (const Cluster& cluster : clusters)
    correct += cluster.pairs.begin()->first.first == cluster.pairs.begin()->first.second;
  const double share = correct / 100;
  const AgreementIntervals found = cluster_bootstrap(clusters, 2000, 1);
  // 100 independent witnesses, not 4000: the width of the binomial of 100.
  const double error = std::sqrt(share * (1 - share) / 100);
  EXPECT_NEAR(found.overall.high - found.overall.low, 2 * normal_975 * error, 0.15 * 2 * normal_975 * error);
  EXPECT_LT(found.overall.low, share);
  EXPECT_GT(found.overall.high, share);
  EXPECT_EQ(found.classes.size(), 2U);
  EXPECT_LT(found.classes[0].users.low, found.classes[0].users.high);
  const AgreementIntervals again = cluster_bootstrap(clusters, 2000, 1);
  EXPECT_EQ(found.overall.low, again.overall.low);
  EXPECT_EQ(found.kappa.low, again.kappa.low);
  EXPECT_NE(found.kappa.low, cluster_bootstrap(clusters, 2000, 2).kappa.low);
}

TEST(Intervals, clustered_intervals_cover) {
  int covered = 0;
  constexpr int experiments = 400;
  for (int i = 0; i < experiments; ++i) {
    const auto seed = static_cast<std::uint64_t>(i);
    const Interval found = cluster_bootstrap(polygons(80, 0.8, 100 + seed), 300, seed).overall;
    covered += found.low <= 0.8 && 0.8 <= found.high;
  }
  // 95 % less the known deficit of percentile intervals, with three standard errors of 400 experiments.
  EXPECT_GT(covered, 0.90 * experiments);
  EXPECT_LT(covered, 0.985 * experiments);
}

TEST(Intervals, one_cluster_tells_nothing) {
  const AgreementIntervals found = cluster_bootstrap(polygons(1, 1, 3), 100, 1);
  EXPECT_EQ(found.overall.low, 0);
  EXPECT_EQ(found.overall.high, 1);
}

}  // namespace
}  // namespace cers
