// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/intervals.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/core/random_bits.hpp"

namespace cers {
namespace {

/// Continued fraction of the incomplete beta function (Abramowitz and Stegun 1964, 26.5.8), by Lentz's method.
double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  constexpr double enough = 1e-15;
  double c = 1;
  double d = 1 - (a + b) * x / (a + 1);
  d = 1 / (std::abs(d) < tiny ? tiny : d);
  double result = d;
  for (int i = 1; i < 1000; ++i) {
    const double m = i;
    const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    double step = 1;
    for (const double term : {even, odd}) {
      d = 1 + term * d;
      d = 1 / (std::abs(d) < tiny ? tiny : d);
      c = 1 + term / c;
      if (std::abs(c) < tiny) c = tiny;
      step = d * c;
      result *= step;
    }
    if (std::abs(step - 1) < enough) break;
  }
  return result;
}

/// Regularised incomplete beta function.
double beta_share(double a, double b, double x) {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const double front =
      std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) + a * std::log(x) + b * std::log1p(-x));
  if (x < (a + 1) / (a + b + 2)) return front * beta_fraction(a, b, x) / a;
  return 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double student_share(double t, double freedom) {
  const double tail = 0.5 * beta_share(freedom / 2, 0.5, freedom / (freedom + t * t));
  return t > 0 ? 1 - tail : tail;
}

/// The p quantile of sorted values, linear between them.
double quantile(const std::vector<double>& sorted, double p) {
  const double place = p * static_cast<double>(sorted.size() - 1);
  const auto low = static_cast<std::size_t>(place);
  const std::size_t high = std::min(low + 1, sorted.size() - 1);
  return sorted[low] + (place - static_cast<double>(low)) * (sorted[high] - sorted[low]);
}

Interval percentiles(std::vector<double>& values, Interval unknown) {
  std::erase_if(values, [](double v) { return std::isnan(v); });
  if (values.empty()) return unknown;
  std::sort(values.begin(), values.end());
  return {quantile(values, 0.025), quantile(values, 0.975)};
}

}  // namespace

Interval wilson_interval(double share, double n) {
  if (!(n > 0)) return {0, 1};
  constexpr double z2 = normal_975 * normal_975;
  const double centre = (share + z2 / (2 * n)) / (1 + z2 / n);
  const double half = normal_975 / (1 + z2 / n) * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n));
  return {std::max(0.0, centre - half), std::min(1.0, centre + half)};
}

double student_quantile(double p, double freedom) {
  CERS_EXPECT(p > 0 && p < 1 && freedom >= 1);
  if (p < 0.5) return -student_quantile(1 - p, freedom);
  double low = 0;
  double high = 1;
  while (student_share(high, freedom) < p) high *= 2;
  for (int i = 0; i < 200 && high - low > 1e-14 * high; ++i) {
    const double middle = (low + high) / 2;
    (student_share(middle, freedom) < p ? low : high) = middle;
  }
  return (low + high) / 2;
}

Estimate mean_of_runs(std::span<const double> values) {
  constexpr double infinity = std::numeric_limits<double>::infinity();
  const auto n = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / n;
  if (values.size() < 2) return {mean, infinity, {-infinity, infinity}, false};
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  const double error = std::sqrt(squares / (n - 1) / n);
  const double half = student_quantile(0.975, n - 1) * error;
  return {mean, error, {mean - half, mean + half}, false};
}

AgreementIntervals cluster_bootstrap(std::span<const Cluster> clusters, int draws, std::uint64_t seed) {
  LabelPairs all;
  for (const Cluster& cluster : clusters)
    for (const auto& [labels, count] : cluster.pairs) all[labels] += count;
  const ConfusionMatrix whole(all);
  AgreementIntervals result;
  result.overall = {0, 1};
  result.kappa = {-1, 1};
  result.classes.resize(whole.size());
  if (clusters.size() < 2) return result;
  std::vector<double> overall;
  std::vector<double> kappa;
  std::vector<std::vector<double>> scores(3 * whole.size());
  for (int draw = 0; draw < draws; ++draw) {
    ConfusionMatrix matrix(whole.classes());
    for (std::size_t i = 0; i < clusters.size(); ++i) {
      const auto bits = random_bits(seed, static_cast<std::uint64_t>(draw), i);
      const Cluster& drawn = clusters[static_cast<std::size_t>(below(clusters.size(), bits))];
      for (const auto& [labels, count] : drawn.pairs)
        matrix.at(matrix.index_of(labels.first), matrix.index_of(labels.second)) += static_cast<double>(count);
    }
    const Agreement found = agreement_of(matrix);
    overall.push_back(found.overall);
    kappa.push_back(found.kappa);
    for (std::size_t c = 0; c < whole.size(); ++c) {
      scores[3 * c].push_back(found.classes[c].users);
      scores[3 * c + 1].push_back(found.classes[c].producers);
      scores[3 * c + 2].push_back(found.classes[c].f1);
    }
  }
  result.overall = percentiles(overall, {0, 1});
  result.kappa = percentiles(kappa, {-1, 1});
  for (std::size_t c = 0; c < whole.size(); ++c)
    result.classes[c] = {percentiles(scores[3 * c], {0, 1}), percentiles(scores[3 * c + 1], {0, 1}),
                         percentiles(scores[3 * c + 2], {0, 1})};
  return result;
}

}  // namespace cers
