// SPDX-License-Identifier: Apache-2.0
// Grows a forest of decision trees on samples (Breiman 2001, Random Forests, Machine Learning 45:5-32,
// doi 10.1023/A:1010933404324), with features cut into at most 256 bins.
#pragma once

#include <cstdint>
#include <functional>
#include <stop_token>
#include <vector>

#include "cers/learn/forest.hpp"
#include "cers/learn/sample_table.hpp"
#include "cers/learn/vote_calibration.hpp"

namespace cers {

/// What is drawn with replacement for each tree: whole groups of samples (polygons), single samples, or nothing: every
/// tree sees all samples.
enum class Bootstrap { groups, samples, none };
/// Weight of a sample: 1, or such that all classes weigh the same: samples / (classes · samples of its class).
enum class ClassWeights { none, balanced };
/// What a leaf votes for: each class by its share of the samples there, or the class with most samples only.
enum class LeafVotes { shares, majority };

struct ForestTraining {
  int trees = 100;
  int max_depth = 25;          ///< splits on the longest way down
  int min_node = 5;            ///< a node of so many samples or fewer is not split, as OpenCV's min_sample_count
  int min_leaf = 1;            ///< samples each side of a split keeps at least
  int features_per_split = 0;  ///< drawn for each split; 0: the square root of their number, rounded down
  Bootstrap bootstrap = Bootstrap::groups;
  ClassWeights weights = ClassWeights::none;
  LeafVotes leaf = LeafVotes::shares;
  double enough = 0;  ///< no more trees once the out-of-bag error is below it; 0: all trees are grown
  bool permutation_importance = true;
  /// Whether a calibration of the shares is fitted on the out-of-bag votes; none is without a bootstrap.
  bool calibrate = true;
  std::uint64_t seed = 0;
};

/// How a forest does on samples whose group was not drawn for the trees that vote on them.
struct OutOfBag {
  std::size_t samples = 0;               ///< those that at least one tree had not seen
  std::vector<std::uint64_t> confusion;  ///< [true class · classes + voted class], classes in ascending order of code
  double accuracy = 0;
  double brier = 0;  ///< mean over samples of the sum over classes of (share of votes − truth)², 0 to 2 (Brier 1950)
};

struct TrainedForest {
  std::vector<int> labels;  ///< class codes, ascending
  std::vector<std::vector<TreeNode>> trees;
  LeafTable leaves;
  std::vector<std::size_t> samples;  ///< of each class
  OutOfBag out_of_bag;               ///< no samples when nothing was drawn; of the shares as they are
  VoteCalibration calibration;       ///< of samples out of bag, with equal weights of groups
  /// Codes of classes of a single group: no tree that judges it out of bag knows its class, so that it says nothing of
  /// how good the votes are. The calibration is fitted without them. Empty when nothing was drawn.
  std::vector<int> lone_classes;
  VoteCalibration refused;  ///< a fit that says nothing and is not used; no samples when there was none
  /// Of each feature, as shares that add up to 1: what its splits took off the Gini impurity.
  std::vector<double> impurity_importance;
  /// Of each feature: mean over trees of the accuracy lost on out-of-bag samples when the feature's value is another
  /// such sample's, drawn at random. Empty without bootstrap or when not asked for.
  std::vector<double> permutation_importance;
};

/// Where a training runs.
struct TrainingRun {
  int threads = 1;
  std::stop_token stop{};
  std::function<void(double)> progress{};  ///< in [0, 1]; may be empty; called by one thread at a time
};

/// The forest does not depend on `run.threads`: every tree has its own stream of random numbers.
/// A feature of at most 256 different values is cut between all of them, one of more at quantiles; a threshold lies
/// halfway between the values on both sides of it, so that it is exact for whole numbers too. Of equally good splits
/// the first feature and the lowest threshold win. When none of the drawn features can be split, more are drawn. Throws
/// DataError when there are fewer than two classes or a value is not finite, UserError for options that make no sense,
/// Cancelled when the stop token fires.
TrainedForest train_forest(const SampleTable& table, const ForestTraining& options, const TrainingRun& run = {});

}  // namespace cers
