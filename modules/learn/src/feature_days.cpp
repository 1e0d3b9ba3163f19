// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/feature_days.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string_view>

#include "cers/core/calendar_day.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

constexpr std::size_t digits = 8;  // of a day at the end of a name

std::optional<CalendarDay> day_of(const std::string& name) {
  if (name.size() < digits) return std::nullopt;
  const std::size_t begin = name.size() - digits;
  if (begin > 0 && name[begin - 1] != '_') return std::nullopt;
  const std::string_view text = std::string_view(name).substr(begin);
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
  return parse_calendar_day(text);
}

std::vector<std::string> without(const std::vector<std::string>& from, const std::vector<std::string>& days) {
  std::vector<std::string> left;
  std::set_difference(from.begin(), from.end(), days.begin(), days.end(), std::back_inserter(left));
  return left;
}

std::string listed(const std::vector<std::string>& days) {
  constexpr std::size_t most = 5;
  const auto shown = static_cast<std::ptrdiff_t>(std::min(days.size(), most));
  std::string text = join(std::vector<std::string>(days.begin(), days.begin() + shown), ", ");
  if (days.size() > most) text += fmt::format(" and {} more", days.size() - most);
  return text;
}

}  // namespace

std::vector<std::string> days_of_features(const std::vector<std::string>& names) {
  std::set<std::string> days;
  for (const std::string& name : names) {
    if (const auto day = day_of(name)) days.insert(text_of(*day));
  }
  return {days.begin(), days.end()};
}

std::vector<std::string> with_other_days(std::vector<std::string> names, const std::vector<std::string>& from,
                                         const std::vector<std::string>& to) {
  CERS_EXPECT(from.size() == to.size());
  for (std::string& name : names) {
    const auto day = day_of(name);
    const auto at = day ? std::find(from.begin(), from.end(), text_of(*day)) : from.end();
    if (at == from.end()) continue;
    const auto other = parse_calendar_day(to[static_cast<std::size_t>(at - from.begin())]);
    CERS_EXPECT(other.has_value());
    name.replace(name.size() - digits, digits, compact_text_of(*other));
  }
  return names;
}

std::string describe_days(const std::vector<std::string>& days) {
  if (days.empty()) return {};
  if (days.size() == 1) return "1 day, " + days.front();
  return fmt::format("{} days from {} to {}", days.size(), days.front(), days.back());
}

std::string describe_other_days(const std::vector<std::string>& model, const std::vector<std::string>& image) {
  if (model.empty() || image.empty()) return {};
  const std::vector<std::string> missing = without(model, image);
  const std::vector<std::string> more = without(image, model);
  std::string text;
  if (!missing.empty()) text = fmt::format("{} {} missing", listed(missing), missing.size() == 1 ? "is" : "are");
  if (!more.empty())
    text +=
        fmt::format("{}{} {} too many", text.empty() ? "" : ", ", listed(more), more.size() == 1 ? "is one" : "are");
  return text;
}

}  // namespace cers
