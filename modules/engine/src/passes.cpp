// SPDX-License-Identifier: Apache-2.0
// Splits a graph into passes: what must wait for a late value goes into a later pass.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "keep.hpp"
#include "needed.hpp"
#include "pass_plan.hpp"
#include "postpone.hpp"
#include "steps.hpp"

namespace cers::engine_detail {
namespace {

using GraphNode = Graph::Impl::GraphNode;

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

/// Pass number (from 0) in which each node can run, and after which each late value is known.
struct Stages {
  std::vector<int> node;
  std::vector<int> late;
};

Stages find_stages(const Graph::Impl& graph) {
  Stages stages{std::vector<int>(graph.nodes.size(), 0), std::vector<int>(graph.lates.size(), -1)};
  const auto late_stage = [&](auto& self, int late) -> int {
    int& stage = stages.late[at(late)];
    if (stage >= 0) return stage;
    const auto& origin = graph.lates[at(late)];
    stage = 0;
    if (!origin.is_task) {
      const auto& reduction = graph.reductions[at(origin.index)];
      for (LateRef value : reduction.after) stage = std::max(stage, self(self, value.id) + 1);
      return stage = std::max(stage, stages.node[at(reduction.input)]);
    }
    for (LateRef input : graph.tasks[at(origin.index)].inputs) stage = std::max(stage, self(self, input.id));
    return stage;
  };
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const GraphNode& entry = graph.nodes[i];
    for (Edge input : entry.inputs) stages.node[i] = std::max(stages.node[i], stages.node[at(input.node)]);
    for (LateRef late : entry.after) stages.node[i] = std::max(stages.node[i], late_stage(late_stage, late.id) + 1);
  }
  for (std::size_t late = 0; late < graph.lates.size(); ++late) late_stage(late_stage, static_cast<int>(late));
  return stages;
}

/// Late values that a node, a reduction or a task asks for; the others only end in files and notes.
std::vector<bool> values_waited_for(const Graph::Impl& graph) {
  std::vector<bool> waited(graph.lates.size(), false);
  const auto ask = [&](const std::vector<LateRef>& values) {
    for (const LateRef value : values) waited[at(value.id)] = true;
  };
  for (const auto& node : graph.nodes) ask(node.after);
  for (const auto& reduction : graph.reductions) ask(reduction.after);
  for (const auto& task : graph.tasks) ask(task.inputs);
  return waited;
}

Staging staging_of(const Graph::Impl::Reduction& reduction, const std::vector<bool>& waited_for) {
  if (reduction.beside) return Staging::beside;
  return waited_for[at(reduction.late)] || reduction.task->selective() ? Staging::fixed : Staging::movable;
}

/// Whether outputs ask for all that `node` is made from.
bool inputs_needed(const Graph::Impl& graph, const Needed& needed, int node) {
  const auto& inputs = graph.nodes[at(node)].inputs;
  return std::all_of(inputs.begin(), inputs.end(), [&](Edge input) { return needed.node[at(input.node)]; });
}

/// How `target` sits on `base`: pixels a whole factor larger, edges on whole base pixels. Nothing when it does not.
std::optional<Target> nested(const Grid& base, const Grid& grid) {
  Target fit;
  fit.raster = grid.size;
  if (!base.georeferenced || !grid.georeferenced) {
    if (base.size == grid.size && base.georeferenced == grid.georeferenced) return fit;
    return std::nullopt;
  }
  if (base.crs != grid.crs || !base.transform.north_up() || !grid.transform.north_up()) {
    if (base == grid) return fit;
    return std::nullopt;
  }
  const auto& b = base.transform.a;
  const auto& g = grid.transform.a;
  const double factor = g[1] / b[1];
  const double x = (g[0] - b[0]) / b[1];
  const double y = (g[3] - b[3]) / b[5];
  constexpr double tolerance = 1e-6;  // of a base pixel; looser fits get a pass of their own
  const auto whole = [](double v) { return std::abs(v - std::round(v)) <= tolerance && std::abs(v) < 1e9; };
  if (factor < 1 - tolerance || !whole(factor) || std::abs(g[5] / b[5] - factor) > tolerance || !whole(x) ||
      !whole(y)) {
    return std::nullopt;
  }
  fit.factor = static_cast<int>(std::lround(factor));
  fit.offset_x = static_cast<int>(std::lround(x));
  fit.offset_y = static_cast<int>(std::lround(y));
  return fit;
}

double pixel_area(const Grid& grid) {
  return std::abs(grid.transform.a[1] * grid.transform.a[5]);
}

struct Wanted {
  Target::Kind kind;
  int index;
  int node;
  bool ordered;  ///< a reduction folded in chunk order
};

/// The group of each reduction: that of the first raster that is made from the node it looks at.
std::vector<int> groups_of_reductions(const Graph::Impl& graph) {
  std::vector<int> group_of_node(graph.nodes.size(), 0);
  std::vector<bool> seen(graph.nodes.size(), false);
  for (const auto& raster : graph.rasters) {
    std::vector<int> open{raster.input};
    while (!open.empty()) {
      const std::size_t node = at(open.back());
      open.pop_back();
      if (seen[node]) continue;
      seen[node] = true;
      group_of_node[node] = raster.sink->group();
      for (const Edge input : graph.nodes[node].inputs) open.push_back(input.node);
    }
  }
  std::vector<int> groups;
  for (const auto& reduction : graph.reductions) groups.push_back(group_of_node[at(reduction.input)]);
  return groups;
}

/// Puts the targets of one stage into as few passes as their grids allow.
std::vector<PassPlan> group_targets(const Graph::Impl& graph, std::vector<Wanted> wanted) {
  const auto grid_of = [&](const Wanted& w) -> const Grid& { return graph.nodes[at(w.node)].info.grid; };
  std::stable_sort(wanted.begin(), wanted.end(), [&](const Wanted& a, const Wanted& b) {
    return pixel_area(grid_of(a)) < pixel_area(grid_of(b));  // the finest grid is the lattice
  });
  struct Group {
    Grid base;
    PassPlan pass;
    bool closed;  ///< for one output that stands alone
    int id;       ///< RasterSink::group()
  };
  const std::vector<int> group_of_reduction = groups_of_reductions(graph);
  std::vector<Group> groups;
  for (const Wanted& want : wanted) {
    Group* chosen = nullptr;
    std::optional<Target> fit;
    const bool alone = want.kind == Target::Kind::sink && graph.rasters[at(want.index)].sink->alone();
    const int id = want.kind == Target::Kind::sink ? graph.rasters[at(want.index)].sink->group()
                                                   : group_of_reduction[at(want.index)];
    for (Group& group : groups) {
      if (alone || group.closed || group.id != id) continue;
      fit = nested(group.base, grid_of(want));
      // Chunks are anchored at a reduction's first pixel, so it shares a pass only with targets on its very grid.
      const bool same_pixels = fit && fit->factor == 1 && fit->offset_x == 0 && fit->offset_y == 0;
      if (fit && (same_pixels || !(want.ordered || group.pass.ordered_reduction))) {
        chosen = &group;
        break;
      }
    }
    if (!chosen) {
      groups.push_back({grid_of(want), {}, alone, id});
      chosen = &groups.back();
      fit = Target{};
      fit->raster = grid_of(want).size;
    }
    fit->kind = want.kind;
    fit->index = want.index;
    fit->node = want.node;
    if (want.kind == Target::Kind::reduction) fit->task = graph.reductions[at(want.index)].task.get();
    chosen->pass.ordered_reduction |= want.ordered;
    const Window covered{fit->offset_x, fit->offset_y, fit->raster.width * fit->factor,
                         fit->raster.height * fit->factor};
    chosen->pass.lattice = chosen->pass.lattice.united(covered);
    chosen->pass.targets.push_back(*fit);
  }
  std::vector<PassPlan> passes;
  for (Group& group : groups) passes.push_back(std::move(group.pass));
  return passes;
}

std::string label_of(const Graph::Impl& graph, const PassPlan& pass, std::size_t number, std::size_t count) {
  std::set<std::string> parts;
  for (const Target& target : pass.targets) {
    if (target.kind == Target::Kind::sink) parts.insert("maps");
    if (target.kind == Target::Kind::reduction) parts.insert(graph.reductions[at(target.index)].label);
  }
  const std::vector<std::string> names(parts.begin(), parts.end());
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return fmt::format("pass {}/{}: {}", number, count, joined);
}

}  // namespace

Passes make_passes(const Graph::Impl& graph, bool fuse, const std::vector<int>& keep) {
  const Stages stages = find_stages(graph);
  const Needed needed = find_needed(graph);
  Passes made;
  made.pruned = unused_steps(graph, needed);

  const std::vector<bool> waited_for = values_waited_for(graph);

  std::vector<Wanted> all;
  std::vector<StagedTarget> staged;
  for (std::size_t i = 0; i < graph.rasters.size(); ++i) {
    const int input = graph.rasters[i].input;
    all.push_back({Target::Kind::sink, static_cast<int>(i), input, false});
    staged.push_back(
        {input, stages.node[at(input)], graph.rasters[i].sink->alone() ? Staging::fixed : Staging::movable});
  }
  for (std::size_t i = 0; i < graph.reductions.size(); ++i) {
    const auto& reduction = graph.reductions[i];
    if (!(reduction.beside ? inputs_needed(graph, needed, reduction.input) : needed.late[at(reduction.late)])) continue;
    all.push_back({Target::Kind::reduction, static_cast<int>(i), reduction.input, !reduction.task->exact()});
    // One that looks at parts only reads little: nothing rides along with it.
    staged.push_back({reduction.task->selective() ? -1 : reduction.input, stages.late[at(reduction.late)],
                      staging_of(reduction, waited_for)});
  }
  const std::vector<int> stage_of = postponed_stages(graph, staged);
  std::vector<std::vector<Wanted>> wanted;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (stage_of[i] < 0) continue;
    wanted.resize(std::max(wanted.size(), at(stage_of[i]) + 1));
    wanted[at(stage_of[i])].push_back(all[i]);
  }

  std::vector<int> stage_of_pass;
  for (std::size_t stage = 0; stage < wanted.size(); ++stage) {
    for (PassPlan& pass : group_targets(graph, std::move(wanted[stage]))) {
      made.passes.push_back(std::move(pass));
      stage_of_pass.push_back(static_cast<int>(stage));
    }
  }
  made.kept = keep_between(graph, made.passes, stage_of_pass, stages.node, keep);
  for (std::size_t i = 0; i < made.passes.size(); ++i) {
    build_steps(graph, made.passes[i], fuse);
    made.passes[i].label = label_of(graph, made.passes[i], i + 1, made.passes.size());
  }
  return made;
}

}  // namespace cers::engine_detail
