// SPDX-License-Identifier: Apache-2.0
#include "plan_summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "cers/core/text.hpp"
#include "late_use.hpp"

namespace cers::engine_detail {
namespace {

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

// The program, its libraries and GDAL's own 16 MB of cache: resident before the first tile (peak of `cers` in a run on
// 64 × 64 pixels on Debian 12: 63 MB), and what the C library's allocator does not give back.
constexpr std::uint64_t fixed_bytes = 66'000'000;

std::string node_line(const Graph::Impl& graph, const PassPlan& pass, int local) {
  const auto& entry = graph.nodes[at(pass.nodes[at(local)])];
  if (entry.leaf()) {
    const BlockSource& source = *graph.sources[at(entry.source)];
    std::string bands;
    for (int band : entry.bands) bands += fmt::format("{}{}", bands.empty() ? "" : ",", band + 1);
    return fmt::format("{} band {} ({} as {})", source.name(), bands, name_of(source.info().type),
                       name_of(entry.as.type));
  }
  return entry.step.empty() ? entry.node->name() : fmt::format("{} [{}]", entry.node->name(), entry.step);
}

std::vector<std::string> step_lines(const Graph::Impl& graph, const PassPlan& pass) {
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < pass.nodes.size(); ++i) {
    if (pass.from_memory[i]) lines.push_back("take from memory " + node_line(graph, pass, static_cast<int>(i)));
  }
  for (const Step& step : pass.steps) {
    if (step.kind == Step::Kind::fill_leaf && !pass.from_memory[at(step.node)])
      lines.push_back("read " + node_line(graph, pass, step.node));
    if (step.kind == Step::Kind::compute) lines.push_back("compute " + node_line(graph, pass, step.node));
    if (step.kind != Step::Kind::rows) continue;
    for (int leaf : step.group.leaves) {
      if (!pass.from_memory[at(leaf)]) lines.push_back("read " + node_line(graph, pass, leaf) + ", by rows");
    }
    std::string members;
    for (int node : step.group.members) members += (members.empty() ? "" : " + ") + node_line(graph, pass, node);
    if (!members.empty()) lines.push_back("rows " + members);
  }
  return lines;
}

/// Pixels that stay in memory between passes while a pass runs.
std::uint64_t kept_bytes(const Plan::Impl& plan, std::size_t pass) {
  std::uint64_t bytes = 0;
  for (const KeptNode& kept : plan.kept) bytes += kept.alive(pass) ? kept.bytes : 0;
  return bytes;
}

/// Late values that earlier passes made and something still asks for.
std::uint64_t late_bytes(const Plan::Impl& plan, std::size_t pass) {
  const Graph::Impl& graph = *plan.graph;
  const std::vector<bool> asked =
      asked_from(graph, find_needed(graph), plan.passes, pass, known_before(graph, plan.passes, pass));
  std::uint64_t bytes = 0;
  for (std::size_t p = 0; p < pass; ++p) {
    for (const Target& target : plan.passes[p].targets) {
      if (target.task && asked[at(graph.reductions[at(target.index)].late)]) bytes += target.task->result_bytes();
    }
  }
  return bytes;
}

}  // namespace

std::uint64_t taken_bytes(const Plan::Impl& plan, std::size_t pass) {
  return fixed_bytes + kept_bytes(plan, pass) + late_bytes(plan, pass);
}

std::vector<TimeShare> time_shares(const Graph::Impl& graph, const PassPlan& pass, const PassSizing& sizing) {
  std::map<std::string, double> cost_ns{{"decoding", sizing.decode_ns}};
  for (std::size_t i = 0; i < pass.nodes.size(); ++i) {
    const auto& entry = graph.nodes[at(pass.nodes[i])];
    if (!entry.leaf() && !pass.from_memory[i]) cost_ns[entry.node->name()] += sizing.node_ns[i];
  }
  std::vector<TimeShare> shares;
  for (const auto& [name, cost] : cost_ns) {
    if (cost >= 0.01 * sizing.cost_ns) shares.push_back({name, cost / sizing.cost_ns});
  }
  std::stable_sort(shares.begin(), shares.end(),
                   [](const TimeShare& a, const TimeShare& b) { return a.share > b.share; });
  return shares;
}

PassSummary summarize(const Plan::Impl& plan, std::size_t number, const PassSizing& sizing) {
  const PassPlan& pass = plan.passes[number];
  const Graph::Impl& graph = *plan.graph;
  PassSummary summary;
  summary.label = pass.label;
  summary.raster = pass.lattice.size();
  summary.tile = pass.tile;
  summary.tiles = sizing.tiles;
  summary.at_most = std::any_of(pass.targets.begin(), pass.targets.end(), [&](const Target& target) {
    return target.task && target.task->selective() && !graph.reductions[at(target.index)].after.empty();
  });
  summary.halo = sizing.halo;
  summary.overread = sizing.overread;
  summary.blocks_to_decode = sizing.units;
  summary.bytes_to_decode = sizing.unit_bytes;
  for (const SourceUse& use : plan.uses) summary.parts = std::max(summary.parts, use.parts());
  summary.nodes = step_lines(graph, pass);
  for (const Target& target : pass.targets) {
    if (target.kind == Target::Kind::sink) {
      const RasterSink& sink = *graph.rasters[at(target.index)].sink;
      summary.results.push_back(fmt::format("{} ({}, {} band{})", sink.path(), name_of(sink.type()),
                                            graph.nodes[at(target.node)].info.bands.size(),
                                            graph.nodes[at(target.node)].info.bands.size() == 1 ? "" : "s"));
    } else if (target.kind == Target::Kind::reduction) {
      summary.results.push_back(graph.reductions[at(target.index)].label + " (late value)");
    } else {
      summary.results.push_back(node_line(graph, pass, pass.local[at(target.node)]) + " (kept in memory)");
    }
  }
  const auto threads = static_cast<std::uint64_t>(plan.budget.threads);
  summary.memory = {{"program and libraries", fixed_bytes},
                    {"decoded blocks", sizing.cache_bytes},
                    {fmt::format("decoders of {} threads", threads), sizing.decoder_bytes * threads},
                    {fmt::format("working blocks of {} threads", threads), sizing.worker_bytes * threads},
                    {fmt::format("results of {} tiles in flight", plan.tokens),
                     sizing.tile_bytes * static_cast<std::uint64_t>(plan.tokens)},
                    {"output blocks being assembled", sizing.assembly_bytes},
                    {"output drivers", sizing.sink_bytes},
                    {"partial statistics", sizing.state_bytes},
                    {"pixels kept from pass to pass", kept_bytes(plan, number)},
                    {"late values of passes before", late_bytes(plan, number)}};
  std::erase_if(summary.memory, [](const MemoryTerm& term) { return term.bytes == 0; });
  for (const MemoryTerm& term : summary.memory) summary.memory_bytes += term.bytes;
  return summary;
}

void refuse(const Plan::Impl& plan, std::size_t number, const PassSizing& sizing) {
  const PassPlan& pass = plan.passes[number];
  const PassSummary summary = summarize(plan, number, sizing);
  std::string costs;
  for (const MemoryTerm& term : summary.memory) {
    costs += fmt::format("{}{} {}", costs.empty() ? "" : ", ", term.name, format_bytes(term.bytes));
  }
  std::string most = "the decoded blocks of the inputs";
  if (sizing.cache_bytes < sizing.worker_bytes && sizing.costliest >= 0) {
    most = node_line(*plan.graph, pass, sizing.costliest);
  } else {
    const auto& uses = plan.uses;
    const auto largest = std::max_element(uses.begin(), uses.end(), [](const SourceUse& a, const SourceUse& b) {
      return a.unit_bytes(a.first_unit) < b.unit_bytes(b.first_unit);
    });
    if (largest != uses.end()) {
      most = fmt::format("{}, whose blocks are {}×{} pixels", largest->source->name(), largest->native.width,
                         largest->native.height);
    }
  }
  throw UserError(fmt::format("the smallest plan of {} needs {} but -ram allows {}; most of it for {} ({})", pass.label,
                              format_bytes(summary.memory_bytes), format_bytes(plan.budget.memory_bytes), most, costs),
                  fmt::format("give -ram {} or more, or fewer -threads", (summary.memory_bytes + 999'999) / 1'000'000));
}

}  // namespace cers::engine_detail
