// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/area_accuracy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <set>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
/// Units added to each count of a stratum: for the interval (Brown, Cai and DasGupta 2001), and, more careful, to judge
/// whether the normal one holds (Agresti and Caffo 2000).
constexpr double added_for_interval = 0.5;
constexpr double added_for_judgement = 1;
/// What a unit counts for: 1 or 0.
using Indicator = std::function<bool(int reference, int map)>;

/// Sample moments of two indicators in one stratum.
struct Moments {
  double n = 0;
  double y = 0;
  double x = 0;
  double yy = 0;  ///< variance, n − 1
  double xx = 0;
  double xy = 0;  ///< covariance
};

Moments moments(const Stratum& stratum, const Indicator& y_of, const Indicator& x_of) {
  Moments m;
  double both = 0;
  for (const auto& [labels, count] : stratum.units) {
    const auto units = static_cast<double>(count);
    const bool y = y_of(labels.first, labels.second);
    const bool x = x_of(labels.first, labels.second);
    m.n += units;
    m.y += y ? units : 0;
    m.x += x ? units : 0;
    both += y && x ? units : 0;
  }
  m.y /= m.n;
  m.x /= m.n;
  both /= m.n;
  const double unbiased = m.n > 1 ? m.n / (m.n - 1) : 0;  // a stratum of one pixel, drawn whole, does not vary
  m.yy = unbiased * m.y * (1 - m.y);
  m.xx = unbiased * m.x * (1 - m.x);
  m.xy = unbiased * (both - m.x * m.y);
  return m;
}

double correction(const Stratum& stratum, double n) {
  return std::max(0.0, 1 - n / stratum.pixels);
}

Estimate within_bounds(Estimate found) {
  found.interval.low = std::max(0.0, found.interval.low);
  found.interval.high = std::min(1.0, found.interval.high);
  return found;
}

Estimate with_normal(double value, double error) {
  return within_bounds({value, error, {value - normal_975 * error, value + normal_975 * error}, false});
}

Estimate with_wilson(double value, double error, double effective_units) {
  if (std::isnan(value)) return {value, error, {0, 1}, true};
  return within_bounds({value, error, wilson_interval(value, effective_units), true});
}

Estimate with_interval(double value, double error, double units) {
  if (!std::isnan(value) && units >= least_units_for_normal) return with_normal(value, error);
  return with_wilson(value, error, error > 0 ? value * (1 - value) / (error * error) : units);
}

class Estimator {
 public:
  explicit Estimator(const std::vector<Stratum>& strata) : strata_(strata) {
    for (const Stratum& stratum : strata) pixels_ += stratum.pixels;
  }
  double pixels() const { return pixels_; }

  double share(const Indicator& y) const {
    double sum = 0;
    for (const Stratum& stratum : strata_) sum += stratum.pixels * moments(stratum, y, y).y;
    return sum / pixels_;
  }
  Estimate mean(const Indicator& y, double units) const {
    double variance = 0;
    for (const Stratum& stratum : strata_) {
      const Moments m = moments(stratum, y, y);
      variance += stratum.pixels * stratum.pixels * correction(stratum, m.n) * m.yy / m.n;
    }
    return with_interval(share(y), std::sqrt(variance) / pixels_, units);
  }
  /// Of the units where `x` holds, the share where `y` holds too.
  Estimate ratio(const Indicator& y, const Indicator& x, double units) const {
    double above = 0;
    double below = 0;
    for (const Stratum& stratum : strata_) {
      const Moments m = moments(stratum, y, x);
      above += stratum.pixels * m.y;
      below += stratum.pixels * m.x;
    }
    if (!(below > 0)) return with_interval(nan, nan, 0);
    const double value = above / below;
    double variance = 0;
    for (const Stratum& stratum : strata_) {
      const Moments m = moments(stratum, y, x);
      const double spread = m.yy + value * value * m.xx - 2 * value * m.xy;
      variance += stratum.pixels * stratum.pixels * correction(stratum, m.n) * std::max(0.0, spread) / m.n;
    }
    return with_interval(value, std::sqrt(variance) / below, units);
  }
  /// Variance of the mean of `y` with `added` units of each kind, with and without, in each stratum.
  double careful_variance(const Indicator& y, double added) const {
    double variance = 0;
    for (const Stratum& stratum : strata_) {
      const Moments m = moments(stratum, y, y);
      const double share = (m.n * m.y + added) / (m.n + 2 * added);
      variance += weight_in_variance(stratum, m.n) * share * (1 - share);
    }
    return variance;
  }
  /// The same of y − ratio x, where x holds wherever y does: three kinds of units.
  double careful_variance(const Indicator& y, const Indicator& x, double ratio, double added) const {
    double variance = 0;
    for (const Stratum& stratum : strata_) {
      const Moments m = moments(stratum, y, x);
      const double both = (m.n * m.y + added) / (m.n + 3 * added);
      const double only_x = (m.n * (m.x - m.y) + added) / (m.n + 3 * added);
      const double mean = (1 - ratio) * both - ratio * only_x;
      const double square = (1 - ratio) * (1 - ratio) * both + ratio * ratio * only_x;
      variance += weight_in_variance(stratum, m.n) * (square - mean * mean);
    }
    return variance;
  }

 private:
  double weight_in_variance(const Stratum& stratum, double n) const {
    return stratum.pixels * stratum.pixels / (pixels_ * pixels_) * correction(stratum, n) / n;
  }

  const std::vector<Stratum>& strata_;
  double pixels_ = 0;
};

void check_strata(const std::vector<Stratum>& strata) {
  std::vector<std::string> poor;
  for (const Stratum& stratum : strata)
    if (stratum.drawn() < 2 && stratum.drawn() < stratum.pixels)
      poor.push_back(fmt::format("{} ({:.0f})", stratum.code, stratum.drawn()));
  if (!poor.empty())
    throw DataError(fmt::format("{} of {} strata ha{} fewer than two reference units: {}", poor.size(), strata.size(),
                                poor.size() == 1 ? "s" : "ve", join(poor, ", ")),
                    "without them neither areas nor their errors can be estimated: add units there, or join strata");
}

/// Both hang on the units of the class that were found in strata it hardly occurs in.
void set_area_and_producers(AreaAccuracy::OfClass& found, const Estimator& estimator, const Indicator& true_,
                            const Indicator& both) {
  found.area = estimator.mean(true_, found.reference_units);
  found.producers = estimator.ratio(both, true_, found.reference_units);
  const double area = found.area.value;
  const double judged = estimator.careful_variance(true_, added_for_judgement);
  found.effective_units = judged > 0 ? area * area * (1 - area) / judged : found.reference_units;
  if (found.reference_units >= least_units_for_normal && !found.few_omissions()) return;
  const double variance = estimator.careful_variance(true_, added_for_interval);
  if (!(variance > 0)) return;  // all strata were drawn whole
  found.area = with_wilson(area, found.area.standard_error, area * (1 - area) / variance);
  const double share = found.producers.value;
  const double of_share = estimator.careful_variance(both, true_, share, added_for_interval) / (area * area);
  found.producers = with_wilson(share, found.producers.standard_error, share * (1 - share) / of_share);
}

}  // namespace

double Stratum::drawn() const {
  double sum = 0;
  for (const auto& [labels, count] : units) sum += static_cast<double>(count);
  return sum;
}

AreaAccuracy area_accuracy(const std::vector<Stratum>& all) {
  std::vector<Stratum> strata;
  for (const Stratum& stratum : all)
    if (stratum.pixels > 0) strata.push_back(stratum);
  check_strata(strata);
  LabelPairs pairs;
  for (const Stratum& stratum : strata)
    for (const auto& [labels, count] : stratum.units) pairs[labels] += count;
  const ConfusionMatrix units(pairs);
  const Estimator estimator(strata);
  AreaAccuracy result;
  result.pixels = estimator.pixels();
  result.overall = estimator.mean([](int reference, int map) { return reference == map; }, units.total());
  result.shares = ConfusionMatrix(units.classes());
  for (const auto& [labels, count] : pairs) {
    const auto one = labels;
    result.shares.at(units.index_of(one.first), units.index_of(one.second)) =
        estimator.share([one](int reference, int map) { return reference == one.first && map == one.second; });
  }
  for (std::size_t i = 0; i < units.size(); ++i) {
    const int code = units.classes()[i];
    const Indicator mapped = [code](int, int map) { return map == code; };
    const Indicator true_ = [code](int reference, int) { return reference == code; };
    const Indicator both = [code](int reference, int map) { return reference == code && map == code; };
    AreaAccuracy::OfClass found;
    found.code = code;
    found.reference_units = units.reference_total(i);
    found.map_units = units.map_total(i);
    found.mapped_share = estimator.share(mapped);
    found.users = estimator.ratio(both, mapped, found.map_units);
    set_area_and_producers(found, estimator, true_, both);
    const double sum = found.users.value + found.producers.value;
    found.f1 = sum > 0 ? 2 * found.users.value * found.producers.value / sum : sum == 0 ? 0 : nan;
    result.classes.push_back(found);
  }
  return result;
}

double sample_size(const std::vector<double>& weights, const std::vector<double>& users, double standard_error) {
  double sum = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) sum += weights[i] * std::sqrt(users[i] * (1 - users[i]));
  return (sum / standard_error) * (sum / standard_error);
}

}  // namespace cers
