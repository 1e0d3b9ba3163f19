// SPDX-License-Identifier: Apache-2.0
// Light of the ground at 1.38 µm, which a detector takes for high cloud where the air above is dry.
#pragma once

#include "cers/simulator/date.hpp"

namespace cers::simulator {

/// The band at 1.38 µm sees high cloud because vapour below it takes the light of the ground. Vapour falls off with
/// altitude, so over high dry ground some of that light remains (Gao, Goetz & Wiscombe 1993, GRL 20; Ben-Dor 1994,
/// Remote Sensing of Environment 50: false cirrus over bright high dry ground). MODIS leaves the test out above 2000 m.
class GroundLight {
 public:
  /// `sun_zenith`: degrees, at the centre.
  GroundLight(const Recipe& recipe, const SceneDate& date, double sun_zenith);
  /// Whether the recipe asks for it.
  bool any() const { return share_ > 0; }
  /// Reflectance at the top of the atmosphere at 1.38 µm of ground with this reflectance in B8A and B11. No tool has
  /// that band; ground between these two bands in wavelength lies between them in reflectance, and a tenth is lost to
  /// the water of snow and soil: fine snow 0.5, coarse snow 0.3 to 0.35, soil and rock 0.2 to 0.4.
  float seen(float altitude, float infrared, float swir) const;
  /// Share of places of that reflectance that are called high cloud: from none at Sen2Cor's lower limit for cirrus to
  /// the recipe's share at its upper one (Sentinel-2 Level-2A ATBD: 0.012 and 0.035).
  float called_cloud(float reflectance) const;

 private:
  float share_;
  float beam_;  ///< g/cm² of vapour from the sun to ground at `level_` and up to the sensor
  float level_;
  float per_metre_;
};

}  // namespace cers::simulator
