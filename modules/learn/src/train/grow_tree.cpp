// SPDX-License-Identifier: Apache-2.0
#include "grow_tree.hpp"

#include <algorithm>
#include <numeric>

#include "cers/core/error.hpp"
#include "split_search.hpp"

namespace cers::learn {
namespace {

class Grower {
 public:
  Grower(const TreeTask& task, Random& random, const std::stop_token& stop)
      : task_(task),
        random_(random),
        stop_(stop),
        search_(*task.samples, task.class_weights, task.options.min_leaf),
        features_(task.samples->features.size()) {
    std::iota(features_.begin(), features_.end(), std::size_t{0});
    tree_.impurity.resize(features_.size());
    totals_.resize(task.class_weights.size());
  }

  GrownTree grow(const std::vector<std::uint16_t>& drawn) {
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      if (drawn[i] == 0) continue;
      ids_.push_back(static_cast<std::uint32_t>(i));
      packed_.push_back(static_cast<std::uint32_t>((*task_.classes)[i]) << 16U | drawn[i]);
    }
    spare_ids_.resize(ids_.size());
    spare_packed_.resize(ids_.size());
    tree_.nodes.emplace_back();
    todo_.push_back({0, ids_.size(), 0, 0});
    while (!todo_.empty()) {
      if (stop_.stop_requested()) throw Cancelled();
      const Todo todo = todo_.back();
      todo_.pop_back();
      grow_node(todo);
    }
    return std::move(tree_);
  }

 private:
  struct Todo {
    std::size_t begin, end;  ///< of ids_
    std::size_t node;
    int depth;
  };

  void grow_node(const Todo& todo) {
    std::fill(totals_.begin(), totals_.end(), 0U);
    std::uint64_t count = 0;
    for (std::size_t i = todo.begin; i < todo.end; ++i) {
      totals_[packed_[i] >> 16U] += packed_[i] & 0xFFFFU;
      count += packed_[i] & 0xFFFFU;
    }
    const bool small = count <= static_cast<std::uint64_t>(std::max(0, task_.options.min_node));
    const bool pure = std::count(totals_.begin(), totals_.end(), 0U) + 1 == std::ssize(totals_);
    if (small || pure || todo.depth >= task_.options.max_depth) return make_leaf(todo.node);
    const std::size_t size = todo.end - todo.begin;
    const NodeSamples node{{ids_.data() + todo.begin, size}, {packed_.data() + todo.begin, size}, totals_, count};
    const Split split = best_split(node);
    if (!split.found()) return make_leaf(todo.node);
    tree_.impurity[split.feature] += split.score - search_.score_of(totals_);
    const std::size_t middle = partition(todo, split);
    const auto left = tree_.nodes.size();
    TreeNode& made = tree_.nodes[todo.node];
    made.feature = static_cast<int>(split.feature);
    made.threshold = task_.samples->features[split.feature].threshold(split.left_bin, split.right_bin);
    made.left = static_cast<int>(left);
    made.right = static_cast<int>(left + 1);
    tree_.nodes.resize(left + 2);
    todo_.push_back({middle, todo.end, left + 1, todo.depth + 1});
    todo_.push_back({todo.begin, middle, left, todo.depth + 1});
  }

  /// Draws features without replacement; goes on beyond the wanted number until one can be split.
  Split best_split(const NodeSamples& node) {
    Split best;
    const std::size_t wanted = task_.features_per_split;
    for (std::size_t i = 0; i < wanted; ++i) draw(i);
    std::vector<std::size_t>& chosen = chosen_;
    chosen.assign(features_.begin(), features_.begin() + static_cast<std::ptrdiff_t>(wanted));
    std::sort(chosen.begin(), chosen.end());  // of equals the first feature wins, whatever the order of drawing
    bool possible = false;
    for (const std::size_t feature : chosen) possible |= search_.improve(node, feature, best);
    for (std::size_t i = wanted; !possible && i < features_.size(); ++i) {
      draw(i);
      possible = search_.improve(node, features_[i], best);
    }
    return best;
  }

  void draw(std::size_t i) {
    const auto left = static_cast<std::uint32_t>(features_.size() - i);
    std::swap(features_[i], features_[i + random_.below(left)]);
  }

  /// Brings the samples of the left side before those of the right one; each side keeps its order.
  std::size_t partition(const Todo& todo, const Split& split) {
    const std::uint8_t* const column = task_.samples->column(split.feature);
    std::size_t left = todo.begin;
    std::size_t right = 0;
    for (std::size_t i = todo.begin; i < todo.end; ++i) {
      if (column[ids_[i]] <= split.left_bin) {
        ids_[left] = ids_[i];
        packed_[left++] = packed_[i];
      } else {
        spare_ids_[right] = ids_[i];
        spare_packed_[right++] = packed_[i];
      }
    }
    std::copy_n(spare_ids_.begin(), right, ids_.begin() + static_cast<std::ptrdiff_t>(left));
    std::copy_n(spare_packed_.begin(), right, packed_.begin() + static_cast<std::ptrdiff_t>(left));
    return left;
  }

  void make_leaf(std::size_t node) {
    tree_.nodes[node].label = static_cast<int>(tree_.leaf_weights.size() / totals_.size());
    for (std::size_t c = 0; c < totals_.size(); ++c)
      tree_.leaf_weights.push_back(task_.class_weights[c] * static_cast<double>(totals_[c]));
  }

  const TreeTask& task_;
  Random& random_;
  const std::stop_token& stop_;
  SplitSearch search_;
  GrownTree tree_;
  std::vector<std::size_t> features_;  ///< a permutation; its first ones are those drawn last
  std::vector<std::size_t> chosen_;
  std::vector<std::uint32_t> ids_, packed_, spare_ids_, spare_packed_;
  std::vector<std::uint32_t> totals_;
  std::vector<Todo> todo_;
};

}  // namespace

GrownTree grow_tree(const TreeTask& task, const std::vector<std::uint16_t>& drawn, Random& random,
                    const std::stop_token& stop) {
  return Grower(task, random, stop).grow(drawn);
}

}  // namespace cers::learn
