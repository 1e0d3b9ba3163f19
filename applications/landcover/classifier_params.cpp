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
  training.seed = static_cast<std::uint32_t>(params.rand);
  return training;
}

void warn_of_defaults(const ClassifierParams& params, Wiring& wiring) {
  if (!wiring.user_set("classifier.rf.max"))
    wiring.warn(
        fmt::format("trees of depth {}, OTB's default, tell few classes apart: -classifier.rf.max 25 "
                    "-classifier.rf.min 5 is usual for land cover",
                    params.rf_max));
}

}  // namespace cers
