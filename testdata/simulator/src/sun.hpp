// SPDX-License-Identifier: Apache-2.0
// The sun over the scene: its unit vector varies linearly over the map.
#pragma once

#include <array>

#include "cers/simulator/date.hpp"
#include "frame.hpp"

namespace cers::simulator {

/// Angle of grid north against true north, degrees, positive east of the central meridian.
double convergence(double longitude, double latitude, double central_meridian);

/// East, north and up in the axes of the grid.
struct SunField {
  std::array<double, 3> centre{};
  std::array<double, 3> per_x{};  ///< per half metre
  std::array<double, 3> per_y{};
  HalfMetres x = 0;
  HalfMetres y = 0;

  std::array<float, 3> at(HalfMetres px, HalfMetres py) const {
    std::array<float, 3> s{};
    for (std::size_t i = 0; i < 3; ++i)
      s[i] = static_cast<float>(centre[i] + per_x[i] * (px - x) + per_y[i] * (py - y));
    return s;
  }
};

SunField sun_field(const Recipe& recipe, const SceneDate& date, double longitude, double latitude);
/// Zenith and true azimuth at a place of the map, for metadata.
SunAngles sun_angles(const Recipe& recipe, const SceneDate& date, double longitude, double latitude, double x,
                     double y);

}  // namespace cers::simulator
