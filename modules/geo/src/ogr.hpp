// SPDX-License-Identifier: Apache-2.0
// OGR geometries and datasets that free themselves.
#pragma once

#include <gdal.h>
#include <ogr_api.h>

#include <memory>
#include <type_traits>

#include "cers/geo/polygons.hpp"

namespace cers::geo_detail {

struct FreeGeometry {
  void operator()(OGRGeometryH geometry) const { OGR_G_DestroyGeometry(geometry); }
};
using Geometry = std::unique_ptr<std::remove_pointer_t<OGRGeometryH>, FreeGeometry>;

struct FreePrepared {
  void operator()(OGRPreparedGeometryH geometry) const { OGRDestroyPreparedGeometry(geometry); }
};
using PreparedGeometry = std::unique_ptr<std::remove_pointer_t<OGRPreparedGeometryH>, FreePrepared>;

struct CloseDataset {
  void operator()(GDALDatasetH dataset) const { GDALClose(dataset); }
};
using Dataset = std::unique_ptr<std::remove_pointer_t<GDALDatasetH>, CloseDataset>;

struct FreeFeature {
  void operator()(OGRFeatureH feature) const { OGR_F_Destroy(feature); }
};
using Feature = std::unique_ptr<std::remove_pointer_t<OGRFeatureH>, FreeFeature>;

/// Moved east by `shift` degrees.
Geometry geometry_of(const LonLatPolygon& polygon, double shift = 0);

/// False when the rings cross themselves or each other, or when this GDAL is built without GEOS and cannot tell.
bool is_valid(OGRGeometryH geometry);

}  // namespace cers::geo_detail
