// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/train_forest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "cers/core/error.hpp"

namespace cers {
namespace {

SampleTable table_of(std::size_t features) {
  SampleTable table;
  for (std::size_t f = 0; f < features; ++f) table.features.push_back("f" + std::to_string(f));
  return table;
}

void add(SampleTable& table, const std::vector<float>& row, int label) {
  table.values.insert(table.values.end(), row.begin(), row.end());
  table.labels.push_back(label);
}

/// Classes 10, 20, 30 around three centres of two features, and features without meaning.
SampleTable clouds(std::size_t samples, std::size_t features, std::uint32_t seed, float spread = 1) {
  std::mt19937 random(seed);
  const auto uniform = [&] { return static_cast<float>(random()) / 4294967296.0F; };
  const auto bell = [&] {  // sum of twelve uniform numbers
    float sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  };
  SampleTable table = table_of(features);
  for (std::size_t i = 0; i < samples; ++i) {
    const auto kind = static_cast<int>(i % 3);
    std::vector<float> row;
    for (std::size_t f = 0; f < features; ++f) row.push_back(bell() * spread);
    row[0] += kind == 1 ? 3.0F : 0.0F;
    row[1] += kind == 2 ? 3.0F : 0.0F;
    add(table, row, 10 + 10 * kind);
  }
  return table;
}

int vote_of(const TrainedForest& forest, std::span<const float> row) {
  std::vector<unsigned> votes(forest.labels.size());
  for (const auto& tree : forest.trees) {
    std::size_t at = 0;
    while (tree[at].feature >= 0) {
      const bool left = row[static_cast<std::size_t>(tree[at].feature)] <= tree[at].threshold;
      at = static_cast<std::size_t>(left ? tree[at].left : tree[at].right);
    }
    const auto first = static_cast<std::size_t>(tree[at].label) * votes.size();
    for (std::size_t c = 0; c < votes.size(); ++c) votes[c] += forest.leaves.shares[first + c];
  }
  return forest.labels[static_cast<std::size_t>(std::max_element(votes.begin(), votes.end()) - votes.begin())];
}

double accuracy(const TrainedForest& forest, const SampleTable& table) {
  double right = 0;
  for (std::size_t i = 0; i < table.size(); ++i) right += vote_of(forest, table.row(i)) == table.labels[i] ? 1 : 0;
  return right / static_cast<double>(table.size());
}

void expect_equal(const TrainedForest& a, const TrainedForest& b) {
  ASSERT_EQ(a.trees.size(), b.trees.size());
  for (std::size_t t = 0; t < a.trees.size(); ++t) {
    ASSERT_EQ(a.trees[t].size(), b.trees[t].size()) << "tree " << t;
    for (std::size_t n = 0; n < a.trees[t].size(); ++n) {
      const TreeNode& one = a.trees[t][n];
      const TreeNode& other = b.trees[t][n];
      ASSERT_EQ(one.feature, other.feature);
      ASSERT_EQ(one.threshold, other.threshold);
      ASSERT_EQ(one.left, other.left);
      ASSERT_EQ(one.right, other.right);
      ASSERT_EQ(one.label, other.label);
    }
  }
  EXPECT_EQ(a.leaves.shares, b.leaves.shares);
  EXPECT_EQ(a.out_of_bag.confusion, b.out_of_bag.confusion);
  EXPECT_EQ(a.out_of_bag.brier, b.out_of_bag.brier);
  EXPECT_EQ(a.impurity_importance, b.impurity_importance);
  EXPECT_EQ(a.permutation_importance, b.permutation_importance);
}

TEST(TrainForest, cuts_halfway_between_classes_that_lie_apart) {
  SampleTable table = table_of(1);
  for (const float x : {1.0F, 2.0F, 3.0F, 4.0F}) add(table, {x}, 7);
  for (const float x : {9.0F, 10.0F, 11.0F}) add(table, {x}, 3);
  const TrainedForest forest =
      train_forest(table, {.trees = 1, .min_node = 1, .bootstrap = Bootstrap::none, .permutation_importance = true});
  EXPECT_EQ(forest.labels, (std::vector{3, 7}));
  EXPECT_EQ(forest.samples, (std::vector<std::size_t>{3, 4}));
  ASSERT_EQ(forest.trees[0].size(), 3U);
  EXPECT_EQ(forest.trees[0][0].threshold, 6.5F);
  EXPECT_EQ(forest.leaves.votes, 65535);
  EXPECT_EQ(vote_of(forest, std::vector{6.5F}), 7);
  EXPECT_EQ(vote_of(forest, std::vector{6.6F}), 3);
  EXPECT_EQ(forest.out_of_bag.samples, 0U);
  EXPECT_EQ(forest.impurity_importance, std::vector{1.0});
  EXPECT_TRUE(forest.permutation_importance.empty());
}

TEST(TrainForest, thresholds_lie_between_neighbouring_floats) {
  const float low = 1.0F;
  const float high = std::nextafter(low, 2.0F);
  SampleTable table = table_of(1);
  for (int i = 0; i < 5; ++i) add(table, {low}, 1), add(table, {high}, 2);
  const TrainedForest forest = train_forest(table, {.trees = 1, .min_node = 1, .bootstrap = Bootstrap::none});
  EXPECT_EQ(forest.trees[0][0].threshold, low);
  EXPECT_EQ(accuracy(forest, table), 1);
}

/// A tree grown by trying every threshold between neighbouring values of every feature: the oracle.
struct Naive {
  const SampleTable& table;
  const ForestTraining& options;
  std::vector<TreeNode> nodes;
  std::vector<std::vector<std::size_t>> leaves;

  std::vector<double> counts(const std::vector<std::size_t>& ids) const {
    std::vector<double> sums(10);
    for (const std::size_t id : ids) ++sums[static_cast<std::size_t>(table.labels[id])];
    return sums;
  }
  static double score(const std::vector<double>& sums) {
    double squares = 0;
    double all = 0;
    for (const double n : sums) squares += n * n, all += n;
    return squares / all;
  }
  void grow(std::size_t at, const std::vector<std::size_t>& ids, int depth) {
    const auto sums = counts(ids);
    const bool pure = *std::max_element(sums.begin(), sums.end()) == static_cast<double>(ids.size());
    double best = -1;
    TreeNode found;
    std::vector<std::size_t> left;
    std::vector<std::size_t> right;
    if (!pure && std::ssize(ids) > options.min_node && depth < options.max_depth) {
      for (std::size_t f = 0; f < table.features.size(); ++f) {
        std::vector<float> values;
        for (const std::size_t id : ids) values.push_back(table.row(id)[f]);
        std::sort(values.begin(), values.end());
        values.erase(std::unique(values.begin(), values.end()), values.end());
        for (std::size_t v = 0; v + 1 < values.size(); ++v) {
          const float threshold = (values[v] + values[v + 1]) / 2;
          std::vector<std::size_t> low;
          std::vector<std::size_t> high;
          for (const std::size_t id : ids) (table.row(id)[f] <= threshold ? low : high).push_back(id);
          if (std::ssize(low) < options.min_leaf || std::ssize(high) < options.min_leaf) continue;
          const double one = score(counts(low)) + score(counts(high));
          if (one <= best) continue;
          best = one;
          found = {static_cast<int>(f), threshold, 0, 0, 0};
          left = low;
          right = high;
        }
      }
    }
    if (best < 0) {
      leaves.push_back(ids);
      return;
    }
    found.left = static_cast<int>(nodes.size());
    found.right = found.left + 1;
    nodes[at] = found;
    nodes.resize(nodes.size() + 2);
    grow(static_cast<std::size_t>(found.left), left, depth + 1);
    grow(static_cast<std::size_t>(found.right), right, depth + 1);
  }
};

void expect_naive(const SampleTable& table, ForestTraining options) {
  options.trees = 1;
  options.bootstrap = Bootstrap::none;
  options.features_per_split = static_cast<int>(table.features.size());
  const TrainedForest forest = train_forest(table, options);
  Naive naive{table, options, std::vector<TreeNode>(1), {}};
  std::vector<std::size_t> all(table.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  naive.grow(0, all, 0);
  ASSERT_EQ(forest.trees[0].size(), naive.nodes.size());
  for (std::size_t n = 0; n < naive.nodes.size(); ++n) {
    ASSERT_EQ(forest.trees[0][n].feature, naive.nodes[n].feature) << "node " << n;
    if (naive.nodes[n].feature < 0) continue;
    ASSERT_EQ(forest.trees[0][n].threshold, naive.nodes[n].threshold) << "node " << n;
    ASSERT_EQ(forest.trees[0][n].left, naive.nodes[n].left);
    ASSERT_EQ(forest.trees[0][n].right, naive.nodes[n].right);
  }
}

TEST(TrainForest, finds_the_splits_of_an_exhaustive_search) {
  std::mt19937 random(7);
  for (int round = 0; round < 12; ++round) {
    SampleTable table = table_of(5);
    const int classes = 2 + round % 4;
    // From 40 to 1100 samples: nodes are searched by insertion, by counting and by summing up.
    for (int i = 0; i < 40 + (round % 3) * 530; ++i) {
      std::vector<float> row;
      for (int f = 0; f < 5; ++f) row.push_back(static_cast<float>(random() % (f == 0 ? 2U : 60U)) - 20.0F);
      const int hint = row[1] + row[2] > 20 ? 1 : 0;
      add(table, row, static_cast<int>(random() % 4U) == 0 ? static_cast<int>(random()) & 1 : hint * (classes - 1));
    }
    expect_naive(table, {.max_depth = 3 + round, .min_node = 1 + round, .min_leaf = 1 + round % 5});
    if (HasFatalFailure()) return;
  }
}

TEST(TrainForest, is_the_same_for_any_number_of_threads) {
  SampleTable table = clouds(700, 9, 3);
  for (std::size_t i = 0; i < table.size(); ++i) table.groups.push_back(static_cast<std::int64_t>(i / 7) * 1000 - 5);
  const ForestTraining options{.trees = 40, .weights = ClassWeights::balanced, .seed = 11};
  const TrainedForest one = train_forest(table, options, {.threads = 1});
  for (const int threads : {2, 3, 8}) expect_equal(one, train_forest(table, options, {.threads = threads}));
  ForestTraining other = options;
  other.seed = 12;
  EXPECT_NE(train_forest(table, other).leaves.shares, one.leaves.shares);
}

TEST(TrainForest, knows_from_samples_out_of_bag_how_good_it_is_on_others) {
  const SampleTable table = clouds(3000, 6, 5);
  const SampleTable held_out = clouds(6000, 6, 6);
  const TrainedForest forest = train_forest(table, {.trees = 100});
  EXPECT_EQ(forest.out_of_bag.samples, table.size());
  const double held = accuracy(forest, held_out);
  EXPECT_GT(held, 0.85);
  // Standard errors of both shares together: 0.007.
  EXPECT_NEAR(forest.out_of_bag.accuracy, held, 0.02);
  std::uint64_t sum = 0;
  for (const auto n : forest.out_of_bag.confusion) sum += n;
  EXPECT_EQ(sum, table.size());
  // A forest that knows: less than the Brier score of equal shares, 2/3, and more than none.
  EXPECT_LT(forest.out_of_bag.brier, 0.3);
  EXPECT_GT(forest.out_of_bag.brier, 0.05);
}

TEST(TrainForest, draws_whole_polygons) {
  // Each polygon has a value of its own, and its class is chance: on pixels of polygons seen the forest is perfect, on
  // others it guesses.
  std::mt19937 random(9);
  SampleTable table = table_of(2);
  for (int polygon = 0; polygon < 200; ++polygon) {
    const int label = static_cast<int>(random() % 2U);
    const auto place = static_cast<float>(random() % 100000U);
    for (int i = 0; i < 10; ++i) {
      add(table, {place, static_cast<float>(random() % 1000U)}, label);
      table.groups.push_back(polygon);
    }
  }
  ForestTraining options{.trees = 60, .features_per_split = 2};
  EXPECT_LT(train_forest(table, options).out_of_bag.accuracy, 0.65);
  options.bootstrap = Bootstrap::samples;
  EXPECT_GT(train_forest(table, options).out_of_bag.accuracy, 0.95);
}

TEST(TrainForest, balances_classes_of_different_size) {
  // 90 of class 1 and 10 of class 2 in the same place: the larger wins, unless they weigh the same and lean to one
  // side.
  SampleTable table = table_of(1);
  for (int i = 0; i < 90; ++i) add(table, {static_cast<float>(i % 2)}, 1);
  for (int i = 0; i < 10; ++i) add(table, {i < 6 ? 1.0F : 0.0F}, 2);
  ForestTraining options{.trees = 1, .bootstrap = Bootstrap::none};
  EXPECT_EQ(vote_of(train_forest(table, options), std::vector{1.0F}), 1);
  options.weights = ClassWeights::balanced;
  const TrainedForest balanced = train_forest(table, options);
  EXPECT_EQ(vote_of(balanced, std::vector{1.0F}), 2);
  EXPECT_EQ(vote_of(balanced, std::vector{0.0F}), 1);
  // In the right leaf 45 · 100/(2·90) = 25 of class 1 and 6 · 100/(2·10) = 30 of class 2.
  const auto& leaves = balanced.leaves.shares;
  const std::size_t row = leaves[0] < leaves[1] ? 0 : 2;
  EXPECT_NEAR(leaves[row + 1] / 65535.0, 30.0 / 55.0, 1e-4);
}

TEST(TrainForest, tells_features_that_matter_from_noise) {
  const TrainedForest forest = train_forest(clouds(1500, 8, 21), {.trees = 60});
  ASSERT_EQ(forest.impurity_importance.size(), 8U);
  EXPECT_NEAR(std::accumulate(forest.impurity_importance.begin(), forest.impurity_importance.end(), 0.0), 1, 1e-9);
  for (std::size_t f = 2; f < 8; ++f) {
    EXPECT_LT(forest.impurity_importance[f], forest.impurity_importance[0] / 2);
    EXPECT_LT(std::abs(forest.permutation_importance[f]), 0.02);
  }
  EXPECT_GT(forest.permutation_importance[0], 0.15);
  EXPECT_GT(forest.permutation_importance[1], 0.15);
}

TEST(TrainForest, stops_when_good_enough) {
  SampleTable table = clouds(600, 4, 2, 0.3F);
  const TrainedForest all = train_forest(table, {.trees = 200});
  const TrainedForest few = train_forest(table, {.trees = 200, .enough = 0.05});
  EXPECT_LT(few.trees.size(), 60U);
  EXPECT_LT(1 - few.out_of_bag.accuracy, 0.05);
  EXPECT_EQ(few.out_of_bag.samples, table.size());
  for (std::size_t t = 0; t < few.trees.size(); ++t) EXPECT_EQ(few.trees[t].size(), all.trees[t].size());
  EXPECT_EQ(train_forest(table, {.trees = 200, .enough = 0.05}, {.threads = 5}).trees.size(), few.trees.size());
}

TEST(TrainForest, votes_with_majorities_when_asked) {
  const TrainedForest forest = train_forest(clouds(300, 3, 8, 2), {.trees = 20, .leaf = LeafVotes::majority});
  EXPECT_LE(forest.leaves.shares.size(), 9U);
  for (std::size_t row = 0; row < forest.leaves.shares.size(); row += 3) {
    EXPECT_EQ(std::count(forest.leaves.shares.begin() + static_cast<std::ptrdiff_t>(row),
                         forest.leaves.shares.begin() + static_cast<std::ptrdiff_t>(row) + 3, forest.leaves.votes),
              1);
  }
}

TEST(TrainForest, cuts_many_values_at_quantiles_and_loses_little) {
  const SampleTable table = clouds(4000, 2, 4);  // thousands of different values
  const TrainedForest forest = train_forest(table, {.trees = 30, .seed = 2});
  EXPECT_GT(accuracy(forest, clouds(3000, 2, 44)), 0.88);
}

TEST(TrainForest, is_walked_the_same_way_by_the_flat_forest) {
  const SampleTable table = clouds(900, 5, 14, 2);
  const TrainedForest trained = train_forest(table, {.trees = 37});
  const Forest forest(5, trained.labels, trained.trees, trained.leaves);
  EXPECT_EQ(forest.votes(), 37U * (65535U / 37U));
  const SampleTable other = clouds(333, 5, 15, 2);
  const std::size_t stride = Forest::padded(other.size());
  std::vector<float> values(5 * stride);
  for (std::size_t i = 0; i < other.size(); ++i) {
    for (std::size_t f = 0; f < 5; ++f) values[f * stride + i] = other.row(i)[f];
  }
  std::vector<std::uint16_t> votes(3 * stride);
  forest.vote(values.data(), stride, other.size(), votes.data());
  for (std::size_t i = 0; i < other.size(); ++i) {
    std::vector<unsigned> want(3);
    for (const auto& tree : trained.trees) {
      std::size_t at = 0;
      while (tree[at].feature >= 0)
        at = static_cast<std::size_t>(other.row(i)[static_cast<std::size_t>(tree[at].feature)] <= tree[at].threshold
                                          ? tree[at].left
                                          : tree[at].right);
      for (std::size_t c = 0; c < 3; ++c)
        want[c] += trained.leaves.shares[static_cast<std::size_t>(tree[at].label) * 3 + c];
    }
    for (std::size_t c = 0; c < 3; ++c) ASSERT_EQ(votes[c * stride + i], want[c]) << i;
  }
}

TEST(TrainForest, apportions_votes_by_largest_remainders) {
  EXPECT_EQ(apportioned(std::vector{1.0, 1.0, 1.0}, 10), (std::vector<std::uint16_t>{4, 3, 3}));
  EXPECT_EQ(apportioned(std::vector{0.0, 5.0}, 655), (std::vector<std::uint16_t>{0, 655}));
  EXPECT_EQ(apportioned(std::vector{1.0, 2.0, 3.0}, 65535), (std::vector<std::uint16_t>{10923, 21845, 32767}));
}

TEST(TrainForest, refuses_what_it_cannot_train_on) {
  SampleTable table = table_of(1);
  EXPECT_THROW(train_forest(table, {}), DataError);
  add(table, {1}, 4);
  EXPECT_THROW(train_forest(table, {}), DataError);
  add(table, {2}, 5);
  EXPECT_THROW(train_forest(table, {.trees = 0}), UserError);
  EXPECT_THROW(train_forest(table, {.max_depth = 0}), UserError);
  table.values[1] = std::numeric_limits<float>::infinity();
  EXPECT_THROW(train_forest(table, {}), DataError);
  table.values[1] = 2;
  std::stop_source stop;
  stop.request_stop();
  EXPECT_THROW(train_forest(table, {}, {.stop = stop.get_token()}), Cancelled);
}

}  // namespace
}  // namespace cers
