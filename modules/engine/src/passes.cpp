// SPDX-License-Identifier: Apache-2.0
// Splits a graph into passes and each pass into steps: what must wait for a late value goes into a later pass, runs of
// pixelwise nodes become row groups, and worker blocks are shared between nodes that never live together.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

#include "needed.hpp"
#include "pass_plan.hpp"
#include "postpone.hpp"

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

/// Decides which nodes are held as blocks, fuses the pixelwise ones, and orders the steps.
class StepBuilder {
 public:
  StepBuilder(const Graph::Impl& graph, PassPlan& pass, bool fuse) : graph_(graph), pass_(pass), fuse_(fuse) {}

  void build() {
    collect_nodes();
    find_levels();
    find_groups();
    find_held();
    emit();
    assign_slots();
  }

 private:
  const GraphNode& entry(std::size_t i) const { return graph_.nodes[at(pass_.nodes[i])]; }
  std::size_t local(int node) const { return at(pass_.local[at(node)]); }

  void collect_nodes() {
    std::set<int> needed;
    std::vector<int> open;
    for (const Target& target : pass_.targets) open.push_back(target.node);
    while (!open.empty()) {
      const int node = open.back();
      open.pop_back();
      if (!needed.insert(node).second) continue;
      for (Edge input : graph_.nodes[at(node)].inputs) open.push_back(input.node);
    }
    pass_.nodes.assign(needed.begin(), needed.end());
    pass_.local.assign(graph_.nodes.size(), -1);
    for (std::size_t i = 0; i < pass_.nodes.size(); ++i) pass_.local[at(pass_.nodes[i])] = static_cast<int>(i);
  }

  // Pixelwise nodes with the same number of other nodes above them can never depend on each other through one of those,
  // so they may be fused without a cycle.
  void find_levels() {
    level_.assign(pass_.nodes.size(), 0);
    for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
      for (Edge input : entry(i).inputs) level_[i] = std::max(level_[i], level_[local(input.node)]);
      if (!entry(i).leaf() && !entry(i).pixelwise) ++level_[i];
    }
  }

  // Union of pixelwise nodes of one level that share an edge or an input. Sinks are attached to a node's group.
  void find_groups() {
    group_.assign(pass_.nodes.size(), -1);
    std::vector<int> parent(pass_.nodes.size());
    std::iota(parent.begin(), parent.end(), 0);
    const auto root = [&](int i) {
      while (parent[at(i)] != i) i = parent[at(i)];
      return i;
    };
    std::vector<std::vector<int>> first_user(pass_.nodes.size());
    for (std::size_t i = 0; i < pass_.nodes.size() && fuse_; ++i) {
      if (!entry(i).pixelwise) continue;
      for (Edge input : entry(i).inputs) {
        const std::size_t producer = local(input.node);
        if (entry(producer).pixelwise && level_[producer] == level_[i]) {
          parent[at(root(static_cast<int>(i)))] = root(static_cast<int>(producer));
        }
        for (int user : first_user[producer]) {
          if (level_[at(user)] == level_[i]) parent[at(root(static_cast<int>(i)))] = root(user);
        }
        first_user[producer].push_back(static_cast<int>(i));
      }
    }
    for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
      if (entry(i).pixelwise) group_[i] = root(static_cast<int>(i));
    }
  }

  void find_held() {
    held_.assign(pass_.nodes.size(), false);
    for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
      for (Edge input : entry(i).inputs) {
        const std::size_t producer = local(input.node);
        const bool same_group = group_[i] >= 0 && group_[producer] == group_[i];
        const bool row_by_row = fuse_ && group_[i] >= 0 && entry(producer).leaf();
        if (!same_group && !row_by_row) held_[producer] = true;
      }
      if (!entry(i).leaf() && !entry(i).pixelwise) held_[i] = true;
      if (!fuse_) held_[i] = true;
    }
    for (const Target& target : pass_.targets) {
      if (target.kind == Target::Kind::reduction) held_[local(target.node)] = true;
    }
  }

  void emit() {
    std::vector<bool> done(pass_.nodes.size(), false);
    int levels = 0;
    for (int level : level_) levels = std::max(levels, level + 1);
    for (int level = 0; level < levels; ++level) {
      for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
        if (level_[i] == level && entry(i).leaf() && held_[i]) {
          pass_.steps.push_back({Step::Kind::fill_leaf, static_cast<int>(i), {}});
        }
      }
      for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
        if (level_[i] != level || entry(i).leaf() || entry(i).pixelwise) continue;
        pass_.steps.push_back({Step::Kind::compute, static_cast<int>(i), {}});
      }
      for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
        if (level_[i] == level && entry(i).pixelwise && !done[i]) emit_group(i, done);
      }
    }
    // Outputs that copy a leaf or another held node.
    for (std::size_t t = 0; t < pass_.targets.size(); ++t) {
      const Target& target = pass_.targets[t];
      const std::size_t node = local(target.node);
      if (target.kind != Target::Kind::sink || entry(node).pixelwise) continue;
      RowGroup copy;
      (held_[node] ? copy.blocks : copy.leaves).push_back(static_cast<int>(node));
      copy.sinks.push_back(static_cast<int>(t));
      pass_.steps.push_back({Step::Kind::rows, -1, std::move(copy)});
    }
  }

  void emit_group(std::size_t first, std::vector<bool>& done) {
    RowGroup group;
    std::set<int> leaves;
    std::set<int> blocks;
    for (std::size_t i = first; i < pass_.nodes.size(); ++i) {
      if (group_[i] != group_[first] || done[i] || level_[i] != level_[first]) continue;
      done[i] = true;
      group.members.push_back(static_cast<int>(i));
      for (Edge input : entry(i).inputs) {
        const std::size_t producer = local(input.node);
        if (group_[producer] == group_[i]) continue;
        (held_[producer] ? blocks : leaves).insert(static_cast<int>(producer));
      }
    }
    group.leaves.assign(leaves.begin(), leaves.end());
    group.blocks.assign(blocks.begin(), blocks.end());
    for (std::size_t t = 0; t < pass_.targets.size(); ++t) {
      const Target& target = pass_.targets[t];
      const std::size_t node = local(target.node);
      if (target.kind == Target::Kind::sink && group_[node] == group_[first]) {
        group.sinks.push_back(static_cast<int>(t));
      }
    }
    pass_.steps.push_back({Step::Kind::rows, -1, std::move(group)});
  }

  // A slot is free again after the last step that reads its node. Reductions read after the last step.
  void assign_slots() {
    const std::size_t steps = pass_.steps.size();
    std::vector<std::size_t> last_use(pass_.nodes.size(), 0);
    const auto uses = [&](int node, std::size_t step) {
      if (held_[at(node)]) last_use[at(node)] = std::max(last_use[at(node)], step);
    };
    for (std::size_t s = 0; s < steps; ++s) {
      const Step& step = pass_.steps[s];
      if (step.kind == Step::Kind::compute) {
        for (Edge input : entry(at(step.node)).inputs) uses(static_cast<int>(local(input.node)), s);
      }
      for (int node : step.group.blocks) uses(node, s);
      for (int node : step.group.members) uses(node, s);
      if (step.node >= 0) uses(step.node, s);
    }
    for (const Target& target : pass_.targets) {
      if (target.kind == Target::Kind::reduction) uses(static_cast<int>(local(target.node)), steps);
    }
    pass_.slot.assign(pass_.nodes.size(), -1);
    std::vector<int> free;
    std::vector<std::pair<std::size_t, int>> busy;  // last step, slot
    for (std::size_t s = 0; s < steps; ++s) {
      const Step& step = pass_.steps[s];
      const auto take = [&](int node) {
        if (!held_[at(node)]) return;
        int slot = pass_.slots;
        if (free.empty())
          ++pass_.slots;
        else {
          slot = free.back();
          free.pop_back();
        }
        pass_.slot[at(node)] = slot;
        busy.emplace_back(last_use[at(node)], slot);
      };
      if (step.node >= 0) take(step.node);
      for (int node : step.group.members) take(node);
      std::erase_if(busy, [&](const auto& entry) {
        if (entry.first > s) return false;
        free.push_back(entry.second);
        return true;
      });
    }
  }

  const Graph::Impl& graph_;
  PassPlan& pass_;
  bool fuse_;
  std::vector<int> level_;
  std::vector<int> group_;
  std::vector<bool> held_;
};

std::string label_of(const Graph::Impl& graph, const PassPlan& pass, std::size_t number, std::size_t count) {
  std::set<std::string> parts;
  for (const Target& target : pass.targets) {
    parts.insert(target.kind == Target::Kind::sink ? "maps" : graph.reductions[at(target.index)].label);
  }
  const std::vector<std::string> names(parts.begin(), parts.end());
  std::string joined;
  for (const std::string& name : names) joined += (joined.empty() ? "" : ", ") + name;
  return fmt::format("pass {}/{}: {}", number, count, joined);
}

}  // namespace

std::vector<PassPlan> make_passes(const Graph::Impl& graph, bool fuse, std::vector<std::string>& pruned) {
  const Stages stages = find_stages(graph);

  const Needed needed = find_needed(graph);
  const std::vector<std::string> unused = unused_steps(graph, needed);
  pruned.insert(pruned.end(), unused.begin(), unused.end());

  std::vector<Wanted> all;
  std::vector<StagedTarget> staged;
  for (std::size_t i = 0; i < graph.rasters.size(); ++i) {
    const int input = graph.rasters[i].input;
    all.push_back({Target::Kind::sink, static_cast<int>(i), input, false});
    staged.push_back({input, stages.node[at(input)], !graph.rasters[i].sink->alone()});
  }
  for (std::size_t i = 0; i < graph.reductions.size(); ++i) {
    const auto& reduction = graph.reductions[i];
    if (!needed.late[at(reduction.late)]) continue;
    all.push_back({Target::Kind::reduction, static_cast<int>(i), reduction.input, !reduction.task->exact()});
    // One that looks at parts only reads little: nothing rides along with it.
    staged.push_back({reduction.task->selective() ? -1 : reduction.input, stages.late[at(reduction.late)], false});
  }
  const std::vector<int> stage_of = postponed_stages(graph, staged);
  std::vector<std::vector<Wanted>> wanted;
  for (std::size_t i = 0; i < all.size(); ++i) {
    wanted.resize(std::max(wanted.size(), at(stage_of[i]) + 1));
    wanted[at(stage_of[i])].push_back(all[i]);
  }

  std::vector<PassPlan> passes;
  for (auto& stage : wanted) {
    for (PassPlan& pass : group_targets(graph, std::move(stage))) passes.push_back(std::move(pass));
  }
  for (std::size_t i = 0; i < passes.size(); ++i) {
    StepBuilder(graph, passes[i], fuse).build();
    passes[i].label = label_of(graph, passes[i], i + 1, passes.size());
  }
  return passes;
}

}  // namespace cers::engine_detail
