// SPDX-License-Identifier: Apache-2.0
// What all who use a product rely on, whatever its metadata say.
#pragma once

#include "cers/products/product.hpp"

namespace cers::products {

/// Sizes, scales and offsets are numbers; id, tile, platform, level and times can be part of a file's name; the
/// footprint lies on Earth. Mends what can be, and says so in Product::problems. Throws DataError for the rest.
void check(Product& product);

}  // namespace cers::products
