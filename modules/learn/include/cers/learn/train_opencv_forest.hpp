// SPDX-License-Identifier: Apache-2.0
// Grows forests of decision trees with OpenCV's ml module, as OTB does.
#pragma once

#include <cstdint>
#include <string>

#include "cers/learn/sample_table.hpp"

namespace cers {

/// OpenCV's trees are at most so deep.
constexpr int most_opencv_depth = 25;

/// The defaults are OTB's.
struct OpenCvForestTraining {
  int trees = 100;             ///< at most, at least 1
  int max_depth = 5;           ///< splits on the longest way down, at least 1; above most_opencv_depth: that
  int min_node = 10;           ///< a node of so many samples or fewer is not split
  int features_per_split = 0;  ///< drawn for each split; 0: the square root of their number, rounded
  double enough = 0.01;        ///< no more trees once the out-of-bag error is below it; 0: all trees are grown
  double regression = 0;       ///< of no effect on classes; the file tells it
  int max_categories = 10;     ///< of no effect on numbers; the file tells it
  std::uint32_t seed = 0;      ///< 0: OpenCV's own, which is OTB's whatever its -rand
};

/// The model as the YAML text of OpenCV, which parse_opencv_forest() and OTB read. Equal tables and options give equal
/// text; one thread, cannot be stopped. Throws DataError as train_forest().
std::string train_opencv_forest(const SampleTable& table, const OpenCvForestTraining& options);

}  // namespace cers
