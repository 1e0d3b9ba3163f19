// SPDX-License-Identifier: Apache-2.0
// A given DEM that ends near the scene: what it must cover, and what lies beyond its edge.
#pragma once

#include "cers/engine/graph.hpp"
#include "cers/simulator/scene.hpp"

namespace cers::simulator {

/// Throws UserError unless `dem` covers the whole square of the recipe, to two of its pixels.
void check_dem_covers(const Recipe& recipe, const Grid& dem);

/// How far `grid` reaches beyond the edge of `dem`, metres on the ground; 0 when it is covered.
double beyond_dem(const Grid& grid, const Grid& dem);

/// `dem` grown over all of `grid`: beyond its edge the value at the edge is repeated. `dem` itself when it covers it.
Edge covering_dem(Graph& graph, Edge dem, const Grid& grid);

}  // namespace cers::simulator
