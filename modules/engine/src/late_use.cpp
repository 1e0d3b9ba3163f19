// SPDX-License-Identifier: Apache-2.0
#include "late_use.hpp"

#include <algorithm>

namespace cers::engine_detail {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

}  // namespace

std::vector<bool> asked_from(const Graph::Impl& graph, const Needed& needed, const std::vector<PassPlan>& passes,
                             std::size_t next, const std::vector<bool>& known) {
  std::vector<bool> asked(graph.lates.size(), false);
  const auto ask = [&](const std::vector<LateRef>& values) {
    for (const LateRef value : values) asked[at(value.id)] = true;
  };
  for (const auto& artifact : graph.artifacts) ask(artifact.values);
  for (const auto& task : graph.tasks) {
    if (needed.late[at(task.late)] && !known[at(task.late)]) ask(task.inputs);
  }
  for (const auto& reduction : graph.reductions) {
    if (needed.late[at(reduction.late)] && !known[at(reduction.late)]) ask(reduction.after);
  }
  for (std::size_t p = next; p < passes.size(); ++p) {
    for (std::size_t i = 0; i < passes[p].nodes.size(); ++i) {
      if (!passes[p].from_memory[i]) ask(graph.nodes[at(passes[p].nodes[i])].after);
    }
  }
  return asked;
}

std::vector<bool> known_before(const Graph::Impl& graph, const std::vector<PassPlan>& passes, std::size_t next) {
  std::vector<bool> known(graph.lates.size(), false);
  for (std::size_t p = 0; p < std::min(next, passes.size()); ++p) {
    for (const Target& target : passes[p].targets) {
      if (target.kind == Target::Kind::reduction) known[at(graph.reductions[at(target.index)].late)] = true;
    }
  }
  // A task asks for values of tasks before it only.
  for (const auto& task : graph.tasks) {
    known[at(task.late)] =
        std::all_of(task.inputs.begin(), task.inputs.end(), [&](LateRef input) { return known[at(input.id)]; });
  }
  return known;
}

}  // namespace cers::engine_detail
