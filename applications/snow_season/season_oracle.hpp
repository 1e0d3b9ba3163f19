// SPDX-License-Identifier: Apache-2.0
// The layers of one pixel by way of an array of days, written apart from the kernel: for tests.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "season_rules.hpp"

namespace cers::season::oracle {

/// One date of one pixel: the codes of its images in their order.
struct Date {
  int day = 0;
  std::vector<int> codes;
};
using Layers = std::map<Layer, int>;

/// Day → snow, of clear dates only. Also counts what is not clear.
struct Observations {
  std::map<int, bool> snow;
  int cloudy_inside = 0;
  int cloudy = 0;
  bool water = false;
  bool foreign = false;
};

inline Observations observed(const std::vector<Date>& dates, const Rules& rules) {
  Observations result;
  for (const Date& date : dates) {
    bool clear = false;
    bool water = false;
    for (const int code : date.codes) {
      if (code <= 100 && !clear) {
        clear = true;
        result.snow[date.day] = code >= rules.least_percent;
      }
      water |= code == 210 || code == 211;
      result.foreign |= code > 100 && code != 205 && code != 210 && code != 211 && code < 254;
    }
    result.water |= water;
    if (clear || water) continue;
    ++result.cloudy;
    if (date.day >= 0 && date.day < rules.days) ++result.cloudy_inside;
  }
  return result;
}

/// let-it-snow's way: 0 and 100 interpolated linearly and cut to integers, then 2·v/100 cut to integers.
inline bool interpolated_lis(const std::map<int, bool>& snow, int day) {
  const auto after = snow.lower_bound(day);
  if (after == snow.end()) return std::prev(after)->second;
  if (after == snow.begin() || after->first == day) return after->second;
  const auto before = std::prev(after);
  const double a = before->second ? 100 : 0;
  const double b = after->second ? 100 : 0;
  const double share = static_cast<double>(day - before->first) / static_cast<double>(after->first - before->first);
  const int value = static_cast<int>(a + (b - a) * share);
  return 2 * value / 100 >= 1;
}

/// The nearest observation, found by looking at all of them.
inline bool nearest(const std::map<int, bool>& snow, int day, Tie tie) {
  int distance = 1 << 30;
  bool result = false;
  for (const auto& [when, is_snow] : snow) {
    const int away = std::abs(when - day);
    if (away == distance && is_snow != result) result = tie == Tie::snow;
    if (away < distance) {
      distance = away;
      result = is_snow;
    }
  }
  return result;
}

inline int longest_gap(const std::map<int, bool>& snow, int days) {
  int longest = 0;
  const int last_day = days - 1;
  if (snow.begin()->first > 0) longest = snow.begin()->first;
  if (const int last = snow.rbegin()->first; last < last_day) longest = std::max(longest, last_day - last);
  for (auto next = std::next(snow.begin()); next != snow.end(); ++next) {
    const int before = std::prev(next)->first;
    if (next->first > 0 && before < last_day) longest = std::max(longest, next->first - before);
  }
  return longest;
}

/// The gap that holds the change between day − 1 and day.
inline int gap_around(const std::map<int, bool>& snow, int day) {
  const auto after = snow.lower_bound(day);
  return after->first - std::prev(after)->first;
}

struct Run {
  int first = 0;
  int last = 0;
  int length() const { return last - first + 1; }
};

/// Maximal runs of true; the first longest one is `longest`, of length 0 when there is none.
inline std::vector<Run> runs_of(const std::vector<bool>& daily, Run& longest) {
  std::vector<Run> runs;
  const int days = static_cast<int>(daily.size());
  longest = {0, -1};
  for (int day = 0; day < days; ++day) {
    const auto at = static_cast<std::size_t>(day);
    if (!daily[at]) continue;
    if (day == 0 || !daily[at - 1]) runs.push_back({day, day});
    runs.back().last = day;
  }
  for (const Run& run : runs) {
    if (run.length() > longest.length()) longest = run;
  }
  return runs;
}

inline Layers layers_of(const std::vector<Date>& dates, const Rules& rules) {
  const Observations seen = observed(dates, rules);
  const bool lis = rules.profile == Profile::lis111;
  Layers layers;
  const auto inside = std::count_if(seen.snow.begin(), seen.snow.end(),
                                    [&](const auto& one) { return one.first >= 0 && one.first < rules.days; });
  layers[Layer::nobs] = static_cast<int>(lis ? static_cast<std::ptrdiff_t>(seen.snow.size()) : inside);
  layers[Layer::ccd] = lis ? seen.cloudy : seen.cloudy_inside;
  int flags = (seen.water ? water_seen : 0) + (seen.foreign ? foreign_code : 0);
  if (seen.snow.empty()) {
    for (const Layer layer : {Layer::scd, Layer::sod, Layer::smod, Layer::nsp}) layers[layer] = lis ? 0 : unknown;
    for (const Layer layer : {Layer::maxgap, Layer::gapsod, Layer::gapsmod}) layers[layer] = unknown;
    layers[Layer::flags] = flags + gap_over_15 + gap_over_30;
    return layers;
  }
  const auto at = [&](int day) { return lis ? interpolated_lis(seen.snow, day) : nearest(seen.snow, day, rules.tie); };
  std::vector<bool> daily;
  for (int day = 0; day < rules.days; ++day) daily.push_back(at(day));
  Run longest;
  const std::vector<Run> runs = runs_of(daily, longest);
  int changes = 0;
  for (std::size_t day = 1; day < daily.size(); ++day) changes += daily[day] != daily[day - 1] ? 1 : 0;
  const auto days = static_cast<int>(std::count(daily.begin(), daily.end(), true));

  const bool cut_before = daily.front() && at(-1);
  const bool cut_after = daily.back() && at(rules.days);
  const bool dated = lis ? days > 10 : !runs.empty();
  layers[Layer::scd] = days;
  layers[Layer::nsp] = lis ? changes : static_cast<int>(runs.size());
  layers[Layer::sod] = dated ? longest.first : lis ? 0 : unknown;
  layers[Layer::smod] = dated ? longest.last : lis ? 0 : unknown;
  const bool start_seen = !runs.empty() && !(longest.first == 0 && cut_before);
  const bool end_seen = !runs.empty() && !(longest.last == rules.days - 1 && cut_after);
  layers[Layer::gapsod] = start_seen ? gap_around(seen.snow, longest.first) : unknown;
  layers[Layer::gapsmod] = end_seen ? gap_around(seen.snow, longest.last + 1) : unknown;
  layers[Layer::maxgap] = longest_gap(seen.snow, rules.days);
  if (cut_before) flags += cut_by_start;
  if (cut_after) flags += cut_by_end;
  if (layers[Layer::maxgap] > 15) flags += gap_over_15;
  if (layers[Layer::maxgap] > 30) flags += gap_over_30;
  layers[Layer::flags] = flags;
  return layers;
}

}  // namespace cers::season::oracle
