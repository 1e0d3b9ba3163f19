// SPDX-License-Identifier: Apache-2.0
// What writers of features share: values of fields, and the check of what was written.
#pragma once

#include <ogrsf_frmts.h>

#include <string>
#include <vector>

#include "cers/raster-io/gdal_errors.hpp"
#include "cers/vector-io/layer_copy.hpp"

namespace cers::layer_writing {

OGRFieldType type_of(FieldKind kind);
[[noreturn]] void failed(const std::string& path, const ErrorCollector& errors);
void set_values(OGRFeature& feature, const std::vector<int>& indices, const std::vector<FieldValue>& values);
/// Throws DataError unless layer `layer` of the closed file `path` holds `count` features.
void check_written(const std::string& path, int layer, GIntBig count);

}  // namespace cers::layer_writing
