// SPDX-License-Identifier: Apache-2.0
#include "out_of_bag.hpp"

#include <algorithm>
#include <numeric>

#include "fit_calibration.hpp"
#include "parallel.hpp"
#include "random.hpp"

namespace cers::learn {
namespace {

/// Samples one thread takes at a time.
constexpr std::size_t chunk = 1024;

}  // namespace

std::size_t leaf_of(const std::vector<TreeNode>& tree, std::span<const float> row) {
  std::size_t at = 0;
  while (tree[at].feature >= 0) {
    const bool left = row[static_cast<std::size_t>(tree[at].feature)] <= tree[at].threshold;
    at = static_cast<std::size_t>(left ? tree[at].left : tree[at].right);
  }
  return static_cast<std::size_t>(tree[at].label);
}

OutOfBagVotes::OutOfBagVotes(const SampleTable& table, const std::vector<std::uint16_t>& classes,
                             const std::vector<std::uint32_t>& groups, std::size_t labels)
    : table_(table), classes_(classes), groups_(groups), labels_(labels), votes_(table.size() * labels) {}

void OutOfBagVotes::add(const std::vector<JudgedTree>& trees, const LeafTable& leaves, int threads) {
  in_parallel((table_.size() + chunk - 1) / chunk, threads, [&](std::size_t part) {
    const std::size_t begin = part * chunk;
    const std::size_t end = std::min(begin + chunk, table_.size());
    for (const JudgedTree& tree : trees) {
      for (std::size_t i = begin; i < end; ++i) {
        if (tree.seen[groups_[i]]) continue;
        const std::uint16_t* const shares = leaves.shares.data() + leaf_of(*tree.nodes, table_.row(i)) * labels_;
        std::uint32_t* const votes = votes_.data() + i * labels_;
        for (std::size_t label = 0; label < labels_; ++label) votes[label] += shares[label];
      }
    }
  });
}

OutOfBag OutOfBagVotes::result() const {
  OutOfBag result;
  result.confusion.resize(labels_ * labels_);
  std::size_t right = 0;
  for (std::size_t i = 0; i < table_.size(); ++i) {
    const std::uint32_t* const votes = votes_.data() + i * labels_;
    const auto sum = static_cast<double>(std::accumulate(votes, votes + labels_, std::uint64_t{0}));
    if (sum <= 0) continue;
    const auto winner = static_cast<std::size_t>(std::max_element(votes, votes + labels_) - votes);
    ++result.samples;
    ++result.confusion[classes_[i] * labels_ + winner];
    right += winner == classes_[i] ? 1 : 0;
    for (std::size_t label = 0; label < labels_; ++label) {
      const double off = static_cast<double>(votes[label]) / sum - (label == classes_[i] ? 1.0 : 0.0);
      result.brier += off * off;
    }
  }
  if (result.samples == 0) return result;
  result.accuracy = static_cast<double>(right) / static_cast<double>(result.samples);
  result.brier /= static_cast<double>(result.samples);
  return result;
}

std::vector<bool> OutOfBagVotes::lone_classes() const {
  constexpr std::uint32_t none = UINT32_MAX;
  std::vector<std::uint32_t> first(labels_, none);
  std::vector<bool> lone(labels_, true);
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    std::uint32_t& own = first[classes_[i]];
    if (own == none) own = groups_[i];
    if (own != groups_[i]) lone[classes_[i]] = false;
  }
  return lone;
}

VoteCalibration OutOfBagVotes::calibration(const std::vector<double>& class_weights, std::size_t trees,
                                           int threads) const {
  std::vector<std::size_t> sizes(groups_.empty() ? 0 : *std::max_element(groups_.begin(), groups_.end()) + 1);
  for (const std::uint32_t group : groups_) ++sizes[group];
  const std::vector<bool> lone = lone_classes();
  std::vector<double> weights;
  for (std::size_t i = 0; i < groups_.size(); ++i)
    weights.push_back(lone[classes_[i]] ? 0 : class_weights[classes_[i]] / static_cast<double>(sizes[groups_[i]]));
  return fit_calibration({votes_, classes_, weights, labels_, trees}, threads);
}

// A sample's result changes only by features on its way down, so only those are tried.
std::vector<double> accuracy_lost(const SampleTable& table, const std::vector<std::uint16_t>& classes,
                                  const std::vector<std::uint32_t>& groups, const JudgedTree& tree,
                                  const std::vector<std::uint16_t>& winners, std::uint64_t seed) {
  const std::size_t features = table.features.size();
  std::vector<std::size_t> unseen;
  for (std::size_t i = 0; i < table.size(); ++i) {
    if (!tree.seen[groups[i]]) unseen.push_back(i);
  }
  std::vector<std::int64_t> lost(features);
  std::vector<float> row(features);
  std::vector<std::size_t> met;  // features on the way down
  for (const std::size_t i : unseen) {
    const auto own = table.row(i);
    std::copy(own.begin(), own.end(), row.begin());
    met.clear();
    std::size_t at = 0;
    while ((*tree.nodes)[at].feature >= 0) {
      const TreeNode& node = (*tree.nodes)[at];
      const auto feature = static_cast<std::size_t>(node.feature);
      if (std::find(met.begin(), met.end(), feature) == met.end()) met.push_back(feature);
      at = static_cast<std::size_t>(row[feature] <= node.threshold ? node.left : node.right);
    }
    const bool right = winners[static_cast<std::size_t>((*tree.nodes)[at].label)] == classes[i];
    for (const std::size_t feature : met) {
      const std::uint64_t number = scattered(seed ^ scattered(i * features + feature));
      row[feature] = table.row(unseen[number % unseen.size()])[feature];
      const bool still = winners[leaf_of(*tree.nodes, row)] == classes[i];
      lost[feature] += static_cast<std::int64_t>(right) - static_cast<std::int64_t>(still);
      row[feature] = own[feature];
    }
  }
  std::vector<double> shares(features);
  for (std::size_t f = 0; f < features && !unseen.empty(); ++f)
    shares[f] = static_cast<double>(lost[f]) / static_cast<double>(unseen.size());
  return shares;
}

}  // namespace cers::learn
