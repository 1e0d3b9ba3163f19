// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/opencv_boost.hpp"

#include <cmath>

#include "cers/core/error.hpp"
#include "cers/learn/train_boost.hpp"
#include "model_text.hpp"
#include "opencv_testing.hpp"

namespace cers {
namespace {

using namespace testing;

/// Two stumps as OpenCV 2 writes them: f1 <= 0.5 ? -2 : 1, and f0 <= 10 ? 0.5 : -0.25.
const std::string old_yaml = R"(%YAML:1.0
my_boost_tree: !!opencv-ml-boost-tree
   boosting_type: RealAdaboost
   splitting_criteria: Gini
   ntrees: 2
   is_classifier: 1
   var_all: 2
   var_count: 2
   training_params:
      max_depth: 1
      priors: !!opencv-matrix
         rows: 1
         cols: 2
         dt: d
         data: [ 1., 1. ]
   var_type: [ 0, 0 ]
   cat_map: !!opencv-matrix
      rows: 1
      cols: 2
      dt: i
      data: [ 4, 9 ]
   trees:
      -
         best_tree_idx: -1
         nodes:
            -
               depth: 0
               value: 7.
               norm_class_idx: 0
               splits:
                  - { var:1, quality:1., le:0.5 }
            -
               depth: 1
               value: -2.
               norm_class_idx: 0
            -
               depth: 1
               value: 1.
               norm_class_idx: 1
      -
         best_tree_idx: -1
         nodes:
            -
               depth: 0
               value: 7.
               splits:
                  - { var:0, quality:1., le:1.0000000000000000e+01 }
            -
               depth: 1
               value: 5.0000000000000000e-01
            -
               depth: 1
               value: -2.5000000000000000e-01
)";

void expect_fault(const std::string& text, const std::string& part) {
  testing::expect_fault("m.boost", text, part);
}

TEST(OpencvBoost, adds_up_the_leaves_and_gives_odds) {
  const std::shared_ptr<const Model> model = parse_model(old_yaml, "m.boost");
  EXPECT_EQ(model->kind(), "set of 2 boosted trees");
  ASSERT_EQ(model->info().classes.size(), 2U);
  EXPECT_EQ(model->info().classes[0].code, 4);
  EXPECT_EQ(model->info().classes[1].code, 9);
  // (f0, f1): sums 1.5, -1.5, 0.75, -2.25
  const std::vector<float> rows{10, 0.6F, 10, 0.5F, 10.5F, 3, 11, 0};
  const std::vector<RowClass> found = classify_rows(*model, rows);
  const std::vector<double> sums{1.5, -1.5, 0.75, -2.25};
  for (std::size_t i = 0; i < sums.size(); ++i) {
    EXPECT_EQ(found[i].code, sums[i] > 0 ? 9 : 4);
    EXPECT_NEAR(found[i].confidence, 1 / (1 + std::exp(-2 * std::abs(sums[i]))), 1.0 / 65535);
  }
  const auto discrete =
      classify_rows(*parse_model(changed(old_yaml, "RealAdaboost", "DiscreteAdaboost"), "m.boost"), rows);
  EXPECT_NEAR(discrete[0].confidence, 1 / (1 + std::exp(-1.5)), 1.0 / 65535);
}

TEST(OpencvBoost, gives_a_sum_of_zero_to_the_first_class_and_the_least_above_to_the_second) {
  const std::vector<float> row{10, 0.6F};
  const std::string zero = changed(old_yaml, "value: 5.0000000000000000e-01", "value: -1.");
  EXPECT_EQ(classify_rows(*parse_model(zero, "m"), row)[0].code, 4);
  const std::string little = changed(old_yaml, "value: 5.0000000000000000e-01", "value: -9.9999999999999989e-01");
  EXPECT_EQ(classify_rows(*parse_model(little, "m"), row)[0].code, 9);
}

TEST(OpencvBoost, tells_classes_as_opencv_does) {
  const SampleTable train = shifted_classes(400, 2, 5, 1);
  const SampleTable other = shifted_classes(3000, 2, 5, 2);
  for (const int type : {cv::ml::Boost::DISCRETE, cv::ml::Boost::REAL, cv::ml::Boost::LOGIT, cv::ml::Boost::GENTLE}) {
    for (const int depth : {1, 4}) {
      const auto boost = cv::ml::Boost::create();
      boost->setBoostType(type);
      boost->setMaxDepth(depth);
      boost->setWeakCount(25);
      boost->train(cv::ml::TrainData::create(rows_of(train), cv::ml::ROW_SAMPLE, cv::Mat(train.labels, true)));
      const std::vector<int> truth = predicted(*boost, other);
      ASSERT_GT(std::count(truth.begin(), truth.end(), 2), 500);
      ASSERT_GT(std::count(truth.begin(), truth.end(), 5), 500);
      for (const char* const suffix : {".yml", ".xml", ".json"}) {
        const auto model = parse_model(stored(*boost, suffix), "m.boost");
        EXPECT_EQ(differing(labels_by(*model, other), truth), 0U) << type << ' ' << depth << ' ' << suffix;
      }
    }
  }
}

// One feature of two values: whatever the loss, the odds of each value are those of its samples.
TEST(OpencvBoost, gives_the_true_shares_of_every_kind) {
  constexpr int each = 1000;
  const std::vector<int> second{297, 793};  // of the samples of each value
  SampleTable train;
  train.features = {"f"};
  for (int value = 0; value < 2; ++value) {
    for (int i = 0; i < each; ++i) {
      train.values.push_back(static_cast<float>(value));
      train.labels.push_back(i < second[static_cast<std::size_t>(value)] ? 7 : 3);
    }
  }
  const std::vector<float> rows{0, 1};
  BoostTraining options;
  options.trees = 50;
  options.trimming = 0;
  for (const BoostKind kind : {BoostKind::discrete, BoostKind::real, BoostKind::logit, BoostKind::gentle}) {
    options.kind = kind;
    const std::vector<RowClass> found = classify_rows(*parse_opencv_boost(train_boost(train, options), "m"), rows);
    EXPECT_EQ(found[0].code, 3);
    EXPECT_EQ(found[1].code, 7);
    EXPECT_NEAR(found[0].confidence, 1 - 0.297, 0.02) << "kind " << static_cast<int>(kind);
    EXPECT_NEAR(found[1].confidence, 0.793, 0.02) << "kind " << static_cast<int>(kind);
  }
}

TEST(OpencvBoost, refuses_what_is_no_such_model) {
  expect_fault(changed(old_yaml, "data: [ 4, 9 ]", "data: [ 4, 9, 12 ]"), "has 3 classes");
  expect_fault(changed(old_yaml, "ntrees: 2", "ntrees: 3"), "holds 2 of 3 trees");
  expect_fault(changed(old_yaml, "var:0", "var:2"), "asks for feature 2");
  expect_fault(changed(old_yaml, "value: 1.", "value: .Inf"), "has no value");
  expect_fault(changed(old_yaml, "               value: 1.\n", ""), "has no value");
  expect_fault(changed(old_yaml, "is_classifier: 1", "is_classifier: 0"), "for regression");
  expect_fault(old_yaml.substr(0, old_yaml.size() - 40), "ends early");
  expect_fault(
      old_yaml.substr(0, old_yaml.find("      -\n         best_tree_idx: -1\n         nodes:\n            -\n          "
                                       "     depth: 0\n               value: 7.\n               splits")),
      "holds 1 of 2 trees");
}

TEST(TrainBoost, tells_two_classes_apart_and_no_more) {
  const SampleTable train = shifted_classes(600, 2, 4, 3);
  BoostTraining options;
  options.max_depth = 2;
  const std::string text = train_boost(train, options);
  EXPECT_EQ(text, train_boost(train, options));
  const SampleTable other = shifted_classes(2000, 2, 4, 4);
  EXPECT_LT(differing(labels_by(*parse_opencv_boost(text, "m"), other), other.labels), 700U);
  for (const int classes : {1, 3}) EXPECT_THROW(train_boost(shifted_classes(60, classes, 4, 5), options), DataError);
}

TEST(TrainBoost, listens_to_its_options) {
  const SampleTable train = shifted_classes(300, 2, 4, 3);
  const std::string usual = train_boost(train, {});
  BoostTraining options;
  for (const BoostKind kind : {BoostKind::discrete, BoostKind::logit, BoostKind::gentle}) {
    options.kind = kind;
    EXPECT_NE(train_boost(train, options), usual);
  }
  options = {};
  options.trees = 7;
  EXPECT_EQ(parse_opencv_boost(train_boost(train, options), "m")->kind(), "set of 7 boosted trees");
  options = {};
  options.trimming = 0.5;
  EXPECT_NE(train_boost(train, options), usual);
  options = {};
  options.max_depth = 3;
  EXPECT_NE(train_boost(train, options), usual);
}

}  // namespace
}  // namespace cers
