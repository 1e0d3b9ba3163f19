// SPDX-License-Identifier: Apache-2.0
// How a trained model does, in the words and the file of OTB.
#pragma once

#include <string>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/learn/accuracy.hpp"
#include "cers/learn/intervals.hpp"
#include "cers/learn/train_forest.hpp"

namespace cers {

struct TrainingReport {
  ConfusionMatrix confusion;      ///< rows are the classes of the reference, columns those the model gave
  std::string judged_on;          ///< "out-of-bag samples", "validation samples"
  std::vector<Cluster> clusters;  ///< the same by polygon, where that is known
};

/// Mean of a score over several trainings and its 95 % interval (Student's t, one degree of freedom less than runs).
struct RunsMean {
  std::string score;  ///< "accuracy", "kappa", "f1_11"
  Estimate mean;
  std::size_t runs = 0;
};

TrainingReport report_of(const TrainedForest& forest);
/// `groups`: the polygon of each sample; empty when it is not known.
TrainingReport report_of(const std::vector<int>& reference, const std::vector<int>& produced,
                         const std::vector<std::int64_t>& groups, std::string judged_on);

/// The file of OTB's io.confmatout and ComputeConfusionMatrix.
std::string confusion_csv(const ConfusionMatrix& confusion);

/// One HTML page with the matrix as a picture, the scores of each class with their names, and intervals from drawing
/// whole polygons where these are known, and the means over runs where there are several (`same_polygons`: all judged
/// on the same ones). Says that it is agreement, not the accuracy of a map.
std::string report_page(const TrainingReport& report, const std::vector<ClassInfo>& classes, const std::string& model,
                        const std::vector<RunsMean>& means = {}, bool same_polygons = false);

/// What OTB logs: the matrix, a line a reference class, then precision, recall and F-score of each class.
std::string report_table(const ConfusionMatrix& confusion);

}  // namespace cers
