// SPDX-License-Identifier: Apache-2.0
// The pixels that reference polygons hold, and how many each class and each polygon has.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cers/engine/graph.hpp"
#include "cers/vector-io/labelled_layer.hpp"

namespace cers {

using SharedShapes = std::shared_ptr<const LabelledShapes>;

/// Runs of pixels of each feature, feature by feature in the order of the file, from top to bottom.
struct PolygonCover {
  std::vector<PixelRun> runs;
};

/// The pixels of all features: an own value before the first pass, since no pixel is needed for it. With `mask` (one
/// uint8 band on the grid of the features) only those where it is not 0: only blocks under polygons are decoded.
Late<PolygonCover> cover_of(Graph& graph, const SharedShapes& shapes, std::optional<Edge> mask);

using ClassCounts = std::map<std::string, std::uint64_t>;

/// Pixels of each class and of each feature; one that two features hold counts for both. A class whose features hold no
/// pixel has 0.
struct PolygonStatistics {
  ClassCounts classes;
  std::vector<std::uint64_t> features;  ///< in the order of LabelledShapes::features
};
PolygonStatistics statistics_of(const PolygonCover& cover, const LabelledShapes& shapes);

/// The file that OTB's PolygonClassStatistics writes: samplesPerClass and samplesPerVector, keys in the order of text.
std::string statistics_xml(const PolygonStatistics& statistics, const LabelledShapes& shapes);
/// The classes of such a file. Throws DataError, naming it, when it cannot be read or holds no samplesPerClass.
ClassCounts read_class_counts(const std::string& path);

/// Pixels that features of different classes hold.
struct Overlap {
  std::uint64_t pixels = 0;
  std::size_t pairs = 0;                                       ///< of features that share some
  std::vector<std::pair<std::uint32_t, std::uint32_t>> first;  ///< the first three of these
};
Overlap find_overlap(const PolygonCover& cover, const LabelledShapes& shapes);
/// The cover without them.
PolygonCover without_overlap(const PolygonCover& cover, const LabelledShapes& shapes);
/// "214 pixels lie in polygons of different classes, 1 pair: feature 12 (maize) and feature 57 (soy)"; empty without
/// any.
std::string describe(const Overlap& overlap, const LabelledShapes& shapes);
/// Which features these are: "1 pair: feature 12 (maize) and feature 57 (soy)", "7 pairs such as …".
std::string describe_pairs(const Overlap& overlap, const LabelledShapes& shapes);

}  // namespace cers
