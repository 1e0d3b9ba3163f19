// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/overlapping_polygons.hpp"

#include <cstdint>
#include <map>

#include "cers/learn/polygon_cover.hpp"
#include "cers/learn/shared_ground.hpp"

namespace cers {
namespace {

constexpr double lattice_m = 10;  // pixels of Sentinel-2

}  // namespace

OverlappingPolygons find_overlapping(const LabelledLayer& layer) {
  const auto shapes = layer.on_lattice(lattice_m);
  std::map<std::int64_t, std::size_t> number;  // of a feature of the layer
  for (std::size_t i = 0; i < layer.features().size(); ++i) number[layer.features()[i].id] = i;
  LabelledShapes looked;
  looked.grid = shapes->grid;
  std::vector<PlacedFeature> placed;
  PolygonCover cover;
  for (std::size_t i = 0; i < shapes->features.size(); ++i) {
    if (shapes->features[i].label.empty() || !shapes->shapes[i].lines.empty()) continue;
    append_runs(shapes->shapes[i], static_cast<std::uint32_t>(placed.size()), cover.runs);
    // Each like a file of its own: features of different classes hang together too.
    placed.push_back({number.at(shapes->features[i].id), static_cast<int>(placed.size())});
    looked.features.push_back(shapes->features[i]);
    looked.shapes.push_back(shapes->shapes[i]);
  }
  SharedGround ground(layer.features().size());
  ground.add(looked, placed);
  OverlappingPolygons found;
  found.sets = ground.sets();
  found.all = placed.size();
  std::vector<std::size_t> size(found.sets.size(), 0);
  for (const std::size_t set : found.sets) ++size[set];
  for (const std::size_t set : found.sets) found.polygons += size[set] > 1 ? 1 : 0;
  const Overlap overlap = find_overlap(cover, looked);
  if (overlap.pairs > 0) found.classes = describe_pairs(overlap, looked);
  return found;
}

}  // namespace cers
