// SPDX-License-Identifier: Apache-2.0
// Clouds between sun, ground and sensor.
#pragma once

#include <memory>

#include "cers/engine/node.hpp"
#include "cers/simulator/date.hpp"
#include "spectra.hpp"
#include "sun.hpp"

namespace cers::simulator {

/// Bands of the sky node, f32 at 20 m.
enum SkyBand {
  sky_low,  ///< optical thickness of the low layer where the sensor sees it in the reference band (B4)
  sky_middle,
  sky_high,
  sky_sun,  ///< share of direct sunlight that reaches the ground, 1 without cloud
  sky_bands
};

/// Optical thickness of one layer over a place of the map.
class CloudField {
 public:
  CloudField(const Recipe& recipe, const CloudLayer& layer, std::uint32_t index);
  bool empty() const { return thickness_ <= 0; }
  float height() const { return height_; }
  void row(HalfMetres x0, HalfMetres step, HalfMetres y, std::span<float> out) const;
  float at(HalfMetres x, HalfMetres y) const;

 private:
  float thickness_of(float noise) const;
  std::uint32_t seed_;
  HalfMetres cell_;
  int stretch_;  ///< of the structures from west to east
  float height_;
  float threshold_;
  float thickness_;
};

/// Input: altitude at 20 m over `grid` or more.
std::unique_ptr<const Node> make_sky(const Recipe& recipe, const SceneDate& date, const SunField& sun, const Grid& grid,
                                     const Grid& terrain);

/// For each of the ten bands the transmission of what lies below and the light added, 20 bands f32 at 20 m. Inputs:
/// sky, altitude. Each band sees the clouds from another angle. The error of the aerosol correction and light scattered
/// in from the ground around (adjacency, about 1 km) are part of the light added.
std::unique_ptr<const Node> make_veil(const Recipe& recipe, const SceneDate& date, const Grid& grid, const Grid& sky,
                                      const Grid& terrain);
/// Pixels of 20 m that the veil needs around itself.
int veil_halo(const Recipe& recipe, const SceneDate& date);

}  // namespace cers::simulator
