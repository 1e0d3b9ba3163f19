// SPDX-License-Identifier: Apache-2.0
// Days as people and file names write them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace cers {

/// A day of the Gregorian calendar, UTC; differences are whole days.
using CalendarDay = std::chrono::sys_days;

/// "2018-02-11" or "20180211", the whole text, from 1950 to 2099; nothing for anything else.
std::optional<CalendarDay> parse_calendar_day(std::string_view text);

/// The first date in a file's name: 8 digits that are a date, alone or with a time of 4 or 6 digits after them, or
/// "2018-02-11". "T31TCH_20180211T105101.tif" has one, "LC08_195025_20181301.tif" (month 13) has none.
std::optional<CalendarDay> day_in_name(std::string_view name);

/// "2018-02-11".
std::string text_of(CalendarDay day);
/// "20180211": as in names of files and bands.
std::string compact_text_of(CalendarDay day);

/// Both ends belong to it.
struct DayRange {
  CalendarDay first;
  CalendarDay last;
  int days() const { return static_cast<int>((last - first).count()) + 1; }
  bool holds(CalendarDay day) const { return first <= day && day <= last; }
};

/// "2017-09-01 to 2018-08-31".
std::string text_of(const DayRange& range);

/// The hydrological year in which most of the days of `year` lie: north 1 September of the year before to 31 August,
/// south 1 March to the last day of February of the year after.
DayRange hydrological_year(int year, bool south);

}  // namespace cers
