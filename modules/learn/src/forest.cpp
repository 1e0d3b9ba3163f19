// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/forest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <limits>
#include <memory>
#include <numeric>

#include "cers/core/error.hpp"
#include "digest.hpp"
#include "forest_keys.hpp"

namespace cers {
namespace {

/// Node indices of a tree, parents before their children. Throws InternalError when it is no tree.
std::vector<std::size_t> order_of(const std::vector<TreeNode>& tree, int features, int labels) {
  CERS_EXPECT(!tree.empty());
  const int count = static_cast<int>(tree.size());
  std::vector<std::size_t> order{0};
  std::vector<bool> seen(tree.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    const TreeNode& node = tree[order[i]];
    CERS_EXPECT(!seen[order[i]]);
    seen[order[i]] = true;
    if (node.feature < 0) {
      CERS_EXPECT(node.label >= 0 && node.label < labels);
      continue;
    }
    CERS_EXPECT(node.feature < features && !std::isnan(node.threshold));
    for (const int child : {node.left, node.right}) {
      CERS_EXPECT(child > 0 && child < count);
      order.push_back(static_cast<std::size_t>(child));
    }
    CERS_EXPECT(order.size() <= tree.size());
  }
  return order;
}

/// The label all leaves below each node share, or −1.
std::vector<int> shared_labels(const std::vector<TreeNode>& tree, const std::vector<std::size_t>& order) {
  std::vector<int> shared(tree.size(), -1);
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    const TreeNode& node = tree[*at];
    if (node.feature < 0) {
      shared[*at] = node.label;
      continue;
    }
    const int left = shared[static_cast<std::size_t>(node.left)];
    if (left == shared[static_cast<std::size_t>(node.right)]) shared[*at] = left;
  }
  return shared;
}

/// Shares are added eight at a time: one vector register.
constexpr std::size_t shares_together = 8;

}  // namespace

std::vector<std::uint16_t> apportioned(std::span<const double> weights, std::uint16_t votes) {
  double sum = 0;
  for (const double weight : weights) sum += weight;
  CERS_EXPECT(sum > 0);
  std::vector<std::uint16_t> shares;
  std::vector<double> remainders;
  unsigned left = votes;
  for (const double weight : weights) {
    const double exact = static_cast<double>(votes) * weight / sum;
    const auto whole = static_cast<std::uint16_t>(std::min(exact, static_cast<double>(left)));
    shares.push_back(whole);
    remainders.push_back(exact - static_cast<double>(whole));
    left -= whole;
  }
  while (left > 0) {
    const auto largest = std::max_element(remainders.begin(), remainders.end());
    ++shares[static_cast<std::size_t>(largest - remainders.begin())];
    *largest -= 1;
    --left;
  }
  return shares;
}

Forest::Forest(int features, std::vector<int> labels, const std::vector<std::vector<TreeNode>>& trees)
    : features_(features), labels_(std::move(labels)) {
  CERS_EXPECT(features_ > 0 && !labels_.empty() && !trees.empty());
  CERS_EXPECT(labels_.size() <= std::numeric_limits<std::uint16_t>::max());
  CERS_EXPECT(trees.size() <= std::numeric_limits<std::uint16_t>::max());
  feature_bits_ = bits_for(features_);
  for (const auto& tree : trees) add_tree(tree, static_cast<int>(labels_.size()));
  leaf_labels_.assign(leaf_rows_.begin(), leaf_rows_.end());
  leaf_rows_ = {};
  add_digest();
  narrow();
}

Forest::Forest(int features, std::vector<int> labels, const std::vector<std::vector<TreeNode>>& trees,
               const LeafTable& leaves)
    : features_(features), labels_(std::move(labels)), votes_of_leaf_(leaves.votes) {
  const std::size_t classes = labels_.size();
  CERS_EXPECT(features_ > 0 && classes > 0 && !trees.empty() && leaves.votes > 0);
  CERS_EXPECT(trees.size() * leaves.votes <= std::numeric_limits<std::uint16_t>::max());
  CERS_EXPECT(!leaves.shares.empty() && leaves.shares.size() % classes == 0);
  const std::size_t rows = leaves.shares.size() / classes;
  row_length_ = (classes + shares_together - 1) / shares_together * shares_together;
  CERS_EXPECT(rows * row_length_ <= std::numeric_limits<std::uint32_t>::max());
  feature_bits_ = bits_for(features_);
  for (const auto& tree : trees) add_tree(tree, static_cast<int>(rows));
  for (std::uint32_t& row : leaf_rows_) row = static_cast<std::uint32_t>(row * row_length_);
  shares_.resize(rows * row_length_);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto from = leaves.shares.begin() + static_cast<std::ptrdiff_t>(row * classes);
    CERS_EXPECT(std::accumulate(from, from + static_cast<std::ptrdiff_t>(classes), 0U) == leaves.votes);
    std::copy_n(from, classes, shares_.begin() + static_cast<std::ptrdiff_t>(row * row_length_));
  }
  add_digest();
  narrow();
}

void Forest::add_digest() {
  learn::Digest digest;
  digest.add(features_);
  for (const int label : labels_) digest.add(label);
  for (const Tree& tree : trees_) digest.add(tree.root);
  for (const WideNode& node : wide_) {
    digest.add(learn::value_of(node.threshold));
    digest.add(node.link);
  }
  for (const std::uint16_t label : leaf_labels_) digest.add(label);
  for (const std::uint32_t row : leaf_rows_) digest.add(row);
  for (const std::uint16_t share : shares_) digest.add(share);
  digest_ = digest.text();
}

void Forest::narrow() {
  constexpr std::size_t most = std::numeric_limits<std::uint16_t>::max();
  if (static_cast<std::size_t>(features_) * lanes > most) return;
  // Where whole numbers are learned, thresholds lie halfway between them.
  bool halves = true;
  for (const WideNode& node : wide_) {
    if (node.child(feature_bits_) > most) return;
    const float twice = 2 * learn::value_of(node.threshold);
    halves = halves && std::floor(twice) == twice;
  }
  narrow_.reserve(wide_.size());
  if (halves) whole_.reserve(wide_.size());
  for (const WideNode& node : wide_) {
    const auto feature = static_cast<std::uint16_t>(node.offset(feature_bits_));
    const auto child = static_cast<std::uint16_t>(node.child(feature_bits_));
    narrow_.push_back({node.threshold, feature, child});
    if (halves) whole_.push_back({learn::whole_threshold(learn::value_of(node.threshold)), feature, child});
  }
  wide_ = {};
}

// Level by level, siblings side by side: what every pixel visits lies together.
void Forest::add_tree(const std::vector<TreeNode>& tree, int leaf_kinds) {
  CERS_EXPECT(tree.size() <= most_nodes(features_));
  const std::vector<std::size_t> order = order_of(tree, features_, leaf_kinds);
  const std::vector<int> shared = shared_labels(tree, order);
  struct Todo {
    std::size_t from;  ///< in `tree`
    unsigned depth;
  };
  std::deque<Todo> todo{{0, 0}};
  trees_.push_back({wide_.size(), 0});
  std::uint32_t placed = 1;  // relative to the root
  for (std::uint32_t at = 0; !todo.empty(); ++at) {
    const auto [from, depth] = todo.front();
    todo.pop_front();
    const TreeNode& node = tree[from];
    const bool leaf = shared[from] >= 0;
    const std::uint32_t child = leaf ? at : placed;
    const auto feature = leaf ? 0U : static_cast<std::uint32_t>(node.feature);
    const float threshold = leaf ? std::numeric_limits<float>::infinity() : node.threshold;
    wide_.push_back({learn::key_of(threshold), child << feature_bits_ | feature});
    leaf_rows_.push_back(leaf ? static_cast<std::uint32_t>(shared[from]) : 0U);
    if (leaf) continue;
    trees_.back().depth = depth + 1;  // levels come in order
    placed += 2;
    todo.push_back({static_cast<std::size_t>(node.left), depth + 1});
    todo.push_back({static_cast<std::size_t>(node.right), depth + 1});
  }
}

std::size_t Forest::depths() const {
  std::size_t sum = 0;
  for (const Tree& tree : trees_) sum += tree.depth;
  return sum;
}

// Tree by tree over the whole block, so that a tree stays in cache, and sixteen pixels side by side, whose loads do not
// wait for each other (Asadi, Lin and de Vries 2014, Runtime optimizations for tree-based machine learning models, IEEE
// TKDE 26:2281-2292, doi 10.1109/TKDE.2013.73). Measured on 100 trees of depth 25, microseconds a pixel: looking after
// every step whether a pixel still moves 3.0 to 3.9; all steps without looking 2.5; six tenths of them without looking
// and then after every second 2.3; AVX2 gathers 2.9 to 5.5; dropping pixels that arrived 2.7. All of that with floats;
// what keys gain stands in docs/design/forest.md.
template <class Node, class Key, class Cast>
void Forest::walk(const std::vector<Node>& all_nodes, const Key* keys, std::size_t padded_count,
                  const Cast& cast) const {
  const unsigned bits = feature_bits_;
  for (const Tree& tree : trees_) {
    const Node* const nodes = all_nodes.data() + tree.root;
    const unsigned sure_steps = tree.depth * 6 / 10;
    for (std::size_t begin = 0; begin < padded_count; begin += lanes) {
      const Key* const pixels = keys + begin * static_cast<std::size_t>(features_);
      std::array<std::uint32_t, lanes> at{};
      const auto step = [&] {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          const Node& node = nodes[at[lane]];
          const Key value = pixels[node.offset(bits) + lane];
          at[lane] = node.child(bits) + static_cast<std::uint32_t>(node.threshold < value);
        }
      };
      for (unsigned i = 0; i < sure_steps; ++i) step();
      std::uint32_t moved = 0;
      do {
        const auto before = at;
        step();
        step();
        moved = 0;
        for (std::size_t lane = 0; lane < lanes; ++lane) moved |= at[lane] ^ before[lane];
      } while (moved != 0);
      for (std::size_t lane = 0; lane < lanes; ++lane) cast(tree.root + at[lane], begin + lane);
    }
  }
}

template <class Node, class Key>
void Forest::vote_keys(const std::vector<Node>& nodes, const Key* keys, std::size_t stride, std::size_t padded_count,
                       std::uint16_t* votes) const {
  const std::size_t classes = labels_.size();
  if (shares_.empty()) {
    for (std::size_t label = 0; label < classes; ++label)
      std::fill_n(votes + label * stride, padded_count, std::uint16_t{0});
    const std::uint16_t* const leaf_labels = leaf_labels_.data();
    return walk(nodes, keys, padded_count,
                [&](std::size_t node, std::size_t pixel) { ++votes[leaf_labels[node] * stride + pixel]; });
  }
  // The votes of a pixel side by side, so that a leaf's are added by a few vector operations.
  std::vector<std::uint16_t> sums(padded_count * row_length_);
  walk(nodes, keys, padded_count, [&](std::size_t node, std::size_t pixel) {
    const std::uint16_t* __restrict shares = shares_.data() + leaf_rows_[node];
    std::uint16_t* __restrict sum = sums.data() + pixel * row_length_;
    for (std::size_t begin = 0; begin < row_length_; begin += shares_together) {
      for (std::size_t i = 0; i < shares_together; ++i)
        sum[begin + i] = static_cast<std::uint16_t>(sum[begin + i] + shares[begin + i]);
    }
  });
  for (std::size_t label = 0; label < classes; ++label) {
    for (std::size_t pixel = 0; pixel < padded_count; ++pixel)
      votes[label * stride + pixel] = sums[pixel * row_length_ + label];
  }
}

void Forest::vote(const float* values, std::size_t stride, std::size_t count, std::uint16_t* votes) const {
  const std::size_t padded_count = padded(count);
  CERS_EXPECT(stride >= padded_count);
  const auto features = static_cast<std::size_t>(features_);
  if (!whole_.empty()) {
    const auto keys = std::make_unique_for_overwrite<std::uint16_t[]>(padded_count * features);
    bool whole = true;
    for (std::size_t begin = 0; whole && begin < padded_count; begin += lanes)
      whole = learn::find_whole_keys(values + begin, stride, features, keys.get() + begin * features);
    if (whole) return vote_keys(whole_, keys.get(), stride, padded_count, votes);
  }
  const auto keys = std::make_unique_for_overwrite<std::uint32_t[]>(padded_count * features);
  for (std::size_t begin = 0; begin < padded_count; begin += lanes)
    learn::find_keys(values + begin, stride, features, keys.get() + begin * features);
  if (narrow_.empty()) return vote_keys(wide_, keys.get(), stride, padded_count, votes);
  vote_keys(narrow_, keys.get(), stride, padded_count, votes);
}

}  // namespace cers
