// SPDX-License-Identifier: Apache-2.0
// The parameters of classifiers that TrainVectorClassifier and TrainImagesClassifier share.
#pragma once

#include <string>

#include "cers/app/wiring.hpp"
#include "cers/learn/train_boost.hpp"
#include "cers/learn/train_forest.hpp"
#include "cers/learn/train_opencv_forest.hpp"
#include "cers/learn/train_opencv_svm.hpp"
#include "cers/learn/train_svm.hpp"
#include "cers/params/declare.hpp"

namespace cers {

struct ClassifierParams {
  std::string classifier = "rf";
  // OTB's defaults.
  int rf_max = 5;
  int rf_min = 10;
  double rf_ra = 0;
  int rf_cat = 10;
  int rf_var = 0;
  int rf_nbtrees = 100;
  double rf_acc = 0.01;
  // Cers' own.
  std::string rf_library = "cers";
  std::string rf_leaf = "shares";
  std::string rf_weights = "none";
  std::string rf_bootstrap = "groups";
  int rf_minleaf = 1;
  std::string rf_calibration = "power";
  // OTB's defaults.
  std::string libsvm_k = "linear";
  std::string libsvm_m = "csvc";
  double libsvm_c = 1;
  double libsvm_gamma = 1;
  double libsvm_coef0 = 0;
  int libsvm_degree = 3;
  double libsvm_nu = 0.5;
  bool libsvm_opt = false;
  bool libsvm_prob = false;
  // The defaults of OTB up to version 7.
  std::string svm_m = "csvc";
  std::string svm_k = "linear";
  double svm_c = 1;
  double svm_nu = 0;
  double svm_coef0 = 0;
  double svm_gamma = 1;
  double svm_degree = 1;
  bool svm_opt = false;
  int svm_iter = 1000;
  // OTB's defaults.
  std::string boost_t = "real";
  int boost_w = 100;
  double boost_r = 0.95;
  int boost_m = 1;
  int rand = 0;
};

/// Of support vector machines, whoever trains them; `nusvc`: what that one asks.
std::vector<Choice> machine_choices(const char* nusvc);
std::vector<Choice> kernel_choices();

/// Adds the keys classifier, classifier.rf.*, classifier.libsvm.*, classifier.svm.*, classifier.boost.* and rand.
template <class Params>
void declare_classifier(Declare<Params>& declare) {
  declare.param("classifier", &Params::classifier, "Kind of model.")
      .choices({{"rf", "random forest"},
                {"libsvm", "support vector machine of libsvm"},
                {"svm", "support vector machine of OpenCV, as OTB had it up to version 7"},
                {"boost", "boosted trees of OpenCV, for two classes"}})
      .param("classifier.rf.max", &Params::rf_max, "Splits on the longest way down a tree. 25 suits most maps.")
      .at_least(1)
      .only_if("classifier", "rf")
      .param("classifier.rf.min", &Params::rf_min, "A node of so many samples or fewer is not split.")
      .at_least(0)
      .only_if("classifier", "rf")
      .param("classifier.rf.var", &Params::rf_var, "Features tried at each split; 0: the square root of their number.")
      .at_least(0)
      .only_if("classifier", "rf")
      .param("classifier.rf.nbtrees", &Params::rf_nbtrees, "Trees, at most.")
      .range(1, 65535)
      .only_if("classifier", "rf")
      .param("classifier.rf.acc", &Params::rf_acc,
             "No more trees once the out-of-bag error is below this; 0: always all trees.")
      .range(0, 1)
      .only_if("classifier", "rf")
      .param("classifier.rf.library", &Params::rf_library, "Who grows the forest.")
      .choices({{"cers", "Cers: all threads, whole polygons, shares in leaves, judged out of bag"},
                {"opencv", "OpenCV: with -rand 0 OTB's forest, tree by tree"}})
      .only_if("classifier", "rf")
      .param("classifier.rf.leaf", &Params::rf_leaf, "What a leaf votes for.")
      .choices({{"shares", "each class by its share of the samples in the leaf"},
                {"majority", "the class with most samples in the leaf, as in OTB"}})
      .only_if("classifier", "rf")
      .param("classifier.rf.weights", &Params::rf_weights, "Weight of samples.")
      .choices({{"none", "all alike"}, {"balanced", "all classes weigh the same"}})
      .only_if("classifier", "rf")
      .param("classifier.rf.bootstrap", &Params::rf_bootstrap, "What is drawn for each tree.")
      .choices({{"groups", "polygons with all their samples; samples when no polygon is known"},
                {"samples", "samples, as in OTB"}})
      .only_if("classifier", "rf")
      .param("classifier.rf.minleaf", &Params::rf_minleaf, "Samples that each side of a split keeps at least.")
      .at_least(1)
      .only_if("classifier", "rf")
      .param("classifier.rf.calibration", &Params::rf_calibration, "What the votes say.")
      .choices({{"power", "probabilities: shares of the votes raised to a power, fitted out of bag"},
                {"none", "shares of the votes, as in OTB"}})
      .only_if("classifier", "rf")
      .param("classifier.rf.ra", &Params::rf_ra, "Of no effect on classes. Accepted for scripts written for OTB.")
      .advanced()
      .only_if("classifier", "rf")
      .param("classifier.rf.cat", &Params::rf_cat, "Of no effect on numbers. Accepted for scripts written for OTB.")
      .advanced()
      .only_if("classifier", "rf")
      .param("classifier.libsvm.k", &Params::libsvm_k, "Kernel.")
      .choices(kernel_choices())
      .only_if("classifier", "libsvm")
      .param("classifier.libsvm.m", &Params::libsvm_m, "What bounds the errors.")
      .choices(machine_choices("their share"))
      .only_if("classifier", "libsvm")
      .param("classifier.libsvm.c", &Params::libsvm_c, "Cost of an error, of csvc.")
      .only_if("classifier", "libsvm")
      .param("classifier.libsvm.gamma", &Params::libsvm_gamma, "Of all kernels but the linear one.")
      .at_least(0)
      .only_if("classifier", "libsvm")
      .param("classifier.libsvm.coef0", &Params::libsvm_coef0, "Of the kernels poly and sigmoid.")
      .only_if("classifier", "libsvm")
      .param("classifier.libsvm.degree", &Params::libsvm_degree, "Of the kernel poly.")
      .range(0, 1000)
      .only_if("classifier", "libsvm")
      .param("classifier.libsvm.nu", &Params::libsvm_nu,
             "Most errors and fewest support vectors, as a share of the samples, of nusvc.")
      .range(0, 1)
      .only_if("classifier", "libsvm")
      .param("classifier.libsvm.opt", &Params::libsvm_opt, "Search for the best options. Only false is supported.")
      .advanced()
      .only_if("classifier", "libsvm")
      .param("classifier.libsvm.prob", &Params::libsvm_prob, "Estimate probabilities. Only false is supported.")
      .advanced()
      .only_if("classifier", "libsvm")
      .param("classifier.svm.m", &Params::svm_m, "What bounds the errors.")
      .choices(machine_choices("their share; needs -classifier.svm.nu"))
      .only_if("classifier", "svm")
      .param("classifier.svm.k", &Params::svm_k, "Kernel.")
      .choices(kernel_choices())
      .only_if("classifier", "svm")
      .param("classifier.svm.c", &Params::svm_c, "Cost of an error, of csvc.")
      .only_if("classifier", "svm")
      .param("classifier.svm.nu", &Params::svm_nu,
             "Most errors and fewest support vectors, as a share of the samples, of nusvc.")
      .range(0, 1)
      .only_if("classifier", "svm")
      .param("classifier.svm.coef0", &Params::svm_coef0, "Of the kernels poly and sigmoid.")
      .only_if("classifier", "svm")
      .param("classifier.svm.gamma", &Params::svm_gamma, "Of all kernels but the linear one.")
      .at_least(0)
      .only_if("classifier", "svm")
      .param("classifier.svm.degree", &Params::svm_degree, "Of the kernel poly; may be a fraction.")
      .range(0, 1000)
      .only_if("classifier", "svm")
      .param("classifier.svm.opt", &Params::svm_opt,
             "Search for the options of the kernel and the kind that err least in a cross-validation of ten parts.")
      .only_if("classifier", "svm")
      .param("classifier.svm.iter", &Params::svm_iter, "Steps of the optimiser for each pair of classes, at most.")
      .at_least(1)
      .only_if("classifier", "svm")
      .param("classifier.boost.t", &Params::boost_t, "What a tree adds.")
      .choices({{"discrete", "a weighted vote for a class"},
                {"real", "half the logarithm of the odds"},
                {"logit", "a step towards the logistic likelihood"},
                {"gentle", "a cautious step: odds without logarithm"}})
      .only_if("classifier", "boost")
      .param("classifier.boost.w", &Params::boost_w, "Trees.")
      .range(1, 65535)
      .only_if("classifier", "boost")
      .param("classifier.boost.r", &Params::boost_r,
             "A tree sees the heaviest samples that make up this share of all weight; 0 or 1: all samples.")
      .range(0, 1)
      .only_if("classifier", "boost")
      .param("classifier.boost.m", &Params::boost_m, "Splits on the longest way down a tree.")
      .range(1, 25)  // OpenCV's greatest depth
      .only_if("classifier", "boost")
      .param("rand", &Params::rand, "Seed: equal seeds give equal models. OTB's changes from run to run.");
}

/// Whether the model is a forest that Cers grows: others have no place for a missing value, and know no polygons.
bool is_own_forest(const ClassifierParams& params);

/// The model in words of the command line: "-classifier svm", "-classifier.rf.library opencv".
std::string classifier_words(const ClassifierParams& params);

/// The options of the forest.
ForestTraining training_of(const ClassifierParams& params);

/// The same of OpenCV's, with the roundings of OTB.
OpenCvForestTraining opencv_forest_training_of(const ClassifierParams& params);

/// The options of the support vector machine, with the roundings of OTB, whose parameters are float.
SvmTraining svm_training_of(const ClassifierParams& params);

/// The same of OpenCV's.
OpenCvSvmTraining opencv_svm_training_of(const ClassifierParams& params);

/// The options of boosted trees, with the roundings of OTB.
BoostTraining boost_training_of(const ClassifierParams& params);

/// Faults of choices that OTB has and Cers has not.
void check_classifier(const ClassifierParams& params, Diagnostics& diagnostics);

/// Throws UserError for keys of Cers' own forest beside -classifier.rf.library opencv. Warns of OTB's default depth and
/// number of steps when the user did not choose them, of options that others make void, and of a support vector machine
/// on features as they are (not `scaled`).
void check_keys(const ClassifierParams& params, bool scaled, Wiring& wiring);

constexpr const char* calibration_citations[] = {
    "Niculescu-Mizil and Caruana (2005), Predicting good probabilities with supervised learning, Proceedings of ICML, "
    "doi:10.1145/1102351.1102430.",
    "Guo, Pleiss, Sun and Weinberger (2017), On calibration of modern neural networks, Proceedings of ICML, "
    "arXiv:1706.04599.",
    "Platt (1999), Probabilistic outputs for support vector machines and comparisons to regularized likelihood "
    "methods, Advances in Large Margin Classifiers, MIT Press."};

/// For the doc text of both applications.
constexpr const char* calibration_doc =
    "**Probabilities.** The trees of a forest agree less often than they are right: a share of 0.6 of the votes may "
    "well be a class that is there in eight of ten cases. So the share s of each of K classes by T trees becomes "
    "q = (s + 1 / (K T))^a, divided by the sum over the classes, and then (1 - e) q + e / K. The exponent a and the "
    "share e of labels that say nothing, as wrong ones do, are those with the least log loss on the out-of-bag votes, "
    "where each polygon counts as much; the model keeps them. The map does not change: the order of the classes stays. "
    "Confidence, "
    "margin, entropy and `-probamap` of ImageClassifier and the confidence of VectorClassifier are of these "
    "probabilities. They hold for pixels drawn as the samples were, labelled as the polygons are: elsewhere a map is "
    "worse than the polygons say. Where polygons are known and `-classifier.rf.bootstrap samples` is given, samples "
    "are judged by trees that know their neighbours, and the probabilities are too sure. "
    "`-classifier.rf.calibration none` leaves the shares of the votes, as OTB's users know them.";

constexpr const char* svm_citation =
    "Chang and Lin (2011), LIBSVM: A Library for Support Vector Machines, ACM Transactions on Intelligent Systems and "
    "Technology 2:27, doi:10.1145/1961189.1961199.";

/// For the doc text of both applications.
constexpr const char* opencv_forest_doc =
    "`-classifier.rf.library opencv` grows the forest with OpenCV, as OTB does, in a YAML file that Cers, OTB and "
    "OpenCV "
    "read: equal samples in the same order and `-rand 0` give OTB's forest, which is the same whatever OTB's own "
    "`-rand`; another `-rand` gives another one. Its trees are at most 25 deep, each leaf votes for one class, and "
    "samples are drawn, not polygons, and votes stay as they are: `-classifier.rf.leaf`, `.weights`, `.bootstrap`, "
    "`.minleaf` and `.calibration` are errors beside it. The file holds no names, no missing value and no statistics, "
    "and the model is judged as a support vector "
    "machine is. OpenCV takes one thread.";

constexpr const char* svm_doc =
    "**Support vector machines.** `-classifier libsvm` trains one with libsvm, as OTB does by default; the model is "
    "libsvm's text file, which Cers, OTB and svm-predict read. Samples in the same order give OTB's model. The file "
    "holds numbers of classes only: no names, no missing value and no statistics. Features should have alike ranges: "
    "give their statistics here, and the same file to ImageClassifier (`-imstat`) or VectorClassifier (`-instat`). It "
    "has no out-of-bag samples: without samples for validation it is judged on those it was trained on, which shows "
    "too good a model. libsvm takes one thread, and a time that grows with the square of the number of samples.";

constexpr const char* opencv_svm_doc =
    "`-classifier svm` trains the machine of OpenCV, which OTB had up to version 7, with its keys and defaults, in a "
    "YAML file that Cers, OTB and OpenCV read. What is said of statistics and judging holds for it too. "
    "`-classifier.svm.opt true` tries the costs, gammas and so on of OpenCV's own grids, hundreds of trainings, with "
    "`-threads` at once: equal samples give equal models, and the file tells what was found. OpenCV stops after "
    "`-classifier.svm.iter` steps for each pair of classes, done or not; OTB had no such key for classes, and its 1000 "
    "are few: a linear machine on OTB's 4435 samples of Landsat found 65 % of the classes, and 86 % after ten times as "
    "many. OTB's default of 0 for `-classifier.svm.nu` allows no training: nusvc asks for another. The regressions of "
    "OTB (epssvr, nusvr) are no classifiers and are not there.";

constexpr const char* boost_citation =
    "Friedman, Hastie and Tibshirani (2000), Additive logistic regression: a statistical view of boosting, Annals of "
    "Statistics 28:337-407, doi:10.1214/aos/1016218223.";

constexpr const char* boost_doc =
    "**Boosted trees.** `-classifier boost` trains them with OpenCV, as OTB does: equal samples in the same order give "
    "OTB's model, a YAML file that Cers, OTB and OpenCV read. It holds no names, no missing value and no statistics. "
    "OpenCV tells two classes apart: other numbers of classes are an error, where OTB trains a model that is of no "
    "use. "
    "The model is judged as a support vector machine is. OpenCV takes one thread.";

}  // namespace cers
