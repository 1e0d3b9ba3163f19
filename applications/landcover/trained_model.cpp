// SPDX-License-Identifier: Apache-2.0
#include "trained_model.hpp"

#include <fmt/format.h>

#include "cers/learn/feature_days.hpp"
#include "cers/learn/model_file.hpp"
#include "cers/learn/opencv_boost.hpp"
#include "cers/learn/svm.hpp"

namespace cers {
namespace {

TrainedModel trained_svm(const SampleTable& table, const SvmTraining& training, ModelInfo info) {
  info.features = table.features;
  info.dates = days_of_features(table.features);
  TrainedModel trained;
  trained.bytes = train_svm(table, training);
  trained.model = parse_libsvm(trained.bytes, "the trained model", std::move(info));
  trained.parts = trained.model->kind();
  return trained;
}

TrainedModel trained_boost(const SampleTable& table, const BoostTraining& training, ModelInfo info) {
  info.features = table.features;
  info.dates = days_of_features(table.features);
  TrainedModel trained;
  trained.bytes = train_boost(table, training);
  trained.model = parse_opencv_boost(trained.bytes, "the trained model", std::move(info));
  trained.parts = trained.model->kind();
  return trained;
}

TrainedModel trained_forest(const SampleTable& table, const ForestTraining& training, ModelInfo info,
                            const TrainingRun& run) {
  TrainedForest forest = train_forest(table, training, run);
  TrainedModel trained;
  trained.out_of_bag = report_of(forest);
  trained.parts = fmt::format("{} trees", forest.trees.size());
  if (const VoteCalibration& fitted = forest.calibration; fitted.samples > 0)
    trained.parts +=
        fmt::format(", shares of votes to the power of {:.3f} (log loss out of bag {:.3f}, without {:.3f})",
                    fitted.exponent, fitted.log_loss, fitted.log_loss_of_shares);
  const ForestFile file = forest_file(table, training, std::move(forest), std::move(info));
  trained.bytes = bytes_of(file);
  trained.model = model_of(file);
  return trained;
}

}  // namespace

TrainedModel train_model(const SampleTable& table, const ClassifierParams& params, ClassOrder order, ModelInfo info,
                         bool importance, const TrainingRun& run) {
  if (params.classifier == "libsvm") {
    SvmTraining training = svm_training_of(params);
    training.order = order;
    return trained_svm(table, training, std::move(info));
  }
  if (params.classifier == "boost") return trained_boost(table, boost_training_of(params), std::move(info));
  ForestTraining training = training_of(params);
  training.permutation_importance = importance;
  return trained_forest(table, training, std::move(info), run);
}

}  // namespace cers
