// SPDX-License-Identifier: Apache-2.0
// Brings an image that only control points place onto a grid.
#pragma once

#include "cers/geo/control_points.hpp"
#include "cers/ops/warp.hpp"

namespace cers {

/// As make_warp(), the input placed by map_by_control(): the pixels of `gdalwarp -tps -et 0`. Terrain is not corrected.
std::unique_ptr<const Node> make_control_warp(const RasterInfo& input, const ControlPoints& control, const Grid& target,
                                              Resampling resampling, const WarpOptions& options = {});

}  // namespace cers
