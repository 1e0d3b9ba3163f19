// SPDX-License-Identifier: Apache-2.0
// Sentinel-2 tiles by name, place and polygon, from the rule of the grid: no list is read and no network asked.
//
// A tile is a 100 km square of the military grid in UTM, grown to 109.8 km eastwards and southwards so that its origin
// is a multiple of 60 m from the zone's. The name's zone decides the projection, in Norway and Svalbard as elsewhere.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/geo/crs.hpp"
#include "cers/geo/polygons.hpp"

namespace cers {

/// Side of every tile in metres.
inline constexpr double mgrs_tile_side_m = 109800;

struct MgrsTile {
  std::string name;  ///< "31TCJ": zone, latitude band, column, row; without the T that product names put before it
  int epsg = 0;      ///< 326zz north, 327zz south of the equator
  double ulx = 0;    ///< upper left corner in that CRS, metres
  double uly = 0;
  friend bool operator==(const MgrsTile&, const MgrsTile&) = default;
};

/// The tile of that name, also written "T31TCJ" or "31tcj". Nothing when the letters or the zone do not exist, or when
/// no part of the square lies in its zone and latitude band: such a square exists on no map.
std::optional<MgrsTile> mgrs_tile(std::string_view name);

/// The same; throws UserError saying which letter is wrong, with the tiles that differ in that letter only.
MgrsTile mgrs_tile_named(std::string_view name);

/// Tiles that contain the point, sorted by name: one to four, more where zones meet. Throws UserError beyond 80° south,
/// 84° north or 540° of longitude.
///
/// Like tiles_over() this lists each square once, under the latitude band of its centre, and leaves out squares at the
/// west edge of a zone whose part of the zone lies within the squares of the zone before, as the published grid does
/// (31TBJ: see 30TYP). The published grid also leaves out some squares of open sea; that list is not known here.
std::vector<MgrsTile> tiles_at(double lon, double lat);

/// Tiles whose footprint meets one of the polygons, sorted by name. Sides of polygons are straight in longitude and
/// latitude. Throws UserError when a polygon lies beyond the grid or cannot be a polygon.
std::vector<MgrsTile> tiles_over(const std::vector<LonLatPolygon>& polygons);

/// The tile's outline, closed and counter-clockwise, 41 points a side. Longitudes run on across the antimeridian.
std::vector<LonLat> footprint_of(const MgrsTile& tile);

/// The grid of the tile's bands of `gsd_m` 10, 20, 30 (Landsat cut to tiles) or 60: 10980, 5490, 3660 or 1830 pixels a
/// side. Throws UserError for another distance.
Grid grid_of(const MgrsTile& tile, int gsd_m);

}  // namespace cers
