// SPDX-License-Identifier: Apache-2.0
// From a product's stored codes and bits to a mask.
#pragma once

#include <memory>
#include <span>

#include "cers/engine/node.hpp"
#include "cers/products/product.hpp"

namespace cers {

/// uint8: 1 where any test of `mask` holds, else 0; no nodata value. Takes one input of one band and any integer type
/// for each test, in their order, all on one grid; of a test `inside` or `below_noise` what make_polygon_mask() or
/// make_below_noise_node() delivers.
std::unique_ptr<const Node> make_mask(const ProductMask& mask, std::span<const RasterInfo> inputs);

}  // namespace cers
