// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/vote_calibration.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <span>
#include <utility>

#include "cers/core/error.hpp"
#include "cers/learn/model_file.hpp"
#include "train/fit_calibration.hpp"

namespace cers {
namespace {

/// What the header of vote_calibration.hpp says, in plain numbers.
std::vector<double> probabilities(std::span<const double> shares, double exponent, double noise, double trees) {
  const auto classes = static_cast<double>(shares.size());
  std::vector<double> p;
  double sum = 0;
  for (const double s : shares) {
    p.push_back(std::pow(s + 1 / (classes * trees), exponent));
    sum += p.back();
  }
  for (double& one : p) one = (1 - noise) * one / sum + noise / classes;
  return p;
}

/// `all` votes shared at random: few classes get most of them, some get none.
std::vector<std::uint16_t> drawn_votes(std::size_t classes, unsigned all, std::mt19937& random) {
  std::vector<std::uint16_t> votes(classes);
  while (all > 0) {
    const unsigned part = 1 + static_cast<unsigned>(random() % all);
    std::uint16_t& one = votes[random() % classes];
    one = static_cast<std::uint16_t>(one + part);
    all -= part;
  }
  return votes;
}

std::size_t winner(const std::uint16_t* votes, std::size_t classes, std::size_t stride) {
  std::size_t best = 0;
  for (std::size_t c = 1; c < classes; ++c) {
    if (votes[c * stride] > votes[best * stride]) best = c;
  }
  return best;
}

TEST(VoteCalibration, is_the_power_of_the_shares_and_keeps_the_winner) {
  std::mt19937 random(4);
  for (const auto& [exponent, noise] : {std::pair{0.1, 0.0}, {0.7, 0.5}, {1.62, 0.03}, {3.0, 0.0}, {6.0, 0.2}}) {
    for (const std::size_t classes : {2U, 5U, 23U}) {
      const unsigned trees = 100;
      const unsigned all = 655 * trees;
      const VoteCurve curve({.exponent = exponent, .noise = noise}, all, trees, classes);
      const std::size_t count = 200;
      const std::size_t stride = 208;
      std::vector<std::uint16_t> votes(classes * stride, 7);
      std::vector<std::vector<std::uint16_t>> before;
      for (std::size_t i = 0; i < count; ++i) {
        before.push_back(drawn_votes(classes, all, random));
        for (std::size_t c = 0; c < classes; ++c) votes[c * stride + i] = before[i][c];
      }
      curve.apply(votes.data(), stride, count);
      for (std::size_t i = 0; i < count; ++i) {
        std::vector<double> shares;
        for (const auto v : before[i]) shares.push_back(static_cast<double>(v) / all);
        const std::vector<double> expected = probabilities(shares, exponent, noise, trees);
        const std::size_t first = winner(before[i].data(), classes, 1);
        ASSERT_EQ(winner(votes.data() + i, classes, stride), first);
        unsigned sum = 0;
        for (std::size_t c = 0; c < classes; ++c) {
          sum += votes[c * stride + i];
          // Others are rounded down, what is left goes to the winner.
          const double error = votes[c * stride + i] / 65535.0 - expected[c];
          ASSERT_NEAR(error, 0, c == first ? static_cast<double>(classes) / 65535 : 2.0 / 65535) << c;
        }
        ASSERT_EQ(sum, 65535U);
      }
      for (std::size_t c = 0; c < classes; ++c) EXPECT_EQ(votes[c * stride + count], 7) << "pixels beyond count stay";
    }
  }
}

// All pairs of neighbouring votes, and ties: the smallest lead there is must stay one.
TEST(VoteCalibration, keeps_the_smallest_lead_and_the_first_of_equals) {
  constexpr unsigned all = 65535;
  for (const double exponent : {0.1, 0.5, 2.0, 6.0}) {
    const VoteCurve curve({.exponent = exponent, .noise = exponent == 6 ? 0.5 : 0}, all, 1, 3);
    for (unsigned high = all / 3 + 1; 2 * high - 1 <= all; high += 7) {
      const unsigned rest = all - 2 * high + 1;  // of the third class
      if (rest > high - 1) continue;
      std::vector<std::uint16_t> votes = {static_cast<std::uint16_t>(high - 1), static_cast<std::uint16_t>(high),
                                          static_cast<std::uint16_t>(rest)};
      curve.apply(votes.data(), 1, 1);
      ASSERT_GT(votes[1], votes[0]) << high << " " << exponent;
      ASSERT_GT(votes[1], votes[2]) << high << " " << exponent;
    }
  }
  const VoteCurve curve({.exponent = 2}, 30, 3, 3);
  std::vector<std::uint16_t> tie = {0, 15, 15};
  curve.apply(tie.data(), 1, 1);
  EXPECT_GT(tie[1], tie[2]);
  EXPECT_LE(tie[1] - tie[2], 3);
}

/// So many trees that the vote for all alike counts for nothing.
constexpr std::size_t many_trees = 1000000;

/// Samples of three classes whose true probabilities p are known; votes are the shares p^(1 / power), brought to sum 1,
/// and some labels are drawn without a look at p.
struct World {
  std::vector<std::uint32_t> votes;
  std::vector<std::uint16_t> classes;
  std::vector<double> weights;
  learn::JudgedVotes judged(std::size_t trees) const { return {votes, classes, weights, 3, trees}; }
};
World world(double power, double noise, std::size_t samples, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto uniform = [&] { return (static_cast<double>(random()) + 0.5) / 4294967296.0; };
  World made;
  for (std::size_t i = 0; i < samples; ++i) {
    std::vector<double> p;
    double sum = 0;
    for (int c = 0; c < 3; ++c) {
      p.push_back(std::pow(uniform(), 3));
      sum += p.back();
    }
    double at = uniform() * sum;
    std::uint16_t truth = 0;
    while (truth < 2 && (at -= p[truth]) > 0) ++truth;
    double shares = 0;
    for (double& one : p) shares += one = std::pow(one / sum, 1 / power);
    for (const double one : p) made.votes.push_back(static_cast<std::uint32_t>(std::lround(1e6 * one / shares)));
    made.classes.push_back(uniform() < noise ? static_cast<std::uint16_t>(random() % 3U) : truth);
    made.weights.push_back(1);
  }
  return made;
}

TEST(VoteCalibration, finds_the_power_that_was_taken_off_and_the_wrong_labels) {
  for (const auto& [power, noise] : {std::pair{0.6, 0.0}, {1.0, 0.1}, {1.6, 0.06}, {1.6, 0.3}, {2.5, 0.0}}) {
    const World made = world(power, noise, 40000, 2);
    const VoteCalibration found = learn::fit_calibration(made.judged(many_trees), 1);
    EXPECT_EQ(found.samples, 40000U);
    EXPECT_NEAR(found.exponent, power, 0.08 * power) << noise;
    EXPECT_NEAR(found.noise, noise, 0.015) << power;
    EXPECT_LE(found.log_loss, found.log_loss_of_shares + 1e-6);
    for (const int threads : {2, 7}) {
      const VoteCalibration again = learn::fit_calibration(made.judged(many_trees), threads);
      EXPECT_EQ(again.exponent, found.exponent);
      EXPECT_EQ(again.noise, found.noise);
      EXPECT_EQ(again.log_loss, found.log_loss) << "the same bits";
    }
  }
}

// Against a search over exponents and noises of the loss written down as it is defined.
TEST(VoteCalibration, has_the_least_loss_of_all) {
  World made = world(1.8, 0.1, 300, 3);
  for (std::size_t i = 0; i < 300; ++i) made.weights[i] = made.classes[i] == 1 ? 4 : 0.5;
  std::fill_n(made.votes.begin() + 30, 3, 0U);  // a sample that all trees knew
  const std::size_t trees = 40;
  const auto loss = [&](double exponent, double noise) {
    double sum = 0;
    double weights = 0;
    for (std::size_t i = 0; i < 300; ++i) {
      if (i == 10) continue;
      const double all = made.votes[3 * i] + made.votes[3 * i + 1] + made.votes[3 * i + 2];
      std::vector<double> shares;
      for (std::size_t c = 0; c < 3; ++c) shares.push_back(made.votes[3 * i + c] / all);
      weights += made.weights[i];
      sum -= made.weights[i] * std::log(probabilities(shares, exponent, noise, trees)[made.classes[i]]);
    }
    return sum / weights;
  };
  const auto asked = [&](double exponent, double noise) {  // one sample more that is noise, and one that is not
    return 299 * loss(exponent, noise) - std::log(noise) - std::log(1 - noise);
  };
  double exponent = 1;
  double noise = 0.01;
  for (int e = 40; e <= 400; ++e) {
    for (int n = 1; n <= 60; ++n) {
      if (asked(e * 0.01, n * 0.005) >= asked(exponent, noise)) continue;
      exponent = e * 0.01;
      noise = n * 0.005;
    }
  }
  const VoteCalibration found = learn::fit_calibration(made.judged(trees), 2);
  EXPECT_NEAR(found.exponent, exponent, 0.011);
  EXPECT_NEAR(found.noise, noise, 0.0051);
  EXPECT_EQ(found.samples, 299U);
  EXPECT_NEAR(found.log_loss, loss(found.exponent, found.noise), 1e-9);
  EXPECT_NEAR(found.log_loss_of_shares, loss(1, 0), 1e-9);
}

TEST(VoteCalibration, takes_fifty_thousand_of_many_samples_evenly) {
  const World few = world(1.6, 0.05, 50000, 5);
  World twice;  // each sample followed by one of another world
  const World other = world(0.7, 0.2, 50000, 6);
  for (std::size_t i = 0; i < 50000; ++i) {
    for (const World* const from : {&few, &other}) {
      twice.votes.insert(twice.votes.end(), from->votes.begin() + static_cast<std::ptrdiff_t>(3 * i),
                         from->votes.begin() + static_cast<std::ptrdiff_t>(3 * i + 3));
      twice.classes.push_back(from->classes[i]);
      twice.weights.push_back(1);
    }
  }
  const VoteCalibration found = learn::fit_calibration(twice.judged(many_trees), 2);
  EXPECT_EQ(found.exponent, learn::fit_calibration(few.judged(many_trees), 2).exponent);
  EXPECT_EQ(found.samples, 50000U);
}

TEST(VoteCalibration, of_nothing_changes_nothing) {
  const std::vector<std::uint32_t> votes(6);
  const std::vector<std::uint16_t> classes = {0, 1, 1};
  const std::vector<double> weights = {1, 1, 1};
  const VoteCalibration found = learn::fit_calibration({votes, classes, weights, 2, 10}, 2);
  EXPECT_EQ(found.samples, 0U);
  EXPECT_FALSE(found.changes());
}

/// Two classes by the sum of six features: the higher, the likelier is class 1.
SampleTable noisy(std::size_t samples, std::uint32_t seed) {
  std::mt19937 random(seed);
  const auto uniform = [&] { return static_cast<double>(random()) / 4294967296.0; };
  SampleTable table;
  table.features = {"a", "b", "c", "d", "e", "f"};
  for (std::size_t i = 0; i < samples; ++i) {
    double sum = 0;
    for (int f = 0; f < 6; ++f) {
      const double value = uniform();
      sum += value - 0.5;
      table.values.push_back(static_cast<float>(value));
    }
    table.labels.push_back(uniform() < 1 / (1 + std::exp(-5 * sum)) ? 1 : 0);
  }
  return table;
}

/// Mean log loss of a model over samples it does not know.
double log_loss(const Model& model, const SampleTable& table) {
  const std::size_t features = table.features.size();
  std::vector<float> columns(features * Forest::lanes);
  std::vector<std::uint16_t> votes(2 * Forest::lanes);
  double loss = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (std::size_t f = 0; f < features; ++f) columns[f * Forest::lanes] = table.row(i)[f];
    model.vote(columns.data(), Forest::lanes, 1, votes.data());
    const double share = votes[static_cast<std::size_t>(table.labels[i]) * Forest::lanes];
    loss -= std::log(std::max(share, 1.0) / static_cast<double>(model.votes()));
  }
  return loss / static_cast<double>(table.size());
}

TEST(VoteCalibration, lowers_the_loss_on_samples_never_seen_and_leaves_their_labels) {
  const SampleTable table = noisy(2000, 1);
  const SampleTable unseen = noisy(4000, 2);
  ForestTraining training{.trees = 60, .permutation_importance = false};
  const auto calibrated = model_of(forest_file(table, training, train_forest(table, training), {}));
  training.calibrate = false;
  const TrainedForest plain_forest = train_forest(table, training);
  EXPECT_EQ(plain_forest.calibration.samples, 0U);
  const auto plain = model_of(forest_file(table, training, plain_forest, {}));
  EXPECT_EQ(plain->votes(), 60U * (65535U / 60U));
  EXPECT_EQ(calibrated->votes(), 65535U);
  EXPECT_NE(plain->digest(), calibrated->digest());
  EXPECT_LT(log_loss(*calibrated, unseen), log_loss(*plain, unseen) - 0.005);
}

/// noisy() in polygons of ten samples of one class each, then `lone` more samples, all of class 2 in one polygon.
SampleTable in_polygons(std::size_t samples, std::size_t lone) {
  SampleTable table = noisy(samples, 3);
  std::vector<std::size_t> seen(2);
  for (const int label : table.labels) {
    const auto c = static_cast<std::size_t>(label);
    table.groups.push_back(static_cast<std::int64_t>(2 * (seen[c]++ / 10) + c));
  }
  const SampleTable more = noisy(lone, 4);
  table.values.insert(table.values.end(), more.values.begin(), more.values.end());
  table.labels.insert(table.labels.end(), lone, 2);
  table.groups.insert(table.groups.end(), lone, 1000000);
  return table;
}

// The polygon of class 2 lies among the others and is judged by trees that do not know the class.
TEST(VoteCalibration, leaves_out_classes_that_no_judging_tree_knows) {
  const ForestTraining training{.trees = 60, .permutation_importance = false};
  const TrainedForest without = train_forest(in_polygons(1000, 0), training);
  EXPECT_TRUE(without.lone_classes.empty());
  const TrainedForest with = train_forest(in_polygons(1000, 10), training);
  EXPECT_EQ(with.lone_classes, std::vector{2});
  EXPECT_EQ(with.out_of_bag.samples, 1010U);
  EXPECT_EQ(with.out_of_bag.confusion[3 * 2 + 2], 0U);
  EXPECT_EQ(with.calibration.samples, 1000U);
  EXPECT_NEAR(with.calibration.exponent, without.calibration.exponent, 0.15);
  EXPECT_NEAR(with.calibration.noise, without.calibration.noise, 0.02);
}

TEST(VoteCalibration, keeps_the_shares_where_nothing_tells_how_good_they_are) {
  SampleTable table = noisy(200, 5);
  for (const int label : table.labels) table.groups.push_back(label);  // a polygon of each class
  ForestTraining training{.trees = 20, .permutation_importance = false};
  const TrainedForest lone = train_forest(table, training);
  EXPECT_EQ(lone.lone_classes, (std::vector{0, 1}));
  EXPECT_EQ(lone.calibration.samples, 0U);
  EXPECT_EQ(lone.refused.samples, 0U);
  EXPECT_FALSE(lone.calibration.changes());
  // Labels that have nothing to do with the samples: the fit ends at a limit.
  table = noisy(2000, 6);
  table.labels = noisy(2000, 7).labels;
  const TrainedForest random = train_forest(table, training);
  EXPECT_EQ(random.refused.samples, 2000U);
  EXPECT_TRUE(random.refused.says_nothing()) << random.refused.exponent << " " << random.refused.noise;
  EXPECT_EQ(random.calibration.samples, 0U);
  EXPECT_EQ(model_of(forest_file(table, training, random, {}))->votes(), 20U * (65535U / 20U));
}

}  // namespace
}  // namespace cers
