// SPDX-License-Identifier: Apache-2.0
// Computes one tile: decoded blocks in, output pixels and partial reductions out.
#pragma once

#include <map>
#include <memory>
#include <vector>

#include "block_cache.hpp"

namespace cers::engine_detail {

/// What a tile delivers, per target of the pass.
struct TileResult {
  std::vector<Block> pixels;  ///< sinks: in the sink's type
  struct Partial {
    int chunk = 0;  ///< row-major index of the anchored chunk; 0 for exact reducers
    std::unique_ptr<ReduceTask::State> state;
  };
  std::vector<std::vector<Partial>> partials;  ///< reductions
};

/// The nodes of a pass with their late values filled in.
using BoundNodes = std::vector<const Node*>;

/// Whole rasters between passes, by graph node. Workers write windows of theirs that do not overlap.
using KeptPixels = std::map<int, Block>;

/// One worker's blocks, rows and scratch; kept from tile to tile so that nothing is allocated after the first.
class TileWorker {
 public:
  TileWorker(const Plan::Impl& plan, const PassPlan& pass, const BoundNodes& nodes, BlockCache& cache,
             KeptPixels& kept);

  void run(int tile, TileResult& result);
  const WorkerTimes& times() const { return times_; }

 private:
  struct RowPointers {
    std::vector<const std::byte*> in;
    std::vector<std::byte*> out;
  };

  const Graph::Impl::GraphNode& entry(int local) const;
  const SourceUse& use_of(const Graph::Impl::GraphNode& leaf) const;
  Block& held(int local) { return slots_[static_cast<std::size_t>(pass_.slot[static_cast<std::size_t>(local)])]; }
  void compute(int node, const Demand& demand);
  void rows(std::size_t step, const Demand& demand, TileResult& result);
  void row_of(std::size_t step, int y, const Window& window, TileResult& result, const Demand& demand);
  void reduce(const Demand& demand, TileResult& result);
  void keep(const Demand& demand);
  void deliver(const Target& target, const std::byte* from, PixelType type, int band, int y, Block& to);

  const Plan::Impl& plan_;
  const Graph::Impl& graph_;
  const PassPlan& pass_;
  const BoundNodes& nodes_;
  BlockCache& cache_;
  KeptPixels& kept_;
  WorkerTimes times_;
  std::vector<Block> slots_;
  std::vector<Block> extended_;
  std::vector<std::unique_ptr<Scratch>> scratch_;  // per local node
  std::vector<int> units_;
  std::vector<const std::byte*> row_start_;  // per local node: its row in a group, bands `row_stride_` apart
  std::vector<std::size_t> row_stride_;
  std::vector<std::byte> row_storage_;
  std::vector<double> clean_;  // a row with nodata put in
  RowPointers pointers_;
};

}  // namespace cers::engine_detail
