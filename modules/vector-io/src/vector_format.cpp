// SPDX-License-Identifier: Apache-2.0
#include "vector_format.hpp"

#include <cpl_conv.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

namespace fs = std::filesystem;

constexpr const char* fixed_day = "1970-01-01";
constexpr const char* fixed_time = "1970-01-01T00:00:00.000Z";
constexpr std::size_t longest_dbf_name = 10;

constexpr std::array formats{
    VectorFormat{".gpkg", "GPKG", "fid", "geom"}, VectorFormat{".shp", "ESRI Shapefile", nullptr, nullptr},
    VectorFormat{".sqlite", "SQLite", "ogc_fid", "geometry"}, VectorFormat{".geojson", "GeoJSON", nullptr, nullptr},
    VectorFormat{".json", "GeoJSON", nullptr, nullptr}};

bool is_geojson(const VectorFormat& format) {
  return std::string(format.driver) == "GeoJSON";
}

/// A column name that is not taken.
std::string free_name(std::string name, const std::vector<std::string>& taken) {
  const auto is_taken = [&] {
    return std::any_of(taken.begin(), taken.end(), [&](const std::string& one) { return lower(one) == name; });
  };
  while (is_taken()) name += "_";
  return name;
}

}  // namespace

const VectorFormat& vector_format_of(const std::string& path) {
  initialise_gdal();
  const std::string suffix = lower(fs::path(path).extension().string());
  for (const VectorFormat& format : formats) {
    if (suffix != format.suffix) continue;
    if (GetGDALDriverManager()->GetDriverByName(format.driver) == nullptr)
      throw UserError(fmt::format("this GDAL cannot write {}", format.driver), "write a GeoPackage (.gpkg)");
    return format;
  }
  throw UserError(fmt::format("'{}' names no vector format that can be written", path),
                  "end the name with .gpkg, .shp, .sqlite or .geojson");
}

bool is_shapefile(const VectorFormat& format) {
  return std::string(format.driver) == "ESRI Shapefile";
}

void check_field_names(const std::string& path, const std::vector<std::string>& names) {
  const VectorFormat& format = vector_format_of(path);
  std::set<std::string> seen;
  for (const std::string& name : names) {
    if (name.empty()) throw UserError(fmt::format("'{}' cannot hold a field without a name", path), "give it a name");
    if (is_shapefile(format) && name.size() > longest_dbf_name)
      throw UserError(fmt::format("'{}' cannot hold the field '{}': names in a Shapefile have at most {} letters", path,
                                  name, longest_dbf_name),
                      "shorten the name, or write a GeoPackage (.gpkg)");
    for (const char* own : {format.id_column, format.shape_column}) {
      if (own != nullptr && lower(name) == own)
        throw UserError(
            fmt::format("'{}' cannot hold the field '{}': {} keeps that name for {}", path, name, format.driver,
                        own == format.id_column ? "the number of a feature" : "its geometry"),
            "choose another name");
    }
    if (!seen.insert(is_geojson(format) ? name : lower(name)).second)
      throw UserError(fmt::format("'{}' cannot hold two fields called '{}'", path, name), "choose another name");
  }
}

FixedDate::FixedDate() {
  CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", fixed_time);
}
FixedDate::~FixedDate() {
  CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", nullptr);
}

CPLStringList update_options(const std::string& path) {
  CPLStringList options;
  // The configuration option does not reach a dBASE table.
  if (lower(fs::path(path).extension().string()) == ".shp") options.SetNameValue("DBF_DATE_LAST_UPDATE", fixed_day);
  return options;
}

CreatedLayer create_layer(const std::string& path, const std::string& name, const OGRSpatialReference* reference,
                          OGRwkbGeometryType type, const std::vector<std::string>& others) {
  const VectorFormat& format = vector_format_of(path);
  CreatedLayer made;
  made.file.reset(
      GetGDALDriverManager()->GetDriverByName(format.driver)->Create(path.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
  if (!made.file) return made;
  CPLStringList options;
  if (is_shapefile(format)) {
    options.SetNameValue("ENCODING", "UTF-8");
    options.SetNameValue("DBF_DATE_LAST_UPDATE", fixed_day);
  }
  if (is_geojson(format)) options.SetNameValue("COORDINATE_PRECISION", "15");
  if (format.id_column != nullptr) {
    const std::string id = free_name(format.id_column, others);
    // Whatever it is told when it writes, SQLite's driver reads that column as the number of the feature.
    if (id != format.id_column && std::string(format.driver) == "SQLite")
      throw UserError(
          fmt::format("'{}' cannot hold the field '{}' of the source: {} keeps that name for the number of a "
                      "feature",
                      path, format.id_column, format.driver),
          "write a GeoPackage (.gpkg), or rename the field");
    const std::string shape = free_name(format.shape_column, others);
    if (id != format.id_column) options.SetNameValue("FID", id.c_str());
    if (shape != format.shape_column) options.SetNameValue("GEOMETRY_NAME", shape.c_str());
  }
  made.layer = made.file->CreateLayer(name.c_str(), const_cast<OGRSpatialReference*>(reference), type, options.List());
  return made;
}

}  // namespace cers
