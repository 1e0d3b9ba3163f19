// SPDX-License-Identifier: Apache-2.0
// Samples as OpenCV takes them, and models as it writes them.
#pragma once

#include <algorithm>
#include <opencv2/ml.hpp>
#include <string>

#include "cers/learn/sample_table.hpp"

namespace cers::learn {

/// All features are numbers, the labels are classes.
inline cv::Ptr<cv::ml::TrainData> opencv_data(const SampleTable& table) {
  const auto rows = static_cast<int>(table.size());
  const auto features = static_cast<int>(table.features.size());
  cv::Mat values(rows, features, CV_32F);
  std::copy(table.values.begin(), table.values.end(), values.ptr<float>());
  cv::Mat types(features + 1, 1, CV_8U, cv::Scalar(cv::ml::VAR_NUMERICAL));
  types.at<unsigned char>(features) = cv::ml::VAR_CATEGORICAL;
  return cv::ml::TrainData::create(values, cv::ml::ROW_SAMPLE, cv::Mat(table.labels, true), cv::noArray(),
                                   cv::noArray(), cv::noArray(), types);
}

/// The YAML text of a model, as OTB saves it.
inline std::string opencv_text(const cv::ml::StatModel& model) {
  cv::FileStorage file(".yml", cv::FileStorage::WRITE | cv::FileStorage::MEMORY);
  file << model.getDefaultName() << "{";
  model.write(file);
  file << "}";
  return file.releaseAndGetString();
}

}  // namespace cers::learn
