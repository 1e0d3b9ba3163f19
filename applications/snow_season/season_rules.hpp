// SPDX-License-Identifier: Apache-2.0
// What a season of snow masks is made of: codes, conventions and the layers that come out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cers/core/calendar_day.hpp"
#include "cers/core/grid.hpp"

namespace cers::season {

/// What a day is that lies as far from an observation with snow as from one without.
enum class Tie : std::uint8_t { snow, nosnow };

/// Corrected conventions, or those of let-it-snow 1.11 (see the help of SnowSynthesis).
enum class Profile : std::uint8_t { standard, lis111 };

struct Rules {
  Profile profile = Profile::standard;
  Tie tie = Tie::snow;
  int least_percent = 1;  ///< snow cover, 1 to 100 %, from which an observation is one of snow
  int days = 365;         ///< of the period; days are counted from 0, its first one
};

/// Periods and the days around them are at most that long, so that days fit 16 bits with their sums.
inline constexpr int most_days = 16000;
/// In the layers: nothing is known, or there is no such day. Not used for NOBS, CCD and the flags.
inline constexpr std::uint16_t unknown = 65535;
/// let-it-snow 1.11 dates onset and melt-out only where there are more snow days than these.
inline constexpr int lis_least_snow_days = 10;

/// Bits of the flags.
enum Flag : std::uint8_t {
  cut_by_start = 1,  ///< a run of snow is on at the first day whose beginning lies before it or was not observed
  cut_by_end = 2,    ///< a run is on at the last day whose end lies after it or was not observed
  gap_over_15 = 4,   ///< longest gap above 15 days, or no clear observation at all
  gap_over_30 = 8,
  water_seen = 16,    ///< an observation says water or lake ice
  foreign_code = 32,  ///< an observation has a value that is no code of a snow mask
};

/// In this order of outputs.
enum class Layer : std::uint8_t { scd, sod, smod, nsp, nobs, ccd, maxgap, gapsod, gapsmod, flags };

struct LayerText {
  Layer layer;
  const char* key;   ///< of the output: "out.sod"
  const char* name;  ///< of the band: "SOD"
  const char* help;
};
const std::vector<LayerText>& layer_texts();

/// Name, unit, description with the period and nodata value.
BandInfo band_of(Layer layer, Profile profile, const DayRange& period);

}  // namespace cers::season
