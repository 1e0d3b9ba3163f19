// SPDX-License-Identifier: Apache-2.0
// From counts by altitude to the snow line.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "snow_rules.hpp"

namespace cers::snow {

/// How many pixels of one metre of altitude are what.
struct AltitudeCounts {
  /// By [cloud][snow in pass 1].
  std::array<std::array<std::uint64_t, 2>, 2> seen{};
  std::array<std::array<std::uint64_t, 2>, 2> missing{};  ///< of pixels where nothing was seen
  void add(const AltitudeCounts& other);
  bool empty() const;
};

/// Counts for every whole metre from lowest_m upwards, and for pixels without altitude.
struct AltitudeHistogram {
  int lowest_m = 0;
  std::vector<AltitudeCounts> metres;
  AltitudeCounts without_altitude;
  std::uint64_t strict_snow = 0;     ///< seen pixels that pass the strict test
  std::uint64_t like_ice_cloud = 0;  ///< those of them that look like ice cloud
  void add(int metre, const AltitudeCounts& counts);
  void add(const AltitudeHistogram& other);
  AltitudeCounts total() const;
};

/// One altitude band [bottom, top).
struct AltitudeBand {
  double bottom_m = 0;
  double top_m = 0;
  std::uint64_t total = 0;
  std::uint64_t cloud = 0;
  std::uint64_t clear_snow = 0;
  std::uint64_t clear_bare = 0;
  std::uint64_t cloudy_snow = 0;  ///< part of `cloud`
};

struct Snowline {
  bool found = false;
  double altitude_m = std::numeric_limits<double>::infinity();  ///< pass 2 looks above it
  double snow_share = 0;               ///< of all pixels of the image, missing ones included, in pass 1
  bool second_pass = false;            ///< enough snow, and a line found
  bool ice_cloud = false;              ///< most of that snow looks like ice cloud: the test for it is on
  std::uint64_t without_altitude = 0;  ///< seen pixels that the DEM does not cover
  std::uint64_t seen = 0;
  std::uint64_t beyond_earth = 0;  ///< pixels, seen or not, with altitudes that ground on Earth does not have
  std::vector<AltitudeBand> bands;
};

/// Altitude bands of one height that begin at multiples of it; of seen pixels only.
std::vector<AltitudeBand> aligned_bands(const AltitudeHistogram& histogram, double height_m);
/// Let-it-snow's: the range from the lowest to the highest altitude, of missing pixels too, divided evenly into bands
/// at least `height_m` high; missing pixels count by their cloud flag. Edges in single precision as there.
std::vector<AltitudeBand> even_bands(const AltitudeHistogram& histogram, double height_m);

/// Sets `found` and `altitude_m` from `bands` by Let-it-snow's rule: the lower edge two bands below the lowest band in
/// which more than least_clear_share is clear and more than least_snow_share of that is snow (Gascoin et al. 2019). A
/// band with least_clear_cells of clear ground counts whatever its share of clear pixels is.
void draw_snowline(Snowline& line, const SnowRules& rules);
/// All of a Snowline.
Snowline find_snowline(const AltitudeHistogram& histogram, const SnowRules& rules);

/// LIS_HISTO.TXT: centre, all pixels, cloud, snow, clear no-snow of each band.
std::string histogram_text(const std::vector<AltitudeBand>& bands);

}  // namespace cers::snow
