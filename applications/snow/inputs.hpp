// SPDX-License-Identifier: Apache-2.0
// From what the user gives, a product or bands and masks, to the edges that the snow tests read, all on one grid.
#pragma once

#include <optional>
#include <string>

#include "cers/app/wiring.hpp"
#include "snow_rules.hpp"

namespace cers::snow {

/// Numbers of the bands of an image that is no product (counted from 1), and how to scale them.
struct PlainBands {
  int green = 0;
  int red = 0;
  int swir = 0;
  int nir = 0;  ///< 0: none
  Calibration calibration;
};

/// On the coarsest grid of the three bands.
struct Inputs {
  Edge green;
  Edge red;
  Edge swir;
  std::optional<Edge> nir;               ///< when there is one and the rules ask for it
  Edge flags;                            ///< uint8, see Flag
  Edge altitude;                         ///< float, metres, NaN where unknown
  double unit = 1;                       ///< numbers per unit of reflectance: 1, or 10 000 for raw numbers
  std::optional<double> missing_number;  ///< of raw numbers; NaN means missing otherwise
  Grid grid;
};

/// Reads inputs "in", "dem", and "cloud" and "water" when they are given. Throws UserError for what is lacking.
Inputs gather_inputs(const Wiring& wiring, Graph& graph, const SnowRules& rules, const PlainBands& bands);

/// Red averaged over `rules.coarse_factor` pixels and brought back, for the test of dark clouds.
Edge coarse_red(Graph& graph, Edge red, const SnowRules& rules);

}  // namespace cers::snow
