// SPDX-License-Identifier: Apache-2.0
// The part of a raster that lies on another grid of the same lattice.
#pragma once

#include <memory>

#include "cers/engine/node.hpp"
#include "frame.hpp"

namespace cers::simulator {

std::unique_ptr<const Node> make_align(const RasterInfo& input, const Grid& grid);

/// Every pixel repeated: a raster of `input` on a grid whose pixels are a whole factor smaller.
std::unique_ptr<const Node> make_repeat(const RasterInfo& input, const Grid& grid);

}  // namespace cers::simulator
