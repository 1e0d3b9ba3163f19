// SPDX-License-Identifier: Apache-2.0
// For tests: a small table to train on, and a forest walked node by node.
#pragma once

#include <random>
#include <vector>

#include "cers/learn/train_forest.hpp"

namespace cers::testing {

/// Classes 11, 42 and 7 by two features of whole numbers, one sample in six wrong; a third feature says nothing.
inline SampleTable small_table(std::size_t samples = 400, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  SampleTable table;
  table.features = {"red", "nir", "height"};
  for (std::size_t i = 0; i < samples; ++i) {
    std::vector<float> row;
    for (int f = 0; f < 3; ++f) row.push_back(static_cast<float>(random() % 200U));
    int label = row[0] < 90 ? 11 : row[1] < 120 ? 42 : 7;
    if (random() % 6U == 0) label = std::vector{11, 42, 7}[random() % 3U];
    table.values.insert(table.values.end(), row.begin(), row.end());
    table.labels.push_back(label);
    table.groups.push_back(static_cast<std::int64_t>(i / 5));
  }
  return table;
}

/// Votes of each class, read off the description of the trees.
inline std::vector<unsigned> walked(const TrainedForest& forest, const std::vector<float>& pixel) {
  std::vector<unsigned> votes(forest.labels.size());
  for (const auto& tree : forest.trees) {
    std::size_t at = 0;
    while (tree[at].feature >= 0) {
      const bool left = pixel[static_cast<std::size_t>(tree[at].feature)] <= tree[at].threshold;
      at = static_cast<std::size_t>(left ? tree[at].left : tree[at].right);
    }
    const auto first = static_cast<std::size_t>(tree[at].label) * votes.size();
    for (std::size_t c = 0; c < votes.size(); ++c) votes[c] += forest.leaves.shares[first + c];
  }
  return votes;
}

}  // namespace cers::testing
