// SPDX-License-Identifier: Apache-2.0
#include "cover.hpp"

#include <algorithm>

namespace cers::simulator {
namespace {

/// Pixels one of whose `bits` is set.
double with_bits(const LabelCounts& counts, unsigned bits) {
  double sum = 0;
  for (unsigned value = 0; value < counts.size(); ++value) {
    if ((value & bits) != 0) sum += static_cast<double>(counts[value]);
  }
  return sum;
}

Late<LabelCountReducer::Result> counted(Graph& graph, Edge edge, const char* label) {
  return graph.reduce(LabelCountReducer(1), edge, label);
}

}  // namespace

Cover LateCover::of(const LateValues& values) const {
  constexpr unsigned cloud_bit = 2;
  constexpr unsigned snow_bit = 4;
  const double seen = std::max(1.0, static_cast<double>(values.get(edges)[0][0]));
  return {100 * with_bits(values.get(clouds)[0], cloud_bit) / seen,
          100 * with_bits(values.get(ground)[0], snow_bit) / seen};
}

LateCover cover_of(Graph& graph, const SimulatedScene& scene) {
  return {counted(graph, scene.clm_r2, "cloud cover"), counted(graph, scene.mg2_r2, "snow cover"),
          counted(graph, scene.edg_r2, "swath")};
}

ClassShares LateClasses::of(const LateValues& values) const {
  const LabelCounts& count = values.get(counts)[0];
  double seen = 0;
  for (std::size_t c = 1; c < count.size(); ++c) seen += static_cast<double>(count[c]);
  const double all = seen + static_cast<double>(count[0]);
  ClassShares shares{};
  shares[0] = 100 * static_cast<double>(count[0]) / std::max(1.0, all);
  for (std::size_t c = 1; c < shares.size(); ++c) shares[c] = 100 * static_cast<double>(count[c]) / std::max(1.0, seen);
  return shares;
}

LateClasses classes_of(Graph& graph, const SimulatedScene& scene) {
  return {counted(graph, scene.scl, "scene classes")};
}

}  // namespace cers::simulator
