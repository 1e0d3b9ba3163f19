// SPDX-License-Identifier: Apache-2.0
// Opens vector files with messages a user understands.
#pragma once

#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <string>

namespace cers {

/// Throws UserError when there is no such file, or it is no vector file. `update`: to be changed, with the date of
/// files that are written.
GDALDatasetUniquePtr open_vector(const std::string& path, bool update);

/// Throws UserError when the layer is in degrees, as GDAL takes a GeoJSON file without a reference system, and its
/// numbers cannot be degrees.
void check_degrees(OGRLayer& layer, const std::string& path);

/// Throws UserError when there is no such layer (from 0).
OGRLayer& vector_layer(GDALDataset& file, const std::string& path, int layer);

}  // namespace cers
