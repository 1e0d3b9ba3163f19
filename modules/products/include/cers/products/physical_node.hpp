// SPDX-License-Identifier: Apache-2.0
// From a band's stored numbers to physical values.
#pragma once

#include <memory>

#include "cers/engine/node.hpp"
#include "cers/products/product.hpp"

namespace cers {

/// One band of stored numbers to float: DN · scale + offset in double, NaN where DN is nodata or saturated, for a
/// saturated DN says only that there was more than can be measured.
std::unique_ptr<const Node> make_physical(const RasterInfo& stored, const ProductBand& band);

}  // namespace cers
