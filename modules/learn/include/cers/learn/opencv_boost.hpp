// SPDX-License-Identifier: Apache-2.0
// Boosted trees of OpenCV's ml module, as OTB saves them with -classifier boost.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cers/learn/model.hpp"

namespace cers {

/// Reads a classifier of two classes written by cv::FileStorage: YAML, XML or JSON of OpenCV 3 and 4
/// ("opencv_ml_boost") or YAML and XML of OpenCV 2 ("opencv-ml-boost-tree"). The values of the leaves a pixel comes to
/// are added up in double, in the order of the file: the second class wins where the sum F is above 0, as in OpenCV 3
/// and later. A pixel has 65535 votes; the second class gets the share 1 / (1 + exp(-2 F)), of discrete boosting and
/// LogitBoost, whose leaves OpenCV stores twice as large, 1 / (1 + exp(-F)) (Friedman, Hastie and Tibshirani 2000,
/// Additive logistic regression: a statistical view of boosting, doi 10.1214/aos/1016218223), rounded so that the
/// winner has most. `info`: what else is known, of a model just trained; its classes are brought to those of the text.
/// Throws DataError as parse_opencv_forest(), and when there are not two classes: OTB trains such models, but OpenCV
/// tells two classes apart only.
std::shared_ptr<const Model> parse_opencv_boost(std::string_view text, const std::string& name, ModelInfo info = {});

}  // namespace cers
