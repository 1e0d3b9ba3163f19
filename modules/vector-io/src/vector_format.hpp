// SPDX-License-Identifier: Apache-2.0
// The formats in which vector files are written, and what all writers must see to.
#pragma once

#include <cpl_string.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <cstdint>
#include <string>
#include <vector>

#include "cers/raster-io/gdal_errors.hpp"

namespace cers {

struct VectorFormat {
  const char* suffix;
  const char* driver;
  /// Columns that the driver adds; in small letters. Null: none.
  const char* id_column;
  const char* shape_column;
};

/// By the extension of `path`; throws UserError for another one, or when this GDAL lacks the driver.
const VectorFormat& vector_format_of(const std::string& path);

bool is_shapefile(const VectorFormat& format);

/// Throws UserError when the format of `path` cannot hold fields of these names beside each other, or keeps one of them
/// for itself. Known before a pixel is read.
void check_field_names(const std::string& path, const std::vector<std::string>& names);

/// While it lives, files written by this thread hold a date that does not move, lest equal runs differ.
class FixedDate {
 public:
  FixedDate();
  ~FixedDate();
  FixedDate(const FixedDate&) = delete;
  FixedDate& operator=(const FixedDate&) = delete;
};

/// Open options under which a file of that format keeps the fixed date when it is changed.
CPLStringList update_options(const std::string& path);

/// A new layer of a new file. `others`: names of fields that will be copied into it; the driver's own columns are
/// called otherwise.
struct CreatedLayer {
  GDALDatasetUniquePtr file;
  OGRLayer* layer = nullptr;
};
/// `reference` may be null. Throws UserError where a copied field cannot be told from the driver's own; gives no layer
/// when the driver refuses; the collector in place knows why.
CreatedLayer create_layer(const std::string& path, const std::string& name, const OGRSpatialReference* reference,
                          OGRwkbGeometryType type, const std::vector<std::string>& others);

}  // namespace cers
