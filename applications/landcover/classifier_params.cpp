// SPDX-License-Identifier: Apache-2.0
#include "classifier_params.hpp"

#include <fmt/format.h>

namespace cers {

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

SvmTraining svm_training_of(const ClassifierParams& params) {
  const auto rounded = [](double value) { return static_cast<double>(static_cast<float>(value)); };
  SvmTraining training;
  training.kind = params.libsvm_m == "nusvc" ? SvmKind::nu_svc : SvmKind::c_svc;
  training.kernel = params.libsvm_k == "rbf"       ? SvmKernel::rbf
                    : params.libsvm_k == "poly"    ? SvmKernel::polynomial
                    : params.libsvm_k == "sigmoid" ? SvmKernel::sigmoid
                                                   : SvmKernel::linear;
  training.cost = rounded(params.libsvm_c);
  training.gamma = rounded(params.libsvm_gamma);
  training.coef0 = rounded(params.libsvm_coef0);
  training.degree = params.libsvm_degree;
  training.nu = rounded(params.libsvm_nu);
  return training;
}

BoostTraining boost_training_of(const ClassifierParams& params) {
  BoostTraining training;
  training.kind = params.boost_t == "discrete" ? BoostKind::discrete
                  : params.boost_t == "logit"  ? BoostKind::logit
                  : params.boost_t == "gentle" ? BoostKind::gentle
                                               : BoostKind::real;
  training.trees = params.boost_w;
  training.trimming = static_cast<double>(static_cast<float>(params.boost_r));
  training.max_depth = params.boost_m;
  return training;
}

void check_classifier(const ClassifierParams& params, Diagnostics& diagnostics) {
  if (params.classifier != "libsvm") return;
  if (params.libsvm_m == "oneclass")
    diagnostics.fault({}, "-classifier.libsvm.m oneclass is not supported: such a machine tells no classes apart",
                      "give csvc or nusvc");
  if (params.libsvm_opt)
    diagnostics.fault({}, "-classifier.libsvm.opt true is not supported",
                      "leave it out, and compare a few values of -classifier.libsvm.c and -classifier.libsvm.gamma");
  if (params.libsvm_prob)
    diagnostics.fault({}, "-classifier.libsvm.prob true is not supported", "leave it out; rf gives shares of votes");
}

namespace {

/// Options of a machine that its kind or kernel makes void.
void warn_of_void_svm_keys(const ClassifierParams& params, Wiring& wiring) {
  const auto is_void = [&](const char* key, const std::string& because) {
    if (wiring.user_set(key)) wiring.warn(fmt::format("-{} has no effect with {}", key, because));
  };
  const std::string kernel = "-classifier.libsvm.k " + params.libsvm_k;
  if (params.libsvm_m == "nusvc") is_void("classifier.libsvm.c", "-classifier.libsvm.m nusvc");
  if (params.libsvm_m == "csvc") is_void("classifier.libsvm.nu", "-classifier.libsvm.m csvc");
  if (params.libsvm_k == "linear") is_void("classifier.libsvm.gamma", kernel);
  if (params.libsvm_k != "poly" && params.libsvm_k != "sigmoid") is_void("classifier.libsvm.coef0", kernel);
  if (params.libsvm_k != "poly") is_void("classifier.libsvm.degree", kernel);
}

}  // namespace

void warn_of_defaults(const ClassifierParams& params, bool scaled, Wiring& wiring) {
  if (params.classifier == "libsvm") {
    warn_of_void_svm_keys(params, wiring);
    if (!scaled)
      wiring.warn(
          "a support vector machine on features as they are weighs those of wide range most, and may take long: give "
          "the file of ComputeImagesStatistics");
    return;
  }
  if (params.classifier == "rf" && !wiring.user_set("classifier.rf.max"))
    wiring.warn(
        fmt::format("trees of depth {}, OTB's default, tell few classes apart: -classifier.rf.max 25 "
                    "-classifier.rf.min 5 is usual for land cover",
                    params.rf_max));
}

}  // namespace cers
