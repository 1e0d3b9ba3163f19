// SPDX-License-Identifier: Apache-2.0
// Snow on slopes that the sun hardly reaches, as Let-it-snow from 1.8 on looks for it: lit by the blue sky, such snow
// is far bluer than shaded rock, but too dark in red for the other tests.
#pragma once

#include <optional>
#include <string>

#include "inputs.hpp"

namespace cers::snow {

/// Cubic convolution (Keys 1981, a = −1/2) on a lattice of angles; beyond its rim the nodes of the rim repeat. Azimuths
/// are unwrapped around the first one before.
class SunLattice {
 public:
  explicit SunLattice(const AngleGrid& grid);
  /// Angles along the map line at `map_y`, for `count` columns from `map_x` in steps of `step`. Degrees.
  void row(double map_x, double step, double map_y, std::size_t count, double* zenith_deg, double* azimuth_deg) const;

 private:
  AngleGrid grid_;
};

/// uint8 on the grid of `altitude` (float): 1 where the cosine of the sun's incidence is below `least_cos`. Slopes are
/// those of the four pixels (x, y) to (x + 1, y + 1) (Corripio 2003); the last line and column repeat those before
/// them. Azimuths are taken from the grid's north, as Let-it-snow does.
Edge slopes_off_the_sun(Graph& graph, Edge altitude, const SunLattice& sun, double least_cos);

/// uint8: 1 where `shade` (uint8) is not 0 and blue − near infrared exceeds `difference` (stored numbers).
Edge blue_in_shade(Graph& graph, Edge shade, Edge blue, Edge nir, double difference);

/// Where the pass for shaded slopes sees snow in the product `image`, by its reflectance without correction for slope
/// (SRE), brought to the grid of the short-wave infrared by the same cubic kernel as the other bands. `shade`: where
/// the sun does not reach; without one the slopes off the sun, by the product's angle grids. When the product has not
/// what it takes, nothing, and `lacking` says why.
std::optional<Edge> shaded_snow_of(const ImageInput& image, Graph& graph, const Inputs& inputs, const SnowRules& rules,
                                   std::optional<Edge> shade, std::string& lacking);

}  // namespace cers::snow
