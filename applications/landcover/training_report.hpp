// SPDX-License-Identifier: Apache-2.0
// How a trained model does, in the words and the file of OTB.
#pragma once

#include <string>
#include <vector>

#include "cers/learn/accuracy.hpp"
#include "cers/learn/train_forest.hpp"

namespace cers {

struct TrainingReport {
  ConfusionMatrix confusion;  ///< rows are the classes of the reference, columns those the model gave
  std::string judged_on;      ///< "out-of-bag samples", "validation samples"
};

TrainingReport report_of(const TrainedForest& forest);
TrainingReport report_of(const std::vector<int>& reference, const std::vector<int>& produced, std::string judged_on);

/// The file of OTB's io.confmatout and ComputeConfusionMatrix.
std::string confusion_csv(const ConfusionMatrix& confusion);

/// What OTB logs: the matrix, a line a reference class, then precision, recall and F-score of each class.
std::string report_table(const ConfusionMatrix& confusion);

}  // namespace cers
