// SPDX-License-Identifier: Apache-2.0
// What a quantity did over a season, in a few numbers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "cers/engine/node.hpp"

namespace cers {

/// A statistic over the days of a series; days on which the pixel was not seen do not count.
struct TemporalStatistic {
  enum class Kind { mean, deviation, minimum, maximum, amplitude, slope, percentile };
  Kind kind = Kind::mean;
  double percent = 50;  ///< of percentile
  std::string name;     ///< as written: "median", "p90"
};

/// "mean", "std" (with n in the denominator), "min", "max", "amplitude" (max - min), "slope" (of the least-squares
/// line, per year of 365.25 days; 0 for a single day), "median", "p0" to "p100" (between two values by the line, as
/// numpy). Throws UserError for anything else.
TemporalStatistic parse_temporal_statistic(std::string_view text);

/// Takes one input of one float band for each of `days` (day numbers, ascending), NaN where not seen, in one input or
/// several. Delivers one float band a statistic, "FEATURE_median"; NaN where the pixel was never seen.
std::unique_ptr<const Node> make_temporal_statistics(std::string feature, std::vector<int> days,
                                                     std::vector<TemporalStatistic> statistics);

}  // namespace cers
