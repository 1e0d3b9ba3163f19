// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/train_opencv_forest.hpp"

#include <fmt/format.h>

#include "../sample_hash.hpp"
#include "cers/core/error.hpp"
#include "check_samples.hpp"
#include "opencv_data.hpp"

namespace cers {
namespace {

/// The random numbers of this thread, which OpenCV's forests draw from, as they are in a process that drew none yet, or
/// after a seed; afterwards as before.
class RandomNumbers {
 public:
  explicit RandomNumbers(std::uint32_t seed) : before_(cv::theRNG().state) {
    cv::theRNG() = seed == 0 ? cv::RNG() : cv::RNG(mixed(seed));
  }
  ~RandomNumbers() { cv::theRNG().state = before_; }
  RandomNumbers(const RandomNumbers&) = delete;
  RandomNumbers& operator=(const RandomNumbers&) = delete;

 private:
  std::uint64_t before_;
};

}  // namespace

std::string train_opencv_forest(const SampleTable& table, const OpenCvForestTraining& options) {
  CERS_EXPECT(options.trees >= 1 && options.max_depth >= 1 && options.min_node >= 0);
  learn::check_samples(table, learn::labels_of(table).size(), "a forest");
  try {
    const cv::Ptr<cv::ml::RTrees> forest = cv::ml::RTrees::create();
    forest->setMaxDepth(options.max_depth);
    forest->setMinSampleCount(options.min_node);
    forest->setRegressionAccuracy(static_cast<float>(options.regression));
    forest->setUseSurrogates(false);
    forest->setMaxCategories(options.max_categories);
    forest->setPriors(cv::Mat());
    forest->setCalculateVarImportance(false);
    forest->setActiveVarCount(options.features_per_split);
    forest->setTermCriteria(
        cv::TermCriteria(cv::TermCriteria::COUNT | cv::TermCriteria::EPS, options.trees, options.enough));
    const RandomNumbers random(options.seed);
    forest->train(learn::opencv_data(table));
    return learn::opencv_text(*forest);
  } catch (const cv::Exception& fault) {
    throw DataError(fmt::format("OpenCV cannot train a forest on these samples: {}", fault.err),
                    "train one of Cers (-classifier.rf.library cers)");
  }
}

}  // namespace cers
