// SPDX-License-Identifier: Apache-2.0
// The pixels of a product's file, with what the product knows of its bands.
#pragma once

#include <memory>
#include <string>

#include "cers/engine/block_source.hpp"
#include "cers/products/product.hpp"
#include "cers/raster-io/handle_pool.hpp"

namespace cers {

/// Opens `file` of `product` (as in LayerFile::file) and reads its header only; its bands carry name, role, unit and
/// nodata value of the product, which the file itself often lacks. Georeferencing that a band file lacks comes from
/// nowhere: it is an error. Throws DataError naming file and product. `pool` must outlive the source.
std::unique_ptr<BlockSource> open_product_file(const Product& product, const std::string& file, HandlePool& pool);

}  // namespace cers
