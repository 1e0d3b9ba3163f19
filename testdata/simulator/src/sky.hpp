// SPDX-License-Identifier: Apache-2.0
// Clouds between sun, ground and sensor.
#pragma once

#include <memory>

#include "cers/engine/node.hpp"
#include "cers/simulator/date.hpp"
#include "spectra.hpp"
#include "sun.hpp"
#include "terrain.hpp"

namespace cers::simulator {

/// Bands of the sky node, f32 at 20 m.
enum SkyBand {
  sky_low,  ///< optical thickness of the low layer where the sensor sees it in the reference band (B4)
  sky_middle,
  sky_high,
  sky_sun,  ///< share of direct sunlight that reaches the ground, 1 without cloud
  sky_bands
};

/// Metres below the clouds over which the altitude of the ground that a cloud stands over is looked up: a layer farther
/// above the ground it shades touches no ground at all. `relief`: metres from the lowest to the highest ground.
double cloud_depth(const Recipe& recipe, const SceneDate& date, double relief);

/// Clouds as seen and their shadows. A cloud neither hides nor shades ground above it, and there is none where the
/// terrain is higher. Input: altitude at 20 m over `grid` grown by shadow_reach of cloud_depth.
std::unique_ptr<const Node> make_sky(const Recipe& recipe, const SceneDate& date, double relief, const SunField& sun,
                                     const Grid& grid, const Grid& terrain);

/// For each of the ten bands the transmission of what lies below and the light added, 20 bands f32 at 20 m. Inputs:
/// sky, altitude, surroundings. Each band sees the clouds from another angle. The error of the aerosol correction and
/// light scattered in from the ground around (adjacency, about 1 km) are part of the light added.
std::unique_ptr<const Node> make_veil(const Recipe& recipe, const SceneDate& date, const Grid& grid, const Grid& sky,
                                      const Grid& terrain, const Grid& surroundings);
/// Pixels of 20 m that the veil needs around itself.
int veil_halo(const Recipe& recipe, const SceneDate& date);

}  // namespace cers::simulator
