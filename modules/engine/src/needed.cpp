// SPDX-License-Identifier: Apache-2.0
#include "needed.hpp"

#include <set>

namespace cers::engine_detail {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

class Marker {
 public:
  explicit Marker(const Graph::Impl& graph)
      : graph_(graph), needed_{std::vector<bool>(graph.nodes.size()), std::vector<bool>(graph.lates.size())} {}

  void node(int id) {
    if (needed_.node[at(id)]) return;
    needed_.node[at(id)] = true;
    for (Edge input : graph_.nodes[at(id)].inputs) node(input.node);
    for (LateRef value : graph_.nodes[at(id)].after) late(value.id);
  }

  void late(int id) {
    if (needed_.late[at(id)]) return;
    needed_.late[at(id)] = true;
    const auto& origin = graph_.lates[at(id)];
    if (!origin.is_task) {
      const auto& reduction = graph_.reductions[at(origin.index)];
      if (reduction.beside) return;
      for (LateRef value : reduction.after) late(value.id);
      return node(reduction.input);
    }
    for (LateRef input : graph_.tasks[at(origin.index)].inputs) late(input.id);
  }

  Needed take() { return std::move(needed_); }

 private:
  const Graph::Impl& graph_;
  Needed needed_;
};

}  // namespace

Needed find_needed(const Graph::Impl& graph) {
  Marker marker(graph);
  for (const auto& raster : graph.rasters) marker.node(raster.input);
  for (const auto& artifact : graph.artifacts) {
    for (LateRef value : artifact.values) marker.late(value.id);
  }
  return marker.take();
}

std::vector<std::string> unused_steps(const Graph::Impl& graph, const Needed& needed) {
  std::set<std::string> used;
  std::set<std::string> unused;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    if (needed.node[i]) used.insert(graph.nodes[i].step);
  }
  for (const auto& node : graph.nodes) {
    if (!used.contains(node.step)) unused.insert(node.step);
  }
  return {unused.begin(), unused.end()};
}

}  // namespace cers::engine_detail
