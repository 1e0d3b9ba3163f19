// SPDX-License-Identifier: Apache-2.0
#include "stations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <optional>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers::season {
namespace {

const std::vector<std::string>& columns() {
  static const std::vector<std::string> names{"station", "lon", "lat", "date", "depth_cm"};
  return names;
}

std::string trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r\"");
  if (begin == std::string::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r\"") - begin + 1);
}

std::optional<double> number_of(const std::string& text) {
  std::size_t used = 0;
  try {
    const double value = std::stod(text, &used);
    if (used == text.size()) return value;
  } catch (const std::logic_error&) {
  }
  return std::nullopt;
}

/// Fields of one line by column.
class Line {
 public:
  Line(const std::string& path, int number, std::vector<std::string> fields,
       const std::map<std::string, std::size_t>& at)
      : path_(path), number_(number), fields_(std::move(fields)), at_(at) {}
  std::string text(const std::string& column) const {
    const std::size_t index = at_.at(column);
    return index < fields_.size() ? trimmed(fields_[index]) : std::string();
  }
  double number(const std::string& column, double low, double high) const {
    const auto value = number_of(text(column));
    if (value && *value >= low && *value <= high) return *value;
    throw DataError(fmt::format("{}:{}: {} '{}' is no number from {} to {}", path_, number_, column, text(column),
                                format_real(low), format_real(high)),
                    "mend or remove that line");
  }
  CalendarDay day() const {
    // A time may follow: 2018-02-11T06:00.
    const std::string whole = text("date");
    const auto day = parse_calendar_day(whole.substr(0, whole.find_first_of("T ")));
    if (day) return *day;
    throw DataError(fmt::format("{}:{}: '{}' is no date", path_, number_, whole), "write it as 2018-02-11");
  }

 private:
  std::string path_;
  int number_;
  std::vector<std::string> fields_;
  const std::map<std::string, std::size_t>& at_;
};

}  // namespace

std::vector<StationReading> read_stations(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw UserError(fmt::format("cannot read the stations '{}'", path), "check the path of -stations");
  std::string text;
  std::getline(file, text);
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  const char separator = text.find(';') != std::string::npos ? ';' : ',';
  std::map<std::string, std::size_t> at;
  const std::vector<std::string> header = split(text, separator);
  for (std::size_t i = 0; i < header.size(); ++i) at.emplace(trimmed(header[i]), i);
  for (const std::string& column : columns()) {
    if (at.contains(column)) continue;
    throw UserError(fmt::format("{}:1: no column '{}'", path, column),
                    "the first line names the columns: " + join(columns(), ", "));
  }
  std::vector<StationReading> readings;
  for (int number = 2; std::getline(file, text); ++number) {
    if (trimmed(text).empty()) continue;
    const Line line(path, number, split(text, separator), at);
    const std::string depth = line.text("depth_cm");
    if (depth.empty() || depth == "NA" || depth == "NaN" || depth == "nan") continue;
    constexpr double deepest_cm = 3000;
    readings.push_back({line.text("station"),
                        {line.number("lon", -180, 180), line.number("lat", -90, 90)},
                        line.day(),
                        line.number("depth_cm", 0, deepest_cm)});
  }
  return readings;
}

}  // namespace cers::season
