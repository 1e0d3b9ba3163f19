// SPDX-License-Identifier: Apache-2.0
// The steps of a pass: runs of pixelwise nodes become row groups, and worker blocks are shared between nodes that never
// live together.
#include "steps.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <span>

namespace cers::engine_detail {
namespace {

using GraphNode = Graph::Impl::GraphNode;

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
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
  // What is taken from memory is like a leaf: nothing below it runs.
  bool leaf(std::size_t i) const { return entry(i).leaf() || pass_.from_memory[i]; }
  bool pixelwise(std::size_t i) const { return entry(i).pixelwise && !pass_.from_memory[i]; }
  std::span<const Edge> inputs(std::size_t i) const {
    return pass_.from_memory[i] ? std::span<const Edge>() : std::span<const Edge>(entry(i).inputs);
  }

  void collect_nodes() {
    std::set<int> needed;
    std::vector<int> open;
    for (const Target& target : pass_.targets) open.push_back(target.node);
    while (!open.empty()) {
      const int node = open.back();
      open.pop_back();
      if (!needed.insert(node).second || taken(node)) continue;
      for (Edge input : graph_.nodes[at(node)].inputs) open.push_back(input.node);
    }
    pass_.nodes.assign(needed.begin(), needed.end());
    pass_.local.assign(graph_.nodes.size(), -1);
    for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
      pass_.local[at(pass_.nodes[i])] = static_cast<int>(i);
      pass_.from_memory.push_back(taken(pass_.nodes[i]));
    }
  }
  bool taken(int node) const { return std::find(pass_.takes.begin(), pass_.takes.end(), node) != pass_.takes.end(); }

  // Pixelwise nodes with the same number of other nodes above them can never depend on each other through one of those,
  // so they may be fused without a cycle.
  void find_levels() {
    level_.assign(pass_.nodes.size(), 0);
    for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
      for (Edge input : inputs(i)) level_[i] = std::max(level_[i], level_[local(input.node)]);
      if (!leaf(i) && !pixelwise(i)) ++level_[i];
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
      if (!pixelwise(i)) continue;
      for (Edge input : inputs(i)) {
        const std::size_t producer = local(input.node);
        if (pixelwise(producer) && level_[producer] == level_[i]) {
          parent[at(root(static_cast<int>(i)))] = root(static_cast<int>(producer));
        }
        for (int user : first_user[producer]) {
          if (level_[at(user)] == level_[i]) parent[at(root(static_cast<int>(i)))] = root(user);
        }
        first_user[producer].push_back(static_cast<int>(i));
      }
    }
    for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
      if (pixelwise(i)) group_[i] = root(static_cast<int>(i));
    }
  }

  void find_held() {
    held_.assign(pass_.nodes.size(), false);
    for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
      for (Edge input : inputs(i)) {
        const std::size_t producer = local(input.node);
        const bool same_group = group_[i] >= 0 && group_[producer] == group_[i];
        const bool row_by_row = fuse_ && group_[i] >= 0 && leaf(producer);
        if (!same_group && !row_by_row) held_[producer] = true;
      }
      if (!leaf(i) && !pixelwise(i)) held_[i] = true;
      if (!fuse_) held_[i] = true;
    }
    for (const Target& target : pass_.targets) {
      if (target.kind != Target::Kind::sink) held_[local(target.node)] = true;
    }
  }

  void emit() {
    std::vector<bool> done(pass_.nodes.size(), false);
    int levels = 0;
    for (int level : level_) levels = std::max(levels, level + 1);
    for (int level = 0; level < levels; ++level) {
      for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
        if (level_[i] == level && leaf(i) && held_[i]) {
          pass_.steps.push_back({Step::Kind::fill_leaf, static_cast<int>(i), {}});
        }
      }
      for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
        if (level_[i] != level || leaf(i) || pixelwise(i)) continue;
        pass_.steps.push_back({Step::Kind::compute, static_cast<int>(i), {}});
      }
      for (std::size_t i = 0; i < pass_.nodes.size(); ++i) {
        if (level_[i] == level && pixelwise(i) && !done[i]) emit_group(i, done);
      }
    }
    // Outputs that copy a leaf or another held node.
    for (std::size_t t = 0; t < pass_.targets.size(); ++t) {
      const Target& target = pass_.targets[t];
      const std::size_t node = local(target.node);
      if (target.kind != Target::Kind::sink || pixelwise(node)) continue;
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
      for (Edge input : inputs(i)) {
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

  // A slot is free again after the last step that reads its node. Reductions and what is kept read after the last step.
  void assign_slots() {
    const std::size_t steps = pass_.steps.size();
    std::vector<std::size_t> last_use(pass_.nodes.size(), 0);
    const auto uses = [&](int node, std::size_t step) {
      if (held_[at(node)]) last_use[at(node)] = std::max(last_use[at(node)], step);
    };
    for (std::size_t s = 0; s < steps; ++s) {
      const Step& step = pass_.steps[s];
      if (step.kind == Step::Kind::compute) {
        for (Edge input : inputs(at(step.node))) uses(static_cast<int>(local(input.node)), s);
      }
      for (int node : step.group.blocks) uses(node, s);
      for (int node : step.group.members) uses(node, s);
      if (step.node >= 0) uses(step.node, s);
    }
    for (const Target& target : pass_.targets) {
      if (target.kind != Target::Kind::sink) uses(static_cast<int>(local(target.node)), steps);
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

}  // namespace

void build_steps(const Graph::Impl& graph, PassPlan& pass, bool fuse) {
  StepBuilder(graph, pass, fuse).build();
}

}  // namespace cers::engine_detail
