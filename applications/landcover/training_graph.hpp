// SPDX-License-Identifier: Apache-2.0
// From samples to a model and what it is worth, as tasks of a graph: what the Train… applications share.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cers/app/wiring.hpp"
#include "cers/learn/feature_scaling.hpp"
#include "cers/learn/model_nodes.hpp"
#include "classifier_params.hpp"
#include "sample_files.hpp"
#include "trained_model.hpp"
#include "training_report.hpp"

namespace cers {

using LateSampleSet = Late<std::shared_ptr<const Samples>>;
using LateTrainedModel = Late<std::shared_ptr<const TrainedModel>>;
using LateTrainingReport = Late<std::shared_ptr<const TrainingReport>>;
using LateRunsMeans = Late<std::vector<RunsMean>>;

/// What is trained.
struct TrainingPlan {
  ClassifierParams params;
  FeatureScaling scaling;        ///< samples are brought to it first
  std::optional<double> nodata;  ///< what the model says of the images it is meant for
  ClassOrder order = ClassOrder::first_met;
  Origin origin{};         ///< that the model tells of itself
  bool importance = true;  ///< judge the features as well, where the model can tell
};

/// The model trained on `samples`.
LateTrainedModel add_training(Graph& graph, LateSampleSet samples, const TrainingPlan& plan);

/// The model ready for use.
LateModel add_model(Graph& graph, LateTrainedModel trained);

/// Judged on `valid`, else out of bag, else on the training samples.
LateTrainingReport add_report(Graph& graph, LateTrainedModel trained, LateSampleSet samples,
                              std::optional<LateSampleSet> valid);

/// Judged by as many models as there are folds, each trained without one of them and judged on it. `fold_of`: of each
/// group of samples; groups that are not there are in no fold.
LateTrainingReport add_cross_validation(Graph& graph, LateSampleSet samples, const TrainingPlan& plan,
                                        std::map<std::int64_t, int> fold_of);

/// Outputs io.out, io.confmatout and io.report, the last with `means` of several runs (`same_polygons`: all judged on
/// the same ones), and what is printed: samples, the confusion matrix when `table`, accuracy, kappa.
void deliver_training(Wiring& wiring, LateSampleSet samples, LateTrainedModel trained, LateTrainingReport report,
                      bool table, std::optional<LateRunsMeans> means = {}, bool same_polygons = false);

/// Statistics of the features in `path`. Throws UserError unless there are `features` of them.
FeatureScaling scaling_from(const std::optional<std::string>& path, std::size_t features);

}  // namespace cers
