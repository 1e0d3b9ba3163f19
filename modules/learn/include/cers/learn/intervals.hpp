// SPDX-License-Identifier: Apache-2.0
// Confidence intervals: normal, Wilson, Student, and by resampling whole clusters.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "cers/learn/accuracy.hpp"

namespace cers {

/// 97.5 % quantile of the standard normal distribution: two-sided intervals of 95 %.
inline constexpr double normal_975 = 1.959963984540054;

struct Interval {
  double low = 0;
  double high = 1;
};

/// An estimate with its standard error and 95 % interval.
struct Estimate {
  double value = 0;
  double standard_error = 0;
  Interval interval;
  bool wilson = false;  ///< the interval is Wilson's, because too few units stand behind it for the normal one
};

/// Wilson's score interval of a share found in `n` units (a real number: effective sizes), 95 %. Lies in [0, 1], also
/// where the share is 0 or 1. [0, 1] for n <= 0. Wilson (1927), J. Am. Stat. Assoc. 22:209-212.
Interval wilson_interval(double share, double n);

/// Quantile of Student's t distribution, 0 < p < 1, `freedom` >= 1.
double student_quantile(double p, double freedom);

/// Mean of several runs (seeds) and its 95 % interval with n − 1 degrees of freedom. The interval is unbounded for
/// fewer than two values.
Estimate mean_of_runs(std::span<const double> values);

/// What lies in one cluster of the reference: a polygon.
struct Cluster {
  std::int64_t id = 0;
  LabelPairs pairs;
};

/// 95 % percentile intervals of the scores when whole clusters are drawn with replacement: units of one polygon are
/// alike, so they are no independent witnesses (Efron and Tibshirani 1993). The order of classes is that of
/// agreement_of. Draws in which a score is undefined do not count for it; [0, 1] where it is undefined in all of them,
/// or with fewer than two clusters.
struct AgreementIntervals {
  struct OfClass {
    Interval users;
    Interval producers;
    Interval f1;
  };
  Interval overall;
  Interval kappa;  ///< [−1, 1] when unknown
  std::vector<OfClass> classes;
};
AgreementIntervals cluster_bootstrap(std::span<const Cluster> clusters, int draws, std::uint64_t seed);

}  // namespace cers
