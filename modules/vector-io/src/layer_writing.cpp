// SPDX-License-Identifier: Apache-2.0
#include "layer_writing.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "open_vector.hpp"

namespace cers::layer_writing {
namespace {

namespace fs = std::filesystem;

struct Format {
  const char* suffix;
  const char* driver;
};
constexpr Format formats[] = {{".gpkg", "GPKG"},
                              {".shp", "ESRI Shapefile"},
                              {".sqlite", "SQLite"},
                              {".geojson", "GeoJSON"},
                              {".json", "GeoJSON"}};

void set_value(OGRFeature& feature, int index, const FieldValue& value) {
  if (const auto* whole = std::get_if<std::int64_t>(&value)) {
    feature.SetField(index, static_cast<GIntBig>(*whole));
  } else if (const auto* real = std::get_if<double>(&value)) {
    if (std::isfinite(*real))
      feature.SetField(index, *real);
    else
      feature.SetFieldNull(index);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    feature.SetField(index, text->c_str());
  } else {
    feature.SetFieldNull(index);
  }
}

}  // namespace

const char* driver_of(const std::string& path) {
  const std::string suffix = lower(fs::path(path).extension().string());
  for (const Format& format : formats)
    if (suffix == format.suffix) return format.driver;
  throw UserError(fmt::format("'{}' names no vector format that can be written", path),
                  "end the name with .gpkg, .shp, .sqlite or .geojson");
}

OGRFieldType type_of(FieldKind kind) {
  switch (kind) {
    case FieldKind::integer:
      return OFTInteger;
    case FieldKind::integer64:
      return OFTInteger64;
    case FieldKind::real:
      return OFTReal;
    case FieldKind::text:
      return OFTString;
  }
  return OFTString;
}

void failed(const std::string& path, const OgrErrors& errors) {
  throw DataError(fmt::format("'{}' could not be written: {}", path, errors.text()),
                  "check the space on that disk, or write another format: GeoPackage holds most");
}

GDALDatasetUniquePtr created(const std::string& path, const OgrErrors& errors) {
  GDALAllRegister();
  const char* name = driver_of(path);
  GDALDriver* driver = GetGDALDriverManager()->GetDriverByName(name);
  if (driver == nullptr) throw UserError(fmt::format("this GDAL cannot write {}", name), "write a GeoPackage (.gpkg)");
  GDALDatasetUniquePtr file(driver->Create(path.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
  if (!file) failed(path, errors);
  return file;
}

OGRLayer* add_layer(GDALDataset& file, const std::string& path, const OGRSpatialReference* reference,
                    OGRwkbGeometryType kind, const OgrErrors& errors) {
  const std::string driver = driver_of(path);
  CPLStringList options;
  if (driver == "ESRI Shapefile") {
    options.SetNameValue("DBF_DATE_LAST_UPDATE", fixed_date);
    options.SetNameValue("ENCODING", "UTF-8");
  }
  if (driver == "GeoJSON") options.SetNameValue("COORDINATE_PRECISION", "15");
  const std::string name = fs::path(path).stem().string();
  OGRLayer* layer = file.CreateLayer(name.c_str(), const_cast<OGRSpatialReference*>(reference), kind, options.List());
  if (layer == nullptr) failed(path, errors);
  return layer;
}

void set_values(OGRFeature& feature, const std::vector<int>& indices, const std::vector<FieldValue>& values) {
  CERS_EXPECT(values.size() == indices.size());
  for (std::size_t i = 0; i < indices.size(); ++i) set_value(feature, indices[i], values[i]);
}

void check_written(const std::string& path, int layer, GIntBig count) {
  const GDALDatasetUniquePtr file = open_vector(path, false);
  const GIntBig found = vector_layer(*file, path, layer).GetFeatureCount();
  if (found != count)
    throw DataError(fmt::format("'{}' holds {} features instead of {}", path, found, count),
                    "check the space on that disk");
}

}  // namespace cers::layer_writing
