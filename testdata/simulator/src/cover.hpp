// SPDX-License-Identifier: Apache-2.0
// What the masks of a scene cover, known once they are made.
#pragma once

#include <array>
#include <vector>

#include "cers/ops/statistics.hpp"
#include "cers/simulator/scene.hpp"

namespace cers::simulator {

/// Percent of the pixels inside the swath by the detector's masks at 20 m.
struct Cover {
  double cloud = 0;  ///< all clouds but the thinnest
  double snow = 0;
};

struct LateCover {
  Late<LabelCountReducer::Result> clouds, ground, edges;
  std::vector<LateRef> values() const { return {{clouds.id}, {ground.id}, {edges.id}}; }
  Cover of(const LateValues& values) const;
};
LateCover cover_of(Graph& graph, const SimulatedScene& scene);

/// Percent of each class of Sen2Cor: of 0 (not seen) over all pixels, of the others over those seen.
using ClassShares = std::array<double, 12>;
struct LateClasses {
  Late<LabelCountReducer::Result> counts;
  std::vector<LateRef> values() const { return {{counts.id}}; }
  ClassShares of(const LateValues& values) const;
};
LateClasses classes_of(Graph& graph, const SimulatedScene& scene);

}  // namespace cers::simulator
