// SPDX-License-Identifier: Apache-2.0
// Which polygons of a layer lie on the same ground, before any image is looked at.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cers/vector-io/labelled_layer.hpp"

namespace cers {

struct OverlappingPolygons {
  std::vector<std::size_t> sets;  ///< of each feature of the layer the least number of those it hangs together with
  std::size_t polygons = 0;       ///< that overlap another one
  std::size_t all = 0;            ///< polygons and points with a class
  std::string classes;            ///< pairs of different classes as describe_pairs() tells them; empty: none
};

/// Polygons and points that hold one point of a lattice of 10 m, the pixels of Sentinel-2: slivers between neighbours
/// rarely do. Lines do not hang together, since those of a network all cross each other; features without a class
/// neither. Throws as LabelledLayer::on_lattice.
OverlappingPolygons find_overlapping(const LabelledLayer& layer);

}  // namespace cers
