// SPDX-License-Identifier: Apache-2.0
// From reference polygons and an image of features to the table a model is trained on, in one description:
//
//   const auto shapes = LabelledLayer("train.gpkg", 0, "code").on_grid(graph.info(features).grid);
//   const auto samples = sample_polygons(graph, features, shapes, {}, options, codes);
//   graph.then(train, "training", samples.table);
//
// The polygons say before any pass which pixels are samples (with a mask, after a pass over the mask). Then only the
// blocks that hold samples are decoded, and only windows around samples computed.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "cers/learn/sample_extraction.hpp"
#include "cers/learn/sample_selection.hpp"
#include "cers/learn/sample_table.hpp"

namespace cers {

struct SamplingOptions {
  SamplingDemand demand;  ///< of one image
  SamplerOptions sampler;
  bool drop_overlap = true;  ///< pixels in polygons of different classes are no samples
  /// Features that give samples; the others only say where these overlap them. Empty: all.
  std::function<bool(const LabelledFeature&)> use{};
  /// Pixels that lie in a feature that gives no samples too are no samples: nothing is judged where it was trained.
  bool exclusive = false;
  /// Features of other files on the same grid: pixels that lie in them are no samples either. Empty: none.
  SharedShapes apart{};
  /// Number of the file in SampleTable::groups, so that polygons of several files differ: file · 2^40 + feature.
  std::int64_t file = 0;
};

/// What is known once the samples are drawn.
struct SampleReport {
  PolygonStatistics statistics;
  Overlap overlap;
  std::size_t selected = 0;
  std::size_t missing = 0;  ///< of these, left out: a feature is NaN there
};

struct LateSamples {
  Late<SampleSelection> selection;
  Late<SampleTable> table;
  Late<SampleReport> report;
};

/// `image`: float features with their band names, NaN where missing, on the grid of `shapes`. `mask`: one uint8 band, 0
/// where not to look. `codes`: of each label; features whose label is not there give no samples.
LateSamples sample_polygons(Graph& graph, Edge image, const SharedShapes& shapes, std::optional<Edge> mask,
                            const SamplingOptions& options, std::map<std::string, int> codes);

/// The number in SampleTable::groups of a feature of file `file`.
std::int64_t sample_group(std::int64_t file, std::int64_t feature);

/// The features for which `keep` holds.
SharedShapes subset(const LabelledShapes& shapes, const std::function<bool(const LabelledFeature&)>& keep);

/// Tables with the same features, one after the other. Throws DataError when they differ.
SampleTable joined(SampleTable first, const SampleTable& second);

}  // namespace cers
