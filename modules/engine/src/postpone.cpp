// SPDX-License-Identifier: Apache-2.0
#include "postpone.hpp"

#include <algorithm>
#include <set>

namespace cers::engine_detail {
namespace {

using Sources = std::set<int>;

Sources sources_under(const Graph::Impl& graph, int node) {
  Sources sources;
  std::vector<bool> seen(graph.nodes.size(), false);
  std::vector<int> open;
  if (node >= 0) open.push_back(node);
  while (!open.empty()) {
    const auto at = static_cast<std::size_t>(open.back());
    open.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    if (graph.nodes[at].leaf()) sources.insert(graph.nodes[at].source);
    for (const Edge input : graph.nodes[at].inputs) open.push_back(input.node);
  }
  return sources;
}

bool share_some(const Sources& a, const Sources& b) {
  return std::any_of(a.begin(), a.end(), [&](int source) { return b.contains(source); });
}

}  // namespace

std::vector<int> postponed_stages(const Graph::Impl& graph, const std::vector<StagedTarget>& targets) {
  std::vector<int> stages;
  std::vector<Sources> sources;
  int last = 0;
  for (const StagedTarget& target : targets) {
    stages.push_back(target.stage);
    sources.push_back(sources_under(graph, target.node));
    last = std::max(last, target.stage);
  }
  std::vector<Sources> of_stage(static_cast<std::size_t>(last) + 1);
  std::vector<Sources> staying(of_stage.size());
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto stage = static_cast<std::size_t>(targets[i].stage);
    of_stage[stage].insert(sources[i].begin(), sources[i].end());
    if (!targets[i].movable) staying[stage].insert(sources[i].begin(), sources[i].end());
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (!targets[i].movable || sources[i].empty()) continue;
    if (share_some(sources[i], staying[static_cast<std::size_t>(targets[i].stage)])) continue;
    for (auto stage = static_cast<std::size_t>(targets[i].stage) + 1; stage < of_stage.size(); ++stage) {
      if (!std::includes(of_stage[stage].begin(), of_stage[stage].end(), sources[i].begin(), sources[i].end()))
        continue;
      stages[i] = static_cast<int>(stage);
      break;
    }
  }
  return stages;
}

}  // namespace cers::engine_detail
