// SPDX-License-Identifier: Apache-2.0
// The best place to split a node on one feature, by the Gini impurity of both sides.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "bins.hpp"

namespace cers::learn {

/// A split between two bins of a feature; `score` is what is to be as large as possible: the sum over both sides of
/// (sum of squared class weights / sum of class weights). The impurity of the node falls by score − (the same of the
/// whole node).
struct Split {
  double score = -1;
  std::size_t feature = 0;
  std::size_t left_bin = 0;
  std::size_t right_bin = 0;
  bool found() const { return score >= 0; }
};

/// The samples of a node, each once, and how often it was drawn.
struct NodeSamples {
  std::span<const std::uint32_t> ids;
  std::span<const std::uint32_t> packed;  ///< class in the high, times drawn in the low 16 bits
  std::span<const std::uint32_t> totals;  ///< times drawn of each class
  std::uint64_t count = 0;                ///< sum of totals
};

/// Scratch memory of one worker.
class SplitSearch {
 public:
  SplitSearch(const BinnedSamples& samples, const std::vector<double>& class_weights, int min_leaf);

  /// Replaces `best` when a split on `feature` scores higher. False when the feature cannot be split here: all samples
  /// in one bin, or no place leaves min_leaf samples on both sides.
  bool improve(const NodeSamples& node, std::size_t feature, Split& best);
  /// Sum of squared class weights / sum of class weights of a whole node.
  double score_of(std::span<const std::uint32_t> totals) const;

 private:
  class Sweep;
  void by_counting(const NodeSamples& node, const std::uint8_t* column, std::size_t bins);
  void by_insertion(const NodeSamples& node, const std::uint8_t* column);
  bool sweep_sorted(const NodeSamples& node, std::size_t feature, Split& best);
  bool sweep_histogram(const NodeSamples& node, std::size_t feature, Split& best);

  const BinnedSamples& samples_;
  const std::vector<double>& weights_;
  std::vector<double> squared_weights_;
  std::uint64_t min_leaf_;
  std::vector<std::uint8_t> bins_;           ///< of the node's samples, in the node's order
  std::vector<std::uint8_t> sorted_bins_;    ///< ascending
  std::vector<std::uint32_t> sorted_;        ///< packed, in the order of sorted_bins_
  std::vector<std::uint32_t> histogram_;     ///< [bin · classes + class]
  std::vector<std::uint32_t> left_, right_;  ///< times drawn of each class
};

}  // namespace cers::learn
