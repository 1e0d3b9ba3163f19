// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/train_opencv_svm.hpp"

#include <fmt/format.h>

#include <cfloat>
#include <cmath>

#include "cers/core/error.hpp"
#include "cers/learn/svm.hpp"
#include "check_samples.hpp"
#include "opencv_data.hpp"

namespace cers {
namespace {

/// Parts of the cross-validation: OpenCV's default, which OTB had.
constexpr int parts = 10;

int type_of(SvmKernel kernel) {
  switch (kernel) {
    case SvmKernel::linear:
      return cv::ml::SVM::LINEAR;
    case SvmKernel::polynomial:
      return cv::ml::SVM::POLY;
    case SvmKernel::rbf:
      return cv::ml::SVM::RBF;
    case SvmKernel::sigmoid:
      break;
  }
  return cv::ml::SVM::SIGMOID;
}

void check(const OpenCvSvmTraining& options) {
  const auto fault = [](const std::string& what, const char* remedy) {
    throw UserError("OpenCV cannot train a support vector machine with these options: " + what, remedy);
  };
  CERS_EXPECT(options.steps >= 1);
  if (!std::isfinite(options.coef0)) fault(fmt::format("coef0 is {}", options.coef0), "give a number");
  if (options.search) return;
  if (options.kind == SvmKind::c_svc && !(options.cost > 0))
    fault(fmt::format("the cost c is {}", options.cost), "give a cost above 0");
  if (options.kind == SvmKind::nu_svc && !(options.nu > 0 && options.nu < 1))
    fault(fmt::format("nu is {}", options.nu), "give a nu between 0 and 1, such as 0.1");
  if (options.kernel != SvmKernel::linear && !(options.gamma > 0))
    fault(fmt::format("gamma is {}", options.gamma), "give a gamma above 0");
  if (options.kernel == SvmKernel::polynomial && !(options.degree > 0))
    fault(fmt::format("the degree is {}", options.degree), "give a degree above 0");
}

/// Caps OpenCV's own threads, whose number holds for the whole process.
class Threads {
 public:
  // More than the machine has would make its scheduler warn.
  explicit Threads(int threads) : before_(cv::getNumThreads()) {
    cv::setNumThreads(std::clamp(threads, 1, cv::getNumberOfCPUs()));
  }
  ~Threads() { cv::setNumThreads(before_); }
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

/// Throws when a decision is no number: its kernels are beyond those of OpenCV.
void check_decisions(const cv::ml::SVM& machine, std::size_t classes) {
  for (int pair = 0; pair < static_cast<int>(classes * (classes - 1) / 2); ++pair) {
    cv::Mat alpha;
    cv::Mat index;
    const double rho = machine.getDecisionFunction(pair, alpha, index);
    if (!std::isfinite(rho) || !cv::checkRange(alpha))
      throw DataError("the support vector machine of OpenCV has decisions that are no numbers",
                      "give the statistics of the features, or a smaller gamma or degree");
  }
}

}  // namespace

std::string train_opencv_svm(const SampleTable& table, const OpenCvSvmTraining& options, int threads) {
  learn::check_samples(table, most_svm_classes, "a support vector machine");
  check(options);
  try {
    const cv::Ptr<cv::ml::SVM> machine = cv::ml::SVM::create();
    machine->setType(options.kind == SvmKind::nu_svc ? cv::ml::SVM::NU_SVC : cv::ml::SVM::C_SVC);
    machine->setKernel(type_of(options.kernel));
    machine->setC(options.cost);
    machine->setNu(options.nu);
    machine->setGamma(options.gamma);
    machine->setCoef0(options.coef0);
    machine->setDegree(options.degree);
    machine->setP(0);
    machine->setTermCriteria(cv::TermCriteria(cv::TermCriteria::COUNT, options.steps, FLT_EPSILON));
    const Threads cap(threads);
    const cv::Ptr<cv::ml::TrainData> data = learn::opencv_data(table);
    const bool trained = options.search ? machine->trainAuto(data, parts) : machine->train(data);
    if (!trained)
      throw UserError(
          "OpenCV cannot train this support vector machine: two classes have too different numbers of "
          "samples for nu",
          "give a smaller nu, or csvc");
    if (machine->getSupportVectors().empty())
      throw DataError("the support vector machine has no support vectors",
                      "do the features tell the classes apart? Another kernel or a higher cost may help");
    check_decisions(*machine, learn::labels_of(table).size());
    return learn::opencv_text(*machine);
  } catch (const cv::Exception& fault) {
    throw DataError(fmt::format("OpenCV cannot train a support vector machine on these samples: {}", fault.err),
                    options.search ? "leave the search out: it asks for samples of all classes in each of ten parts"
                                   : "change its options, or train one of libsvm (-classifier libsvm)");
  }
}

}  // namespace cers
