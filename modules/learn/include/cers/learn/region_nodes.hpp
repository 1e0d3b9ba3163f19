// SPDX-License-Identifier: Apache-2.0
// Several models in a graph, each for a region, with seams that blend.
#pragma once

#include <memory>
#include <vector>

#include "cers/engine/node.hpp"

namespace cers {

/// How models mix around the borders of regions. The weight of region r at a pixel is u_r / Σ u, where
/// u_r = max(0, 1 - d_r / metres) and d_r is the distance from the pixel's centre to the nearest centre of a pixel of
/// the region, less half a pixel (the mean of both sides), at least 0; it is 0 inside. So two regions count half each
/// where they meet, and one counts alone from `metres` away of all others. With 0 metres only the region that holds the
/// pixel counts.
struct RegionBlend {
  double metres = 0;
  double pixel_width = 0;  ///< metres
  double pixel_height = 0;

  /// Half a pixel, in metres.
  double half() const { return (pixel_width + pixel_height) / 4; }
  /// Pixels around a window in which regions have a say there.
  Halo halo() const;
};

/// `grid` with `halo` more pixels around: zones drawn on it reach beyond the image, so that images side by side agree.
Grid grown(const Grid& grid, const Halo& halo);

/// Weights of regions, one float band each, 0 to 1; they sum to 1, or to 0 where no region is near. Input: zones
/// (int32, one band) on grown(grid, blend.halo()). `zones`: the number of each region there; pixels of other numbers
/// belong to no region.
std::unique_ptr<const Node> make_region_weights(Grid grid, std::vector<int> zones, RegionBlend blend);

/// Where to ask the model of region `region` (from 0): uint8, 1 where its weight is above 0 and, with `masked`, a
/// second input (uint8, one band) is not 0.
std::unique_ptr<const Node> make_region_mask(std::size_t region, bool masked);

/// Votes of several models as those of one. Inputs: the weights of make_region_weights, then the votes of each region's
/// model. `bands[r][c]`: the output band of class c of the model of region r; there are `classes` bands, uint16. Where
/// one region alone has votes, they are its model's; elsewhere they are Σ w_r · share_r in units of 1/65535, rounded,
/// with the weights of the regions that have votes brought to the sum of 1.
std::unique_ptr<const Node> make_mixed_votes(std::vector<std::vector<std::size_t>> bands,
                                             std::vector<ClassInfo> classes);

}  // namespace cers
