// SPDX-License-Identifier: Apache-2.0
// Trains a support vector machine with libsvm (Chang and Lin 2011, LIBSVM: A Library for Support Vector Machines,
// doi 10.1145/1961189.1961199).
#pragma once

#include <string>

#include "cers/learn/sample_table.hpp"

namespace cers {

/// u·v; (gamma u·v + coef0)^degree; exp(−gamma |u − v|²); tanh(gamma u·v + coef0).
enum class SvmKernel { linear, polynomial, rbf, sigmoid };
/// What bounds the errors: a cost for each, or the share of samples that may be support vectors or wrong.
enum class SvmKind { c_svc, nu_svc };
/// Of equal votes the first class wins, so their order counts: that of their first samples, as svm-train and OTB have
/// it, or that of their codes.
enum class ClassOrder { first_met, ascending };

struct SvmTraining {
  SvmKind kind = SvmKind::c_svc;
  SvmKernel kernel = SvmKernel::linear;
  double cost = 1;   ///< of c_svc, above 0
  double nu = 0.5;   ///< of nu_svc, above 0, at most 1
  double gamma = 1;  ///< of all kernels but the linear one, at least 0
  double coef0 = 0;  ///< of the polynomial and the sigmoid kernel
  int degree = 3;    ///< of the polynomial kernel, at least 0
  ClassOrder order = ClassOrder::first_met;
};

/// The model as libsvm's text file, which parse_libsvm(), OTB and svm-predict read. Every feature of a support vector
/// is written, zeros too, and all numbers with the digits that give them back exactly. Equal tables and options give
/// equal text; one thread, cannot be stopped. Tolerance 0.001 and shrinking, as svm-train and OTB have them. Throws
/// DataError as train_forest() and for more than 362 classes, UserError for options that libsvm refuses, among them a
/// nu that the numbers of samples of two classes do not allow.
std::string train_svm(const SampleTable& table, const SvmTraining& options);

}  // namespace cers
