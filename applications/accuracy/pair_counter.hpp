// SPDX-License-Identifier: Apache-2.0
// Reductions of a map and a reference to pairs of labels: over all pixels, or over the pixels of features.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "cers/engine/graph.hpp"
#include "cers/vector-io/pixel_shape.hpp"
#include "pair_counts.hpp"

namespace cers::accuracy {

/// Bands of the int32 image that is reduced, in this order: the map if `map`, the reference (PairCounter only), the
/// stratum if `stratum`, one band in thousandths for each of `codes`.
struct PairLayout {
  bool map = true;  ///< false: no pairs, probabilities alone, all of stratum 0
  std::optional<int> map_nodata;
  std::optional<int> reference_nodata;  ///< of PairCounter
  bool stratum = false;
  bool by_map_class = false;  ///< without a band of strata: the map class is the stratum; else all is stratum 0
  std::vector<int> codes;     ///< class of each band of probabilities
  int block = 0;              ///< of PairCounter: pixels of squares of this side are one cluster; 0: no clusters
};

/// Every pixel that has a reference label.
class PairCounter {
 public:
  using State = PairCounts;
  using Result = PairCounts;
  static constexpr bool exact = true;

  explicit PairCounter(PairLayout layout) : layout_(std::move(layout)) {}
  std::size_t state_bytes() const;
  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window part) const;
  void merge(State& into, State&& from) const { into.add(from); }
  Result finish(State&& state) const { return std::move(state); }

 private:
  PairLayout layout_;
};

/// The pixels of features; each feature is a cluster. Only what lies under them is read.
class FeatureCounter {
 public:
  using State = PairCounts;
  using Result = PairCounts;
  static constexpr bool exact = true;

  /// `runs`: pixels of the features in any order; PixelRun::feature is an index into `labels`, the reference codes.
  FeatureCounter(PairLayout layout, std::vector<PixelRun> runs, std::vector<int> labels);
  std::size_t state_bytes() const;
  State start() const { return {}; }
  Window wanted(Window tile) const;
  void add(State& state, const Block& pixels, Window part) const;
  void merge(State& into, State&& from) const { into.add(from); }
  Result finish(State&& state) const { return std::move(state); }

 private:
  struct Places {
    std::vector<PixelRun> runs;  ///< by line, then column
    std::vector<int> labels;
  };
  PairLayout layout_;
  std::shared_ptr<const Places> places_;
};

/// int32: the code of each zone (of make_zones: from 1), `background` outside.
std::unique_ptr<const Node> make_zone_codes(std::vector<int> codes, int background);

/// int32 thousandths of the sum of the bands (float, one a class), rounded; 0 in all bands where one is NaN or negative
/// or all are 0.
std::unique_ptr<const Node> make_thousandths();

/// All bands of the inputs, which are int32, one after the other.
Edge stacked(Graph& graph, const std::vector<Edge>& inputs);

}  // namespace cers::accuracy
