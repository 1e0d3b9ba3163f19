// SPDX-License-Identifier: Apache-2.0
// Coordinate reference systems as WKT text: comparing, naming, and where a grid lies on Earth.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cers/core/grid.hpp"

namespace cers {

/// Whether coordinates of the two mean the same places, however the text is written. The order of axes does not count
/// (rasters always store x, then y), nor does a vertical part. Two empty texts are the same, an empty and another one
/// are not. Throws DataError when a text is not a CRS.
bool same_crs(const std::string& wkt_a, const std::string& wkt_b);

/// WKT of an EPSG code. Throws UserError when there is no such CRS.
std::string crs_from_epsg(int code);

/// Code of the CRS, also when the text does not carry it but describes a known CRS exactly; nothing for other ones.
std::optional<int> epsg_of(const std::string& wkt);

/// "EPSG:32631", else the name written in the text, "no CRS" when it is empty. For messages.
std::string crs_label(const std::string& wkt);

/// Metres of one map unit of a projected CRS; nothing for degrees, and for an empty text. Throws DataError when the
/// text is not a CRS.
std::optional<double> metres_per_unit(const std::string& wkt);

/// Degrees on WGS 84, east and north positive.
struct LonLat {
  double lon = 0;
  double lat = 0;
  friend bool operator==(const LonLat&, const LonLat&) = default;
};

/// Degrees. `east` exceeds 180 when the area crosses the antimeridian.
struct Bounds {
  double west = 0;
  double south = 0;
  double east = 0;
  double north = 0;
};

/// Outline of the raster as a closed counter-clockwise ring, 21 points a side, for STAC. Longitudes run on without
/// jumps, so a grid across the antimeridian gives longitudes beyond ±180. Throws DataError when the grid has no CRS or
/// too few points of its outline lie on Earth.
std::vector<LonLat> footprint_lonlat(const Grid& grid);

Bounds bounds_of(const std::vector<LonLat>& ring);

}  // namespace cers
