// SPDX-License-Identifier: Apache-2.0
// How a trained model does: the confusion matrix and its scores, in the words and the file of OTB.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cers/learn/train_forest.hpp"

namespace cers {

/// Rows are the classes of the reference, columns those the model gave; both are `labels`, ascending.
struct TrainingReport {
  std::vector<int> labels;
  std::vector<std::uint64_t> confusion;  ///< [reference · labels + produced]
  std::string judged_on;                 ///< "out-of-bag samples", "validation samples"

  std::uint64_t samples() const;
  double accuracy() const;
  /// Cohen's (1960); 0 when chance alone agrees everywhere.
  double kappa() const;
  /// Of one class, 0 where it has no samples.
  double precision(std::size_t label) const;
  double recall(std::size_t label) const;
  double f_score(std::size_t label) const;
};

TrainingReport report_of(const TrainedForest& forest);
TrainingReport report_of(const std::vector<int>& reference, const std::vector<int>& produced, std::string judged_on);

/// The file of OTB's io.confmatout and ComputeConfusionMatrix.
std::string confusion_csv(const TrainingReport& report);

/// What OTB logs: the matrix, a line a reference class, then precision, recall and F-score of each class.
std::string report_table(const TrainingReport& report);

}  // namespace cers
