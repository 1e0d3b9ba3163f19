// SPDX-License-Identifier: Apache-2.0
// Several trainings that differ in nothing but their seed: the mean of their scores, and how sure it is.
#pragma once

#include <string>
#include <vector>

#include "training_graph.hpp"

namespace cers {

/// One training: its samples, its model, and how that does.
struct TrainingRunResult {
  LateSampleSet samples;
  LateTrainedModel model;
  LateTrainingReport report;
};

/// Scores of the runs, in the order of their seeds.
struct RunScores {
  std::vector<int> seeds;
  std::vector<Agreement> runs;
  std::vector<std::size_t> samples;  ///< each was judged on
};
using LateRunScores = Late<RunScores>;

LateRunScores add_run_scores(Graph& graph, const std::vector<TrainingRunResult>& runs, std::vector<int> seeds);

/// Overall accuracy, kappa, then the F1 of each class by ascending code, from the runs that judged the class.
std::vector<RunsMean> means_of(const RunScores& scores);

/// A line for each run (seed, samples, accuracy, kappa, F1 of each class), then mean, low and high; empty where a run
/// did not judge a class or there is no interval.
std::string runs_csv(const RunScores& scores);

/// Delivers output io.runs and prints the means of accuracy and kappa; gives the means, for the page.
LateRunsMeans deliver_runs(Wiring& wiring, LateRunScores scores);

}  // namespace cers
