// SPDX-License-Identifier: Apache-2.0
// Bounds inference: from the pixels a tile delivers back to the pixels it reads.
#include <algorithm>

#include "pass_plan.hpp"

namespace cers::engine_detail {
namespace {

// ceil(a / b) for b > 0 and any sign of a.
int ceil_quotient(int a, int b) {
  return a >= 0 ? (a + b - 1) / b : -((-a) / b);
}

// Where the mirrored coordinate lies: -1 → 0, -2 → 1, n → n-1, …
int mirrored(int position, int length) {
  const int period = 2 * length;
  int folded = position % period;
  if (folded < 0) folded += period;
  return folded < length ? folded : period - 1 - folded;
}

struct Range {
  int begin;
  int end;
};

Range inside_range(int begin, int end, int length, Outside rule) {
  if (begin >= 0 && end <= length) return {begin, end};
  if (rule == Outside::mirror) {
    if (end - begin >= 2 * length) return {0, length};
    int low = length;
    int high = 0;
    for (int i = begin; i < end; ++i) {
      low = std::min(low, mirrored(i, length));
      high = std::max(high, mirrored(i, length));
    }
    return {low, high + 1};
  }
  return {std::clamp(begin, 0, length - 1), std::clamp(end - 1, 0, length - 1) + 1};
}

}  // namespace

Window Target::window(const Window& tile) const {
  const auto first = [this](int edge, int offset) { return ceil_quotient(2 * (edge - offset) - factor, 2 * factor); };
  const int x = first(tile.x, offset_x);
  const int y = first(tile.y, offset_y);
  const Window inside =
      Window{x, y, first(tile.right(), offset_x) - x, first(tile.bottom(), offset_y) - y}.clipped(raster);
  return task ? task->wanted(inside) : inside;
}

int PassPlan::tile_count() const {
  return TileGrid(lattice.size(), tile).count();
}

Window PassPlan::tile_window(int index) const {
  const Size size = lattice.size();
  Window window;
  if (super_tile == tile) {
    window = TileGrid(size, tile)[index];
  } else {
    // Super-tiles are multiples of the tile, so all in a row of super-tiles hold the same number of tile rows.
    const TileGrid tiles(size, tile);
    const int per_row = super_tile.height / tile.height;
    const int per_column = super_tile.width / tile.width;
    const int super_row = index / (tiles.columns() * per_row);
    const int first_row = super_row * per_row;
    const int rows = std::min(per_row, tiles.rows() - first_row);
    int rest = index - first_row * tiles.columns();
    const int super_column = rest / (rows * per_column);
    const int first_column = super_column * per_column;
    const int columns = std::min(per_column, tiles.columns() - first_column);
    rest -= first_column * rows;
    window = tiles.at(first_column + rest % columns, first_row + rest / columns);
  }
  window.x += lattice.x;
  window.y += lattice.y;
  return window;
}

std::vector<int> tiles_wanted(const PassPlan& pass) {
  std::vector<int> tiles;
  for (int tile = 0; tile < pass.tile_count(); ++tile) {
    const Window window = pass.tile_window(tile);
    const bool wanted = std::any_of(pass.targets.begin(), pass.targets.end(), [&](const Target& target) {
      return target.kind == Target::Kind::sink || !target.window(window).empty();
    });
    if (wanted) tiles.push_back(tile);
  }
  return tiles;
}

Window inside_of(const Window& required, Size raster, const Border& border) {
  if (required.empty()) return {};
  const Range x = inside_range(required.x, required.right(), raster.width, border.rule);
  const Range y = inside_range(required.y, required.bottom(), raster.height, border.rule);
  return {x.begin, y.begin, x.end - x.begin, y.end - y.begin};
}

Demand demand_of(const Graph::Impl& graph, const PassPlan& pass, const Window& tile) {
  Demand demand;
  demand.node.resize(pass.nodes.size());
  demand.first_required.resize(pass.nodes.size());
  const auto local = [&](int node) { return static_cast<std::size_t>(pass.local[static_cast<std::size_t>(node)]); };
  for (const Target& target : pass.targets) {
    const Window window = target.window(tile);
    demand.target.push_back(window);
    Window& wanted = demand.node[local(target.node)];
    wanted = wanted.united(window);
  }
  for (std::size_t i = pass.nodes.size(); i-- > 0;) {
    const auto& entry = graph.nodes[static_cast<std::size_t>(pass.nodes[i])];
    demand.first_required[i] = demand.required.size();
    if (entry.leaf() || pass.from_memory[i]) continue;
    for (std::size_t input = 0; input < entry.inputs.size(); ++input) {
      const int producer = entry.inputs[input].node;
      const auto& produced = graph.nodes[static_cast<std::size_t>(producer)].info;
      Window required;
      if (!demand.node[i].empty()) {
        required = entry.pixelwise ? demand.node[i] : entry.node->required(input, demand.node[i]);
      }
      demand.required.push_back(required);
      Window& wanted = demand.node[local(producer)];
      wanted = wanted.united(inside_of(required, produced.grid.size, entry.node->border(input)));
    }
  }
  return demand;
}

void units_of(const Graph::Impl& graph, const PassPlan& pass, const std::vector<SourceUse>& uses,
              const std::vector<int>& use_of_source, const Demand& demand, std::vector<int>& units) {
  units.clear();
  visit_units(graph, pass, uses, use_of_source, demand, [&](int unit) { units.push_back(unit); });
  std::sort(units.begin(), units.end());
  units.erase(std::unique(units.begin(), units.end()), units.end());
}

}  // namespace cers::engine_detail
