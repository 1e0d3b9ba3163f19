// SPDX-License-Identifier: Apache-2.0
// What all writers of vector files share: formats by suffix, dates that do not move, values, checks.
#pragma once

#include <cpl_conv.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <string>
#include <vector>

#include "cers/vector-io/layer_copy.hpp"
#include "ogr_errors.hpp"

namespace cers::layer_writing {

/// A date that does not move, for formats that keep one.
inline constexpr const char* fixed_date = "1970-01-01";
inline constexpr const char* fixed_time = "1970-01-01T00:00:00.000Z";
inline constexpr std::size_t longest_dbf_name = 10;

/// While it lives, GeoPackages written by this thread hold the fixed time.
class FixedTime {
 public:
  FixedTime() { CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", fixed_time); }
  ~FixedTime() { CPLSetThreadLocalConfigOption("OGR_CURRENT_DATE", nullptr); }
  FixedTime(const FixedTime&) = delete;
  FixedTime& operator=(const FixedTime&) = delete;
};

/// OGR's driver for the suffix of `path`. Throws UserError when there is none.
const char* driver_of(const std::string& path);
OGRFieldType type_of(FieldKind kind);
[[noreturn]] void failed(const std::string& path, const OgrErrors& errors);
/// The new file `path`, without layers.
GDALDatasetUniquePtr created(const std::string& path, const OgrErrors& errors);
/// Its only layer, named after the file.
OGRLayer* add_layer(GDALDataset& file, const std::string& path, const OGRSpatialReference* reference,
                    OGRwkbGeometryType kind, const OgrErrors& errors);
void set_values(OGRFeature& feature, const std::vector<int>& indices, const std::vector<FieldValue>& values);
/// Throws DataError unless layer `layer` of the closed file `path` holds `count` features.
void check_written(const std::string& path, int layer, GIntBig count);

}  // namespace cers::layer_writing
