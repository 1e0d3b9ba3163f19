// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/forest.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace cers {
namespace {

using Tree = std::vector<TreeNode>;

TreeNode leaf(int label) {
  return {-1, 0, -1, -1, label};
}
TreeNode split(int feature, float threshold, int left, int right) {
  return {feature, threshold, left, right, 0};
}

/// The votes of one pixel, read off the description: the oracle.
std::vector<int> oracle(const std::vector<Tree>& trees, std::size_t labels, const std::vector<float>& pixel) {
  std::vector<int> votes(labels);
  for (const Tree& tree : trees) {
    std::size_t at = 0;
    while (tree[at].feature >= 0) {
      const bool left = pixel[static_cast<std::size_t>(tree[at].feature)] <= tree[at].threshold;
      at = static_cast<std::size_t>(left ? tree[at].left : tree[at].right);
    }
    ++votes[static_cast<std::size_t>(tree[at].label)];
  }
  return votes;
}

void expect_votes(const std::vector<Tree>& trees, int features, std::vector<int> labels,
                  const std::vector<std::vector<float>>& pixels) {
  const std::size_t classes = labels.size();
  const Forest forest(features, std::move(labels), trees);
  const std::size_t stride = Forest::padded(pixels.size()) + 5;
  std::vector<float> values(static_cast<std::size_t>(features) * stride, std::numeric_limits<float>::quiet_NaN());
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    for (std::size_t f = 0; f < pixels[i].size(); ++f) values[f * stride + i] = pixels[i][f];
  }
  std::vector<std::uint16_t> votes(classes * stride, 777);
  forest.vote(values.data(), stride, pixels.size(), votes.data());
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    const std::vector<int> want = oracle(trees, classes, pixels[i]);
    for (std::size_t label = 0; label < classes; ++label) {
      ASSERT_EQ(votes[label * stride + i], want[label]) << "pixel " << i << ", label " << label;
    }
  }
}

/// A tree grown at random: splits on random features at halves and wholes, so that values meet thresholds exactly.
Tree random_tree(std::mt19937& random, int features, int labels, int depth) {
  const auto below = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
  Tree tree(1);
  struct Todo {
    std::size_t node;
    int depth;
  };
  std::vector<Todo> todo{{0, depth}};
  while (!todo.empty()) {
    const auto [node, left] = todo.back();
    todo.pop_back();
    if (left == 0 || below(5) == 0) {
      tree[node] = leaf(below(labels));
      continue;
    }
    const int first = static_cast<int>(tree.size());
    tree[node] =
        split(below(features), static_cast<float>(below(40) - 20) / 2, first + 1, first);  // right stands first
    tree.resize(tree.size() + 2);
    todo.push_back({static_cast<std::size_t>(first), left - 1});
    todo.push_back({static_cast<std::size_t>(first) + 1, left - 1});
  }
  return tree;
}

TEST(Forest, counts_the_votes_of_a_forest_solved_by_hand) {
  // Tree 1: f0 <= 10 ? A : (f1 <= 0.5 ? B : C); tree 2: always B; tree 3: f1 <= -3 ? C : A.
  const std::vector<Tree> trees{{split(0, 10, 1, 2), leaf(0), split(1, 0.5F, 3, 4), leaf(1), leaf(2)},
                                {leaf(1)},
                                {split(1, -3, 1, 2), leaf(2), leaf(0)}};
  const Forest forest(2, {11, 22, 33}, trees);
  EXPECT_EQ(forest.trees(), 3U);
  EXPECT_EQ(forest.labels(), (std::vector{11, 22, 33}));
  constexpr std::size_t stride = Forest::lanes;
  std::vector<float> values(2 * stride);
  const std::vector<std::pair<float, float>> pixels{{10, 0}, {10.001F, 0.5F}, {11, 0.51F}, {0, -3}};
  for (std::size_t i = 0; i < pixels.size(); ++i) {
    values[i] = pixels[i].first;
    values[stride + i] = pixels[i].second;
  }
  std::vector<std::uint16_t> votes(3 * stride);
  forest.vote(values.data(), stride, pixels.size(), votes.data());
  const auto of = [&](std::size_t pixel) {
    return std::vector<int>{votes[pixel], votes[stride + pixel], votes[2 * stride + pixel]};
  };
  EXPECT_EQ(of(0), (std::vector{2, 1, 0}));  // at the threshold goes left
  EXPECT_EQ(of(1), (std::vector{1, 2, 0}));
  EXPECT_EQ(of(2), (std::vector{1, 1, 1}));
  EXPECT_EQ(of(3), (std::vector{1, 1, 1}));
}

TEST(Forest, votes_as_its_description_says) {
  std::mt19937 random(20011);
  const auto below = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
  for (int round = 0; round < 60; ++round) {
    const int features = 1 + below(round % 3 == 0 ? 300 : 9);
    const int labels = 1 + below(7);
    std::vector<Tree> trees;
    for (int tree = 0; tree < 1 + round % 12; ++tree)
      trees.push_back(random_tree(random, features, labels, round % 4 == 0 ? 1 : 14));
    std::vector<std::vector<float>> pixels(static_cast<std::size_t>(1 + below(70)));
    for (auto& pixel : pixels) {
      for (int f = 0; f < features; ++f) pixel.push_back(static_cast<float>(below(60) - 30) / 2);
    }
    std::vector<int> codes;
    for (int label = 0; label < labels; ++label) codes.push_back(label * 3 - 4);
    expect_votes(trees, features, codes, pixels);
    if (HasFatalFailure()) return;
  }
}

TEST(Forest, takes_infinities_and_extremes_as_numbers) {
  constexpr float infinity = std::numeric_limits<float>::infinity();
  constexpr float largest = std::numeric_limits<float>::max();
  const std::vector<Tree> trees{{split(0, largest, 1, 2), leaf(0), leaf(1)},
                                {split(0, -largest, 1, 2), leaf(0), leaf(1)},
                                {split(0, infinity, 1, 2), leaf(0), leaf(1)},
                                {split(0, -32768, 1, 2), leaf(0), leaf(1)}};
  expect_votes(trees, 1, {0, 1}, {{infinity}, {-infinity}, {largest}, {-largest}, {-32768}, {0}, {-0.0F}});
}

// Whole numbers of 16 bits are walked with keys of their own, others with keys of any float: of the same forest and
// with the same votes. Values lie at and around thresholds, at both ends of the range and beyond; one block mixes them.
TEST(Forest, votes_on_whole_numbers_as_on_others) {
  std::mt19937 random(20023);
  const auto below = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
  const std::vector<float> whole{-32767, -32766, -21, -1, -0.0F, 0, 1, 20, 32766, 32767};
  const std::vector<float> other{-32768,
                                 32768,
                                 -70000,
                                 70000,
                                 0.5F,
                                 -1.5F,
                                 1e-30F,
                                 4e6F,
                                 -4e6F,
                                 1e30F,
                                 -1e30F,
                                 12582912,
                                 65536,
                                 -65535,
                                 std::numeric_limits<float>::infinity(),
                                 32766.5,
                                 -std::numeric_limits<float>::infinity()};
  const std::vector<float> thresholds{-70000, -32768.5F, -32768, -32767.5F, -32767, -32766.5F, 32766, 32766.5F,
                                      32767,  32767.5F,  32768,  70000,     0,      -0.0F,     0.5F,  -0.5F};
  for (int round = 0; round < 80; ++round) {
    const int features = 1 + below(round % 3 == 0 ? 70 : 9);
    std::vector<Tree> trees;
    for (int tree = 0; tree < 1 + round % 12; ++tree) trees.push_back(random_tree(random, features, 4, 12));
    for (Tree& tree : trees) {
      for (TreeNode& node : tree) {
        if (node.feature >= 0 && below(2) == 0) node.threshold = thresholds[random() % thresholds.size()];
        if (node.feature >= 0 && round % 7 == 6 && below(9) == 0) node.threshold += 0.25F;  // not of whole numbers
      }
    }
    std::vector<std::vector<float>> pixels(static_cast<std::size_t>(1 + below(70)));
    for (auto& pixel : pixels) {
      for (int f = 0; f < features; ++f)
        pixel.push_back(below(2) == 0 ? whole[random() % whole.size()] : static_cast<float>(below(44) - 22));
    }
    const int others = round % 4 == 0 ? 0 : round % 4 == 1 ? 1 : below(200);  // none: whole blocks
    for (int i = 0; i < others; ++i)
      pixels[random() % pixels.size()][random() % static_cast<std::size_t>(features)] = other[random() % other.size()];
    expect_votes(trees, features, {1, 2, 3, 4}, pixels);
    if (HasFatalFailure()) return;
  }
}

TEST(Forest, sends_missing_values_left_everywhere) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Tree> trees{{split(0, -40000, 1, 2), leaf(0), leaf(1)}, {split(0, 5, 1, 2), leaf(0), leaf(1)}};
  const Forest forest(1, {1, 2}, trees);
  for (const float beside : {7.0F, 7.25F, -32768.0F}) {
    std::vector<float> values(Forest::lanes, beside);
    values[3] = nan;
    std::vector<std::uint16_t> votes(2 * Forest::lanes);
    forest.vote(values.data(), Forest::lanes, Forest::lanes, votes.data());
    EXPECT_EQ(votes[3], 2);
    EXPECT_EQ(votes[Forest::lanes + 3], 0);
    EXPECT_EQ(votes[Forest::lanes], beside > 5 ? 2 : 1);
  }
}

// Nodes of large trees and of very many features do not fit the small form.
TEST(Forest, votes_with_trees_and_features_beyond_sixteen_bits) {
  Tree comb;  // a split at every whole number from 0, and a leaf to the left of each
  constexpr int splits = 40000;
  for (int i = 0; i < splits; ++i) {
    comb.push_back(split(0, static_cast<float>(i) - 20000.5F, 2 * i + 1, 2 * i + 2));
    comb.push_back(leaf(i % 3));
  }
  comb.push_back(leaf(1));
  expect_votes({comb}, 2, {1, 2, 3}, {{-20001, 0}, {-20000, 0}, {3, 0}, {19999, 0}, {19999.5F, 0}, {3.25F, 0}});
  std::mt19937 random(20024);
  for (const int features : {4095, 4096, 5000}) {
    const std::vector<Tree> trees{random_tree(random, features, 3, 10), random_tree(random, features, 3, 10)};
    std::vector<std::vector<float>> pixels(20);
    for (auto& pixel : pixels) {
      for (int f = 0; f < features; ++f) pixel.push_back(static_cast<float>(random() % 40) - 20);
    }
    expect_votes(trees, features, {1, 2, 3}, pixels);
    if (HasFatalFailure()) return;
  }
}

TEST(Forest, keeps_no_split_whose_sides_agree) {
  const std::vector<Tree> trees{{split(0, 1, 1, 2), split(1, 5, 3, 4), leaf(1), leaf(0), leaf(0)},
                                {split(0, 1, 1, 2), split(1, 5, 3, 4), leaf(1), leaf(1), leaf(1)}};
  EXPECT_EQ(Forest(2, {1, 2}, trees).nodes(), 3U + 1U);
  expect_votes(trees, 2, {1, 2}, {{0, 0}, {0, 9}, {2, 0}, {2, 9}});
}

TEST(Forest, tells_forests_apart) {
  const Tree one{split(0, 1, 1, 2), leaf(0), leaf(1)};
  const Tree other{split(0, 1.5F, 1, 2), leaf(0), leaf(1)};
  const std::string digest = Forest(1, {1, 2}, {one}).digest();
  EXPECT_EQ(Forest(1, {1, 2}, {one}).digest(), digest);
  EXPECT_NE(Forest(1, {1, 2}, {other}).digest(), digest);
  EXPECT_NE(Forest(1, {1, 3}, {one}).digest(), digest);
  EXPECT_NE(Forest(2, {1, 2}, {one}).digest(), digest);
  EXPECT_NE(Forest(1, {1, 2}, {one, one}).digest(), digest);
}

}  // namespace
}  // namespace cers
