// SPDX-License-Identifier: Apache-2.0
#include "open_vector.hpp"

#include <fmt/format.h>
#include <ogr_spatialref.h>

#include <cmath>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/raster-io/gdal_errors.hpp"
#include "vector_format.hpp"

namespace cers {

GDALDatasetUniquePtr open_vector(const std::string& path, bool update) {
  initialise_gdal();
  VSIStatBufL status{};
  if (VSIStatL(path.c_str(), &status) != 0)
    throw UserError(fmt::format("there is no vector file '{}'", path), "check the path");
  const ErrorCollector errors;
  const auto mode = GDAL_OF_VECTOR | (update ? GDAL_OF_UPDATE : GDAL_OF_READONLY);
  const CPLStringList options = update ? update_options(path) : CPLStringList();
  GDALDatasetUniquePtr file(GDALDataset::Open(path.c_str(), static_cast<unsigned>(mode), nullptr, options.List()));
  if (!file || file->GetLayerCount() == 0)
    throw UserError(fmt::format("cannot open the vector file '{}': {}", path, file ? "it has no layer" : errors.text()),
                    "give features as GeoPackage, Shapefile, SQLite or GeoJSON");
  return file;
}

void check_degrees(OGRLayer& layer, const std::string& path) {
  // A full turn besides, since some files count eastwards from 0.
  constexpr double most_longitude = 360;
  constexpr double most_latitude = 90;
  const OGRSpatialReference* const reference = layer.GetSpatialRef();
  OGREnvelope box;
  if (reference == nullptr || reference->IsGeographic() == 0 || layer.GetExtent(&box, TRUE) != OGRERR_NONE) return;
  const double x = std::abs(box.MinX) > std::abs(box.MaxX) ? box.MinX : box.MaxX;
  const double y = std::abs(box.MinY) > std::abs(box.MaxY) ? box.MinY : box.MaxY;
  if (std::abs(x) <= most_longitude && std::abs(y) <= most_latitude) return;
  throw UserError(
      fmt::format("{} has coordinates such as {:.0f}, {:.0f}, which are no degrees, in the system {}; a GeoJSON file "
                  "that names no reference system is in WGS 84, as its standard prescribes",
                  path, x, y, reference->GetName() != nullptr ? reference->GetName() : "of degrees"),
      fmt::format("name the system the numbers are in: ogr2ogr -a_srs EPSG:… polygons.gpkg {}", path));
}

OGRLayer& vector_layer(GDALDataset& file, const std::string& path, int layer) {
  OGRLayer* found = layer < 0 ? nullptr : file.GetLayer(layer);
  if (found != nullptr) return *found;
  std::vector<std::string> names;
  for (int i = 0; i < file.GetLayerCount(); ++i) names.push_back(fmt::format("{} {}", i, file.GetLayer(i)->GetName()));
  throw UserError(fmt::format("{} has no layer {}", path, layer), "it has " + join(names, ", "));
}

}  // namespace cers
