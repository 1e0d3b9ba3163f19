// SPDX-License-Identifier: Apache-2.0
// Between grids whose pixels nest by a whole factor: means of whole pixels, pixels repeated or
// interpolated. What make_warp does with Resampling::average, nearest and bilinear there, without asking for the place
// of every pixel.
#pragma once

#include <memory>

#include "cers/engine/node.hpp"
#include "cers/geo/align.hpp"

namespace cers {

/// Each pixel of `target` is the mean of the factor × factor pixels of the input it covers, NaN left out, NaN where all
/// are; summed in double in row order. The input is float and `nesting` is nesting(target, input.grid).
std::unique_ptr<const Node> make_nested_mean(const RasterInfo& input, const Grid& target, const Nesting& nesting);

/// A grid of half the resolution by the cubic kernel that make_warp applies there, the same numbers in integers: eight
/// taps a side, missing ones left out. The input is int16 or uint16 and the factor of `nesting` is 2.
std::unique_ptr<const Node> make_nested_cubic(const RasterInfo& input, const Grid& target, const Nesting& nesting);

/// Bilinear between the coarser input pixels around each pixel of `target`: float, NaN left out of the weights, NaN
/// where the input pixel around it is. `nesting` is nesting(input.grid, target).
std::unique_ptr<const Node> make_nested_bilinear(const RasterInfo& input, const Grid& target, const Nesting& nesting);

/// Each pixel of `target` has the value of the coarser input pixel around it; any type. `nesting` is
/// nesting(input.grid, target). Outside the input: NaN, or the bands' nodata value, else 0.
std::unique_ptr<const Node> make_nested_repeat(const RasterInfo& input, const Grid& target, const Nesting& nesting);

}  // namespace cers
