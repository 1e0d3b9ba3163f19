// SPDX-License-Identifier: Apache-2.0
// Landsat's Worldwide Reference System 2: which path and row a place belongs to.
#pragma once

namespace cers::simulator {

/// Path 1 … 233; row 1 … 122: the descending, sunlit half of the orbit.
struct WrsScene {
  int path = 1;
  int row = 1;
};

/// Degrees, geodetic.
struct WrsPlace {
  double longitude = 0;
  double latitude = 0;
};

/// Middle of a scene from the published orbit: inclination 98.2°, 233 orbits in 16 days, 248 rows an orbit, row 60 on
/// the equator, path 1 crosses it at 64.60° W (Landsat 8 data users handbook, USGS LSDS-1574). Within 0.15° of the
/// middles of delivered scenes.
WrsPlace wrs_middle(const WrsScene& scene);
/// The scene whose middle is nearest.
WrsScene nearest_wrs(double longitude, double latitude);

}  // namespace cers::simulator
