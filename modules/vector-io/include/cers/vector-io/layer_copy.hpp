// SPDX-License-Identifier: Apache-2.0
// Vector files written from the features of another: samples of polygons, polygons with a further field.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cers/vector-io/pixel_shape.hpp"

namespace cers {

enum class FieldKind { integer, integer64, real, text };

struct AddedField {
  std::string name;
  FieldKind kind = FieldKind::integer;
  int width = 0;  ///< as OGR has it; 0: the driver's own
  int precision = 0;
};

/// Nothing stands for a value that is not set.
using FieldValue = std::variant<std::monostate, std::int64_t, double, std::string>;

/// What a new layer takes from which.
struct LayerCopy {
  std::string source;   ///< vector file
  int layer = 0;        ///< of the source, from 0
  bool points = false;  ///< features become points, in the reference system `crs` (WKT; empty: none)
  std::string crs;
  std::vector<AddedField> added;  ///< behind the fields of the source; one of that name and kind is filled instead
};

/// A feature of the new layer: the fields of feature `id` of the source, and a value for each added field.
struct FeatureCopy {
  std::int64_t id = 0;
  std::optional<PixelPoint> at;  ///< map coordinates, of a point
  std::vector<FieldValue> values;
};

/// Throws UserError unless `path` ends with a suffix of a format that can be written: .gpkg, .shp, .sqlite, .geojson
/// or .json, and the format takes the names of the added fields: at most 10 letters in a Shapefile, not those of the
/// driver's own columns (fid and geom, ogc_fid and geometry), none twice.
void check_vector_output(const std::string& path, const std::vector<AddedField>& added);

/// Writes `count` features to the new file `path` and checks what was written. Equal input gives equal bytes: the dates
/// that GeoPackage and Shapefile keep are fixed. Throws UserError when an added field is there with another kind,
/// DataError when the disk is full or the format cannot hold what is given.
void write_layer(const std::string& path, const LayerCopy& copy, std::size_t count,
                 const std::function<FeatureCopy(std::size_t)>& feature);

/// Copies the vector file `source` (with the files that belong to it) into the folder of `path`, where it is called
/// `path`, and sets the added fields of the features named. Throws as write_layer does.
void write_updated(const std::string& path, const LayerCopy& copy, std::size_t count,
                   const std::function<FeatureCopy(std::size_t)>& feature);

}  // namespace cers
