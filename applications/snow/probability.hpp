// SPDX-License-Identifier: Apache-2.0
// How sure a pixel's snow is.
#pragma once

#include <memory>
#include <span>

#include "cers/engine/node.hpp"

namespace cers::snow {

/// What the probability depends on; reflectances 0..1.
struct Evidence {
  double green = 0;
  double red = 0;
  double swir = 0;  ///< 1.6 µm
  double nir = 0;   ///< 0.86 µm
  bool shade = false;
  bool cloud = false;  ///< the product calls it cloud
};

/// Probability that snow covers at least a quarter of the pixel as seen from above, given that no cloud hides it; NaN
/// of NaN. An additive logistic model fitted to simulated scenes of the standard recipe; on the alternative recipe its
/// Brier skill over prevalence is 0.85 and its calibration error 0.017 (docs/design/snow.md).
double snow_probability(const Evidence& evidence);

/// uint8 percent, 0 to 100; the mask's codes where it is neither snow nor no snow. Inputs: green, red, short-wave and
/// near infrared as float reflectance, flags, mask.
std::unique_ptr<const Node> make_probability();

}  // namespace cers::snow
