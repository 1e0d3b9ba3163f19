// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/train_boost.hpp"

#include <fmt/format.h>

#include "cers/core/error.hpp"
#include "check_samples.hpp"
#include "opencv_data.hpp"

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
    boost->train(learn::opencv_data(table));
    return learn::opencv_text(*boost);
  } catch (const cv::Exception& fault) {
    throw DataError(fmt::format("OpenCV cannot train boosted trees on these samples: {}", fault.err),
                    "train a forest (-classifier rf), or change the options of -classifier boost");
  }
}

}  // namespace cers
