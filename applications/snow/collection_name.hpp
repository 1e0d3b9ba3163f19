// SPDX-License-Identifier: Apache-2.0
// Names of Theia's snow collection since Let-it-snow 1.7.
#pragma once

#include <string>

#include "cers/products/product.hpp"

namespace cers::snow {

/// "LIS_S2-SNOW-FSC_T31TCH_20180101T105435_0.1.0_1" of kind "FSC": mission, kind, tile, acquisition, version of the
/// chain (that of Cers), counter. Throws UserError for other missions than Sentinel-2 and Landsat 8, and products
/// without date or tile.
std::string collection_name(const Product& product, const std::string& kind);

/// After the name of a raster of a package: a cloud optimized GeoTIFF as Copernicus writes them since 2021.
inline constexpr const char* cog_options =
    "?&format=cog&gdal:co:COMPRESS=DEFLATE&gdal:co:LEVEL=4&gdal:co:BLOCKSIZE=1024";

}  // namespace cers::snow
