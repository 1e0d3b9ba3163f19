// SPDX-License-Identifier: Apache-2.0
// Masks that a producer draws as polygons: Sentinel-2 before baseline 04.00 (GML).
#pragma once

#include <memory>

#include "cers/core/grid.hpp"
#include "cers/engine/node.hpp"
#include "cers/products/product.hpp"

namespace cers {

/// uint8 on `grid`: 1 where a polygon of `test` (of kind `inside`) holds the centre of a pixel, else 0. Reads the file;
/// one without polygons is a mask that is nowhere set. Throws DataError naming the file when it is damaged or lies in
/// another reference system than `grid`.
std::unique_ptr<const Node> make_polygon_mask(const Product& product, const MaskTest& test, const Grid& grid);

}  // namespace cers
