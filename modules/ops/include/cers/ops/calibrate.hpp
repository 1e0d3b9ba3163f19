// SPDX-License-Identifier: Apache-2.0
// Changes pixel type, scale and missing value of an edge, as a leaf does when it reads a file.
#pragma once

#include <memory>

#include "cers/engine/block_source.hpp"
#include "cers/engine/node.hpp"

namespace cers {

/// Every band of the input as `as.type`: value · scale + offset in double, `as.nodata` becomes NaN. A plain `as` only
/// converts (clamp and truncate to integers). Calibration needs a floating type.
std::unique_ptr<const Node> make_calibrate(const RasterInfo& input, const ReadAs& as);

}  // namespace cers
