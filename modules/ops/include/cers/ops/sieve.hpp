// SPDX-License-Identifier: Apache-2.0
// Small patches of a map of classes given to their largest neighbour: a minimum mapping unit, with the semantics of
// GDALSieveFilter, over rasters of any size and with the same result for any tiles.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cers/engine/graph.hpp"

namespace cers {

struct SieveRule {
  std::uint32_t threshold = 2;  ///< patches of fewer pixels are merged
  bool diagonal = false;        ///< pixels touch at their corners too (8-connected)
  std::optional<int> nodata;    ///< pixels of this label are left out
  std::vector<int> kept;        ///< labels left out: never changed, and nothing merges into them
  /// Labels that may merge with each other, group by group; a label in none is left out. Empty: all labels are one
  /// group.
  std::vector<std::vector<int>> groups;
};

/// The labels after merging, int32 on the grid of `labels` (one int32 band). `mask`: a uint8 image on the same grid, 0
/// where a pixel is left out.
///
/// Patches are pixels of equal label that touch. One smaller than the threshold takes the label of its largest
/// neighbour; if that is smaller than the threshold too, of that one's largest neighbour, and so on. Where this ends in
/// a circle or at a patch without neighbours nothing changes. Of neighbours of one size the first met wins, line by
/// line, as in GDAL: at each pixel the one above, above left, above right, then the left one. Sizes are those before
/// any merging.
///
/// Three passes: the first sizes the patches, the second looks for largest neighbours, the third writes. Each finds the
/// patches of chunks of 64 × 64 pixels anew; kept are only those that reach the rim of a chunk, at most 252 of each: 24
/// bytes a patch, 1.5 bytes a pixel at the very most, which the plan counts.
Edge sieve(Graph& graph, Edge labels, std::optional<Edge> mask, const SieveRule& rule);

}  // namespace cers
