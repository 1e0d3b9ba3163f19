// SPDX-License-Identifier: Apache-2.0
#include "cers/series/date_grid.hpp"

#include <fmt/format.h>

#include <fstream>

#include "cers/core/error.hpp"

namespace cers {

std::vector<CalendarDay> regular_days(CalendarDay first, CalendarDay last, int step_days) {
  CERS_EXPECT(step_days >= 1);
  if (last < first)
    throw UserError(fmt::format("the last day, {}, is before the first, {}", text_of(last), text_of(first)),
                    "give a later last day");
  std::vector<CalendarDay> days;
  for (CalendarDay day = first; day <= last; day += std::chrono::days(step_days)) days.push_back(day);
  return days;
}

std::vector<CalendarDay> read_days(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw DataError(fmt::format("{} cannot be read", path), "give a text file with one day a line");
  std::vector<CalendarDay> days;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    const auto begin = line.find_first_not_of(" \t\r");
    if (begin == std::string::npos) continue;
    const std::string text = line.substr(begin, line.find_last_not_of(" \t\r") + 1 - begin);
    const auto day = parse_calendar_day(text);
    if (!day)
      throw DataError(fmt::format("line {} of {} is no day: '{}'", number, path, text.substr(0, 40)),
                      "write one day a line, as 20180211 or 2018-02-11");
    days.push_back(*day);
  }
  if (file.bad()) throw DataError(fmt::format("{} cannot be read to its end", path), "copy it again");
  if (days.empty()) throw DataError(fmt::format("{} holds no day", path), "write one day a line, as 20180211");
  return days;
}

void check_ascending(const std::vector<CalendarDay>& days, const std::string& what, bool repeats) {
  for (std::size_t i = 1; i < days.size(); ++i) {
    if (days[i] > days[i - 1] || (repeats && days[i] == days[i - 1])) continue;
    throw UserError(
        fmt::format("the days of {} do not ascend: {} comes after {}", what, text_of(days[i]), text_of(days[i - 1])),
        repeats ? "order the days, and the images with them" : "order the days and name each once");
  }
}

}  // namespace cers
