// SPDX-License-Identifier: Apache-2.0
// One tree of a forest, grown on binned samples.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "bins.hpp"
#include "cers/learn/train_forest.hpp"
#include "random.hpp"

namespace cers::learn {

/// What all trees of a forest share.
struct TreeTask {
  const BinnedSamples* samples = nullptr;
  const std::vector<std::uint16_t>* classes = nullptr;  ///< of each sample: index into the labels
  std::vector<double> class_weights;                    ///< one for each class
  ForestTraining options;
  std::size_t features_per_split = 0;
};

struct GrownTree {
  std::vector<TreeNode> nodes;       ///< a leaf's label is its row in leaf_counts
  std::vector<double> leaf_weights;  ///< rows of weighted samples, a column a class
  std::vector<double> impurity;      ///< of each feature: what its splits took off the weighted Gini impurity
};

/// `drawn`: how often each sample is in the tree's set, at least one of them not 0. Throws Cancelled.
GrownTree grow_tree(const TreeTask& task, const std::vector<std::uint16_t>& drawn, Random& random,
                    const std::stop_token& stop);

}  // namespace cers::learn
