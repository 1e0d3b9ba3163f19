// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/train_forest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <mutex>
#include <numeric>

#include "cers/core/error.hpp"
#include "check_samples.hpp"
#include "grow_tree.hpp"
#include "out_of_bag.hpp"
#include "parallel.hpp"

namespace cers {
namespace {

using namespace learn;

/// Trees after which `enough` is looked at; fixed, so that the result does not depend on threads.
constexpr int trees_at_a_time = 16;

void check_options(const ForestTraining& options) {
  const auto fault = [](const char* what, auto value, const char* legal) {
    throw UserError(fmt::format("a forest of {} {} cannot be trained", value, what), legal);
  };
  if (options.trees < 1 || options.trees > std::numeric_limits<std::uint16_t>::max())
    fault("trees", options.trees, "give 1 to 65535");
  if (options.max_depth < 1) fault("levels", options.max_depth, "give a depth of at least 1");
  if (options.features_per_split < 0)
    fault("features for a split", options.features_per_split, "give 0 for the square root of their number, or more");
}

/// The group of each sample, numbered from 0 in the order of the groups' own numbers.
std::vector<std::uint32_t> groups_of(const SampleTable& table, Bootstrap bootstrap) {
  std::vector<std::uint32_t> groups(table.size());
  if (table.groups.empty() || bootstrap != Bootstrap::groups) {
    std::iota(groups.begin(), groups.end(), 0U);
    return groups;
  }
  std::vector<std::int64_t> known = table.groups;
  std::sort(known.begin(), known.end());
  known.erase(std::unique(known.begin(), known.end()), known.end());
  for (std::size_t i = 0; i < groups.size(); ++i)
    groups[i] =
        static_cast<std::uint32_t>(std::lower_bound(known.begin(), known.end(), table.groups[i]) - known.begin());
  return groups;
}

/// One tree with what it was grown on.
struct Judged {
  GrownTree tree;
  std::vector<bool> seen;  ///< by group
};

class Trainer {
 public:
  Trainer(const SampleTable& table, const ForestTraining& options, const TrainingRun& run)
      : table_(table), options_(options), run_(run), labels_(labels_of(table)) {
    check_options(options);
    check_samples(table, std::numeric_limits<std::uint16_t>::max(), "a forest");
    groups_ = groups_of(table, options.bootstrap);
    group_count_ = *std::max_element(groups_.begin(), groups_.end()) + 1;
    result_.samples.resize(labels_.size());
    for (const int label : table.labels) {
      const auto at = std::lower_bound(labels_.begin(), labels_.end(), label) - labels_.begin();
      classes_.push_back(static_cast<std::uint16_t>(at));
      ++result_.samples[static_cast<std::size_t>(at)];
    }
    samples_ = binned(table, run.threads);
    const std::size_t features = table.features.size();
    task_ = {&samples_, &classes_, class_weights(), options, 0};
    task_.features_per_split = options.features_per_split > 0
                                   ? static_cast<std::size_t>(options.features_per_split)
                                   : static_cast<std::size_t>(std::sqrt(static_cast<double>(features)));
    task_.features_per_split = std::clamp<std::size_t>(task_.features_per_split, 1, features);
    result_.leaves.votes = static_cast<std::uint16_t>(std::numeric_limits<std::uint16_t>::max() / options.trees);
  }

  TrainedForest train() {
    result_.labels = labels_;
    result_.impurity_importance.resize(table_.features.size());
    std::vector<double> lost(table_.features.size());
    OutOfBagVotes votes(table_, classes_, groups_, labels_.size());
    const bool judges = options_.bootstrap != Bootstrap::none;
    const int batch = judges && options_.enough > 0 ? trees_at_a_time : options_.trees;
    bool enough = false;
    for (int first = 0; first < options_.trees && !enough; first += batch) {
      const auto count = static_cast<std::size_t>(std::min(batch, options_.trees - first));
      std::vector<Judged> grown(count);
      in_parallel(count, run_.threads, [&](std::size_t i) { grown[i] = grow(static_cast<std::size_t>(first) + i); });
      keep(grown);
      std::vector<JudgedTree> judged;
      for (std::size_t i = 0; i < count; ++i)
        judged.push_back({&result_.trees[static_cast<std::size_t>(first) + i], std::move(grown[i].seen)});
      if (judges) enough = judge(votes, judged);
      if (judges && options_.permutation_importance) permute(judged, lost);
    }
    finish(lost);
    if (judges) result_.out_of_bag = votes.result();
    if (judges) {
      const std::vector<bool> lone = votes.lone_classes();
      for (std::size_t c = 0; c < labels_.size(); ++c) {
        if (lone[c]) result_.lone_classes.push_back(labels_[c]);
      }
    }
    if (judges && options_.calibrate) calibrate(votes);
    return std::move(result_);
  }

 private:
  void calibrate(const OutOfBagVotes& votes) {
    const VoteCalibration fitted = votes.calibration(task_.class_weights, result_.trees.size(), run_.threads);
    (fitted.says_nothing() ? result_.refused : result_.calibration) = fitted;
  }

  std::vector<double> class_weights() const {
    std::vector<double> weights(labels_.size(), 1.0);
    if (options_.weights == ClassWeights::balanced) {
      for (std::size_t c = 0; c < weights.size(); ++c)
        weights[c] = static_cast<double>(table_.size()) /
                     (static_cast<double>(weights.size()) * static_cast<double>(result_.samples[c]));
    }
    return weights;
  }

  Judged grow(std::size_t number) {
    if (run_.stop.stop_requested()) throw Cancelled();
    Random random(options_.seed, number);
    Judged grown;
    std::vector<std::uint16_t> drawn(table_.size(), 1);
    if (options_.bootstrap != Bootstrap::none) {
      std::vector<std::uint16_t> times(group_count_);
      for (std::uint32_t i = 0; i < group_count_; ++i) ++times[random.below(group_count_)];
      for (std::size_t i = 0; i < drawn.size(); ++i) drawn[i] = times[groups_[i]];
      grown.seen.resize(group_count_);
      for (std::uint32_t g = 0; g < group_count_; ++g) grown.seen[g] = times[g] != 0;
    }
    grown.tree = grow_tree(task_, drawn, random, run_.stop);
    const std::scoped_lock lock(progress_mutex_);
    if (run_.progress) run_.progress(static_cast<double>(++done_) / static_cast<double>(options_.trees));
    return grown;
  }

  /// Leaves with equal shares become one row, in the order of the trees.
  void keep(std::vector<Judged>& grown) {
    const std::size_t classes = labels_.size();
    const std::size_t room = Forest::most_nodes(static_cast<int>(table_.features.size()));
    for (Judged& one : grown) {
      if (one.tree.nodes.size() > room)
        throw UserError(fmt::format("a tree has {} nodes, with {} features there is room for {}", one.tree.nodes.size(),
                                    table_.features.size(), room),
                        "train with less depth, larger nodes or fewer samples");
      std::vector<int> rows;
      for (std::size_t at = 0; at < one.tree.leaf_weights.size(); at += classes)
        rows.push_back(row_of({one.tree.leaf_weights.data() + at, classes}));
      for (TreeNode& node : one.tree.nodes) {
        if (node.feature < 0) node.label = rows[static_cast<std::size_t>(node.label)];
      }
      result_.trees.push_back(std::move(one.tree.nodes));
      impurities_.push_back(std::move(one.tree.impurity));
    }
  }

  int row_of(std::span<const double> weights) {
    const std::vector<std::uint16_t> shares = options_.leaf == LeafVotes::majority
                                                  ? winner_takes_all(weights, result_.leaves.votes)
                                                  : apportioned(weights, result_.leaves.votes);
    const auto [found, added] = rows_.try_emplace(shares, static_cast<int>(rows_.size()));
    if (added) {
      result_.leaves.shares.insert(result_.leaves.shares.end(), shares.begin(), shares.end());
      winners_.push_back(static_cast<std::uint16_t>(std::max_element(shares.begin(), shares.end()) - shares.begin()));
    }
    return found->second;
  }

  static std::vector<std::uint16_t> winner_takes_all(std::span<const double> weights, std::uint16_t votes) {
    std::vector<std::uint16_t> shares(weights.size());
    shares[static_cast<std::size_t>(std::max_element(weights.begin(), weights.end()) - weights.begin())] = votes;
    return shares;
  }

  /// True when the forest is good enough; the trees after the one that made it so are dropped.
  bool judge(OutOfBagVotes& votes, std::vector<JudgedTree>& judged) {
    if (options_.enough <= 0) {
      votes.add(judged, result_.leaves, run_.threads);
      return false;
    }
    const std::size_t before = result_.trees.size() - judged.size();
    for (std::size_t i = 0; i < judged.size(); ++i) {
      votes.add({judged[i]}, result_.leaves, run_.threads);
      const OutOfBag so_far = votes.result();
      if (so_far.samples < table_.size() || 1 - so_far.accuracy >= options_.enough) continue;
      judged.resize(i + 1);
      result_.trees.resize(before + i + 1);
      impurities_.resize(before + i + 1);
      return true;
    }
    return false;
  }

  void permute(const std::vector<JudgedTree>& judged, std::vector<double>& lost) {
    std::vector<std::vector<double>> of_tree(judged.size());
    const std::size_t first = result_.trees.size() - judged.size();
    in_parallel(judged.size(), run_.threads, [&](std::size_t i) {
      if (run_.stop.stop_requested()) throw Cancelled();
      of_tree[i] =
          accuracy_lost(table_, classes_, groups_, judged[i], winners_, scattered(options_.seed) ^ (first + i));
    });
    for (const auto& one : of_tree) std::transform(lost.begin(), lost.end(), one.begin(), lost.begin(), std::plus<>());
  }

  void finish(const std::vector<double>& lost) {
    auto& importance = result_.impurity_importance;
    for (const auto& one : impurities_)
      std::transform(importance.begin(), importance.end(), one.begin(), importance.begin(), std::plus<>());
    const double sum = std::accumulate(importance.begin(), importance.end(), 0.0);
    for (double& share : importance) share = sum > 0 ? share / sum : 0;
    if (options_.bootstrap == Bootstrap::none || !options_.permutation_importance) return;
    for (const double one : lost)
      result_.permutation_importance.push_back(one / static_cast<double>(result_.trees.size()));
  }

  const SampleTable& table_;
  const ForestTraining& options_;
  const TrainingRun& run_;
  std::vector<int> labels_;
  std::vector<std::uint16_t> classes_;
  std::vector<std::uint32_t> groups_;
  std::uint32_t group_count_ = 0;
  BinnedSamples samples_;
  TreeTask task_;
  TrainedForest result_;
  std::map<std::vector<std::uint16_t>, int> rows_;
  std::vector<std::uint16_t> winners_;  ///< of each row
  std::vector<std::vector<double>> impurities_;
  std::mutex progress_mutex_;
  int done_ = 0;
};

}  // namespace

TrainedForest train_forest(const SampleTable& table, const ForestTraining& options, const TrainingRun& run) {
  return Trainer(table, options, run).train();
}

}  // namespace cers
