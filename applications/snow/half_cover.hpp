// SPDX-License-Identifier: Apache-2.0
// The altitude at which snow covers half of the ground.
#pragma once

#include <limits>
#include <vector>

#include "snowline.hpp"

namespace cers::snow {

/// NaN where it cannot be told; `lacking` says why.
struct HalfCover {
  enum class Lack {
    nothing,
    mixture,  ///< no snow, or nothing else
    bands,    ///< fewer than three bands with clear pixels
    curve,    ///< bands without and with snow, and none or one between: the line lies there, and no curve can be fitted
    rise      ///< snow does not grow with altitude
  };
  double altitude_m = std::numeric_limits<double>::quiet_NaN();
  double error_m = std::numeric_limits<double>::quiet_NaN();  ///< standard error
  double width_m = std::numeric_limits<double>::quiet_NaN();  ///< scale of the logistic curve
  Lack lacking = Lack::nothing;
};

HalfCover fit_half_cover(const std::vector<AltitudeBand>& bands);

/// What may be said of a fitted line where clear ground was seen from `lowest_m` to `highest_m`: beyond it the curve is
/// an extrapolation.
struct HalfCoverStatement {
  enum class Place { unknown, within, above, below };
  Place place = Place::unknown;
  double altitude_m = std::numeric_limits<double>::quiet_NaN();  ///< within only
  /// Ends of the 95 % interval; NaN where an end lies beyond the ground that was seen. Of a line above it `low_m` is a
  /// bound: the lower end, at most `highest_m`; likewise `high_m` of a line below.
  double low_m = std::numeric_limits<double>::quiet_NaN();
  double high_m = std::numeric_limits<double>::quiet_NaN();
};
HalfCoverStatement statement_of(const HalfCover& line, double lowest_m, double highest_m);

}  // namespace cers::snow
