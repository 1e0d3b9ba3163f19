// SPDX-License-Identifier: Apache-2.0
#include "keep.hpp"

#include <algorithm>
#include <map>

namespace cers::engine_detail {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

/// The target of `pass` beside which all pixels of `node` come by; null when there is none.
const Target* companion(const Graph::Impl& graph, const PassPlan& pass, int node) {
  for (const Target& target : pass.targets) {
    const bool all = !(target.task && target.task->selective());
    if (all && graph.nodes[at(target.node)].info.grid == graph.nodes[at(node)].info.grid) return &target;
  }
  return nullptr;
}

/// Which of `makers` (node → pass) a pass of `stage` meets first on the way down from its targets and from the nodes
/// `made` that it makes for later ones.
std::vector<int> met_first(const Graph::Impl& graph, const PassPlan& pass, const std::vector<int>& made, int stage,
                           const std::vector<int>& stage_of_node, const std::map<int, std::size_t>& makers) {
  std::vector<int> met;
  std::vector<bool> seen(graph.nodes.size(), false);
  std::vector<int> open = made;
  for (const Target& target : pass.targets) open.push_back(target.node);
  while (!open.empty()) {
    const int node = open.back();
    open.pop_back();
    if (seen[at(node)]) continue;
    seen[at(node)] = true;
    if (makers.contains(node) && stage_of_node[at(node)] < stage) {
      met.push_back(node);
      continue;
    }
    for (const Edge input : graph.nodes[at(node)].inputs) open.push_back(input.node);
  }
  return met;
}

}  // namespace

std::vector<KeptNode> keep_between(const Graph::Impl& graph, std::vector<PassPlan>& passes,
                                   const std::vector<int>& stage_of_pass, const std::vector<int>& stage_of_node,
                                   const std::vector<int>& keep) {
  std::map<int, std::size_t> makers;
  for (const int node : keep) {
    for (std::size_t p = 0; p < passes.size() && !makers.contains(node); ++p) {
      if (stage_of_pass[p] == stage_of_node[at(node)] && companion(graph, passes[p], node)) makers[node] = p;
    }
  }
  // From the last pass to the first: what is kept for a later pass is made beside a pass's own targets.
  std::map<int, std::size_t> last;
  for (std::size_t p = passes.size(); p-- > 0;) {
    std::vector<int> made;
    for (const auto& [node, pass] : last) {
      if (makers.at(node) == p) made.push_back(node);
    }
    passes[p].takes = met_first(graph, passes[p], made, stage_of_pass[p], stage_of_node, makers);
    for (const int node : passes[p].takes) last.emplace(node, p);
  }
  std::vector<KeptNode> kept;
  for (const auto& [node, pass] : last) {
    const RasterInfo& info = graph.nodes[at(node)].info;
    const std::size_t made = makers.at(node);
    Target target = *companion(graph, passes[made], node);
    target.kind = Target::Kind::kept;
    target.index = static_cast<int>(kept.size());
    target.node = node;
    target.task = nullptr;
    passes[made].targets.push_back(target);
    kept.push_back({node, made, pass,
                    Block::bytes_needed(Window::of(info.grid.size), static_cast<int>(info.bands.size()), info.type)});
  }
  return kept;
}

}  // namespace cers::engine_detail
