// SPDX-License-Identifier: Apache-2.0
// The planned form of a pass: which nodes run, in which steps, over which tiles.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cers/core/window.hpp"
#include "cers/engine/plan.hpp"
#include "graph_impl.hpp"

namespace cers::engine_detail {

/// The decode units of one source over the whole run: one a block when interleaved, else one a block and band.
struct SourceUse {
  const BlockSource* source = nullptr;
  std::vector<int> bands;  ///< wanted by any leaf, ascending
  bool interleaved = false;
  Size native;      ///< block of the file
  Size block;       ///< what is kept of one decode: the native block, or whole lines of it
  int columns = 0;  ///< of blocks
  int rows = 0;
  int first_unit = 0;

  /// How often each native block is decoded, for another of its parts.
  int parts() const { return native.height / block.height; }
  int unit_bands() const { return interleaved ? static_cast<int>(bands.size()) : 1; }
  int units_per_block() const { return interleaved ? 1 : static_cast<int>(bands.size()); }
  int unit_count() const { return columns * rows * units_per_block(); }
  int position_of(int band) const;  ///< index of `band` in `bands`
  int unit(int column, int row, int position) const {
    return first_unit + (row * columns + column) * units_per_block() + (interleaved ? 0 : position);
  }
  std::size_t unit_bytes(int unit) const;
  Window unit_window(int unit) const;
  Window native_window(int unit) const;  ///< of the block that `unit` is a part of
  std::size_t native_bytes() const;      ///< of one decode
};

/// A result of a pass: a raster sink, a reduction or a raster kept in memory for a later pass, fed by one node.
struct Target {
  enum class Kind { sink, reduction, kept };
  Kind kind = Kind::sink;
  int index = -1;                    ///< into Graph::Impl::rasters or reductions, or Plan::Impl::kept
  int node = -1;                     ///< graph node
  const ReduceTask* task = nullptr;  ///< of a reduction; when its pass runs, with late values filled in
  int factor = 1;                    ///< lattice pixels per target pixel
  int offset_x = 0;                  ///< lattice column of the target's first pixel's left edge
  int offset_y = 0;
  Size raster;
  /// The target's pixels whose centres fall into `tile` (lattice coordinates), of a reduction those it wants.
  Window window(const Window& tile) const;
};

/// A run of pixelwise nodes walked row by row. Also carries the copies into the outputs' types.
struct RowGroup {
  std::vector<int> members;  ///< local node indices, topological
  std::vector<int> leaves;   ///< local leaves converted row by row, never held as a block
  std::vector<int> blocks;   ///< local nodes whose blocks are read
  std::vector<int> sinks;    ///< indices into PassPlan::targets
};

struct Step {
  enum class Kind { fill_leaf, compute, rows };
  Kind kind = Kind::compute;
  int node = -1;  ///< local, for fill_leaf and compute
  RowGroup group;
};

/// A node whose whole raster stays in memory from the pass that makes it to the last one that takes it.
struct KeptNode {
  int node = -1;
  std::size_t made = 0;  ///< number of the pass, from 0
  std::size_t last = 0;
  std::uint64_t bytes = 0;

  bool alive(std::size_t pass) const { return made <= pass && pass <= last; }
};

struct PassPlan {
  std::string label;
  std::vector<int> nodes;         ///< graph ids, ascending
  std::vector<int> local;         ///< graph id → index in `nodes`, or -1
  std::vector<int> takes;         ///< graph ids of nodes that an earlier pass left in memory
  std::vector<bool> from_memory;  ///< per local node: one of those
  std::vector<Target> targets;
  std::vector<Step> steps;
  std::vector<int> slot;  ///< per local node: worker block that holds it, or -1 when it is never held
  int slots = 0;
  bool ordered_reduction = false;  ///< tiles must be multiples of reduction_chunk
  Window lattice;                  ///< in pixels of the finest target grid
  Size tile;
  Size super_tile;  ///< all tiles of one super-tile come before the next
  double cost_ns = 0;

  int tile_count() const;
  Window tile_window(int index) const;  ///< lattice coordinates
};

/// Indices of the tiles of which some target wants a part, in order; all of them when anything is written.
std::vector<int> tiles_wanted(const PassPlan& pass);

/// Everything one tile needs: bounds inference walked backwards from the targets.
struct Demand {
  std::vector<Window> target;               ///< per target
  std::vector<Window> node;                 ///< per local node, inside its raster; empty when not needed
  std::vector<Window> required;             ///< per input of each compute node, flattened; may exceed the raster
  std::vector<std::size_t> first_required;  ///< per local node
};

Demand demand_of(const Graph::Impl& graph, const PassPlan& pass, const Window& tile);
/// Pixels of a raster that fill `required` under `border`; empty only when nothing is required.
Window inside_of(const Window& required, Size raster, const Border& border);
/// The sources that `passes` read, with the index of each in the result. Of blocks with more lines than `most_lines`
/// only so many are kept at once; 0: all.
std::vector<SourceUse> find_uses(const Graph::Impl& graph, const std::vector<PassPlan>& passes, int most_lines,
                                 std::vector<int>& use_of_source);

/// Calls `visit(unit)` for the decode units that the pass's leaves need for `demand`, some of them twice.
template <class Visit>
void visit_units(const Graph::Impl& graph, const PassPlan& pass, const std::vector<SourceUse>& uses,
                 const std::vector<int>& use_of_source, const Demand& demand, const Visit& visit) {
  for (std::size_t i = 0; i < pass.nodes.size(); ++i) {
    const auto& entry = graph.nodes[static_cast<std::size_t>(pass.nodes[i])];
    const Window& window = demand.node[i];
    if (!entry.leaf() || pass.from_memory[i] || window.empty()) continue;
    const SourceUse& use = uses[static_cast<std::size_t>(use_of_source[static_cast<std::size_t>(entry.source)])];
    for (int row = window.y / use.block.height; row <= (window.bottom() - 1) / use.block.height; ++row) {
      for (int column = window.x / use.block.width; column <= (window.right() - 1) / use.block.width; ++column) {
        if (use.interleaved) {
          visit(use.unit(column, row, 0));
          continue;
        }
        for (int band : entry.bands) visit(use.unit(column, row, use.position_of(band)));
      }
    }
  }
}

/// The same units, each once, in reading order.
void units_of(const Graph::Impl& graph, const PassPlan& pass, const std::vector<SourceUse>& uses,
              const std::vector<int>& use_of_source, const Demand& demand, std::vector<int>& units);

/// The graph as passes with steps and slots, tiles not yet chosen.
struct Passes {
  std::vector<PassPlan> passes;
  std::vector<KeptNode> kept;       ///< of `keep` those that some pass can make and a later one takes
  std::vector<std::string> pruned;  ///< steps no output needs
};
Passes make_passes(const Graph::Impl& graph, bool fuse, const std::vector<int>& keep);

}  // namespace cers::engine_detail

namespace cers {

struct Plan::Impl {
  const Graph::Impl* graph = nullptr;
  Budget budget;
  std::vector<engine_detail::SourceUse> uses;
  std::vector<int> use_of_source;
  std::vector<engine_detail::PassPlan> passes;
  std::vector<engine_detail::KeptNode> kept;
  int most_lines = 0;  ///< see find_uses
  bool keep_between_passes = false;
  int tokens = 1;
  std::size_t units_ahead = 1;
  PlanSummary summary;
};

}  // namespace cers
