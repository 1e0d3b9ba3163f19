// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/train_opencv_forest.hpp"

#include <cmath>

#include "cers/core/error.hpp"
#include "cers/learn/opencv_forest.hpp"
#include "opencv_testing.hpp"

namespace cers {
namespace {

using namespace testing;

std::vector<int> labels_by_forest(const std::string& text, const SampleTable& table) {
  return labels_by(*make_forest_model(parse_opencv_forest(text, "m.yml"), {}), table);
}

std::size_t trees_of(const std::string& text) {
  return parse_opencv_forest(text, "m.yml").trees();
}

TEST(TrainOpencvForest, is_opencv_s_forest_and_read_as_opencv_reads_it) {
  for (const int classes : {2, 5}) {
    const SampleTable train = shifted_classes(400, classes, 7, 1);
    const SampleTable other = shifted_classes(4000, classes, 7, 2);
    OpenCvForestTraining options;
    options.trees = 31;
    options.max_depth = 12;
    options.min_node = 3;
    const std::string text = train_opencv_forest(train, options);
    const cv::FileStorage file(text, cv::FileStorage::READ | cv::FileStorage::MEMORY);
    const auto forest = cv::Algorithm::read<cv::ml::RTrees>(file.getFirstTopLevelNode());
    const std::vector<int> truth = predicted(*forest, other);
    EXPECT_EQ(differing(labels_by_forest(text, other), truth), 0U);
    EXPECT_LT(differing(truth, other.labels), classes == 2 ? 1400U : 2600U);
    EXPECT_EQ(trees_of(text), 31U);
  }
}

// Whatever was drawn in this thread before, and no draw of another user is disturbed.
TEST(TrainOpencvForest, is_the_same_at_each_run) {
  const SampleTable train = shifted_classes(200, 3, 4, 1);
  const std::string text = train_opencv_forest(train, {});
  cv::theRNG().state = 12345;
  EXPECT_EQ(train_opencv_forest(train, {}), text);
  EXPECT_EQ(cv::theRNG().state, 12345U);
  OpenCvForestTraining options;
  options.seed = 1;
  const std::string other = train_opencv_forest(train, options);
  EXPECT_NE(other, text);
  EXPECT_EQ(train_opencv_forest(train, options), other);
  options.seed = 2;
  EXPECT_NE(train_opencv_forest(train, options), other);
}

TEST(TrainOpencvForest, listens_to_its_options) {
  const SampleTable train = shifted_classes(300, 3, 6, 3);
  OpenCvForestTraining base;
  base.enough = 0;
  const auto differs = [&](auto change) {
    OpenCvForestTraining options = base;
    change(options);
    EXPECT_NE(train_opencv_forest(train, options), train_opencv_forest(train, base));
  };
  differs([](OpenCvForestTraining& options) { options.max_depth = 3; });
  differs([](OpenCvForestTraining& options) { options.min_node = 40; });
  differs([](OpenCvForestTraining& options) { options.features_per_split = 5; });
  differs([](OpenCvForestTraining& options) { options.regression = 0.5; });
  differs([](OpenCvForestTraining& options) { options.max_categories = 4; });
  OpenCvForestTraining options = base;
  options.trees = 7;
  EXPECT_EQ(trees_of(train_opencv_forest(train, options)), 7U);
  options = base;
  options.enough = 1;  // after the first tree
  EXPECT_LT(trees_of(train_opencv_forest(train, options)), 5U);
  base.max_depth = 25;
  base.min_node = 0;
  options = base;
  options.max_depth = 40;
  EXPECT_EQ(train_opencv_forest(train, options), train_opencv_forest(train, base));
}

TEST(TrainOpencvForest, says_what_is_wrong_with_the_samples) {
  EXPECT_THROW(train_opencv_forest(shifted_classes(60, 1, 4, 5), {}), DataError);
  SampleTable odd = shifted_classes(60, 2, 4, 5);
  odd.values[7] = INFINITY;
  EXPECT_THROW(train_opencv_forest(odd, {}), DataError);
}

}  // namespace
}  // namespace cers
