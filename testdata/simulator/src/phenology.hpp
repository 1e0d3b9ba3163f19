// SPDX-License-Identifier: Apache-2.0
// Green cover of a field on a day: double logistic curves whose parameters vary by region, year and field.
#pragma once

#include <cstdint>

#include "cers/simulator/scene.hpp"
#include "noise.hpp"

namespace cers::simulator {

/// Rise around `up`, fall around `down` (days of the year), each over about four times `rate` days.
struct Season {
  float least = 0;
  float most = 0;
  float up = 0;
  float down = 0;
  float rate = 12;
};

/// Mean curve of a surface in a temperate climate.
Season season_of(Surface surface);

/// The year a surface lives in and the day counted in it. Crops in rotation live from 1 November to 31 October: before
/// New Year their days are 0 and less. Others follow the calendar: they rest on New Year.
struct SeasonDay {
  int year = 0;
  int day = 0;
};
SeasonDay season_day(Surface surface, const SceneDate& date);

/// Days by which the seasons of a place lag: slow over the map, the same for all tiles of a world.
float season_lag(const Recipe& recipe, HalfMetres x, HalfMetres y);

/// Green cover 0..1 on a season_day(). `field` and `region` are hashes; `lag`: of the place, days.
float green_cover(Surface surface, std::uint32_t field, std::uint32_t region, int year, int day, double sowing_spread,
                  float lag = 0);

}  // namespace cers::simulator
