// SPDX-License-Identifier: Apache-2.0
// Trains support vector machines with OpenCV's ml module, as OTB up to version 7 did beside those of libsvm.
#pragma once

#include <string>

#include "cers/learn/train_svm.hpp"

namespace cers {

struct OpenCvSvmTraining {
  SvmKind kind = SvmKind::c_svc;
  SvmKernel kernel = SvmKernel::linear;
  double cost = 1;    ///< of c_svc, above 0
  double nu = 0;      ///< of nu_svc, between 0 and 1
  double gamma = 1;   ///< of all kernels but the linear one, above 0
  double coef0 = 0;   ///< of the polynomial and the sigmoid kernel
  double degree = 1;  ///< of the polynomial kernel, above 0
  int steps = 1000;   ///< of the optimiser, at most, for each pair of classes; at least 1
  /// Search OpenCV's grids for the cost or nu, gamma, coef0 and degree, whichever the kind and kernel have, that err
  /// least in a cross-validation of ten parts; what is given for them has no effect.
  bool search = false;
};

/// The model as the YAML text of OpenCV, which parse_opencv_svm() reads. Equal tables and options give equal text,
/// whatever `threads`, which only the search uses; cannot be stopped. Throws DataError as train_svm(), UserError for
/// options that make no sense, among them a nu that the numbers of samples of two classes do not allow.
std::string train_opencv_svm(const SampleTable& table, const OpenCvSvmTraining& options, int threads = 1);

}  // namespace cers
