// SPDX-License-Identifier: Apache-2.0
// The altitude at which snow covers half of the ground.
#pragma once

#include <limits>
#include <vector>

#include "snowline.hpp"

namespace cers::snow {

/// NaN where it cannot be told: fewer than three bands with clear pixels, no snow or nothing else, or no rise of snow
/// with altitude.
struct HalfCover {
  double altitude_m = std::numeric_limits<double>::quiet_NaN();
  double error_m = std::numeric_limits<double>::quiet_NaN();  ///< standard error
  double width_m = std::numeric_limits<double>::quiet_NaN();  ///< scale of the logistic curve
};

HalfCover fit_half_cover(const std::vector<AltitudeBand>& bands);

}  // namespace cers::snow
