// SPDX-License-Identifier: Apache-2.0
// The most frequent label around each pixel of a map of classes.
#pragma once

#include <memory>
#include <vector>

#include "cers/engine/node.hpp"

namespace cers {

struct MajorityRule {
  int radius = 1;  ///< pixels; the neighbours are those with dx² + dy² <= (radius + 0.5)², so 1 is the full 3 × 3
  int nodata = 0;  ///< pixels with this label keep it, and do not count as neighbours
  /// Several labels are equally frequent: the pixel becomes `undecided` if this is set, else keeps its label.
  bool mark_undecided = false;
  int undecided = 0;
  /// Only pixels whose own label occurs at most `isolated_threshold` times (the pixel itself included) change.
  bool only_isolated = false;
  int isolated_threshold = 1;
  /// Labels treated as `nodata` is: never changed, and they do not count, so nothing becomes one (as SieveRule::kept).
  std::vector<int> kept = {};
};

/// int32 labels to int32 labels on the same grid; there are no neighbours outside the raster. Same labels as
/// OTB's NeighborhoodMajorityVotingImageFilter. Throws UserError when the radius is below 1.
std::unique_ptr<const Node> make_majority(const RasterInfo& input, const MajorityRule& rule);

}  // namespace cers
