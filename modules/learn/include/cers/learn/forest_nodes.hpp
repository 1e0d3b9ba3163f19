// SPDX-License-Identifier: Apache-2.0
// A forest in a graph: votes are counted once, and label, confidence and shares are read off them.
#pragma once

#include <memory>
#include <vector>

#include "cers/engine/node.hpp"
#include "cers/learn/feature_scaling.hpp"
#include "cers/learn/forest.hpp"

namespace cers {

/// Votes of each class: one uint16 band a label of the forest, in its order. Inputs: one float image with a band a
/// feature, NaN where missing, and, with `masked`, a uint8 image of one band that is 0 where not to look. A pixel that
/// is missing in any band or masked has no votes at all. `scaling` has as many features as the forest, or is empty.
std::unique_ptr<const Node> make_forest_votes(std::shared_ptr<const Forest> forest, FeatureScaling scaling,
                                              bool masked);

/// The class with most votes, the first of equals as in OpenCV; `nolabel` where there is no vote. One int32 band from
/// the bands of make_forest_votes; its nodata code is `nolabel` unless that is a class.
std::unique_ptr<const Node> make_winning_label(std::vector<int> labels, int nolabel);

/// Share of the trees that voted for the winner, 0 to 1; 0, the nodata code, where there is no vote. One float band.
std::unique_ptr<const Node> make_vote_share(std::size_t trees);

/// Share of the trees that voted for each class, in thousandths (0 to 1000) as OTB's probability maps; 0 in all bands
/// where there is no vote. Float bands.
std::unique_ptr<const Node> make_class_shares(std::vector<int> labels, std::size_t trees);

}  // namespace cers
