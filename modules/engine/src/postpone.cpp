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

bool read_all(const Sources& of_stage, const Sources& wanted) {
  return std::includes(of_stage.begin(), of_stage.end(), wanted.begin(), wanted.end());
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
  const std::size_t count = static_cast<std::size_t>(last) + 1;
  std::vector<Sources> earliest(count);
  std::vector<Sources> staying(count);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto stage = static_cast<std::size_t>(targets[i].stage);
    if (targets[i].staging != Staging::beside) earliest[stage].insert(sources[i].begin(), sources[i].end());
    if (targets[i].staging == Staging::fixed) staying[stage].insert(sources[i].begin(), sources[i].end());
  }
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].staging != Staging::movable || sources[i].empty()) continue;
    if (share_some(sources[i], staying[static_cast<std::size_t>(targets[i].stage)])) continue;
    for (auto stage = static_cast<std::size_t>(targets[i].stage) + 1; stage < count; ++stage) {
      if (!read_all(earliest[stage], sources[i])) continue;
      stages[i] = static_cast<int>(stage);
      break;
    }
  }
  std::vector<Sources> read(count);
  std::vector<std::vector<int>> nodes(count);
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].staging == Staging::beside || targets[i].node < 0) continue;
    const auto stage = static_cast<std::size_t>(stages[i]);
    read[stage].insert(sources[i].begin(), sources[i].end());
    nodes[stage].push_back(targets[i].node);
  }
  const auto grid = [&](int node) -> const Grid& { return graph.nodes[static_cast<std::size_t>(node)].info.grid; };
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].staging != Staging::beside) continue;
    auto stage = static_cast<std::size_t>(targets[i].stage);
    const auto fits = [&] {
      return read_all(read[stage], sources[i]) &&
             std::ranges::any_of(nodes[stage], [&](int node) { return grid(node) == grid(targets[i].node); });
    };
    while (stage < count && !fits()) ++stage;
    stages[i] = stage < count ? static_cast<int>(stage) : -1;
  }
  return stages;
}

}  // namespace cers::engine_detail
