// SPDX-License-Identifier: Apache-2.0
// What lies at each 5 m pixel: surface, green cover, trees, snow.
#pragma once

#include <memory>

#include "cers/engine/node.hpp"
#include "cers/simulator/date.hpp"

namespace cers::simulator {

/// Bands of the surface node, all f32.
enum SurfaceBand {
  surface_class,       ///< Surface as a number
  surface_green,       ///< green cover below the crowns, 0..1
  surface_leaves,      ///< leafiness of the crowns, 0..1
  surface_brightness,  ///< factor on the ground's reflectance
  surface_trees,       ///< share of the pixel under crowns, on dry ground also under shrubs, tussocks, boulders
  surface_snow,        ///< share of the ground that is white
  surface_canopy,      ///< share of the crowns that is white
  surface_age,
  surface_dirt,
  surface_loss,  ///< green cover that a field lost since the acquisition before, 0..1
  surface_bands
};

/// How far beside a place its slope is taken from: what grows there follows from it, so places that lie apart look as
/// near as pixels of 5 m do.
constexpr double slope_reach = 5;  // m

/// Input: make_terrain(…, with_water) on `grid` grown by at least one pixel. Where pixels lie further apart than
/// slope_reach, also the terrain that far to the west, east, north and south of them, on grids as `terrain` is.
std::unique_ptr<const Node> make_surface(const Recipe& recipe, const SceneDate& date, const Grid& grid,
                                         const Grid& terrain);

}  // namespace cers::simulator
