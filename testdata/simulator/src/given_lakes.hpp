// SPDX-License-Identifier: Apache-2.0
// Lakes on a given DEM: where its ground holds water, found in squares of the map, the same for every tile.
//
// The map is cut into squares about as wide as the recipe's lake_cell, each seen at 24 × 24 places. A square whose
// lowest place lies at least 2 m below all places of its rim holds a closed depression: it is filled for the most part,
// and its shore is a contour. Otherwise a share (lake_share) of the squares gets a round lake on its flattest ground,
// if that slopes by less than 0.5 %. A square with a void of the DEM has no lake.
#pragma once

#include "cers/engine/graph.hpp"
#include "cers/simulator/date.hpp"

namespace cers::simulator {

/// `dem` on `grid` with its lakes, a share `turbidity` of them turbid: what make_terrain(…, with_water) is for the
/// fractal terrain.
Edge given_terrain(Graph& graph, const Recipe& recipe, Edge dem, const Grid& grid,
                   double turbidity = SceneDate().turbidity);

}  // namespace cers::simulator
