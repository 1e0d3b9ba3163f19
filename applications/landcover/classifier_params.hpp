// SPDX-License-Identifier: Apache-2.0
// The parameters of classifiers that TrainVectorClassifier and TrainImagesClassifier share.
#pragma once

#include <string>

#include "cers/app/wiring.hpp"
#include "cers/learn/train_forest.hpp"
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
  std::string rf_leaf = "shares";
  std::string rf_weights = "none";
  std::string rf_bootstrap = "groups";
  int rf_minleaf = 1;
  int rand = 0;
};

/// Adds the keys classifier, classifier.rf.* and rand.
template <class Params>
void declare_classifier(Declare<Params>& declare) {
  declare.param("classifier", &Params::classifier, "Kind of model.")
      .choices({{"rf", "random forest"}})
      .param("classifier.rf.max", &Params::rf_max, "Splits on the longest way down a tree. 25 suits most maps.")
      .at_least(1)
      .param("classifier.rf.min", &Params::rf_min, "A node of so many samples or fewer is not split.")
      .at_least(0)
      .param("classifier.rf.var", &Params::rf_var, "Features tried at each split; 0: the square root of their number.")
      .at_least(0)
      .param("classifier.rf.nbtrees", &Params::rf_nbtrees, "Trees, at most.")
      .range(1, 65535)
      .param("classifier.rf.acc", &Params::rf_acc,
             "No more trees once the out-of-bag error is below this; 0: always all trees.")
      .range(0, 1)
      .param("classifier.rf.leaf", &Params::rf_leaf, "What a leaf votes for.")
      .choices({{"shares", "each class by its share of the samples in the leaf"},
                {"majority", "the class with most samples in the leaf, as in OTB"}})
      .param("classifier.rf.weights", &Params::rf_weights, "Weight of samples.")
      .choices({{"none", "all alike"}, {"balanced", "all classes weigh the same"}})
      .param("classifier.rf.bootstrap", &Params::rf_bootstrap, "What is drawn for each tree.")
      .choices({{"groups", "polygons with all their samples; samples when no polygon is known"},
                {"samples", "samples, as in OTB"}})
      .param("classifier.rf.minleaf", &Params::rf_minleaf, "Samples that each side of a split keeps at least.")
      .at_least(1)
      .param("classifier.rf.ra", &Params::rf_ra, "Of no effect on classes. Accepted for scripts written for OTB.")
      .advanced()
      .param("classifier.rf.cat", &Params::rf_cat, "Of no effect on numbers. Accepted for scripts written for OTB.")
      .advanced()
      .param("rand", &Params::rand, "Seed: equal seeds give equal models. OTB's changes from run to run.");
}

/// The options of the forest.
ForestTraining training_of(const ClassifierParams& params);

/// Warns of OTB's default depth when the user did not choose one.
void warn_of_defaults(const ClassifierParams& params, Wiring& wiring);

}  // namespace cers
