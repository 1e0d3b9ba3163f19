// SPDX-License-Identifier: Apache-2.0
// Areas of interest from vector files.
#pragma once

#include <string>
#include <vector>

#include "cers/geo/crs.hpp"

namespace cers {

/// The first ring is the outline, the others are holes; each is closed. Degrees on WGS 84.
struct LonLatPolygon {
  std::vector<std::vector<LonLat>> rings;
};

/// All polygons of all layers of a vector file (GeoJSON, GeoPackage, shapefile, whatever GDAL opens), parts of
/// multipolygons one by one, reprojected to longitude and latitude. Lines and points are skipped, heights dropped.
/// Throws UserError when the file is missing or holds no polygon, DataError when it cannot be read, has no CRS, a
/// polygon crosses itself, or a point does not lie on Earth.
std::vector<LonLatPolygon> read_rings(const std::string& path);

}  // namespace cers
