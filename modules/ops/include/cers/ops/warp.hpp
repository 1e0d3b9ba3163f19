// SPDX-License-Identifier: Apache-2.0
// Brings a raster onto another grid: other resolution, extent or CRS.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "cers/engine/node.hpp"
#include "cers/params/app_spec.hpp"

namespace cers {

enum class Resampling { nearest, bilinear, cubic, average };
std::vector<Choice> choices_of(Resampling);

struct WarpOptions {
  /// Value of output pixels that have no input, and their nodata value. By default NaN for floating types; for integer
  /// types the band's nodata value, else 0 with no nodata value declared.
  std::optional<double> fill;
  /// Pixels equal to their band's nodata value do not take part. NaN never does.
  bool skip_nodata = true;
};

/// `input` on the grid `target`, same bands and type; GDAL's kernels with every pixel transformed exactly, so the
/// pixels are those of `gdalwarp -et 0` and do not depend on tiles. When pixels grow, bilinear and cubic widen to the
/// input pixels under an output pixel. Missing pixels are left out of the weights band by band; an output pixel is
/// missing only if all pixels it needs are. Integers are rounded; one that would become the nodata value by
/// interpolation moves one step away from it.
/// Throws UserError when the grids cannot be linked (see PixelMap) or `fill` does not fit the type.
std::unique_ptr<const Node> make_warp(const RasterInfo& input, const Grid& target, Resampling resampling,
                                      const WarpOptions& options = {});

}  // namespace cers
