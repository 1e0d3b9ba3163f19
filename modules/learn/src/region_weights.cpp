// SPDX-License-Identifier: Apache-2.0
// How much the model of each region counts at a pixel: exact distances in two passes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/core/vector_clones.hpp"
#include "cers/learn/region_nodes.hpp"

namespace cers {
namespace {

constexpr float far = std::numeric_limits<float>::infinity();

/// best = min(best, column + add).
CERS_VECTOR_CLONES void relax(float* best, const float* column, float add, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const float candidate = column[i] + add;
    best[i] = candidate < best[i] ? candidate : best[i];
  }
}

struct WeightScratch final : Scratch {
  std::vector<int> last;
  std::vector<int> gap;  ///< lines to the nearest pixel of the region in the same column; columns with the halo
  std::vector<float> column;
  std::vector<float> best;
};

class RegionWeights final : public Node {
 public:
  RegionWeights(Grid grid, std::vector<int> zones, RegionBlend blend)
      : grid_(std::move(grid)), zones_(std::move(zones)), blend_(blend), halo_(blend.halo()) {}

  std::string name() const override { return "region-weights"; }
  std::string signature() const override {
    return fmt::format("{} within {} of {} {}", fmt::join(zones_, ","), blend_.metres, blend_.pixel_width,
                       blend_.pixel_height);
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == 1 && inputs[0].type == PixelType::i32 && inputs[0].bands.size() == 1);
    CERS_EXPECT(inputs[0].grid.size == grown(grid_, halo_).size);
    return {grid_, std::vector<BandInfo>(zones_.size()), PixelType::f32};
  }
  Window required(std::size_t, Window output) const override {
    return {output.x, output.y, output.width + 2 * halo_.left, output.height + 2 * halo_.top};
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<WeightScratch>(); }
  double cost() const override { return static_cast<double>(zones_.size()) * 6; }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    auto& own = static_cast<WeightScratch&>(*scratch);
    const auto zones = inputs[0]->plane<std::int32_t>(0);
    const Window w = output.window();
    for (std::size_t region = 0; region < zones_.size(); ++region) {
      const auto out = output.plane<float>(static_cast<int>(region));
      measure_columns(zones, zones_[region], w, own);
      for (int y = w.y; y < w.bottom(); ++y) nearness(own, y - w.y, out.row(y));
    }
    for (int y = w.y; y < w.bottom(); ++y) normalise(output, y, own.best);
  }

 private:
  /// Fills own.gap for the lines of `w`; a gap longer than the halo is halo + 1.
  void measure_columns(const Plane<const std::int32_t>& zones, int zone, const Window& w, WeightScratch& own) const {
    const Window needed = required(0, w);
    const int none = halo_.top + 1;
    const auto columns = static_cast<std::size_t>(needed.width);
    own.gap.resize(columns * static_cast<std::size_t>(w.height));
    const auto sweep = [&](int from, int to, int step, bool first) {
      own.last.assign(columns, none);
      for (int y = from; y != to; y += step) {
        const auto row = zones.row(y, needed);
        for (std::size_t x = 0; x < columns; ++x) own.last[x] = row[x] == zone ? 0 : std::min(own.last[x] + 1, none);
        const int line = y - needed.y - halo_.top;
        if (line < 0 || line >= w.height) continue;
        int* const gap = own.gap.data() + static_cast<std::size_t>(line) * columns;
        for (std::size_t x = 0; x < columns; ++x) gap[x] = first ? own.last[x] : std::min(gap[x], own.last[x]);
      }
    };
    sweep(needed.y, needed.bottom(), 1, true);
    sweep(needed.bottom() - 1, needed.y - 1, -1, false);
  }

  /// u of the pixels of one line.
  void nearness(WeightScratch& own, int line, std::span<float> out) const {
    const std::size_t columns = out.size() + 2 * static_cast<std::size_t>(halo_.left);
    const int* const gap = own.gap.data() + static_cast<std::size_t>(line) * columns;
    const auto none = [&](int lines) { return lines > halo_.top; };
    const int* const here = gap + halo_.left;
    if (std::all_of(gap, gap + columns, none)) return std::fill(out.begin(), out.end(), 0.0F);
    if (std::all_of(here, here + out.size(), [](int lines) { return lines == 0; }))
      return std::fill(out.begin(), out.end(), 1.0F);
    own.column.resize(columns);
    const auto height = static_cast<float>(blend_.pixel_height);
    for (std::size_t x = 0; x < columns; ++x) {
      const float distance = static_cast<float>(gap[x]) * height;
      own.column[x] = none(gap[x]) ? far : distance * distance;
    }
    own.best.assign(out.size(), far);
    for (int dx = -halo_.left; dx <= halo_.left; ++dx) {
      const float across = static_cast<float>(dx) * static_cast<float>(blend_.pixel_width);
      relax(own.best.data(), own.column.data() + halo_.left + dx, across * across, out.size());
    }
    const auto half = static_cast<float>(blend_.half());
    const auto metres = static_cast<float>(blend_.metres);
    for (std::size_t x = 0; x < out.size(); ++x) {
      const float distance = std::max(0.0F, std::sqrt(own.best[x]) - half);
      out[x] = here[x] == 0 ? 1.0F : metres > 0 ? std::max(0.0F, 1.0F - distance / metres) : 0.0F;
    }
  }

  static void normalise(Block& output, int y, std::vector<float>& sum) {
    sum.assign(static_cast<std::size_t>(output.window().width), 0);
    for (int region = 0; region < output.bands(); ++region) {
      const auto row = output.plane<float>(region).row(y);
      for (std::size_t x = 0; x < sum.size(); ++x) sum[x] += row[x];
    }
    for (int region = 0; region < output.bands(); ++region) {
      const auto row = output.plane<float>(region).row(y);
      for (std::size_t x = 0; x < sum.size(); ++x) row[x] = sum[x] == 0 ? 0 : row[x] / sum[x];
    }
  }

  Grid grid_;
  std::vector<int> zones_;
  RegionBlend blend_;
  Halo halo_;
};

}  // namespace

Halo RegionBlend::halo() const {
  if (metres <= 0) return {};
  CERS_EXPECT(pixel_width > 0 && pixel_height > 0);
  const int x = static_cast<int>(std::ceil((metres + half()) / pixel_width));
  const int y = static_cast<int>(std::ceil((metres + half()) / pixel_height));
  return {x, y, x, y};
}

Grid grown(const Grid& grid, const Halo& halo) {
  Grid larger = grid;
  larger.size = {grid.size.width + halo.left + halo.right, grid.size.height + halo.top + halo.bottom};
  larger.transform = grid.transform.shifted(-halo.left, -halo.top);
  return larger;
}

std::unique_ptr<const Node> make_region_weights(Grid grid, std::vector<int> zones, RegionBlend blend) {
  return std::make_unique<RegionWeights>(std::move(grid), std::move(zones), blend);
}

}  // namespace cers
