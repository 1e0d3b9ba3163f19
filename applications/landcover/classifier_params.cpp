// SPDX-License-Identifier: Apache-2.0
#include "classifier_params.hpp"

#include <fmt/format.h>

#include "cers/core/error.hpp"

namespace cers {
namespace {

/// As a parameter of OTB, which is float.
double rounded(double value) {
  return static_cast<double>(static_cast<float>(value));
}

}  // namespace

std::vector<Choice> machine_choices(const char* nusvc) {
  return {{"csvc", "a cost for each"},
          {"nusvc", nusvc},
          {"oneclass", "not supported: such a machine tells no classes apart"}};
}

std::vector<Choice> kernel_choices() {
  return {{"linear", "u·v"},
          {"rbf", "exp(-gamma |u-v|²)"},
          {"poly", "(gamma u·v + coef0)^degree"},
          {"sigmoid", "tanh(gamma u·v + coef0)"}};
}

bool is_own_forest(const ClassifierParams& params) {
  return params.classifier == "rf" && params.rf_library == "cers";
}

std::string classifier_words(const ClassifierParams& params) {
  return params.classifier == "rf" ? "-classifier.rf.library " + params.rf_library : "-classifier " + params.classifier;
}

ForestTraining training_of(const ClassifierParams& params) {
  ForestTraining training;
  training.trees = params.rf_nbtrees;
  training.max_depth = params.rf_max;
  training.min_node = params.rf_min;
  training.min_leaf = params.rf_minleaf;
  training.features_per_split = params.rf_var;
  training.bootstrap = params.rf_bootstrap == "groups" ? Bootstrap::groups : Bootstrap::samples;
  training.weights = params.rf_weights == "balanced" ? ClassWeights::balanced : ClassWeights::none;
  training.leaf = params.rf_leaf == "majority" ? LeafVotes::majority : LeafVotes::shares;
  training.enough = params.rf_acc;
  training.calibrate = params.rf_calibration == "power";
  training.seed = static_cast<std::uint32_t>(params.rand);
  return training;
}

OpenCvForestTraining opencv_forest_training_of(const ClassifierParams& params) {
  OpenCvForestTraining training;
  training.trees = params.rf_nbtrees;
  training.max_depth = params.rf_max;
  training.min_node = params.rf_min;
  training.features_per_split = params.rf_var;
  training.enough = rounded(params.rf_acc);
  training.regression = rounded(params.rf_ra);
  training.max_categories = params.rf_cat;
  training.seed = static_cast<std::uint32_t>(params.rand);
  return training;
}

namespace {

SvmKind kind_of(const std::string& key) {
  return key == "nusvc" ? SvmKind::nu_svc : SvmKind::c_svc;
}

SvmKernel kernel_of(const std::string& key) {
  return key == "rbf"       ? SvmKernel::rbf
         : key == "poly"    ? SvmKernel::polynomial
         : key == "sigmoid" ? SvmKernel::sigmoid
                            : SvmKernel::linear;
}

}  // namespace

SvmTraining svm_training_of(const ClassifierParams& params) {
  SvmTraining training;
  training.kind = kind_of(params.libsvm_m);
  training.kernel = kernel_of(params.libsvm_k);
  training.cost = rounded(params.libsvm_c);
  training.gamma = rounded(params.libsvm_gamma);
  training.coef0 = rounded(params.libsvm_coef0);
  training.degree = params.libsvm_degree;
  training.nu = rounded(params.libsvm_nu);
  return training;
}

OpenCvSvmTraining opencv_svm_training_of(const ClassifierParams& params) {
  OpenCvSvmTraining training;
  training.kind = kind_of(params.svm_m);
  training.kernel = kernel_of(params.svm_k);
  training.cost = rounded(params.svm_c);
  training.gamma = rounded(params.svm_gamma);
  training.coef0 = rounded(params.svm_coef0);
  training.degree = rounded(params.svm_degree);
  training.nu = rounded(params.svm_nu);
  training.steps = params.svm_iter;
  training.search = params.svm_opt;
  return training;
}

BoostTraining boost_training_of(const ClassifierParams& params) {
  BoostTraining training;
  training.kind = params.boost_t == "discrete" ? BoostKind::discrete
                  : params.boost_t == "logit"  ? BoostKind::logit
                  : params.boost_t == "gentle" ? BoostKind::gentle
                                               : BoostKind::real;
  training.trees = params.boost_w;
  training.trimming = rounded(params.boost_r);
  training.max_depth = params.boost_m;
  return training;
}

void check_classifier(const ClassifierParams& params, Diagnostics& diagnostics) {
  const bool libsvm = params.classifier == "libsvm";
  if (!libsvm && params.classifier != "svm") return;
  if ((libsvm ? params.libsvm_m : params.svm_m) == "oneclass")
    diagnostics.fault({},
                      fmt::format("-classifier.{}.m oneclass is not supported: such a machine tells no classes apart",
                                  params.classifier),
                      "give csvc or nusvc");
  if (!libsvm) {
    if (params.svm_m == "nusvc" && params.svm_nu == 0 && !params.svm_opt)
      diagnostics.fault({}, "-classifier.svm.m nusvc needs -classifier.svm.nu, whose default is 0",
                        "give a share between 0 and 1, such as 0.1");
    return;
  }
  if (params.libsvm_opt)
    diagnostics.fault({}, "-classifier.libsvm.opt true is not supported",
                      "leave it out, and compare a few values of -classifier.libsvm.c and -classifier.libsvm.gamma, or "
                      "give -classifier svm -classifier.svm.opt true");
  if (params.libsvm_prob)
    diagnostics.fault({}, "-classifier.libsvm.prob true is not supported", "leave it out; rf gives shares of votes");
}

namespace {

/// Options of a machine that its kind or kernel, or a search, makes void.
void warn_of_void_svm_keys(const ClassifierParams& params, Wiring& wiring) {
  const std::string prefix = "classifier." + params.classifier + ".";
  const bool libsvm = params.classifier == "libsvm";
  const std::string kind = libsvm ? params.libsvm_m : params.svm_m;
  const std::string kernel = libsvm ? params.libsvm_k : params.svm_k;
  const auto is_void = [&](bool when, const char* key, const std::string& because) {
    if (when && wiring.user_set(prefix + key))
      wiring.warn(fmt::format("-{}{} has no effect with -{}{}", prefix, key, prefix, because));
    return when;
  };
  // What the kind and the kernel leave to be searched.
  const auto is_used = [&](bool unused, const char* key, const std::string& because) {
    if (!is_void(unused, key, because)) is_void(!libsvm && params.svm_opt, key, "opt true");
  };
  is_used(kind == "nusvc", "c", "m nusvc");
  is_used(kind == "csvc", "nu", "m csvc");
  is_used(kernel == "linear", "gamma", "k " + kernel);
  is_used(kernel != "poly" && kernel != "sigmoid", "coef0", "k " + kernel);
  is_used(kernel != "poly", "degree", "k " + kernel);
}

void check_opencv_forest_keys(const ClassifierParams& params, Wiring& wiring) {
  for (const char* const key : {"leaf", "weights", "bootstrap", "minleaf", "calibration"}) {
    if (wiring.user_set(fmt::format("classifier.rf.{}", key)))
      throw UserError(fmt::format("-classifier.rf.{} is a key of Cers' forest: OpenCV's has no such thing", key),
                      "leave it or -classifier.rf.library opencv out");
  }
  if (params.rf_max > most_opencv_depth)
    wiring.warn(
        fmt::format("-classifier.rf.max {}: OpenCV's trees are at most {} deep", params.rf_max, most_opencv_depth));
}

}  // namespace

void check_keys(const ClassifierParams& params, bool scaled, Wiring& wiring) {
  if (params.classifier == "libsvm" || params.classifier == "svm") {
    warn_of_void_svm_keys(params, wiring);
    if (params.classifier == "svm" && !wiring.user_set("classifier.svm.iter"))
      wiring.warn(
          fmt::format("{} steps for each pair of classes, OTB's number, may leave a machine unfinished: "
                      "-classifier.svm.iter 100000 is enough for most",
                      params.svm_iter));
    if (!scaled)
      wiring.warn(
          "a support vector machine on features as they are weighs those of wide range most, and may take long: give "
          "the file of ComputeImagesStatistics");
    return;
  }
  if (params.classifier != "rf") return;
  if (params.rf_library == "opencv") check_opencv_forest_keys(params, wiring);
  if (!wiring.user_set("classifier.rf.max"))
    wiring.warn(
        fmt::format("trees of depth {}, OTB's default, tell few classes apart: -classifier.rf.max 25 "
                    "-classifier.rf.min 5 is usual for land cover",
                    params.rf_max));
}

}  // namespace cers
