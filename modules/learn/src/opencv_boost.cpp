// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/opencv_boost.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "cers/core/error.hpp"
#include "digest.hpp"
#include "opencv_trees.hpp"

namespace cers {
namespace {

constexpr std::uint16_t all_votes = std::numeric_limits<std::uint16_t>::max();
/// Least number of votes that is more than half of them.
constexpr std::uint16_t more_than_half = all_votes / 2 + 1;

/// All trees, one after the other; links count from the first node of all.
struct Trees {
  struct Node {
    std::uint32_t feature;
    float threshold;
    std::uint32_t left;  ///< the node itself: a leaf
    std::uint32_t right;
    double value;
  };
  std::vector<Node> nodes;
  std::vector<std::uint32_t> roots;
};

Trees laid_out(const learn::OpenCvTrees& read) {
  Trees all;
  for (std::size_t tree = 0; tree < read.trees.size(); ++tree) {
    const auto base = static_cast<std::uint32_t>(all.nodes.size());
    all.roots.push_back(base);
    for (std::size_t i = 0; i < read.trees[tree].size(); ++i) {
      const TreeNode& node = read.trees[tree][i];
      const auto self = base + static_cast<std::uint32_t>(i);
      const bool leaf = node.feature < 0;
      all.nodes.push_back({leaf ? 0 : static_cast<std::uint32_t>(node.feature), node.threshold,
                           leaf ? self : base + static_cast<std::uint32_t>(node.left),
                           leaf ? self : base + static_cast<std::uint32_t>(node.right), read.values[tree][i]});
    }
  }
  return all;
}

class BoostModel final : public Model {
 public:
  BoostModel(const learn::OpenCvTrees& read, ModelInfo info, std::string digest)
      : Model(std::move(info)),
        trees_(laid_out(read)),
        features_(read.features),
        // The logit of the second class in units of the sum. While it trains LogitBoost, OpenCV adds half of what a
        // leaf holds (algorithm 3 of Friedman, Hastie and Tibshirani 2000): the sum of leaves is the logit itself.
        logit_(read.boosting == "DiscreteAdaboost" || read.boosting == "LogitBoost" ? 1 : 2),
        digest_(std::move(digest)) {}
  std::string kind() const override {
    return fmt::format("set of {} boosted tree{}", trees_.roots.size(), trees_.roots.size() == 1 ? "" : "s");
  }
  int features() const override { return features_; }
  std::size_t votes() const override { return all_votes; }
  std::string digest() const override { return digest_; }
  // A step of a few nanoseconds for each level of balanced trees, and an exponential.
  double cost() const override {
    const double nodes = static_cast<double>(trees_.nodes.size()) / static_cast<double>(trees_.roots.size());
    return 20 + 3 * static_cast<double>(trees_.roots.size()) * (1 + std::log2(nodes));
  }

  void vote(const float* values, std::size_t stride, std::size_t count, std::uint16_t* votes) const override {
    std::vector<double> sums(count);
    for (const std::uint32_t root : trees_.roots) {
      for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t at = root;
        for (const Trees::Node* node = &trees_.nodes[at]; node->left != at; node = &trees_.nodes[at])
          at = values[node->feature * stride + i] <= node->threshold ? node->left : node->right;
        sums[i] += trees_.nodes[at].value;
      }
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::uint16_t second = votes_of(sums[i]);
      votes[i] = static_cast<std::uint16_t>(all_votes - second);
      votes[stride + i] = second;
    }
    for (std::size_t i = count; i < Forest::padded(count); ++i) votes[i] = votes[stride + i] = 0;
  }

 private:
  std::uint16_t votes_of(double sum) const {
    const double share = 1 / (1 + std::exp(-logit_ * sum));
    const auto rounded = static_cast<std::uint16_t>(std::lround(share * all_votes));
    return sum > 0 ? std::max(rounded, more_than_half)
                   : std::min(rounded, static_cast<std::uint16_t>(more_than_half - 1));
  }

  Trees trees_;
  int features_;
  double logit_;
  std::string digest_;
};

}  // namespace

std::shared_ptr<const Model> parse_opencv_boost(std::string_view text, const std::string& name, ModelInfo info) {
  const learn::OpenCvTrees read = learn::parse_opencv_trees(learn::TreesKind::boosted, text, name);
  if (read.labels.size() != 2)
    throw DataError(fmt::format("{} has {} classes: boosted trees tell two apart", name, read.labels.size()),
                    "train a forest (-classifier rf), or boosted trees on samples of two classes");
  std::size_t nodes = 0;
  for (const auto& tree : read.trees) nodes += tree.size();
  if (nodes > std::numeric_limits<std::uint32_t>::max())
    throw DataError(fmt::format("{} has too many nodes", name), "train it with fewer trees");
  info.classes = classes_of_labels(read.labels, info.classes);
  CERS_EXPECT(info.features.empty() || info.features.size() == static_cast<std::size_t>(read.features));
  learn::Digest digest;
  digest.add_text(text);
  return std::make_shared<const BoostModel>(read, std::move(info), digest.text());
}

}  // namespace cers
