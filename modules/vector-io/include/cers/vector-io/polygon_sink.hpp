// SPDX-License-Identifier: Apache-2.0
// A map of codes as polygons of a vector file, written while its rows arrive.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/engine/sink.hpp"
#include "cers/raster-io/run_folder.hpp"
#include "cers/vector-io/polygonizer.hpp"

namespace cers {

struct PolygonSinkOptions {
  Connectivity connectivity = Connectivity::sides;
  std::vector<std::int64_t> without;  ///< codes that make no polygons, such as nodata
  std::string field = "DN";           ///< holds the code; at most 10 characters for a Shapefile
  bool names = true;                  ///< a field `class` when the band has named classes
  std::shared_ptr<RunFolder> folder;  ///< shared by outputs of one directory; null: an own one
  bool listed = true;                 ///< false: its path is not reported (part of a folder)
};

/// Polygons of the regions of `info`'s first band, in map coordinates: one feature a region with its code and, where
/// the band has named classes, a field `class`. GeoPackage (.gpkg), Shapefile (.shp), SQLite (.sqlite) or GeoJSON
/// (.geojson, .json) by the extension of `path`; a layer of polygons, of multipolygons when regions connect at corners. Features come in the
/// order in which their regions end, from top to bottom. Equal pixels give equal bytes.
///
/// Memory: see Polygonizer, and up to 90 bytes for each corner of the largest region while it is written; the plan counts
/// a corner in 100 pixels. Throws UserError for another extension, a field name that the
/// format cannot hold, several bands and pixels that are no integers; the
/// sink throws DataError when writing fails. Without georeferencing, coordinates are pixels.
std::unique_ptr<RasterSink> make_polygon_sink(const RasterInfo& info, const std::string& path,
                                              const PolygonSinkOptions& options);

}  // namespace cers
