// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/feature_days.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <string_view>

#include "cers/core/calendar_day.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

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
  constexpr std::size_t digits = 8;
  std::set<std::string> days;
  for (const std::string& name : names) {
    if (name.size() < digits) continue;
    const std::size_t begin = name.size() - digits;
    if (begin > 0 && name[begin - 1] != '_') continue;
    const std::string_view text = std::string_view(name).substr(begin);
    if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) continue;
    if (const auto day = parse_calendar_day(text)) days.insert(text_of(*day));
  }
  return {days.begin(), days.end()};
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
