// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/train_boost.hpp"

#include <fmt/format.h>

#include <opencv2/ml.hpp>

#include "cers/core/error.hpp"
#include "check_samples.hpp"

namespace cers {
namespace {

int type_of(BoostKind kind) {
  switch (kind) {
    case BoostKind::discrete:
      return cv::ml::Boost::DISCRETE;
    case BoostKind::real:
      return cv::ml::Boost::REAL;
    case BoostKind::logit:
      return cv::ml::Boost::LOGIT;
    case BoostKind::gentle:
      break;
  }
  return cv::ml::Boost::GENTLE;
}

cv::Mat matrix_of(const std::vector<float>& values, std::size_t rows) {
  cv::Mat matrix(static_cast<int>(rows), static_cast<int>(values.size() / rows), CV_32F);
  std::copy(values.begin(), values.end(), matrix.ptr<float>());
  return matrix;
}

}  // namespace

std::string train_boost(const SampleTable& table, const BoostTraining& options) {
  learn::check_samples(table, learn::labels_of(table).size(), "boosted trees");
  if (const std::size_t classes = learn::labels_of(table).size(); classes != 2)
    throw DataError(fmt::format("the samples have {} classes: boosted trees tell two apart", classes),
                    "train a forest (-classifier rf), or merge the classes into two");
  try {
    const cv::Ptr<cv::ml::Boost> boost = cv::ml::Boost::create();
    boost->setBoostType(type_of(options.kind));
    boost->setWeakCount(options.trees);
    boost->setWeightTrimRate(options.trimming);
    boost->setMaxDepth(options.max_depth);
    cv::Mat types(static_cast<int>(table.features.size()) + 1, 1, CV_8U, cv::Scalar(cv::ml::VAR_NUMERICAL));
    types.at<unsigned char>(static_cast<int>(table.features.size())) = cv::ml::VAR_CATEGORICAL;
    boost->train(cv::ml::TrainData::create(matrix_of(table.values, table.size()), cv::ml::ROW_SAMPLE,
                                           cv::Mat(table.labels, true), cv::noArray(), cv::noArray(), cv::noArray(),
                                           types));
    cv::FileStorage file(".yml", cv::FileStorage::WRITE | cv::FileStorage::MEMORY);
    file << boost->getDefaultName() << "{";
    boost->write(file);
    file << "}";
    return file.releaseAndGetString();
  } catch (const cv::Exception& fault) {
    throw DataError(fmt::format("OpenCV cannot train boosted trees on these samples: {}", fault.err),
                    "train a forest (-classifier rf), or change the options of -classifier boost");
  }
}

}  // namespace cers
