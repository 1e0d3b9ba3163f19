// SPDX-License-Identifier: Apache-2.0
#include "cers/geo/polygons.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "cers/core/error.hpp"
#include "ogr.hpp"
#include "osr.hpp"

namespace cers {
namespace geo_detail {

Geometry geometry_of(const LonLatPolygon& polygon, double shift) {
  Geometry geometry(OGR_G_CreateGeometry(wkbPolygon));
  for (const auto& points : polygon.rings) {
    Geometry ring(OGR_G_CreateGeometry(wkbLinearRing));
    OGR_G_SetPointCount(ring.get(), static_cast<int>(points.size()));
    for (std::size_t i = 0; i < points.size(); ++i) {
      OGR_G_SetPoint_2D(ring.get(), static_cast<int>(i), points[i].lon + shift, points[i].lat);
    }
    if (OGR_G_AddGeometryDirectly(geometry.get(), ring.get()) != OGRERR_NONE) {
      throw InternalError("a ring does not fit into a polygon");
    }
    (void)ring.release();  // now the polygon's
  }
  return geometry;
}

bool is_valid(OGRGeometryH geometry) {
  const QuietGdal quiet;
  return OGR_G_IsValid(geometry) != 0;
}

}  // namespace geo_detail

namespace {

using namespace geo_detail;

/// Where a geometry was met, for messages.
struct Origin {
  std::string path;
  std::string layer;
  long long feature = 0;
  std::string text() const { return fmt::format("feature {} of layer '{}' in {}", feature, layer, path); }
};

std::vector<LonLat> ring_of(OGRGeometryH ring, const Origin& origin) {
  std::vector<LonLat> points;
  const int count = OGR_G_GetPointCount(ring);
  for (int i = 0; i < count; ++i) points.push_back({OGR_G_GetX(ring, i), OGR_G_GetY(ring, i)});
  for (const LonLat& point : points) {
    if (std::abs(point.lon) <= 540 && std::abs(point.lat) <= 90) continue;
    throw DataError(fmt::format("{} has a point that is not on Earth", origin.text()),
                    "check the order of its coordinates (longitude, latitude) and its coordinate reference system");
  }
  if (points.size() < 4 || !(points.front() == points.back())) {
    throw DataError(fmt::format("{} has an outline with fewer than three corners or an open one", origin.text()),
                    "repair it, for example with ogr2ogr -makevalid");
  }
  return points;
}

void add_polygons(OGRGeometryH geometry, const Origin& origin, std::vector<LonLatPolygon>& polygons) {
  const OGRwkbGeometryType type = wkbFlatten(OGR_G_GetGeometryType(geometry));
  if (type == wkbPolygon) {
    if (OGR_G_IsEmpty(geometry) != 0) return;
    if (!is_valid(geometry)) {
      throw DataError(fmt::format("an outline of {} crosses itself", origin.text()),
                      "repair it, for example with ogr2ogr -makevalid");
    }
    LonLatPolygon polygon;
    for (int i = 0; i < OGR_G_GetGeometryCount(geometry); ++i) {
      polygon.rings.push_back(ring_of(OGR_G_GetGeometryRef(geometry, i), origin));
    }
    polygons.push_back(std::move(polygon));
    return;
  }
  if (type != wkbMultiPolygon && type != wkbGeometryCollection) return;
  for (int i = 0; i < OGR_G_GetGeometryCount(geometry); ++i) {
    add_polygons(OGR_G_GetGeometryRef(geometry, i), origin, polygons);
  }
}

Transformation to_lonlat(OGRLayerH layer, const std::string& path) {
  const OGRSpatialReferenceH stored = OGR_L_GetSpatialRef(layer);
  if (stored == nullptr) {
    throw DataError(fmt::format("layer '{}' of {} has no coordinate reference system", OGR_L_GetName(layer), path),
                    "assign one, for example with ogr2ogr -a_srs EPSG:2154");
  }
  const Reference from(OSRClone(stored));
  OSRSetAxisMappingStrategy(from.get(), OAMS_TRADITIONAL_GIS_ORDER);
  const Reference to = reference_of("EPSG:4326");
  Transformation transformation(OCTNewCoordinateTransformation(from.get(), to.get()));
  if (!transformation) {
    throw DataError(fmt::format("layer '{}' of {} has a coordinate reference system without a way to longitude and "
                                "latitude",
                                OGR_L_GetName(layer), path),
                    "reproject it, for example with ogr2ogr -t_srs EPSG:4326");
  }
  return transformation;
}

void add_layer(OGRLayerH layer, const std::string& path, std::vector<LonLatPolygon>& polygons) {
  Transformation transformation;
  OGR_L_ResetReading(layer);
  CPLErrorReset();
  while (const Feature feature{OGR_L_GetNextFeature(layer)}) {
    const OGRGeometryH stored = OGR_F_GetGeometryRef(feature.get());
    if (stored == nullptr) continue;
    const Origin origin{path, OGR_L_GetName(layer), OGR_F_GetFID(feature.get())};
    if (!transformation) transformation = to_lonlat(layer, path);
    // Arcs become chords; GeoPackage and others may hold them.
    const Geometry geometry(OGR_G_GetLinearGeometry(stored, 0, nullptr));
    if (!geometry) throw DataError(fmt::format("{} cannot be read", origin.text()), "check the file with ogrinfo");
    OGR_G_FlattenTo2D(geometry.get());
    if (OGR_G_Transform(geometry.get(), transformation.get()) != OGRERR_NONE) {
      throw DataError(fmt::format("{} has a point that is not on Earth", origin.text()),
                      "check the layer's coordinate reference system");
    }
    add_polygons(geometry.get(), origin, polygons);
  }
  if (CPLGetLastErrorType() >= CE_Failure) {
    throw DataError(fmt::format("{} cannot be read to its end: {}", path, CPLGetLastErrorMsg()),
                    "check the file with ogrinfo");
  }
}

}  // namespace

std::vector<LonLatPolygon> read_rings(const std::string& path) {
  const QuietGdal quiet;
  std::error_code ignored;
  if (!path.starts_with("/vsi") && !std::filesystem::exists(path, ignored)) {
    throw UserError(fmt::format("there is no file {}", path), "check its name");
  }
  GDALAllRegister();
  const Dataset dataset(GDALOpenEx(path.c_str(), GDAL_OF_VECTOR | GDAL_OF_READONLY, nullptr, nullptr, nullptr));
  if (!dataset) {
    throw DataError(fmt::format("{} cannot be read as vectors: {}", path, quiet.message()),
                    "give a file of polygons, such as GeoJSON or GeoPackage");
  }
  std::vector<LonLatPolygon> polygons;
  for (int i = 0; i < GDALDatasetGetLayerCount(dataset.get()); ++i) {
    const OGRLayerH layer = GDALDatasetGetLayer(dataset.get(), i);
    if (layer == nullptr) throw DataError(fmt::format("a layer of {} cannot be read", path), "check it with ogrinfo");
    add_layer(layer, path, polygons);
  }
  if (polygons.empty()) {
    throw UserError(fmt::format("{} holds no polygon", path), "draw the area as a polygon; lines and points have none");
  }
  return polygons;
}

}  // namespace cers
