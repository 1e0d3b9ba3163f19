// SPDX-License-Identifier: Apache-2.0
#include "sizing.hpp"

#include <algorithm>
#include <set>
#include <span>

#include "assembly_order.hpp"

namespace cers::engine_detail {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

// Measured on the engine benchmark: scheduling, locks and bounds inference of one tile and one node.
constexpr double tile_overhead_ns = 12'000;
constexpr double node_overhead_ns = 500;
constexpr double most_overread = 1.05;
constexpr double most_overhead = 0.01;

std::uint64_t row_bytes(const Graph::Impl& graph, const PassPlan& pass, const RowGroup& group, int width) {
  std::uint64_t bytes = 0;
  const auto add = [&](int node) {
    const RasterInfo& info = graph.nodes[at(pass.nodes[at(node)])].info;
    bytes += Block::bytes_needed({0, 0, width, 1}, static_cast<int>(info.bands.size()), info.type);
  };
  for (int node : group.leaves) add(node);
  for (int node : group.members) add(node);
  return bytes;
}

/// Accumulates the account of one pass tile by tile.
class Walk {
 public:
  Walk(const Plan::Impl& plan, const PassPlan& pass) : plan_(plan), graph_(*plan.graph), pass_(pass) {
    int units = 0;
    for (const SourceUse& use : plan.uses) units += use.unit_count();
    sizing_.uses.resize(at(units));
    for (const Target& target : pass.targets) {
      Size block = {1, 1};
      if (target.kind == Target::Kind::sink) {
        const RasterSink& sink = *graph_.rasters[at(target.index)].sink;
        block = sink.block_size();
        sizing_.sink_bytes += sink.memory_bytes();
      }
      orders_.emplace_back(target.raster, block);
    }
    slots_.resize(at(pass.slots));
    node_area_.resize(pass.nodes.size());
    open_bytes_.resize(pass.targets.size());
  }

  void run(std::span<const int> tiles) {
    sizing_.tiles = static_cast<int>(tiles.size());
    for (int tile : tiles) add_tile(tile);
    for (std::uint64_t bytes : slots_) sizing_.worker_bytes += bytes;
    sizing_.worker_bytes += extra_bytes_ + rows_bytes_;
    finish();
  }

  PassSizing take() { return std::move(sizing_); }

 private:
  const RasterInfo& info(std::size_t local) const { return graph_.nodes[at(pass_.nodes[local])].info; }

  void add_tile(int tile) {
    const Demand demand = demand_of(graph_, pass_, pass_.tile_window(tile));
    visit_units(graph_, pass_, plan_.uses, plan_.use_of_source, demand, [&](int unit) {
      UnitUse& use = sizing_.uses[at(unit)];
      if (use.first < 0) use.first = tile;
      use.last = tile;
    });
    add_worker(demand);
    add_results(demand);
  }

  void add_worker(const Demand& demand) {
    std::uint64_t extra = 0;
    std::uint64_t rows = 0;
    for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
      node_area_[i] += demand.node[i].area();
      const int bands = static_cast<int>(info(i).bands.size());
      const std::uint64_t bytes = Block::bytes_needed(demand.node[i], bands, info(i).type);
      if (pass_.slot[i] >= 0) {
        std::uint64_t& slot = slots_[at(pass_.slot[i])];
        slot = std::max(slot, bytes);
      }
      if (bytes > costliest_bytes_) {
        costliest_bytes_ = bytes;
        sizing_.costliest = static_cast<int>(i);
      }
    }
    for (const Step& step : pass_.steps) {
      if (step.kind == Step::Kind::compute) extra = std::max(extra, add_required(demand, step.node));
      if (step.kind == Step::Kind::rows) {
        int width = 0;
        for (int node : step.group.leaves) width = std::max(width, demand.node[at(node)].width);
        for (int node : step.group.members) width = std::max(width, demand.node[at(node)].width);
        rows = std::max(rows, row_bytes(graph_, pass_, step.group, width));
      }
    }
    extra_bytes_ = std::max(extra_bytes_, extra);
    rows_bytes_ = std::max(rows_bytes_, rows);
  }

  // Inputs that reach beyond the raster are copied and filled; also notes the halo.
  std::uint64_t add_required(const Demand& demand, int node) {
    const auto& entry = graph_.nodes[at(pass_.nodes[at(node)])];
    const Window& output = demand.node[at(node)];
    std::uint64_t bytes = 0;
    for (std::size_t input = 0; input < entry.inputs.size(); ++input) {
      const Window& required = demand.required[demand.first_required[at(node)] + input];
      const RasterInfo& produced = graph_.nodes[at(entry.inputs[input].node)].info;
      if (!Window::of(produced.grid.size).contains(required)) {
        bytes += Block::bytes_needed(required, static_cast<int>(produced.bands.size()), produced.type);
      }
      if (produced.grid.size == entry.info.grid.size && !output.empty()) {
        Halo& halo = sizing_.halo;
        halo.left = std::max(halo.left, output.x - required.x);
        halo.top = std::max(halo.top, output.y - required.y);
        halo.right = std::max(halo.right, required.right() - output.right());
        halo.bottom = std::max(halo.bottom, required.bottom() - output.bottom());
      }
    }
    return bytes;
  }

  void add_results(const Demand& demand) {
    std::uint64_t tile_bytes = 0;
    std::uint64_t open = 0;
    for (std::size_t t = 0; t < pass_.targets.size(); ++t) {
      const Target& target = pass_.targets[t];
      const Window& window = demand.target[t];
      if (target.kind == Target::Kind::kept) continue;  // written where it stays
      if (target.kind == Target::Kind::reduction) {
        const ReduceTask& task = *graph_.reductions[at(target.index)].task;
        const int chunks =
            task.exact() ? 1 : ceil_div(window.width, reduction_chunk) * ceil_div(window.height, reduction_chunk);
        tile_bytes += task.state_bytes() * static_cast<std::uint64_t>(chunks);
        continue;
      }
      const RasterSink& sink = *graph_.rasters[at(target.index)].sink;
      const int bands = static_cast<int>(graph_.nodes[at(target.node)].info.bands.size());
      tile_bytes += Block::bytes_needed(window, bands, sink.type());
      AssemblyOrder& order = orders_[t];
      if (order.passes_through(window)) {
        order.pass_through();
      } else {
        const auto block_bytes = [&](int index) { return Block::bytes_needed(order.block(index), bands, sink.type()); };
        std::uint64_t peak = open_bytes_[t];
        order.add(
            window,
            [&](int index, const Window&, bool first) {
              if (first) open_bytes_[t] += block_bytes(index);
              peak = std::max(peak, open_bytes_[t]);
            },
            [&](int index) { open_bytes_[t] -= block_bytes(index); });
        open += peak;
      }
    }
    sizing_.tile_bytes = std::max(sizing_.tile_bytes, tile_bytes);
    sizing_.assembly_bytes = std::max(sizing_.assembly_bytes, open);
  }

  void finish() {
    for (const Target& target : pass_.targets) {
      if (target.kind != Target::Kind::reduction) continue;
      const ReduceTask& task = *graph_.reductions[at(target.index)].task;
      sizing_.state_bytes += task.result_bytes();
      if (task.exact()) continue;
      const int rows = ceil_div(pass_.super_tile.height, reduction_chunk);
      const int columns = ceil_div(target.raster.width, reduction_chunk);
      sizing_.state_bytes +=
          static_cast<std::uint64_t>(rows) * static_cast<std::uint64_t>(columns) * task.state_bytes();
    }
    for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
      const auto& entry = graph_.nodes[at(pass_.nodes[i])];
      const double area = static_cast<double>(node_area_[i]);
      sizing_.overread = std::max(sizing_.overread, area / static_cast<double>(info(i).grid.size.area()));
      sizing_.node_ns.push_back(entry.leaf() || pass_.from_memory[i] ? 0 : area * entry.node->cost());
      sizing_.cost_ns += sizing_.node_ns.back();
    }
    for (const SourceUse& use : plan_.uses) {
      for (int unit = use.first_unit; unit < use.first_unit + use.unit_count(); ++unit) {
        if (sizing_.uses[at(unit)].first < 0) continue;
        ++sizing_.units;
        const std::uint64_t bytes = use.unit_bytes(unit);
        sizing_.unit_bytes += bytes;
        sizing_.decode_ns += decode_ns(use, unit);
      }
    }
    sizing_.cost_ns += sizing_.decode_ns;
  }

  const Plan::Impl& plan_;
  const Graph::Impl& graph_;
  const PassPlan& pass_;
  PassSizing sizing_;
  std::vector<AssemblyOrder> orders_;
  std::vector<std::uint64_t> open_bytes_;
  std::vector<std::uint64_t> slots_;
  std::vector<std::int64_t> node_area_;
  std::uint64_t extra_bytes_ = 0;
  std::uint64_t rows_bytes_ = 0;
  std::uint64_t costliest_bytes_ = 0;
};

Size limited(Size tile, Size raster) {
  return {std::min(tile.width, raster.width), std::min(tile.height, raster.height)};
}

Size whole_chunks(Size tile) {
  return {ceil_div(tile.width, reduction_chunk) * reduction_chunk,
          ceil_div(tile.height, reduction_chunk) * reduction_chunk};
}

/// The block outputs are written in, in lattice pixels; where nothing is written, a usual block.
Size output_block(const Graph::Impl& graph, const PassPlan& pass) {
  Size block{0, 0};
  for (const Target& target : pass.targets) {
    if (target.kind != Target::Kind::sink) continue;
    const Size size = graph.rasters[at(target.index)].sink->block_size();
    block = {std::max(block.width, size.width * target.factor), std::max(block.height, size.height * target.factor)};
  }
  if (block.width == 0) return {512, 512};
  // Strips: several together, or a tile would be a few rows.
  if (block.height < 64) block.height *= ceil_div(64, block.height);
  return block;
}

bool selective(const PassPlan& pass) {
  return std::all_of(pass.targets.begin(), pass.targets.end(),
                     [](const Target& target) { return target.task && target.task->selective(); });
}

/// Small enough that a tile reaches little beyond the blocks of what is wanted.
Size smallest_source_block(const Plan::Impl& plan, const PassPlan& pass) {
  Size block{512, 512};
  for (std::size_t i = 0; i < pass.nodes.size(); ++i) {
    const auto& entry = plan.graph->nodes[at(pass.nodes[i])];
    if (!entry.leaf() || pass.from_memory[i]) continue;
    const Size size = plan.uses[at(plan.use_of_source[at(entry.source)])].block;
    block = {std::min(block.width, size.width), std::min(block.height, size.height)};
  }
  return {std::max(64, block.width), std::max(64, block.height)};
}

Size largest_source_block(const Plan::Impl& plan, const PassPlan& pass) {
  Size block{1, 1};
  for (std::size_t i = 0; i < pass.nodes.size(); ++i) {
    const auto& entry = plan.graph->nodes[at(pass.nodes[i])];
    if (!entry.leaf() || pass.from_memory[i]) continue;
    const Size size = plan.uses[at(plan.use_of_source[at(entry.source)])].block;
    block = {std::max(block.width, size.width), std::max(block.height, size.height)};
  }
  return block;
}

/// Bytes that tiles row by row hold at least: of each source that has blocks over two rows of tiles a row of them.
std::uint64_t row_of_blocks(const Plan::Impl& plan, const PassPlan& pass) {
  if (selective(pass)) return 0;
  std::set<int> sources;
  for (std::size_t i = 0; i < pass.nodes.size(); ++i) {
    const auto& entry = plan.graph->nodes[at(pass.nodes[i])];
    if (entry.leaf() && !pass.from_memory[i]) sources.insert(plan.use_of_source[at(entry.source)]);
  }
  std::uint64_t bytes = 0;
  for (const int index : sources) {
    const SourceUse& use = plan.uses[at(index)];
    const Size raster = use.source->info().grid.size;
    const double tile_lines = static_cast<double>(pass.tile.height) * raster.height / pass.lattice.height;
    if (2 * tile_lines > use.block.height || raster.height < use.block.height) continue;
    bytes += Block::bytes_needed({0, 0, raster.width, use.block.height}, 1, use.source->info().type);
  }
  return bytes;
}

/// What `tiles` of the pass take, with the tile and super-tile it has now: of some of them a bound from below.
PassSizing size_tiles(const Plan::Impl& plan, const PassPlan& pass, std::span<const int> tiles) {
  Walk walk(plan, pass);
  walk.run(tiles);
  PassSizing sizing = walk.take();
  sizing.cache_bytes = peak_alive(plan, sizing.uses, pass.tile_count());
  for (const SourceUse& use : plan.uses) {
    const auto first = sizing.uses.begin() + use.first_unit;
    const bool used = std::any_of(first, first + use.unit_count(), [](const UnitUse& unit) { return unit.first >= 0; });
    if (!used) continue;
    ++sizing.sources;
    const std::uint64_t whole = use.parts() > 1 ? use.native_bytes() : 0;
    sizing.decoder_bytes = std::max<std::uint64_t>(sizing.decoder_bytes, use.source->decoder_bytes() + whole);
    sizing.handle_bytes = std::max<std::uint64_t>(sizing.handle_bytes, use.source->handle_bytes());
  }
  return sizing;
}

/// What the pass takes at least: what tiles in its middle do, two rows of them or two super-tiles and as many as are in
/// flight. Where that is most of `tiles`, nothing is known without walking them all: 0.
PassSizing least_of(const Plan::Impl& plan, const PassPlan& pass, std::span<const int> tiles) {
  const int near = pass.super_tile == pass.tile ? ceil_div(pass.lattice.width, pass.tile.width)
                                                : ceil_div(pass.super_tile.width, pass.tile.width) *
                                                      ceil_div(pass.super_tile.height, pass.tile.height);
  const std::size_t count = at(2 * near + plan.tokens);
  if (2 * count > tiles.size()) return {};
  PassSizing sizing = size_tiles(plan, pass, tiles.subspan((tiles.size() - count) / 2, count));
  sizing.assembly_bytes = 0;  // blocks of these tiles would wait for all that come before
  return sizing;
}

std::vector<Size> candidates(const Plan::Impl& plan, const PassPlan& pass) {
  if (plan.budget.tile) return {*plan.budget.tile};
  const Size block = selective(pass) ? smallest_source_block(plan, pass) : output_block(*plan.graph, pass);
  std::vector<Size> sizes{block};
  for (int factor : {2, 4}) {
    if (!selective(pass)) sizes.push_back({block.width * factor, block.height * factor});
  }
  for (Size size = block; size.width > 64 || size.height > 64;) {
    size = {std::max(64, size.width / 2), std::max(64, size.height / 2)};
    sizes.push_back(size);
  }
  if (!selective(pass)) sizes.push_back({pass.lattice.width, 64});
  return sizes;
}

}  // namespace

double decode_ns(const SourceUse& use, int unit) {
  return use.source->decode_cost() * static_cast<double>(use.native_window(unit).area()) *
         static_cast<double>(use.unit_bands());
}

std::uint64_t peak_alive(const Plan::Impl& plan, const std::vector<UnitUse>& uses, std::int64_t tiles) {
  std::vector<std::int64_t> change(static_cast<std::size_t>(tiles) + 1, 0);
  std::uint64_t largest = 0;
  for (const SourceUse& use : plan.uses) {
    for (int unit = use.first_unit; unit < use.first_unit + use.unit_count(); ++unit) {
      const UnitUse& used = uses[at(unit)];
      if (used.first < 0) continue;
      const std::uint64_t bytes = use.unit_bytes(unit);
      largest = std::max(largest, bytes);
      const std::int64_t from = std::max<std::int64_t>(0, used.first - plan.tokens + 1);
      change[static_cast<std::size_t>(from)] += static_cast<std::int64_t>(bytes);
      change[static_cast<std::size_t>(used.last) + 1] -= static_cast<std::int64_t>(bytes);
    }
  }
  std::int64_t alive = 0;
  std::int64_t peak = 0;
  for (std::int64_t delta : change) peak = std::max(peak, alive += delta);
  return static_cast<std::uint64_t>(peak) + largest * plan.units_ahead;
}

PassSizing choose_tile(const Plan::Impl& plan, PassPlan& pass, std::uint64_t available, Misfit misfit) {
  const Size raster = pass.lattice.size();
  const Size source = largest_source_block(plan, pass);
  std::optional<PassSizing> best;
  PassPlan chosen;
  const auto bytes = [&](const PassSizing& sizing) { return sizing.bytes(plan.budget.threads, plan.tokens); };
  for (Size size : candidates(plan, pass)) {
    // A smaller tile than one that fits is never cheaper.
    if (best && bytes(*best) <= available && size.area() < chosen.tile.area()) continue;
    pass.tile = pass.ordered_reduction ? whole_chunks(size) : limited(size, raster);
    // Row by row first; if that holds too many blocks, all tiles of one source block before the next.
    const Size around{ceil_div(source.width, pass.tile.width) * pass.tile.width,
                      ceil_div(source.height, pass.tile.height) * pass.tile.height};
    for (const Size super_tile : {pass.tile, around}) {
      const bool by_rows = super_tile == pass.tile;
      if (by_rows && around != pass.tile && row_of_blocks(plan, pass) > available) continue;
      pass.super_tile = super_tile;
      // Walking every tile only to find that they do not fit would take most of the time of a large plan.
      const std::vector<int> wanted = tiles_wanted(pass);
      PassSizing sizing = least_of(plan, pass, wanted);
      const bool may_count =
          bytes(sizing) <= available || (misfit == Misfit::exact && (!best || bytes(sizing) < bytes(*best)));
      if (may_count) sizing = size_tiles(plan, pass, wanted);
      const double tiles = sizing.tiles;
      sizing.cost_ns = std::max(sizing.cost_ns, 1.0);
      const double overhead =
          tiles * (tile_overhead_ns + node_overhead_ns * static_cast<double>(pass.nodes.size())) / sizing.cost_ns;
      sizing.cost_ns *= 1 + overhead;
      const bool fits = bytes(sizing) <= available;
      if (fits && sizing.overread <= most_overread && (overhead <= most_overhead || tiles <= 1)) return sizing;
      const bool best_fits = best && bytes(*best) <= available;
      const bool better = !best || (fits ? !best_fits || sizing.cost_ns < 0.98 * best->cost_ns
                                         : !best_fits && bytes(sizing) < bytes(*best));
      if (better) {
        best = std::move(sizing);
        chosen = pass;
      }
      if (fits || around == pass.tile) break;
    }
  }
  pass = std::move(chosen);
  return std::move(*best);
}

}  // namespace cers::engine_detail
