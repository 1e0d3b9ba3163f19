// SPDX-License-Identifier: Apache-2.0
// A model in a graph: votes are counted once, and label, confidence and shares are read off them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cers/engine/node.hpp"
#include "cers/learn/feature_scaling.hpp"
#include "cers/learn/model.hpp"

namespace cers {

/// Votes for each class: one uint16 band a class of the model, in its order. Inputs: one float image with a band a
/// feature, NaN where missing, and, with `masked`, a uint8 image of one band that is 0 where not to look. A pixel that
/// is missing in any band or masked has no votes at all. `scaling` has as many features as the model; empty: the
/// model's own.
std::unique_ptr<const Node> make_model_votes(std::shared_ptr<const Model> model, FeatureScaling scaling, bool masked);

using LateModel = Late<std::shared_ptr<const Model>>;

/// What must be known of a model before it is trained in the same run.
struct ModelShape {
  std::vector<std::string> features;  ///< names, in the order of the bands; all of them
  std::vector<ClassInfo> classes;     ///< all that may occur, in the order of the bands of votes
  double cost = 2000;                 ///< nanoseconds of one core per pixel, for the plan: 100 trees, 20 levels
};

/// A model trained in the same run, as one step offers it to another.
struct ModelInRun {
  LateModel model;
  ModelShape shape;
  std::optional<double> nodata;  ///< as ModelInfo::nodata
};

/// The same for a model known only after a stage of the run; pass `model` as `after` to Graph::add. The bands are
/// `shape.classes`; a class the model does not have gets no votes. When the model comes, a UserError says if it has
/// other features than `shape` or a class that is not there. The scaling is the model's own.
std::unique_ptr<const Node> make_model_votes(LateModel model, ModelShape shape, bool masked);

// What follows reads the bands of make_model_votes; `classes` are those of its bands, in their order.

/// The class with most votes, the first of equals as in OpenCV; `nolabel` where there is no vote. One int32 band with
/// its classes; its nodata code is `nolabel` unless that is a class.
std::unique_ptr<const Node> make_winning_label(std::vector<ClassInfo> classes, int nolabel);

/// Share of the votes that went to the winner, 0 to 1; 0, the nodata code, where there is no vote. One float band.
std::unique_ptr<const Node> make_vote_share();

/// The same in percent, rounded: uint8, 255 (nodata) where there is no vote.
std::unique_ptr<const Node> make_confidence();

/// Share of the winner less that of the second: 0 undecided to 1 unanimous. One float band, NaN where there is no vote.
std::unique_ptr<const Node> make_vote_margin();

/// Entropy of the shares divided by the logarithm of the number of classes: 0 unanimous to 1 all equal. One float band,
/// NaN where there is no vote.
std::unique_ptr<const Node> make_vote_entropy();

/// Share of the votes for each class, in thousandths (0 to 1000) as OTB's probability maps; 0 in all bands where there
/// is no vote. Float bands.
std::unique_ptr<const Node> make_class_shares(std::vector<ClassInfo> classes);

}  // namespace cers
