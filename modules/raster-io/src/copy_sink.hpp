// SPDX-License-Identifier: Apache-2.0
// Formats that GDAL can only make as a copy of a finished raster (COG, PNG, JPEG 2000), and all others but GeoTIFF.
#pragma once

#include <string>
#include <vector>

#include "output_driver.hpp"
#include "tiff_writer.hpp"

namespace cers {

/// Copies the GeoTIFF `from` to `to` and checks the copy. Throws DataError.
void copy_raster(const std::string& from, const std::string& to, const OutputDriver& output,
                 const std::vector<std::string>& options, const TiffSpec& spec, int threads);

}  // namespace cers
