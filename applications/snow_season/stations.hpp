// SPDX-License-Identifier: Apache-2.0
// Snow depths measured at stations, from a CSV file.
#pragma once

#include <string>
#include <vector>

#include "cers/core/calendar_day.hpp"
#include "cers/geo/crs.hpp"

namespace cers::season {

struct StationReading {
  std::string station;
  LonLat place;
  CalendarDay day;
  double depth_cm = 0;  ///< 0 is bare ground
};

/// Lines of `path`: a header with the columns station, lon, lat (degrees on WGS 84), date and depth_cm in any order and
/// others beside, then a reading a line, comma or semicolon between. Readings without a depth (empty, NaN) are left
/// out. Throws UserError for a file that is not there or lacks a column, DataError naming the line for what is no
/// number, no date or no place on Earth.
std::vector<StationReading> read_stations(const std::string& path);

}  // namespace cers::season
