// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/train_opencv_svm.hpp"

#include <cmath>

#include "cers/core/error.hpp"
#include "cers/learn/opencv_svm.hpp"
#include "opencv_testing.hpp"

namespace cers {
namespace {

using namespace testing;

cv::Ptr<cv::ml::SVM> opened(const std::string& text) {
  const cv::FileStorage file(text, cv::FileStorage::READ | cv::FileStorage::MEMORY);
  return cv::Algorithm::read<cv::ml::SVM>(file.getFirstTopLevelNode());
}

std::string fault_of(const SampleTable& table, const OpenCvSvmTraining& options) {
  try {
    train_opencv_svm(table, options);
  } catch (const Error& error) {
    return error.what();
  }
  return "trained without a fault";
}

void expect_fault(const SampleTable& table, const OpenCvSvmTraining& options, const std::string& expected) {
  const std::string fault = fault_of(table, options);
  EXPECT_NE(fault.find(expected), std::string::npos) << "wanted: " << expected << "\nfound:  " << fault;
}

OpenCvSvmTraining suited(SvmKernel kernel) {
  OpenCvSvmTraining options;
  options.kernel = kernel;
  options.cost = 3;
  options.gamma = kernel == SvmKernel::sigmoid ? 0.05 : 0.6;
  options.coef0 = kernel == SvmKernel::sigmoid ? -0.5 : 0.4;
  options.degree = 3;
  return options;
}

// Classes either side of the line x + y = 5; the nearest points are (2, 2) and (3, 3): w = (1, 1), and the decision
// w·p - 5 is positive for the second class. OpenCV's first class is the positive one.
TEST(TrainOpencvSvm, finds_the_widest_margin) {
  SampleTable table;
  table.features = {"x", "y"};
  table.values = {2, 2, 1, 2, 0, 0, 3, 3, 4, 3, 5, 5};
  table.labels = {4, 4, 4, 9, 9, 9};
  OpenCvSvmTraining options;
  options.cost = 100;
  const cv::Ptr<cv::ml::SVM> machine = opened(train_opencv_svm(table, options));
  cv::Mat alpha;
  cv::Mat index;
  const double rho = machine->getDecisionFunction(0, alpha, index);
  const cv::Mat vectors = machine->getSupportVectors();
  ASSERT_EQ(vectors.rows, 1);
  EXPECT_NEAR(alpha.at<double>(0) * static_cast<double>(vectors.at<float>(0, 0)), -1, 1e-4);
  EXPECT_NEAR(alpha.at<double>(0) * static_cast<double>(vectors.at<float>(0, 1)), -1, 1e-4);
  EXPECT_NEAR(rho, -5, 1e-4);
}

TEST(TrainOpencvSvm, is_opencv_s_machine_and_read_as_opencv_reads_it) {
  for (const int classes : {2, 5}) {
    const SampleTable train = shifted_classes(300, classes, 7, 1);
    const SampleTable other = shifted_classes(4000, classes, 7, 2);
    for (const SvmKind kind : {SvmKind::c_svc, SvmKind::nu_svc}) {
      for (const SvmKernel kernel : {SvmKernel::linear, SvmKernel::polynomial, SvmKernel::rbf, SvmKernel::sigmoid}) {
        OpenCvSvmTraining options = suited(kernel);
        options.kind = kind;
        options.nu = 0.7;
        const std::string text = train_opencv_svm(train, options);
        EXPECT_EQ(text, train_opencv_svm(train, options, 2));
        const std::vector<int> truth = predicted(*opened(text), other);
        ASSERT_GT(std::count(truth.begin(), truth.end(), 2), 100);
        ASSERT_GT(std::count(truth.begin(), truth.end(), 5), 100);
        EXPECT_EQ(differing(labels_by(*parse_opencv_svm(text, "m.svm"), other), truth), 0U)
            << classes << ' ' << static_cast<int>(kind) << ' ' << static_cast<int>(kernel);
        // Better than the largest class: of two classes 0.5, of five 0.2.
        EXPECT_LT(differing(truth, other.labels), classes == 2 ? 1900U : 3000U)
            << classes << ' ' << static_cast<int>(kind) << ' ' << static_cast<int>(kernel);
      }
    }
  }
}

TEST(TrainOpencvSvm, searches_the_same_options_at_each_run_and_with_any_threads) {
  const SampleTable train = shifted_classes(240, 3, 4, 3);
  const SampleTable other = shifted_classes(2000, 3, 4, 4);
  OpenCvSvmTraining options;
  options.search = true;
  for (const SvmKernel kernel : {SvmKernel::linear, SvmKernel::rbf}) {
    options.kernel = kernel;
    const std::string text = train_opencv_svm(train, options, 1);
    EXPECT_EQ(text, train_opencv_svm(train, options, 1));
    EXPECT_EQ(text, train_opencv_svm(train, options, 3));
    const std::vector<int> truth = predicted(*opened(text), other);
    EXPECT_EQ(differing(labels_by(*parse_opencv_svm(text, "m.svm"), other), truth), 0U);
    EXPECT_LT(differing(truth, other.labels), 1100U);
    // What it found, given by hand, is the same machine.
    const cv::Ptr<cv::ml::SVM> found = opened(text);
    OpenCvSvmTraining given = options;
    given.search = false;
    given.cost = found->getC();
    given.gamma = found->getGamma();
    EXPECT_EQ(predicted(*opened(train_opencv_svm(train, given)), other), truth);
    OpenCvSvmTraining started = options;
    started.cost = 77;
    EXPECT_EQ(opened(train_opencv_svm(train, started))->getC(), found->getC());
  }
}

TEST(TrainOpencvSvm, listens_to_its_options) {
  const SampleTable train = shifted_classes(200, 3, 4, 3);
  const auto differs = [&](const OpenCvSvmTraining& base, auto change) {
    OpenCvSvmTraining options = base;
    change(options);
    EXPECT_NE(train_opencv_svm(train, options), train_opencv_svm(train, base));
  };
  const OpenCvSvmTraining poly = suited(SvmKernel::polynomial);
  differs(poly, [](OpenCvSvmTraining& options) { options.cost = 0.1; });
  differs(poly, [](OpenCvSvmTraining& options) { options.gamma = 0.2; });
  differs(poly, [](OpenCvSvmTraining& options) { options.coef0 = 2; });
  differs(poly, [](OpenCvSvmTraining& options) { options.degree = 1.5; });
  differs(poly, [](OpenCvSvmTraining& options) { options.steps = 5; });
  OpenCvSvmTraining nu = suited(SvmKernel::rbf);
  nu.kind = SvmKind::nu_svc;
  nu.nu = 0.2;
  differs(nu, [](OpenCvSvmTraining& options) { options.nu = 0.6; });
}

TEST(TrainOpencvSvm, says_what_is_wrong) {
  const SampleTable train = shifted_classes(60, 2, 4, 5);
  OpenCvSvmTraining options;
  options.cost = 0;
  expect_fault(train, options, "the cost c is 0");
  options = suited(SvmKernel::polynomial);
  options.degree = 0;
  expect_fault(train, options, "the degree is 0");
  options.degree = 2;
  options.gamma = 0;
  expect_fault(train, options, "gamma is 0");
  options = {};
  options.kind = SvmKind::nu_svc;
  expect_fault(train, options, "nu is 0");
  SampleTable uneven = train;
  for (std::size_t i = 2; i < uneven.size(); ++i) uneven.labels[i] = 8;
  uneven.labels[0] = uneven.labels[1] = 3;
  options.nu = 0.9;
  expect_fault(uneven, options, "too different numbers of samples for nu");
  expect_fault(shifted_classes(60, 1, 4, 5), {}, "all 60 samples are of class 2");
  SampleTable odd = train;
  odd.values[5] = NAN;
  expect_fault(odd, {}, "feature 'f1' of sample 2 is nan");
}

}  // namespace
}  // namespace cers
