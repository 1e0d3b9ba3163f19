// SPDX-License-Identifier: Apache-2.0
// From decoded native blocks to the pixels nodes see: types converted, nodata and scale applied, borders filled.
#pragma once

#include "block_cache.hpp"

namespace cers::engine_detail {

/// Pixels [x, x+width) of line y of band `band` of the leaf's source, from decoded blocks.
void read_row(const BlockCache& cache, const SourceUse& use, const Graph::Impl::GraphNode& leaf, int band, int x, int y,
              int width, std::byte* to);

/// The whole of `block` (its window inside the raster) from decoded blocks.
void fill_leaf(const BlockCache& cache, const SourceUse& use, const Graph::Impl::GraphNode& leaf, Block& block);

/// Copies `inside` into `extended`, whose window may exceed the raster; what lies outside follows `border`.
void extend_block(const Block& inside, Size raster, const Border& border, Block& extended);

}  // namespace cers::engine_detail
