// SPDX-License-Identifier: Apache-2.0
// Nodes that move pixels without computing: bands chosen or stacked, windows cut out, lines and columns left out.
#pragma once

#include <memory>
#include <vector>

#include "cers/engine/node.hpp"

namespace cers {

/// The given bands (0-based, in this order, repeats allowed). Throws UserError when one does not exist.
std::unique_ptr<const Node> make_select_bands(const RasterInfo& input, std::vector<int> bands);

/// All bands of all inputs, in order; takes as many inputs as given here. Unequal types become float, or double when a
/// 32-bit integer or a double is among them, so that no value changes. Throws UserError when grids differ.
std::unique_ptr<const Node> make_concatenate(const std::vector<RasterInfo>& inputs);

/// The same pixels under other band descriptions, one for each band of the input.
std::unique_ptr<const Node> make_renamed(const RasterInfo& input, std::vector<BandInfo> bands);

/// The part of the input under `window` (pixels of the input). Throws UserError when it is empty or exceeds the raster.
std::unique_ptr<const Node> make_crop(const RasterInfo& input, const Window& window);

/// Every ratio-th pixel of every ratio-th line, no averaging: output pixel i is input pixel i·ratio + ⌊(ratio − 1)/2⌋,
/// and lies around its centre. The size is divided by the ratio, rounded down, at least 1; of a side shorter than the
/// ratio the middle pixel is taken, as in OTB. Throws UserError when the ratio is below 1.
std::unique_ptr<const Node> make_subsample(const RasterInfo& input, int ratio);

}  // namespace cers
