// SPDX-License-Identifier: Apache-2.0
// The days that features of a time series stand for, by their names.
#pragma once

#include <string>
#include <vector>

namespace cers {

/// The days that names end with, alone or after an underscore ("ndvi_20180211"), as TimeSeriesFeatures and
/// TemporalGapFill write them: ascending, each once, as 2018-02-11. Statistics over time and other features have none.
std::vector<std::string> days_of_features(const std::vector<std::string>& names);

/// "35 days from 2018-01-01 to 2018-12-07"; empty without days.
std::string describe_days(const std::vector<std::string>& days);

/// Which days of the model the image lacks, and which it has besides: "2018-03-01, 2018-03-11 are missing, 2019-03-01
/// is one too many", at most five of each by name. Empty when they are the same, or one side tells no days.
std::string describe_other_days(const std::vector<std::string>& model, const std::vector<std::string>& image);

/// The names with each day of `from` replaced by the one at its place in `to`, which has as many.
std::vector<std::string> with_other_days(std::vector<std::string> names, const std::vector<std::string>& from,
                                         const std::vector<std::string>& to);

}  // namespace cers
