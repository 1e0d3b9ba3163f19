// SPDX-License-Identifier: Apache-2.0
// How two grids lie to each other.
#pragma once

#include <optional>
#include <string>

#include "cers/core/grid.hpp"

namespace cers {

/// Grid::difference, and the CRS too: "CRS EPSG:32631 against EPSG:2154". Nothing when the two coincide pixel for
/// pixel; an unknown CRS fits any.
std::optional<std::string> grid_difference_geo(const Grid& a, const Grid& b);

/// A coarse pixel covers factor × factor whole fine ones.
struct Nesting {
  int factor = 1;
  int column = 0;  ///< of the fine raster, where the coarse one begins; may be negative
  int row = 0;
  friend bool operator==(const Nesting&, const Nesting&) = default;
};

/// Nothing unless both are georeferenced in the same CRS and edges of coarse pixels are edges of fine ones, to a
/// hundredth of a fine pixel over the whole raster. Equal lattices nest with factor 1, whatever their extents.
std::optional<Nesting> nesting(const Grid& coarse, const Grid& fine);
std::optional<int> nesting_factor(const Grid& coarse, const Grid& fine);

}  // namespace cers
