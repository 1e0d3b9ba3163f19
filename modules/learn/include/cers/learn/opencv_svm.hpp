// SPDX-License-Identifier: Apache-2.0
// Support vector machines of OpenCV's ml module, as OTB up to version 6 and OpenCV itself save them.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "cers/learn/model.hpp"

namespace cers {

/// Reads a classifier written by cv::FileStorage: YAML, XML or JSON of OpenCV 3 and 4 ("opencv_ml_svm") or YAML and XML
/// of OpenCV 2 ("opencv-ml-svm"), with the kernel LINEAR, POLY, RBF or SIGMOID. Each pair of classes has a vote, with
/// OpenCV's arithmetic: vectors and kernels in float, sums in double; of equal votes the first class wins. Only the
/// exponential, the hyperbolic tangent and powers with a fraction are the C library's, not OpenCV's approximations: a
/// decision that is 0 but for the rounding of kernels may differ, one in thousands.
/// `info`: what else is known, of a model just trained; its classes are brought to those of the text.
/// Throws DataError, naming the file, when it is damaged or ends early, or holds something else: a regression or
/// one-class machine, another kernel.
std::shared_ptr<const Model> parse_opencv_svm(std::string_view text, const std::string& name, ModelInfo info = {});

}  // namespace cers
