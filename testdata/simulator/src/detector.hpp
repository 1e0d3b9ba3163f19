// SPDX-License-Identifier: Apache-2.0
// Masks as a detector makes them: with its own errors, never the truth.
#pragma once

#include "cers/simulator/scene.hpp"

namespace cers::simulator {

constexpr float least_cloud = 0.1F;     ///< optical thickness from which a truth pixel is cloud
constexpr float most_sunlight = 0.75F;  ///< direct light below which a truth pixel lies in a cloud's shadow

/// What the detector looks at, all at 20 m: truth shares, sky, light, incidence (one pixel more around).
struct Evidence {
  Edge truth;
  Edge sky;
  Edge light;
  Edge incidence;
};

/// Fills the mask edges of `scene`.
void add_detector(Graph& graph, SimulatedScene& scene, const Evidence& evidence);

}  // namespace cers::simulator
