// SPDX-License-Identifier: Apache-2.0
// Polygons of a vector file as zones of a grid: massifs, catchments, communes.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cers/engine/node.hpp"

namespace cers {

/// Zones by the value of a field, in the pixels of one grid. Immutable; made once, read by every worker.
class ZonePolygons {
 public:
  /// The polygons of the first layer of `path` (GeoPackage, Shapefile, GeoJSON, …), brought to the CRS of `grid`.
  /// Features with equal text in `field` are one zone; an empty `field` makes every feature a zone of its own, named by
  /// its number from 1. Throws UserError when the file cannot be opened, has no polygons, no such field or no CRS, and
  /// when none of them touches the grid.
  ZonePolygons(const std::string& path, const std::string& field, const Grid& grid);
  ~ZonePolygons();
  ZonePolygons(const ZonePolygons&) = delete;
  ZonePolygons& operator=(const ZonePolygons&) = delete;

  /// Of zone k + 1, in the order of their first feature.
  const std::vector<std::string>& names() const;
  /// True when some polygon of `zone` (from 1) has a point in the raster, be it no centre of a pixel.
  bool meets_grid(int zone) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

/// int32 on the grid the polygons were read for: the zone (from 1) whose polygon holds the centre of a pixel, 0
/// outside; where polygons overlap the later feature wins, as in gdal_rasterize.
std::unique_ptr<const Node> make_zones(const Grid& grid, std::shared_ptr<const ZonePolygons> polygons);

}  // namespace cers
