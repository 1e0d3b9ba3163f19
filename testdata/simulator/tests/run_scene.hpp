// SPDX-License-Identifier: Apache-2.0
// Executes scenes for tests: edges into memory or into files.
#pragma once

#include <algorithm>
#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cers/engine/execute.hpp"
#include "cers/raster-io/raster_sink.hpp"
#include "cers/simulator/scene.hpp"

namespace cers::simulator::testing {

/// Whether the metadata of such scenes tell a value of the knob.
inline bool lists(const Recipe& recipe, const std::string& knob) {
  const KnobValues values = knob_values(recipe);
  return std::any_of(values.begin(), values.end(), [&](const auto& value) { return value.first == knob; });
}

/// Bands of one raster, whole.
struct Raster {
  Size size;
  PixelType type = PixelType::f32;
  std::vector<std::vector<float>> bands;
  float at(int x, int y, int band = 0) const {
    return bands[static_cast<std::size_t>(band)]
                [static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)];
  }
};

/// Altitudes by a formula, on a grid that reaches `margin` pixels of 20 m beyond the recipe's.
class Heights final : public Node {
 public:
  using Formula = std::function<double(double x, double y)>;
  Heights(const Recipe& recipe, int margin, Formula formula)
      : grid_(scene_grid(recipe, 20)), formula_(std::move(formula)) {
    grid_.transform = grid_.transform.shifted(-margin, -margin);
    grid_.size = {grid_.size.width + 2 * margin, grid_.size.height + 2 * margin};
  }
  std::string name() const override { return "heights"; }
  RasterInfo describe(std::span<const RasterInfo>) const override { return {grid_, {BandInfo()}, PixelType::f32}; }
  void compute(std::span<const Block* const>, Block& output, Scratch*) const override {
    const auto plane = output.plane<float>(0);
    const Window w = output.window();
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        plane.at(x, y) =
            static_cast<float>(formula_(grid_.transform.x(x + 0.5, y + 0.5), grid_.transform.y(x + 0.5, y + 0.5)));
      }
    }
  }

 private:
  Grid grid_;
  Formula formula_;
};

/// Keeps what it is given, as f32.
class MemorySink final : public RasterSink {
 public:
  MemorySink(const RasterInfo& info, Raster& raster) : raster_(raster) {
    raster.size = info.grid.size;
    raster.type = info.type;
    raster.bands.assign(info.bands.size(), std::vector<float>(static_cast<std::size_t>(info.grid.size.area())));
  }
  std::string path() const override { return "memory"; }
  void open() override {}
  void close() override {}
  void publish() override {}
  void discard() noexcept override {}
  PixelType type() const override { return PixelType::f32; }
  Size block_size() const override { return {64, 64}; }
  void write(const Block& block) override {
    const Window w = block.window();
    for (int band = 0; band < block.bands(); ++band) {
      const auto plane = block.plane<float>(band);
      for (int y = w.y; y < w.bottom(); ++y) {
        std::memcpy(
            &raster_.bands[static_cast<std::size_t>(band)][static_cast<std::size_t>(y * raster_.size.width + w.x)],
            plane.row(y).data(), static_cast<std::size_t>(w.width) * sizeof(float));
      }
    }
  }

 private:
  Raster& raster_;
};

inline Budget budget(int threads = 2) {
  Budget b;
  b.memory_bytes = 2'000'000'000;
  b.threads = threads;
  return b;
}

/// Runs the graph for the edges named and gives them back.
inline std::map<std::string, Raster> run(Graph& graph, const std::map<std::string, Edge>& edges,
                                         const Budget& b = budget()) {
  std::map<std::string, Raster> rasters;
  for (const auto& [name, edge] : edges) {
    graph.write(edge, std::make_unique<MemorySink>(graph.info(edge), rasters[name]));
  }
  execute(Plan::make(graph, b), {});
  return rasters;
}

}  // namespace cers::simulator::testing
