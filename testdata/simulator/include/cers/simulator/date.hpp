// SPDX-License-Identifier: Apache-2.0
// One acquisition: when, where the sun stands, what the weather was.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "cers/simulator/recipe.hpp"

namespace cers::simulator {

/// Degrees; azimuth clockwise from true north.
struct SunAngles {
  double zenith = 0;
  double azimuth = 0;
};

/// Position of the sun by the low-precision formulas of the Astronomical Almanac (Michalsky, Solar Energy 40, 1988;
/// 0.01 degree until 2050), without refraction. `hour`: UTC.
SunAngles sun_at(int year, int month, int day, double hour, double longitude, double latitude);

/// One sheet of cloud. Heights in metres above sea level.
struct CloudLayer {
  double height = 0;
  double cover = 0;      ///< share of the sky, 0..1
  double thickness = 0;  ///< optical thickness of its densest parts
  double cell = 0;       ///< metres of its largest structure
  bool cold = false;     ///< ice: reflects little in the SWIR, as snow does
  /// How cloud gathers by the altitude of the ground below, in standard deviations of its noise from the ground at
  /// `level` to that half a relief higher: positive over mountains (lifted air), negative over low ground (stratus).
  /// `cover` holds over ground at `level`.
  double lift = 0;
  double level = 0;  ///< m above sea level
};

/// Weather and season at one acquisition.
struct SceneDate {
  int year = 2018;
  int month = 2;
  int day = 11;
  double hour = 10 + 50.0 / 60;  ///< UTC
  double snow_line = 900;        ///< altitude of half cover on flat ground
  double days_since_snowfall = 3;
  double wetness = 0.2;                         ///< 0 dry and cold … 1 melting
  double dust = 0.1;                            ///< 0 clean … 1 dirty snow
  double freezing_level = 700;                  ///< altitude above which lakes bear ice
  double turbidity = 0.15;                      ///< share of lakes that are turbid
  double aerosol = 0.12;                        ///< optical thickness at 550 nm
  double water_vapour = 1.2;                    ///< g/cm²
  std::array<CloudLayer, 3> clouds{};           ///< low, middle, high; cover 0 where there is none
  std::array<double, 2> view_tilt{0.06, 0.02};  ///< tangent of the view angle, east and north part
  int revisit = 5;                              ///< days since the acquisition before this one

  int day_of_year() const;
  /// The year whose harvest the fields carry: fields turn to the next crop on 1 November. By then most of the maize is
  /// cut and most of the wheat drilled in France in most years (FranceAgriMer, weekly reports on cereals).
  int harvest_year() const;
  std::string iso() const;  ///< "2018-02-11"
};

/// A day in February with some cloud in every layer, for examples and tests: snow down to a third of the relief.
SceneDate winter_day(const Recipe& recipe);

/// The weather of a day: cloudiness and snowfall drawn from slowly varying noise in time, so that cloudy dates cluster
/// and snow falls out of clouds; snow line by season. A pure function of recipe and day.
SceneDate weather_of(const Recipe& recipe, int year, int month, int day);

/// Acquisitions every `revisit` days from the first date on, `count` of them.
std::vector<SceneDate> season(const Recipe& recipe, int year, int month, int day, int revisit, int count);

}  // namespace cers::simulator
