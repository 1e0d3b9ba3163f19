// SPDX-License-Identifier: Apache-2.0
// The two sweeps of the snow mask as nodes: what is counted by altitude, and what a pixel finally is.
#pragma once

#include <memory>

#include "cers/engine/graph.hpp"
#include "findings.hpp"
#include "snowline.hpp"

namespace cers::snow {

/// Which test decided; the layer that explains a map.
enum class Decider : int {
  missing = 0,
  pass1 = 1,           ///< snow by the strict test
  pass2 = 2,           ///< snow by the permissive test above the snow line
  pass_shaded = 3,     ///< snow by the test for shaded slopes alone, above the snow line
  pass1_shaded = 4,    ///< as pass1, and that test finds it too
  pass2_shaded = 5,    ///< as pass2, and that test finds it too
  cloud_refined = 10,  ///< cloud: bright over a coarse cell, shadow or high cloud
  back_to_cloud = 11,  ///< was cloud, is no snow and bright
  water = 12,
  cloud_colour = 13,    ///< cloud: bright with too low an NDSI for snow, and no mask says so
  ice_cloud = 14,       ///< cloud: as flat as ice cloud, in a scene where most snow looks so
  frozen_water = 15,    ///< ice: the water mask says water, and it looks like ice or snow
  glacier_ice = 16,     ///< ice: on a glacier, and too dark in the near infrared for snow
  ndsi_low = 20,        ///< no snow: NDSI fails the permissive test
  dark = 21,            ///< no snow: red fails it
  shade = 22,           ///< no snow: the sun does not reach it, and NDSI fails the test for shade
  below_snowline = 23,  ///< no snow: only the permissive test would pass, and the pixel lies too low
  no_altitude = 24,     ///< no snow: only the permissive test would pass, and the altitude is unknown
  veiled = 25,          ///< no snow: the producer says cloud, and it is too bright at 1.6 µm for the permissive test
};

/// The counts of the first sweep. `findings`: of find().
Late<AltitudeHistogram> count_by_altitude(Graph& graph, Edge findings, Edge altitude, const SnowRules& rules);

/// Bands of make_decision's output, uint8.
enum class DecisionBand : int { mask = 0, snow_all = 1, decider = 2 };

/// Second sweep: mask, diagnostic bits and deciding test as three bands. `shaded_snow`: of the pass for shaded slopes.
Edge decide(Graph& graph, Edge findings, Edge altitude, std::optional<Edge> shaded_snow, Late<Snowline> line,
            const SnowRules& rules);

}  // namespace cers::snow
