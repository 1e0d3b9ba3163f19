// SPDX-License-Identifier: Apache-2.0
// For tests: maps of classes in memory, through the engine.
#pragma once

#include <optional>
#include <vector>

#include "cers/engine_testing/fakes.hpp"

namespace cers::testing {

/// Rows of labels.
struct LabelMap {
  Size size;
  std::vector<std::int32_t> labels;
  explicit LabelMap(Size raster) : size(raster), labels(static_cast<std::size_t>(raster.area())) {}
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x);
  }
  std::int32_t& at(int x, int y) { return labels[index(x, y)]; }
  std::int32_t at(int x, int y) const { return labels[index(x, y)]; }
};

class LabelSource final : public BlockSource {
 public:
  LabelSource(std::string name, LabelMap map) : name_(std::move(name)), map_(std::move(map)) {
    info_ = raster_info(map_.size, 1, PixelType::i32);
  }
  const RasterInfo& info() const override { return info_; }
  Size block_size() const override { return {64, 64}; }
  bool interleaved() const override { return false; }
  std::string identity() const override { return name_; }
  std::string name() const override { return name_; }
  void decode(int, int, std::span<const int>, Block& out) const override {
    const auto plane = out.plane<std::int32_t>(0);
    for (int y = plane.window.y; y < plane.window.bottom(); ++y)
      for (int x = plane.window.x; x < plane.window.right(); ++x) plane.at(x, y) = map_.at(x, y);
  }

 private:
  std::string name_;
  LabelMap map_;
  RasterInfo info_;
};

inline Edge read_labels(Graph& graph, const LabelMap& map) {
  ReadAs as;
  as.type = PixelType::i32;
  return graph.read(graph.add_source(std::make_unique<LabelSource>("map", map)), {0}, as);
}

/// What `edge` of `graph` holds, as labels.
inline LabelMap run_labels(Graph& graph, Edge edge, int threads, std::optional<Size> tile) {
  SinkRecord record;
  const Size size = graph.info(edge).grid.size;
  graph.write(edge, std::make_unique<MemorySink>(record, size, 1, PixelType::i32, Size{128, 96}));
  const Plan plan = Plan::make(graph, budget(threads, tile));
  execute(plan, {});
  LabelMap map(size);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) map.at(x, y) = record.whole.plane<std::int32_t>(0).at(x, y);
  return map;
}

/// Number of pixels that differ.
inline int differing_labels(const LabelMap& a, const LabelMap& b) {
  int count = 0;
  for (std::size_t i = 0; i < a.labels.size(); ++i) count += a.labels[i] != b.labels[i];
  return count;
}

}  // namespace cers::testing
