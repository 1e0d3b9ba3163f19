// SPDX-License-Identifier: Apache-2.0
#include "tile_worker.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>

#include "cers/core/vector_clones.hpp"
#include "read_rows.hpp"

namespace cers::engine_detail {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

constexpr std::size_t row_alignment = 64;

std::size_t aligned(std::size_t bytes) {
  return (bytes + row_alignment - 1) / row_alignment * row_alignment;
}

const std::byte* row_in(const Block& block, int band, int x, int y) {
  return block.band_data(band) + static_cast<std::size_t>(y - block.window().y) * block.stride_bytes() +
         static_cast<std::size_t>(x - block.window().x) * bytes_of(block.type());
}

void copy_bands(const Block& from, Block& to, const Window& part) {
  for (int band = 0; band < from.bands(); ++band) copy_pixels(from, band, to, band, part);
}

template <class T>
CERS_VECTOR_CLONES void put_nodata(const T* from, T* to, std::size_t count, T value) {
  for (std::size_t i = 0; i < count; ++i) to[i] = from[i] == from[i] ? from[i] : value;
}

}  // namespace

TileWorker::TileWorker(const Plan::Impl& plan, const PassPlan& pass, const BoundNodes& nodes, BlockCache& cache,
                       KeptPixels& kept)
    : plan_(plan), graph_(*plan.graph), pass_(pass), nodes_(nodes), cache_(cache), kept_(kept) {
  slots_.resize(at(pass.slots));
  for (const Node* node : nodes) scratch_.push_back(node ? node->make_scratch() : nullptr);
  row_start_.resize(pass.nodes.size());
  row_stride_.resize(pass.nodes.size());
}

const Graph::Impl::GraphNode& TileWorker::entry(int local) const {
  return graph_.nodes[at(pass_.nodes[at(local)])];
}

const SourceUse& TileWorker::use_of(const Graph::Impl::GraphNode& leaf) const {
  return plan_.uses[at(plan_.use_of_source[at(leaf.source)])];
}

void TileWorker::run(int tile, TileResult& result) {
  const auto start = std::chrono::steady_clock::now();
  const std::int64_t reading = times_.decode + times_.wait;
  const Demand demand = demand_of(graph_, pass_, pass_.tile_window(tile));
  units_of(graph_, pass_, plan_.uses, plan_.use_of_source, demand, units_);
  cache_.acquire(units_, times_);

  result.pixels.resize(pass_.targets.size());
  result.partials.resize(pass_.targets.size());
  for (std::size_t t = 0; t < pass_.targets.size(); ++t) {
    const Target& target = pass_.targets[t];
    if (target.kind != Target::Kind::sink) continue;
    const int bands = static_cast<int>(graph_.nodes[at(target.node)].info.bands.size());
    result.pixels[t].reshape(demand.target[t], bands, graph_.rasters[at(target.index)].sink->type());
  }
  for (std::size_t s = 0; s < pass_.steps.size(); ++s) {
    const Step& step = pass_.steps[s];
    if (step.kind == Step::Kind::rows) {
      rows(s, demand, result);
      continue;
    }
    const auto& node = entry(step.node);
    held(step.node).reshape(demand.node[at(step.node)], static_cast<int>(node.info.bands.size()), node.info.type);
    if (step.kind == Step::Kind::fill_leaf && pass_.from_memory[at(step.node)]) {
      copy_bands(kept_.at(pass_.nodes[at(step.node)]), held(step.node), demand.node[at(step.node)]);
    } else if (step.kind == Step::Kind::fill_leaf) {
      fill_leaf(cache_, use_of(node), node, held(step.node));
    } else if (!demand.node[at(step.node)].empty()) {
      compute(step.node, demand);
    }
  }
  reduce(demand, result);
  keep(demand);
  cache_.release(units_);
  const auto spent = std::chrono::nanoseconds(std::chrono::steady_clock::now() - start).count();
  times_.compute += spent - (times_.decode + times_.wait - reading);
}

void TileWorker::compute(int node, const Demand& demand) {
  const auto& step = entry(node);
  std::vector<const Block*> inputs;
  extended_.resize(std::max(extended_.size(), step.inputs.size()));
  for (std::size_t input = 0; input < step.inputs.size(); ++input) {
    const int producer = pass_.local[at(step.inputs[input].node)];
    const RasterInfo& info = entry(producer).info;
    const Window& required = demand.required[demand.first_required[at(node)] + input];
    const Block& block = held(producer);
    if (required.empty() || Window::of(info.grid.size).contains(required)) {
      inputs.push_back(&block);
      continue;
    }
    Block& extended = extended_[input];
    extended.reshape(required, static_cast<int>(info.bands.size()), info.type);
    extend_block(block, info.grid.size, step.node->border(input), extended);
    inputs.push_back(&extended);
  }
  nodes_[at(node)]->compute(inputs, held(node), scratch_[at(node)].get());
}

void TileWorker::rows(std::size_t s, const Demand& demand, TileResult& result) {
  const RowGroup& group = pass_.steps[s].group;
  Window window;
  for (int node : group.members) window = window.united(demand.node[at(node)]);
  for (int sink : group.sinks) window = window.united(demand.target[at(sink)]);
  if (window.empty()) return;

  // One row for each band of each leaf and member that is not held as a block.
  std::size_t bytes = row_alignment;
  const auto reserve = [&](int node) {
    const RasterInfo& info = entry(node).info;
    row_stride_[at(node)] = aligned(static_cast<std::size_t>(window.width) * bytes_of(info.type));
    bytes += row_stride_[at(node)] * info.bands.size();
  };
  for (int leaf : group.leaves) {
    if (!pass_.from_memory[at(leaf)]) reserve(leaf);
  }
  for (int node : group.members) {
    if (pass_.slot[at(node)] < 0)
      reserve(node);
    else
      held(node).reshape(window, static_cast<int>(entry(node).info.bands.size()), entry(node).info.type);
  }
  if (row_storage_.size() < bytes) row_storage_.resize(bytes);
  const auto base = reinterpret_cast<std::uintptr_t>(row_storage_.data());
  std::byte* next = row_storage_.data() + (aligned(base) - base);
  const auto place = [&](int node) {
    row_start_[at(node)] = next;
    next += row_stride_[at(node)] * entry(node).info.bands.size();
  };
  for (int leaf : group.leaves) {
    if (!pass_.from_memory[at(leaf)]) place(leaf);
  }
  for (int node : group.members) {
    if (pass_.slot[at(node)] < 0) place(node);
  }
  for (int y = window.y; y < window.bottom(); ++y) row_of(s, y, window, result, demand);
}

void TileWorker::row_of(std::size_t s, int y, const Window& window, TileResult& result, const Demand& demand) {
  const RowGroup& group = pass_.steps[s].group;
  const auto point_at = [&](int node, const Block& block) {
    row_start_[at(node)] = row_in(block, 0, window.x, y);
    row_stride_[at(node)] = block.stride_bytes() * static_cast<std::size_t>(block.window().height);
  };
  for (int leaf : group.leaves) {
    if (pass_.from_memory[at(leaf)]) {
      point_at(leaf, kept_.at(pass_.nodes[at(leaf)]));
      continue;
    }
    const auto& node = entry(leaf);
    for (std::size_t band = 0; band < node.bands.size(); ++band) {
      std::byte* row = const_cast<std::byte*>(row_start_[at(leaf)]) + band * row_stride_[at(leaf)];
      read_row(cache_, use_of(node), node, node.bands[band], window.x, y, window.width, row);
    }
  }
  for (int node : group.blocks) point_at(node, held(node));
  for (int member : group.members) {
    if (pass_.slot[at(member)] >= 0) point_at(member, held(member));
    pointers_.in.clear();
    pointers_.out.clear();
    for (Edge input : entry(member).inputs) {
      const int producer = pass_.local[at(input.node)];
      for (std::size_t band = 0; band < entry(producer).info.bands.size(); ++band) {
        pointers_.in.push_back(row_start_[at(producer)] + band * row_stride_[at(producer)]);
      }
    }
    for (std::size_t band = 0; band < entry(member).info.bands.size(); ++band) {
      pointers_.out.push_back(const_cast<std::byte*>(row_start_[at(member)]) + band * row_stride_[at(member)]);
    }
    const auto* kernel = static_cast<const PixelwiseNode*>(nodes_[at(member)]);
    kernel->compute_row({window.x, y, static_cast<std::size_t>(window.width), pointers_.in, pointers_.out},
                        scratch_[at(member)].get());
  }
  for (int sink : group.sinks) {
    const Target& target = pass_.targets[at(sink)];
    const Window& part = demand.target[at(sink)];
    if (y < part.y || y >= part.bottom()) continue;
    const int node = pass_.local[at(target.node)];
    const RasterInfo& info = entry(node).info;
    for (std::size_t band = 0; band < info.bands.size(); ++band) {
      const std::byte* row = row_start_[at(node)] + band * row_stride_[at(node)] +
                             static_cast<std::size_t>(part.x - window.x) * bytes_of(info.type);
      deliver(target, row, info.type, static_cast<int>(band), y, result.pixels[at(sink)]);
    }
  }
}

// NaN becomes the output's nodata value before the conversion, so that it survives in integer types.
void TileWorker::deliver(const Target& target, const std::byte* from, PixelType type, int band, int y, Block& to) {
  const RasterSink& sink = *graph_.rasters[at(target.index)].sink;
  const auto count = static_cast<std::size_t>(to.window().width);
  std::byte* row = to.band_data(band) + static_cast<std::size_t>(y - to.window().y) * to.stride_bytes();
  const std::optional<double> nodata = sink.nodata();
  if (nodata && !std::isnan(*nodata) && is_floating(type)) {
    if (clean_.size() < count) clean_.resize(count);
    if (type == PixelType::f32) {
      auto* clean = reinterpret_cast<float*>(clean_.data());
      put_nodata(reinterpret_cast<const float*>(from), clean, count, static_cast<float>(*nodata));
    } else {
      put_nodata(reinterpret_cast<const double*>(from), clean_.data(), count, *nodata);
    }
    from = reinterpret_cast<const std::byte*>(clean_.data());
  }
  convert_pixels(from, type, row, to.type(), count, sink.round());
}

void TileWorker::reduce(const Demand& demand, TileResult& result) {
  for (std::size_t t = 0; t < pass_.targets.size(); ++t) {
    const Target& target = pass_.targets[t];
    if (target.kind != Target::Kind::reduction) continue;
    const ReduceTask& task = *target.task;
    const Block& block = held(pass_.local[at(target.node)]);
    const Window window = demand.target[t];
    auto& partials = result.partials[t];
    partials.clear();
    if (window.empty()) continue;
    if (task.exact()) {
      partials.push_back({0, task.start()});
      task.add(*partials.back().state, block, window);
      continue;
    }
    CERS_EXPECT(window.x % reduction_chunk == 0 && window.y % reduction_chunk == 0);
    const int columns = ceil_div(target.raster.width, reduction_chunk);
    const TileGrid chunks(window.size(), {reduction_chunk, reduction_chunk});
    for (int i = 0; i < chunks.count(); ++i) {
      Window chunk = chunks[i];
      chunk.x += window.x;
      chunk.y += window.y;
      partials.push_back({chunk.y / reduction_chunk * columns + chunk.x / reduction_chunk, task.start()});
      task.add(*partials.back().state, block, chunk);
    }
  }
}

void TileWorker::keep(const Demand& demand) {
  for (std::size_t t = 0; t < pass_.targets.size(); ++t) {
    const Target& target = pass_.targets[t];
    if (target.kind == Target::Kind::kept)
      copy_bands(held(pass_.local[at(target.node)]), kept_.at(target.node), demand.target[t]);
  }
}

}  // namespace cers::engine_detail
