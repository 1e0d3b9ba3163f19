// SPDX-License-Identifier: Apache-2.0
// What the trees of a forest say about the samples they were not grown on.
#pragma once

#include <cstdint>
#include <vector>

#include "cers/learn/train_forest.hpp"

namespace cers::learn {

/// One tree in the words of out-of-bag voting.
struct JudgedTree {
  const std::vector<TreeNode>* nodes = nullptr;  ///< a leaf's label is a row of the leaf table
  std::vector<bool> seen;                        ///< by group
};

/// Index of the leaf's row for one sample.
std::size_t leaf_of(const std::vector<TreeNode>& tree, std::span<const float> row);

/// Votes of out-of-bag trees, added tree by tree.
class OutOfBagVotes {
 public:
  OutOfBagVotes(const SampleTable& table, const std::vector<std::uint16_t>& classes,
                const std::vector<std::uint32_t>& groups, std::size_t labels);
  void add(const std::vector<JudgedTree>& trees, const LeafTable& leaves, int threads);
  OutOfBag result() const;
  /// By class: whether it has samples of one group only, so that no tree that judges them has seen the class.
  std::vector<bool> lone_classes() const;
  /// Without the samples of these classes. Each group weighs the same, however many samples it has, times the weight of
  /// its samples' classes: samples are drawn evenly by class, but maps are not. `trees` of the forest.
  VoteCalibration calibration(const std::vector<double>& class_weights, std::size_t trees, int threads) const;

 private:
  const SampleTable& table_;
  const std::vector<std::uint16_t>& classes_;
  const std::vector<std::uint32_t>& groups_;
  std::size_t labels_;
  std::vector<std::uint32_t> votes_;  ///< [sample · labels + label]
};

/// Share of the tree's out-of-bag samples it no longer gets right, less those it then gets right, when one feature of
/// each has the value of another out-of-bag sample, drawn at random; for each feature.
std::vector<double> accuracy_lost(const SampleTable& table, const std::vector<std::uint16_t>& classes,
                                  const std::vector<std::uint32_t>& groups, const JudgedTree& tree,
                                  const std::vector<std::uint16_t>& winners, std::uint64_t seed);

}  // namespace cers::learn
