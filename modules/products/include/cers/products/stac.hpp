// SPDX-License-Identifier: Apache-2.0
// A product as a STAC Item 1.1.0, for catalogues.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cers/core/grid.hpp"
#include "cers/products/product.hpp"
#include "cers/raster-io/handle_pool.hpp"

namespace cers {

struct StacItemOptions {
  /// Where the item will be written: files below its folder are named relative to it. Empty: as GDAL opens them.
  std::string item_path;
  /// Grid of a file, for proj:shape and proj:transform of its asset; may open headers. Empty function: left out.
  std::function<std::optional<Grid>(const LayerFile&)> grid_of;
  /// proj:epsg beside proj:code, for readers of projection 1.x such as GDAL 3.6.
  bool legacy_epsg = false;
};

/// For StacItemOptions::grid_of: what the header of a file says; of SAFE products whose file is not there or cannot be
/// opened, the grid of the tile. Nothing for other files at fault. `product` and `pool` must outlive the function.
std::function<std::optional<Grid>(const LayerFile&)> grids_of_files(const Product& product, HandlePool& pool);

/// JSON text with a trailing line break; members in fixed order and no clock read, so equal products give equal bytes.
/// Extensions eo 2.0, projection 2.0, raster 2.0, classification 2.0, view 1.0, sat 1.0, processing 1.2, grid 1.1 and
/// mgrs 1.0 are declared where used. One asset a file, named after what it holds ("red", "nir08", "swir16_60m", "scl",
/// "clm_r1"). The geometry is the product's footprint, counter-clockwise, cut at the antimeridian as RFC 7946 asks.
/// Throws DataError when the product has no acquisition time, without which there is no item.
std::string product_stac_item(const Product& product, const StacItemOptions& options = {});

}  // namespace cers
