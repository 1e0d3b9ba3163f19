// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/forest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <deque>
#include <limits>

#include "cers/core/error.hpp"

namespace cers {
namespace {

/// FNV-1a, 64 bits (Fowler, Noll, Vo): equal forests are merged in a graph, nothing depends on its strength.
class Digest {
 public:
  template <class T>
  void add(const T& value) {
    std::array<unsigned char, sizeof(T)> bytes{};
    std::memcpy(bytes.data(), &value, sizeof(T));
    for (const unsigned char byte : bytes) hash_ = (hash_ ^ byte) * 0x100000001B3U;
  }
  std::string text() const { return fmt::format("{:016x}", hash_); }

 private:
  std::uint64_t hash_ = 0xCBF29CE484222325U;
};

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

}  // namespace

Forest::Forest(int features, std::vector<int> labels, const std::vector<std::vector<TreeNode>>& trees)
    : features_(features), labels_(std::move(labels)) {
  CERS_EXPECT(features_ > 0 && !labels_.empty() && !trees.empty());
  CERS_EXPECT(labels_.size() <= std::numeric_limits<std::uint16_t>::max());
  CERS_EXPECT(trees.size() <= std::numeric_limits<std::uint16_t>::max());
  feature_bits_ = bits_for(features_);
  for (const auto& tree : trees) add_tree(tree);
  Digest digest;
  digest.add(features_);
  for (const int label : labels_) digest.add(label);
  for (const Tree& tree : trees_) digest.add(tree.root);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    digest.add(nodes_[i].threshold);
    digest.add(nodes_[i].link);
    digest.add(leaf_labels_[i]);
  }
  digest_ = digest.text();
}

// Level by level, siblings side by side: what every pixel visits lies together.
void Forest::add_tree(const std::vector<TreeNode>& tree) {
  CERS_EXPECT(tree.size() <= most_nodes(features_));
  const std::vector<std::size_t> order = order_of(tree, features_, static_cast<int>(labels_.size()));
  const std::vector<int> shared = shared_labels(tree, order);
  struct Todo {
    std::size_t from;  ///< in `tree`
    unsigned depth;
  };
  std::deque<Todo> todo{{0, 0}};
  trees_.push_back({nodes_.size(), 0});
  std::uint32_t placed = 1;  // relative to the root
  for (std::uint32_t at = 0; !todo.empty(); ++at) {
    const auto [from, depth] = todo.front();
    todo.pop_front();
    const TreeNode& node = tree[from];
    const bool leaf = shared[from] >= 0;
    const std::uint32_t child = leaf ? at : placed;
    const auto feature = leaf ? 0U : static_cast<std::uint32_t>(node.feature);
    nodes_.push_back(
        {leaf ? std::numeric_limits<float>::infinity() : node.threshold, child << feature_bits_ | feature});
    leaf_labels_.push_back(leaf ? static_cast<std::uint16_t>(shared[from]) : std::uint16_t{0});
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
// and then after every second 2.3; AVX2 gathers 2.9 to 5.5; dropping pixels that arrived 2.7.
void Forest::vote(const float* values, std::size_t stride, std::size_t count, std::uint16_t* votes) const {
  const std::size_t padded_count = padded(count);
  CERS_EXPECT(stride >= padded_count);
  for (std::size_t label = 0; label < labels_.size(); ++label)
    std::fill_n(votes + label * stride, padded_count, std::uint16_t{0});
  const unsigned bits = feature_bits_;
  const std::uint32_t mask = (1U << bits) - 1U;
  for (const Tree& tree : trees_) {
    const Node* const nodes = nodes_.data() + tree.root;
    const std::uint16_t* const leaf_labels = leaf_labels_.data() + tree.root;
    const unsigned sure_steps = tree.depth * 6 / 10;
    for (std::size_t begin = 0; begin < padded_count; begin += lanes) {
      const float* const pixels = values + begin;
      std::array<std::uint32_t, lanes> at{};
      const auto step = [&] {
        for (std::size_t lane = 0; lane < lanes; ++lane) {
          const Node node = nodes[at[lane]];
          const float value = pixels[(node.link & mask) * stride + lane];
          at[lane] = (node.link >> bits) + static_cast<std::uint32_t>(value > node.threshold);
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
      std::uint16_t* const counts = votes + begin;
      for (std::size_t lane = 0; lane < lanes; ++lane) ++counts[leaf_labels[at[lane]] * stride + lane];
    }
  }
}

}  // namespace cers
