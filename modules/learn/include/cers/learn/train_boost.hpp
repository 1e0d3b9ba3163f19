// SPDX-License-Identifier: Apache-2.0
// Trains boosted trees with OpenCV, as OTB does (Friedman, Hastie and Tibshirani 2000, Additive logistic regression: a
// statistical view of boosting, doi 10.1214/aos/1016218223).
#pragma once

#include <string>

#include "cers/learn/sample_table.hpp"

namespace cers {

/// What a tree adds to the sum: the weighted vote for a class, half the logarithm of the odds, a step of Newton's
/// method for the logistic likelihood, or one for the exponential loss.
enum class BoostKind { discrete, real, logit, gentle };

struct BoostTraining {
  BoostKind kind = BoostKind::real;
  int trees = 100;         ///< at least 1
  double trimming = 0.95;  ///< each tree sees the heaviest samples that make up this share of all weight; 0 or 1: all
  int max_depth = 1;       ///< 1 to 25
};

/// The model as the YAML text of OpenCV, which parse_opencv_boost() and OTB read. Equal tables and options give equal
/// text; one thread, cannot be stopped. Nodes of at most ten samples are not split, as in OTB. Throws DataError as
/// train_forest(), and unless there are two classes.
std::string train_boost(const SampleTable& table, const BoostTraining& options);

}  // namespace cers
