// SPDX-License-Identifier: Apache-2.0
// Random forests of OpenCV's ml module, as OTB's TrainVectorClassifier and TrainImagesClassifier save them.
#pragma once

#include <string>
#include <string_view>

#include "cers/learn/forest.hpp"

namespace cers {

/// Reads a classification forest written by cv::FileStorage: YAML, XML or JSON of OpenCV 3 and 4 ("opencv_ml_rtrees",
/// format 3) or YAML and XML of OpenCV 2 ("opencv-ml-random-trees"). Features are numbers; surrogate splits are for
/// missing values, which Cers leaves out, and are ignored. The order of labels, hence who wins a tie, is the file's.
/// Throws DataError, naming the file, when it cannot be opened, is damaged or ends early, or holds something else: a
/// model of another kind, a regression, splits on categories.
Forest read_opencv_forest(const std::string& path);
/// The same for the text of such a file; `name` stands for it in messages.
Forest parse_opencv_forest(std::string_view text, const std::string& name);

}  // namespace cers
