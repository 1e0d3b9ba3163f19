// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/opencv_svm.hpp"

#include "model_text.hpp"
#include "opencv_testing.hpp"

namespace cers {
namespace {

using namespace testing;

/// Two vectors as OpenCV 2 writes them, without an index: x·(1, 0) - x·(0, 1) > 0.25 is class 7.
const std::string old_yaml = R"(%YAML:1.0
my_svm: !!opencv-ml-svm
   svm_type: C_SVC
   kernel: { type:LINEAR }
   C: 1.
   term_criteria: { epsilon:2.2204460492503131e-16, iterations:1000 }
   var_all: 2
   var_count: 2
   class_count: 2
   class_labels: !!opencv-matrix
      rows: 1
      cols: 2
      dt: i
      data: [ 7, 3 ]
   sv_total: 2
   support_vectors:
      - [ 1., 0. ]
      - [ 0., 1. ]
   decision_functions:
      -
         sv_count: 2
         rho: 2.5000000000000000e-01
         alpha: [ 1., -1. ]
)";

void expect_fault(const std::string& text, const std::string& part) {
  testing::expect_fault("m.svm", text, part);
}

TEST(OpencvSvm, reads_the_files_of_version_2) {
  const std::shared_ptr<const Model> model = parse_model(old_yaml, "m.svm");
  EXPECT_EQ(model->kind(), "support vector machine of 2 vectors");
  EXPECT_EQ(model->features(), 2);
  const std::vector<RowClass> found = classify_rows(*model, std::vector<float>{1, 0.75F, 1, 0.7F, -3, -2});
  EXPECT_EQ(found[0].code, 3);  // the decision is 0: not above
  EXPECT_EQ(found[1].code, 7);
  EXPECT_EQ(found[2].code, 3);
}

TEST(OpencvSvm, tells_classes_as_opencv_does) {
  for (const int classes : {2, 4}) {
    const SampleTable train = shifted_classes(300, classes, 7, 1);
    const SampleTable other = shifted_classes(4000, classes, 7, 2);
    for (const int kernel : {cv::ml::SVM::LINEAR, cv::ml::SVM::POLY, cv::ml::SVM::RBF, cv::ml::SVM::SIGMOID}) {
      const auto machine = cv::ml::SVM::create();
      machine->setType(cv::ml::SVM::C_SVC);
      machine->setKernel(kernel);
      machine->setGamma(kernel == cv::ml::SVM::SIGMOID ? 0.05 : 0.6);
      machine->setCoef0(kernel == cv::ml::SVM::SIGMOID ? -0.5 : 0.4);
      machine->setDegree(3);
      machine->setC(3);
      machine->train(cv::ml::TrainData::create(rows_of(train), cv::ml::ROW_SAMPLE, cv::Mat(train.labels, true)));
      const std::vector<int> truth = predicted(*machine, other);
      ASSERT_LT(differing(truth, other.labels), 3000U) << kernel;  // it does tell classes apart
      ASSERT_GT(std::count(truth.begin(), truth.end(), 2), 100) << kernel;
      ASSERT_GT(std::count(truth.begin(), truth.end(), 5), 100) << kernel;
      for (const char* const suffix : {".yml", ".xml", ".json"}) {
        const auto model = parse_model(stored(*machine, suffix), "m.svm");
        EXPECT_EQ(differing(labels_by(*model, other), truth), 0U) << kernel << ' ' << classes << ' ' << suffix;
      }
    }
  }
}

TEST(OpencvSvm, refuses_what_is_no_such_model) {
  expect_fault(changed(old_yaml, "C_SVC", "EPS_SVR"), "does not classify");
  expect_fault(changed(old_yaml, "LINEAR", "CHI2"), "has the kernel CHI2");
  expect_fault(changed(old_yaml, "sv_total: 2", "sv_total: 3"), "support vectors are not whole");
  expect_fault(changed(old_yaml, "- [ 0., 1. ]", "- [ 0. ]"), "support vectors are not whole");
  expect_fault(changed(old_yaml, "alpha: [ 1., -1. ]", "alpha: [ 1. ]"), "decision 1 is not whole");
  expect_fault(changed(old_yaml, "alpha: [ 1., -1. ]", "alpha: [ 1., -1. ]\n         index: [ 0, 2 ]"),
               "a support vector that is not there");
  expect_fault(changed(old_yaml, "data: [ 7, 3 ]", "data: [ 7, 3, 5 ]"), "not one decision for each pair");
  expect_fault(changed(old_yaml, "data: [ 7, 3 ]", "data: [ 7, 7 ]"), "a label stands twice");
  expect_fault(changed(old_yaml, "[ 1., 0. ]", "[ 1., .Nan ]"), "is no number");
  expect_fault(old_yaml.substr(0, old_yaml.size() - 5), "ends early");
  expect_fault(old_yaml.substr(0, old_yaml.find("   decision_functions")), "not one decision for each pair");
}

}  // namespace
}  // namespace cers
