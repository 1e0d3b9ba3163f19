// SPDX-License-Identifier: Apache-2.0
#include "cers/core/calendar_day.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cers {
namespace {

constexpr std::size_t date_digits = 8;
constexpr std::size_t iso_length = 10;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// Eight digits.
std::optional<CalendarDay> day_of_digits(std::string_view digits) {
  if (digits.size() != date_digits || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
  int number = 0;
  for (const char c : digits) number = number * 10 + (c - '0');
  const std::chrono::year_month_day date{std::chrono::year(number / 10000),
                                         std::chrono::month(static_cast<unsigned>(number / 100 % 100)),
                                         std::chrono::day(static_cast<unsigned>(number % 100))};
  const bool usual = date.year() >= std::chrono::year(1950) && date.year() <= std::chrono::year(2099);
  if (!usual || !date.ok()) return std::nullopt;
  return CalendarDay(date);
}

std::size_t digits_at(std::string_view text, std::size_t at) {
  std::size_t count = 0;
  while (at + count < text.size() && is_digit(text[at + count])) ++count;
  return count;
}

std::optional<CalendarDay> day_of_iso(std::string_view text) {
  if (text.size() != iso_length || text[4] != '-' || text[7] != '-') return std::nullopt;
  return day_of_digits(std::string(text.substr(0, 4)) + std::string(text.substr(5, 2)) + std::string(text.substr(8)));
}

}  // namespace

std::optional<CalendarDay> parse_calendar_day(std::string_view text) {
  return text.size() == iso_length ? day_of_iso(text) : day_of_digits(text);
}

std::optional<CalendarDay> day_in_name(std::string_view name) {
  for (std::size_t at = 0; at < name.size();) {
    const std::size_t run = digits_at(name, at);
    if (run == 0) {
      ++at;
      continue;
    }
    std::optional<CalendarDay> day;
    if (run == date_digits || run == date_digits + 4 || run == date_digits + 6)
      day = day_of_digits(name.substr(at, date_digits));
    if (run == 4 && digits_at(name, at + 8) == 2) day = day_of_iso(name.substr(at, iso_length));
    if (day) return day;
    at += run;
  }
  return std::nullopt;
}

std::string text_of(CalendarDay day) {
  const std::chrono::year_month_day date(day);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string compact_text_of(CalendarDay day) {
  std::string text = text_of(day);
  std::erase(text, '-');
  return text;
}

std::string text_of(const DayRange& range) {
  return text_of(range.first) + " to " + text_of(range.last);
}

DayRange hydrological_year(int year, bool south) {
  using namespace std::chrono;
  const std::chrono::year named(year);
  if (south) return {sys_days(named / March / 1), sys_days((named + years(1)) / March / 1) - days(1)};
  return {sys_days((named - years(1)) / September / 1), sys_days(named / August / 31)};
}

}  // namespace cers
