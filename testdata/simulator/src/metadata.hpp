// SPDX-License-Identifier: Apache-2.0
// What product formats say about a scene in common: times, corners, angle grids.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "cers/simulator/scene.hpp"

namespace cers::simulator {

/// Published properties of the Sentinel-2B bands, B2 first (ESA, spectral response functions v3.1).
struct BandFacts {
  const char* name;
  const char* padded;  ///< "B02"
  int index;           ///< of ESA's metadata, 0 … 12
  int pixel;           ///< m
  double centre;       ///< nm
  int least;           ///< nm
  int most;            ///< nm
  double irradiance;   ///< W/m²/µm
};
extern const std::array<BandFacts, band_count> band_facts;

struct Corner {
  const char* name;
  double x;
  double y;
  double longitude;
  double latitude;
};
/// upperLeft, upperRight, lowerRight, lowerLeft, center.
std::array<Corner, 5> corners_of(const SimulatedScene& scene);

/// "20180211-105000-000", "2018-02-11T10:50:00.000000Z", "20180211T105000".
std::string muscate_time(const SceneDate& date);
std::string iso_time(const SceneDate& date, int decimals);
std::string compact_time(const SceneDate& date);

/// Every knob that shapes the scene: those of the recipe, of the date and its weather, and where sun and sensor stand.
/// With them the scene can be made again.
KnobValues knob_values(const SimulatedScene& scene);

/// A lattice of 5 km nodes from the north-west corner: lines of numbers.
struct AngleLines {
  std::vector<std::string> zenith;
  std::vector<std::string> azimuth;
};
constexpr int angle_step = 5000;
AngleLines sun_lines(const SimulatedScene& scene);

/// Detectors that see the scene, and the angles of one; "NaN" where it does not see.
std::vector<int> detectors_of(const SimulatedScene& scene);
AngleLines view_lines(const SimulatedScene& scene, int band, int detector);
struct ViewMean {
  double zenith;
  double azimuth;
};
ViewMean view_mean(const SimulatedScene& scene, int band);

/// Of Sentinel-2B on its relative orbit 108, whatever the date.
inline constexpr int absolute_orbit = 4853;

}  // namespace cers::simulator
