// SPDX-License-Identifier: Apache-2.0
// Pixels of a grid and places on Earth.
#pragma once

#include <optional>

#include "cers/geo/crs.hpp"

namespace cers {

/// Pixel coordinates as in GeoTransform: the centre of the first pixel is 0.5, 0.5.
struct PixelPlace {
  double x = 0;
  double y = 0;
};

/// True when the grid has a georeference and a reference system, as the functions below require.
bool lies_on_earth(const Grid& grid);

/// Nothing where the reference system has no answer.
std::optional<LonLat> lonlat_at(const Grid& grid, const PixelPlace& place);
std::optional<PixelPlace> place_of(const Grid& grid, const LonLat& lonlat);

}  // namespace cers
