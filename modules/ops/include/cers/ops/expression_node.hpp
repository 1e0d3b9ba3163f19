// SPDX-License-Identifier: Apache-2.0
// A compiled expression as a pixelwise node with one output band.
#pragma once

#include <memory>

#include "cers/engine/node.hpp"
#include "cers/ops/expression.hpp"

namespace cers {

/// Evaluates `expression` in double. `planes[v]` is the input plane (bands of all inputs in order) of variable v, or −1
/// for a coordinate. `grid` gives the coordinates: idxX and idxY count pixels from 0, idxPhyX and idxPhyY are map
/// coordinates of pixel centres. All inputs are of type `input`, f32 or f64.
///
/// Output f32: values beyond the float range become ±3.4028235e38, as OTB stores them; NaN stays. Output f64: exact.
std::unique_ptr<const Node> make_expression_node(Expression expression, std::vector<int> planes, PixelType input,
                                                 const Grid& grid, PixelType output);

}  // namespace cers
