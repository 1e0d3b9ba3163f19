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
/// of NaN. An additive logistic model fitted to simulated scenes of the standard recipe; on other scenes of it the
/// Brier skill over prevalence is 0.90 and the calibration error 0.005, under trees 0.61 and 0.027
/// (benchmarks/snow/confidence.py; tables in docs/design/snow-confidence.md).
double snow_probability(const Evidence& evidence);

/// uint8 percent, 0 to 100, where a pixel may turn out to be snow or no snow; 255 elsewhere and of NaN. Inputs: green,
/// red, short-wave and near infrared as float reflectance, flags, findings.
std::unique_ptr<const Node> make_probability();

/// uint8: the percent where the mask says snow or no snow, the mask's codes elsewhere. Inputs: percent, mask.
std::unique_ptr<const Node> make_masked_probability();

}  // namespace cers::snow
