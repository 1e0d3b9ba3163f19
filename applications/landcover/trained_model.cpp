// SPDX-License-Identifier: Apache-2.0
#include "trained_model.hpp"

#include <fmt/format.h>

#include "cers/learn/feature_days.hpp"
#include "cers/learn/model_file.hpp"
#include "cers/learn/opencv_boost.hpp"
#include "cers/learn/opencv_svm.hpp"
#include "cers/learn/svm.hpp"

namespace cers {
namespace {

/// Of a file that holds nothing but the model: `parse` reads it again.
template <class Parse>
TrainedModel trained_file(const SampleTable& table, std::string bytes, ModelInfo info, Parse parse) {
  info.features = table.features;
  info.dates = days_of_features(table.features);
  TrainedModel trained;
  trained.bytes = std::move(bytes);
  trained.model = parse(trained.bytes, "the trained model", std::move(info));
  trained.parts = trained.model->kind();
  return trained;
}

TrainedModel trained_forest(const SampleTable& table, const ForestTraining& training, ModelInfo info,
                            const TrainingRun& run) {
  TrainedForest forest = train_forest(table, training, run);
  TrainedModel trained;
  trained.out_of_bag = report_of(forest);
  trained.parts = fmt::format("{} trees", forest.trees.size());
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
    return trained_file(table, train_svm(table, training), std::move(info), parse_libsvm);
  }
  if (params.classifier == "svm")
    return trained_file(table, train_opencv_svm(table, opencv_svm_training_of(params), run.threads), std::move(info),
                        parse_opencv_svm);
  if (params.classifier == "boost")
    return trained_file(table, train_boost(table, boost_training_of(params)), std::move(info), parse_opencv_boost);
  ForestTraining training = training_of(params);
  training.permutation_importance = importance;
  return trained_forest(table, training, std::move(info), run);
}

}  // namespace cers
