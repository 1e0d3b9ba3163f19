// SPDX-License-Identifier: Apache-2.0
// Truth rasters on the grids of the products.
#pragma once

#include <memory>

#include "cers/engine/node.hpp"
#include "frame.hpp"

namespace cers::simulator {

/// Loss of green cover from which a field counts as changed.
constexpr float least_loss = 0.08F;

/// Bands of the truth-at-20-m node, f32: shares of the pixel.
enum TruthBand {
  truth_ground,    ///< of the ground under snow
  truth_canopy,    ///< of the pixel covered by white crowns
  truth_viewable,  ///< of the pixel that is white seen from above
  truth_trees,
  truth_water,    ///< open water and ice
  truth_changed,  ///< fields that lost much of their green since the acquisition before, by harvest or mowing
  truth_bands
};
/// Input: surface at 5 m. `low_cover`: whether shrubs, tussocks and boulders stand out of the snow, which are no trees.
std::unique_ptr<const Node> make_truth(const Grid& grid, const Grid& fine, bool low_cover = false);

/// The surface that fills most of each pixel, u8. Input: surface at 5 m.
std::unique_ptr<const Node> make_truth_class(const Grid& grid, const Grid& fine);

/// What a u8 truth raster says where `band` of the input is at least / below `threshold`.
enum class Side { at_least, below };
std::unique_ptr<const Node> make_threshold(const std::string& name, int band, Side side, float threshold);
/// Sum of the first `count` bands.
std::unique_ptr<const Node> make_sum(const std::string& name, int count);

}  // namespace cers::simulator
