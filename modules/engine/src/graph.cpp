// SPDX-License-Identifier: Apache-2.0
#include "cers/engine/graph.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/text.hpp"
#include "graph_impl.hpp"

namespace cers {
namespace {

void check_same_raster(const std::string& name, std::span<const RasterInfo> inputs) {
  for (std::size_t i = 1; i < inputs.size(); ++i) {
    if (const auto difference = inputs[0].grid.difference(inputs[i].grid)) {
      throw UserError(fmt::format("{}: image {} does not lie on the grid of image 1: {}", name, i + 1, *difference),
                      "bring it there first: `align:` of the input in a pipeline, or the application Superimpose");
    }
  }
}

}  // namespace

Graph::Graph() : impl_(std::make_unique<Impl>()) {}
Graph::~Graph() = default;
Graph::Graph(Graph&&) noexcept = default;
Graph& Graph::operator=(Graph&&) noexcept = default;

void Graph::set_step(std::string step) {
  impl_->step = std::move(step);
}

SourceId Graph::add_source(std::unique_ptr<const BlockSource> source) {
  for (std::size_t i = 0; i < impl_->sources.size(); ++i) {
    if (impl_->sources[i]->identity() == source->identity()) return {static_cast<int>(i)};
  }
  impl_->sources.push_back(std::move(source));
  return {static_cast<int>(impl_->sources.size()) - 1};
}

const BlockSource& Graph::source(SourceId id) const {
  return *impl_->sources.at(static_cast<std::size_t>(id.index));
}

Edge Graph::read(SourceId source, std::vector<int> bands, ReadAs as) {
  const RasterInfo& stored = this->source(source).info();
  CERS_EXPECT(!bands.empty());
  CERS_EXPECT(as.plain() || is_floating(as.type));
  Impl::GraphNode leaf;
  leaf.source = source.index;
  leaf.as = as;
  leaf.step = impl_->step;
  leaf.info.grid = stored.grid;
  leaf.info.type = as.type;
  std::string identity = fmt::format("read {} {} {} {} {}", source.index, name_of(as.type), format_real(as.scale),
                                     format_real(as.offset), as.nodata ? format_real(*as.nodata) : "-");
  for (int band : bands) {
    CERS_EXPECT(band >= 0 && band < static_cast<int>(stored.bands.size()));
    BandInfo info = stored.bands[static_cast<std::size_t>(band)];
    if (!as.plain()) {
      info.classes.clear();  // the numbers are no codes any more
      info.scale = 1;
      info.offset = 0;
      info.nodata = std::numeric_limits<double>::quiet_NaN();
    }
    leaf.info.bands.push_back(std::move(info));
    identity += fmt::format(" {}", band);
  }
  leaf.bands = std::move(bands);
  return {impl_->add_node(std::move(leaf), identity)};
}

Edge Graph::add(std::unique_ptr<const Node> node, std::vector<Edge> inputs, std::vector<LateRef> after) {
  std::vector<RasterInfo> infos;
  for (Edge input : inputs) infos.push_back(info(input));
  Impl::GraphNode entry;
  entry.pixelwise = dynamic_cast<const PixelwiseNode*>(node.get());
  std::string identity = node->signature();
  const auto describe = [&] {
    if (entry.pixelwise) check_same_raster(node->name(), infos);
    entry.info = node->describe(infos);
    CERS_EXPECT(!entry.info.bands.empty());
    if (entry.pixelwise && !infos.empty()) CERS_EXPECT(entry.info.grid.size == infos[0].grid.size);
  };
  if (impl_->step.empty())
    describe();
  else
    with_context("step " + impl_->step, describe);
  if (!identity.empty()) {
    identity = node->name() + " " + identity;
    for (Edge input : inputs) identity += fmt::format(" #{}", input.node);
    for (LateRef late : after) identity += fmt::format(" ?{}", late.id);
  }
  entry.node = std::move(node);
  entry.inputs = std::move(inputs);
  entry.after = std::move(after);
  entry.step = impl_->step;
  return {impl_->add_node(std::move(entry), identity)};
}

int Graph::Impl::add_node(GraphNode node, const std::string& identity) {
  if (!identity.empty()) {
    if (const auto same = known.find(identity); same != known.end()) return same->second;
    known[identity] = static_cast<int>(nodes.size());
  }
  nodes.push_back(std::move(node));
  return static_cast<int>(nodes.size()) - 1;
}

const RasterInfo& Graph::info(Edge edge) const {
  return impl_->nodes.at(static_cast<std::size_t>(edge.node)).info;
}

void Graph::keep(Edge edge) {
  if (std::find(impl_->keep.begin(), impl_->keep.end(), edge.node) == impl_->keep.end())
    impl_->keep.push_back(edge.node);
}

int Graph::add_reduce(std::unique_ptr<ReduceTask> task, Edge input, std::string label, std::vector<LateRef> after) {
  const int late = static_cast<int>(impl_->lates.size());
  impl_->lates.push_back({false, static_cast<int>(impl_->reductions.size())});
  impl_->reductions.push_back({std::move(task), input.node, late, std::move(label), impl_->step, std::move(after)});
  return late;
}

void Graph::set_beside(LateRef reduction) {
  const auto& origin = impl_->lates.at(static_cast<std::size_t>(reduction.id));
  impl_->reductions.at(static_cast<std::size_t>(origin.index)).beside = true;
}

int Graph::add_task(Task task, std::vector<LateRef> inputs, TaskInfo about) {
  const int late = static_cast<int>(impl_->lates.size());
  impl_->lates.push_back({true, static_cast<int>(impl_->tasks.size())});
  impl_->tasks.push_back({std::move(task), std::move(inputs), late, std::move(about)});
  return late;
}

void Graph::write(Edge edge, std::unique_ptr<RasterSink> sink) {
  impl_->rasters.push_back({edge.node, std::move(sink)});
}

void Graph::write(std::vector<LateRef> values, std::unique_ptr<Artifact> artifact) {
  impl_->artifacts.push_back({std::move(values), std::move(artifact)});
}

bool Graph::has_outputs() const {
  return !impl_->rasters.empty() || !impl_->artifacts.empty();
}

void PixelwiseNode::compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const {
  const Window window = output.window();
  std::vector<const std::byte*> in;
  std::vector<std::byte*> out(static_cast<std::size_t>(output.bands()));
  for (int y = window.y; y < window.bottom(); ++y) {
    in.clear();
    for (const Block* block : inputs) {
      const std::size_t offset = static_cast<std::size_t>(y - block->window().y) * block->stride_bytes() +
                                 static_cast<std::size_t>(window.x - block->window().x) * bytes_of(block->type());
      for (int band = 0; band < block->bands(); ++band) in.push_back(block->band_data(band) + offset);
    }
    for (int band = 0; band < output.bands(); ++band) {
      out[static_cast<std::size_t>(band)] =
          output.band_data(band) + static_cast<std::size_t>(y - window.y) * output.stride_bytes();
    }
    compute_row({window.x, y, static_cast<std::size_t>(window.width), in, out}, scratch);
  }
}

}  // namespace cers
