// SPDX-License-Identifier: Apache-2.0
// The one grid of a series whose scenes lie on several: of other sensors, tiles or zones.
#pragma once

#include <string>
#include <vector>

#include "cers/core/grid.hpp"
#include "series_images.hpp"

namespace cers::series {

/// Where a scene lies.
struct SceneGrid {
  std::string label;  ///< for messages
  Grid grid;          ///< of its finest band
};

/// Side of a pixel in metres, the root of its area; a degree counts as one of the equator. In map units, or 1 a pixel,
/// where the CRS is not known.
double pixel_side_m(const Grid& grid);

/// For each scene how many sizes of pixels are finer than its own: 0 for the finest. Sizes within a thousandth of the
/// finest of them are one: those of one sensor differ by rounding.
std::vector<int> ranks_of_pixels(const std::vector<SceneGrid>& scenes);

struct SeriesGrid {
  Grid grid;
  std::size_t scene = 0;  ///< whose pixels they are
};

/// The grid of the scene with the smallest pixels, of equal ones the first. With Extent::all it grows, on its lattice,
/// until it holds the scenes from edge to edge. Throws UserError for a scene that has no place in its CRS, and when
/// less than one in a hundred of its pixels would lie under a scene.
SeriesGrid grid_of_series(const std::vector<SceneGrid>& scenes, Extent extent);

/// Share of `grid`, 0 to 1, over which `scene` lies, in steps of 1/4096.
double covered_share(const Grid& grid, const Grid& scene);

/// Report "grid", and with Extent::first a warning of scenes that cover less than half of it.
void tell_grid(Wiring& wiring, const SeriesGrid& chosen, const std::vector<SceneGrid>& scenes, Extent extent);

}  // namespace cers::series
