// SPDX-License-Identifier: Apache-2.0
// A model of any kind, just trained.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cers/learn/model.hpp"
#include "cers/learn/train_forest.hpp"
#include "classifier_params.hpp"
#include "training_report.hpp"

namespace cers {

struct TrainedModel {
  std::string bytes;                         ///< of its file
  std::shared_ptr<const Model> model;        ///< that of the file, and what `info` of train_model() tells
  std::string parts;                         ///< what it is made of: "100 trees"
  std::vector<std::string> warnings{};       ///< what a user should know of it
  std::optional<TrainingReport> out_of_bag;  ///< of kinds that have such a thing
};

/// The model of `params.classifier`. `info`: scaling (`table` is scaled already), nodata and what is known of the
/// classes. `importance`: features are judged as well, where the file can tell it. Throws as train_forest(),
/// train_opencv_forest(), train_svm(), train_opencv_svm() and train_boost().
TrainedModel train_model(const SampleTable& table, const ClassifierParams& params, ClassOrder order, ModelInfo info,
                         bool importance, const TrainingRun& run);

}  // namespace cers
