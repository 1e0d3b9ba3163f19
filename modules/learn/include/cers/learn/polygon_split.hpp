// SPDX-License-Identifier: Apache-2.0
// Whole polygons for training or for validation: pixels of one polygon are alike, and a model that saw some of them is
// judged too well by the others. Drawn over the whole file, before any image or tile is looked at.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cers/vector-io/labelled_layer.hpp"

namespace cers {

struct SplitOptions {
  double validation = 0.5;  ///< share of the polygons of each class that is kept for validation, 0 to 1
  std::uint64_t seed = 0;
  /// Side of square blocks in metres: polygons whose centroids lie in one block stay together. 0: each polygon for
  /// itself.
  double block_m = 0;
  /// Polygons of validation whose outline is nearer than this to that of a training polygon are left out. Only of two
  /// parts.
  double buffer_m = 0;
  int folds = 0;  ///< at least 2: as many parts of about equal size instead of training and validation
};

struct PolygonSplit {
  enum Part : int { training = 0, validation = 1, left_out = -1 };
  std::vector<int> part;              ///< of each feature: a Part, or its fold from 0
  std::vector<std::string> warnings;  ///< classes that cannot be validated, and why
};

/// Splits class by class: ⌊n·validation + ½⌋ of the n polygons of a class are for validation, but never the last one
/// left to train with. Blocks are handed out one after the other, in the order of a hash, to the part that lacks the
/// classes in them most; then each class gets at least one block to train with. Which polygons are drawn depends on
/// their number in the file and the seed, on nothing else. A class of one polygon (or block) is for training and a
/// warning names it: nothing would tell how well it is found. `places`: centroids in metres; may be empty without
/// block. `outlines`: the features in metres; only with a buffer. `together`: of each feature a number, as SharedGround
/// gives it; those of one number stay together, as polygons of one block do; empty: none do.
PolygonSplit split_polygons(const std::vector<LabelledFeature>& features, const std::vector<PixelPoint>& places,
                            const SplitOptions& options, const FeatureOutlines* outlines = nullptr,
                            const std::vector<std::size_t>& together = {});

/// The same of a layer, which knows places and outlines. `features`: those of the layer, of whatever class.
PolygonSplit split_polygons(const LabelledLayer& layer, const std::vector<LabelledFeature>& features,
                            const SplitOptions& options, const std::vector<std::size_t>& together = {});

}  // namespace cers
