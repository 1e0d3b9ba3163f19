// SPDX-License-Identifier: Apache-2.0
#include "trained_model.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cers/learn/feature_days.hpp"
#include "cers/learn/model_file.hpp"
#include "cers/learn/opencv_boost.hpp"
#include "cers/learn/opencv_forest.hpp"
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

std::shared_ptr<const Model> read_forest(std::string_view text, const std::string& name, ModelInfo info) {
  Forest forest = parse_opencv_forest(text, name);
  info.classes = classes_of_labels(forest.labels(), info.classes);
  return make_forest_model(std::move(forest), std::move(info));
}

/// What the classes of a single polygon do to what is known out of bag, and why votes are not calibrated.
std::vector<std::string> warnings_of(const TrainedForest& forest, const ForestTraining& training, bool polygons) {
  std::vector<std::string> warnings;
  const std::size_t lone = forest.lone_classes.size();
  const bool all = lone == forest.labels.size();
  const char* const unit = polygons ? "polygon" : "sample";
  const bool fitted_without = training.calibrate && forest.calibration.samples > 0;
  if (lone > 0)
    warnings.push_back(fmt::format(
        "{} {} a single {}{}: no tree that judges it out of bag knows its class, so it counts as wrong there{}{}",
        all ? "every class" : fmt::format("class{} {}", lone == 1 ? "" : "es", fmt::join(forest.lone_classes, ", ")),
        all || lone == 1 ? "has" : "have", unit, all || lone == 1 ? "" : " each",
        all ? " and the out-of-bag accuracy says nothing" : "",
        fitted_without ? " and the calibration of the votes is fitted without it" : ""));
  if (!training.calibrate || training.bootstrap == Bootstrap::none || forest.calibration.samples > 0) return warnings;
  if (forest.refused.samples > 0)
    warnings.push_back(fmt::format(
        "the votes are not calibrated and probabilities are shares of votes: the fit on {} samples out of bag ends at "
        "a limit (power {:.3f}, {:.1f} % for noise); give more {}s, or check their classes",
        forest.refused.samples, forest.refused.exponent, 100 * forest.refused.noise, unit));
  else
    warnings.push_back(
        fmt::format("the votes are not calibrated and probabilities are shares of votes: no sample of a class "
                    "of several {0}s was judged out of bag; give at least two {0}s of each class, or more trees",
                    unit));
  return warnings;
}

TrainedModel trained_forest(const SampleTable& table, const ForestTraining& training, ModelInfo info,
                            const TrainingRun& run) {
  TrainedForest forest = train_forest(table, training, run);
  TrainedModel trained;
  trained.out_of_bag = report_of(forest);
  trained.warnings = warnings_of(forest, training, training.bootstrap == Bootstrap::groups && !table.groups.empty());
  trained.parts = fmt::format("{} trees", forest.trees.size());
  if (const VoteCalibration& fitted = forest.calibration; fitted.samples > 0)
    trained.parts += fmt::format(
        ", shares of votes to the power of {:.3f}, {:.1f} % for noise (log loss out of bag {:.3f}, of shares "
        "{:.3f})",
        fitted.exponent, 100 * fitted.noise, fitted.log_loss, fitted.log_loss_of_shares);
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
  if (params.rf_library == "opencv")
    return trained_file(table, train_opencv_forest(table, opencv_forest_training_of(params)), std::move(info),
                        read_forest);
  ForestTraining training = training_of(params);
  training.permutation_importance = importance;
  return trained_forest(table, training, std::move(info), run);
}

}  // namespace cers
