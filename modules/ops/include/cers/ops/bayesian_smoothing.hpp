// SPDX-License-Identifier: Apache-2.0
// Class probabilities smoothed by what their neighbourhood makes likely (Camara et al. 2024, Bayesian inference for
// post-processing of remote sensing image classification, Remote Sensing 16(23):4572, doi 10.3390/rs16234572).
#pragma once

#include <memory>
#include <vector>

#include "cers/engine/node.hpp"

namespace cers {

struct BayesianRule {
  int window = 9;                      ///< side of the neighbourhood in pixels, odd, at least 3
  std::vector<double> smoothness{20};  ///< prior variance of the logits: one for all classes, or one a class; > 0
  double fraction = 0.5;               ///< share of the neighbours with the highest logits that count, (0, 1]
  bool renormalise = true;             ///< probabilities of a pixel add up to 1 afterwards
};

/// Float to float: a band a class, probabilities from 0 to 1, or any numbers in proportion to them such as thousandths
/// or votes; NaN in any band, or 0 in all, is a missing pixel and stays NaN in all. At least two classes.
///
/// Each class by itself: with logits x = ln(p / (Σp − p)), p held within [10⁻⁶, 1 − 10⁻⁶], m and s² are mean and
/// variance (n − 1) of the highest ⌈fraction · n⌉ of the n logits in the window; the smoothed logit is w x + (1 − w) m
/// with w = s² / (s² + smoothness), and m where s² < 10⁻⁴. Beyond the edge the raster is mirrored; missing neighbours
/// do not count. Throws UserError when the rule is out of range or has another number of classes.
std::unique_ptr<const Node> make_bayesian_smoothing(const RasterInfo& input, const BayesianRule& rule);

/// The code of the most probable band, the first of equals; `nolabel` where bands are NaN. One int32 band, with
/// `nolabel` as nodata unless it is a code. `codes` has one entry a band.
std::unique_ptr<const Node> make_most_probable(std::vector<int> codes, int nolabel);

}  // namespace cers
