// SPDX-License-Identifier: Apache-2.0
// A map of codes as polygons of a vector file, written while its rows arrive.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/engine/sink.hpp"
#include "cers/raster-io/run_folder.hpp"
#include "cers/vector-io/polygonizer.hpp"

namespace cers {

/// What the pixels of other images say about each polygon, in fields of their own. Unset where no pixel of a polygon
/// has a value.
struct PolygonMeasures {
  bool area = false;               ///< field `area`: square metres on the map
  std::vector<std::string> means;  ///< fields of the means of quantities
  /// Fields of their population standard deviations: none, or one for each mean, empty where it is not wanted.
  std::vector<std::string> deviations;
  /// Fields pct_CODE: percent of the polygon's pixels that have a class in a map of classes.
  std::vector<int> classes;
  std::optional<std::int64_t> no_class;  ///< code of pixels without a class
  bool none() const { return !area && means.empty() && classes.empty(); }
};

struct PolygonSinkOptions {
  Connectivity connectivity = Connectivity::sides;
  std::vector<std::int64_t> without;  ///< codes that make no polygons, such as nodata
  std::string field = "DN";           ///< holds the code; at most 10 characters for a Shapefile
  bool names = true;                  ///< a field `class` when the band has named classes
  PolygonMeasures measures;
  std::shared_ptr<RunFolder> folder;  ///< shared by outputs of one directory; null: an own one
  bool listed = true;                 ///< false: its path is not reported (part of a folder)
};

/// Polygons of the regions of `info`'s first band, in map coordinates: one feature a region with its code and, where
/// the band has named classes, a field `class`. GeoPackage (.gpkg), Shapefile (.shp), SQLite (.sqlite) or GeoJSON
/// (.geojson, .json) by the extension of `path`; a layer of polygons, of multipolygons when regions connect at corners.
/// Features come in the order in which their regions end, from top to bottom. Equal pixels give equal bytes.
///
/// With measures of means or classes the sink takes doubles, in this order: the codes of `info`, one band for each
/// mean, and the map of classes if classes are asked for. Means of whole numbers are exact sums, divided once.
///
/// Memory: see Polygonizer, and up to 90 bytes for each corner of the largest region while it is written; the plan
/// counts a corner in 100 pixels. Throws UserError for another extension, a field name that the format cannot hold,
/// several bands, pixels that are no integers and an area without a projected reference system; the sink throws
/// DataError when writing fails. Without georeferencing, coordinates are pixels.
std::unique_ptr<RasterSink> make_polygon_sink(const RasterInfo& info, const std::string& path,
                                              const PolygonSinkOptions& options);

}  // namespace cers
