// SPDX-License-Identifier: Apache-2.0
#include "cers/engine/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "cers/core/text.hpp"
#include "late_use.hpp"
#include "pass_plan.hpp"
#include "sizing.hpp"

namespace cers {
namespace {

using namespace engine_detail;

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

// The program, its libraries and GDAL's own 16 MB of cache: resident before the first tile (peak of `cers` in a run on
// 64 × 64 pixels on Debian 12: 63 MB), and what the C library's allocator does not give back.
constexpr std::uint64_t fixed_bytes = 66'000'000;

std::vector<SourceUse> find_uses(const Graph::Impl& graph, const std::vector<PassPlan>& passes,
                                 std::vector<int>& use_of_source) {
  std::vector<std::set<int>> bands(graph.sources.size());
  for (const PassPlan& pass : passes) {
    for (std::size_t i = 0; i < pass.nodes.size(); ++i) {
      const auto& entry = graph.nodes[at(pass.nodes[i])];
      if (entry.leaf() && !pass.from_memory[i]) bands[at(entry.source)].insert(entry.bands.begin(), entry.bands.end());
    }
  }
  use_of_source.assign(graph.sources.size(), -1);
  std::vector<SourceUse> uses;
  std::int64_t units = 0;
  for (std::size_t i = 0; i < graph.sources.size(); ++i) {
    if (bands[i].empty()) continue;
    SourceUse use;
    use.source = graph.sources[i].get();
    use.bands.assign(bands[i].begin(), bands[i].end());
    use.interleaved = use.source->interleaved();
    use.block = use.source->block_size();
    const Size size = use.source->info().grid.size;
    use.columns = ceil_div(size.width, use.block.width);
    use.rows = ceil_div(size.height, use.block.height);
    use.first_unit = static_cast<int>(units);
    units += std::int64_t{use.unit_count()};
    if (units > 200'000'000) throw UserError("the inputs have more than 200 million blocks", "convert them to tiles");
    use_of_source[i] = static_cast<int>(uses.size());
    uses.push_back(std::move(use));
  }
  return uses;
}

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

/// Kinds of nodes and decoding by their part of the forecast, what is below a hundredth left out.
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

/// What a pass finds taken, whatever its tiles.
std::uint64_t taken_bytes(const Plan::Impl& plan, std::size_t pass) {
  return fixed_bytes + kept_bytes(plan, pass) + late_bytes(plan, pass);
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
  summary.nodes = step_lines(graph, pass);
  summary.time = time_shares(graph, pass, sizing);
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

/// One file for each source and thread where memory allows, at least the one that each thread decodes from. A file that
/// could not stay open is opened again.
void keep_files_open(Plan::Impl& plan, const std::vector<PassSizing>& sizings) {
  std::uint64_t each = 0;
  int files = plan.budget.threads;
  for (const PassSizing& sizing : sizings) {
    each = std::max(each, sizing.handle_bytes);
    files = std::max(files, sizing.sources * plan.budget.threads);
  }
  auto idle = static_cast<std::uint64_t>(files - plan.budget.threads);
  for (const PassSummary& pass : plan.summary.passes) {
    const std::uint64_t used = std::min(plan.budget.memory_bytes, pass.memory_bytes);
    if (each > 0) idle = std::min(idle, (plan.budget.memory_bytes - used) / each);
  }
  plan.summary.open_files = plan.budget.threads + static_cast<int>(idle);
  if (idle * each == 0) return;
  for (PassSummary& pass : plan.summary.passes) {
    pass.memory.push_back({fmt::format("{} files open beside those", idle), idle * each});
    pass.memory_bytes += idle * each;
  }
}

[[noreturn]] void refuse(const Plan::Impl& plan, const PassPlan& pass, const PassSizing& sizing,
                         const PassSummary& summary) {
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
      most = fmt::format("{}, whose blocks are {}×{} pixels", largest->source->name(), largest->block.width,
                         largest->block.height);
    }
  }
  throw UserError(fmt::format("the smallest plan of {} needs {} but -ram allows {}; most of it for {} ({})", pass.label,
                              format_bytes(summary.memory_bytes), format_bytes(plan.budget.memory_bytes), most, costs),
                  fmt::format("give -ram {} or more, or fewer -threads", (summary.memory_bytes + 999'999) / 1'000'000));
}

/// Chooses the tiles of passes that the graph was split into.
std::vector<PassSizing> size_passes(Plan::Impl& plan, Passes made) {
  plan.passes = std::move(made.passes);
  plan.kept = std::move(made.kept);
  plan.summary.pruned = std::move(made.pruned);
  plan.uses = find_uses(*plan.graph, plan.passes, plan.use_of_source);
  std::vector<PassSizing> sizings;
  for (std::size_t p = 0; p < plan.passes.size(); ++p) {
    const std::uint64_t taken = taken_bytes(plan, p);
    sizings.push_back(
        choose_tile(plan, plan.passes[p], plan.budget.memory_bytes > taken ? plan.budget.memory_bytes - taken : 0));
    plan.passes[p].cost_ns = sizings.back().cost_ns;
  }
  return sizings;
}

double cost_of(const std::vector<PassSizing>& sizings) {
  double cost_ns = 0;
  for (const PassSizing& sizing : sizings) cost_ns += sizing.cost_ns;
  return cost_ns;
}

/// Of the passes that need more than the budget the one that needs most.
std::optional<std::size_t> too_large(const Plan::Impl& plan, const std::vector<PassSizing>& sizings) {
  std::optional<std::size_t> largest;
  std::uint64_t most = plan.budget.memory_bytes;
  for (std::size_t p = 0; p < sizings.size(); ++p) {
    const std::uint64_t bytes = taken_bytes(plan, p) + sizings[p].bytes(plan.budget.threads, plan.tokens);
    if (bytes <= most) continue;
    most = bytes;
    largest = p;
  }
  return largest;
}

/// Blocks that several passes read stay decoded when that fits; else each pass decodes them again.
void share_blocks(Plan::Impl& plan, const std::vector<PassSizing>& sizings) {
  std::vector<UnitUse> whole(sizings.empty() ? 0 : sizings[0].uses.size());
  std::int64_t tiles = 0;
  bool shared = false;
  std::uint64_t others = 0;
  for (std::size_t p = 0; p < sizings.size(); ++p) {
    for (std::size_t unit = 0; unit < whole.size(); ++unit) {
      const UnitUse& use = sizings[p].uses[unit];
      if (use.first < 0) continue;
      shared |= whole[unit].first >= 0;
      if (whole[unit].first < 0)
        whole[unit].first = tiles + use.first;
      else
        --plan.summary.passes[p].blocks_in_sources;  // counted below
      whole[unit].last = tiles + use.last;
    }
    tiles += plan.passes[p].tile_count();
    others = std::max(
        others, taken_bytes(plan, p) + sizings[p].bytes(plan.budget.threads, plan.tokens) - sizings[p].cache_bytes);
  }
  for (PassSummary& summary : plan.summary.passes) summary.blocks_in_sources += summary.blocks_to_decode;
  if (!shared) return;
  const std::uint64_t kept = peak_alive(plan, whole, tiles);
  plan.keep_between_passes = others + kept <= plan.budget.memory_bytes;
  for (PassSummary& summary : plan.summary.passes) {
    if (!plan.keep_between_passes) {
      summary.note =
          fmt::format("blocks shared between passes are decoded again: keeping them would take {}", format_bytes(kept));
      continue;
    }
    summary.blocks_to_decode = summary.blocks_in_sources;
    summary.note = fmt::format("decoded blocks shared between passes stay in memory ({})", format_bytes(kept));
    for (MemoryTerm& term : summary.memory) {
      if (term.name != "decoded blocks") continue;
      summary.memory_bytes += kept - std::min(kept, term.bytes);
      term.bytes = std::max(term.bytes, kept);
    }
  }
}

}  // namespace

Plan::Plan(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Plan::~Plan() = default;
Plan::Plan(Plan&&) noexcept = default;
const PlanSummary& Plan::summary() const {
  return impl_->summary;
}

Plan Plan::make(const Graph& graph, const Budget& budget) {
  CERS_EXPECT(budget.threads >= 1);
  auto plan = std::make_unique<Impl>();
  plan->graph = &graph.impl();
  plan->budget = budget;
  plan->tokens = budget.threads + 2;
  plan->units_ahead = static_cast<std::size_t>(budget.threads);
  plan->summary.threads = budget.threads;
  plan->summary.budget_bytes = budget.memory_bytes;

  std::vector<PassSizing> sizings = size_passes(*plan, make_passes(graph.impl(), budget.fuse, {}));
  // As many of the nodes worth keeping as there is room for, first come, first kept.
  std::vector<int> keep;
  for (const int node : graph.impl().keep) {
    keep.push_back(node);
    Passes made = make_passes(graph.impl(), budget.fuse, keep);
    if (made.kept.size() == plan->kept.size()) continue;
    Impl more = *plan;
    std::vector<PassSizing> more_sizings = size_passes(more, std::move(made));
    if (!too_large(more, more_sizings) && cost_of(more_sizings) < cost_of(sizings)) {
      *plan = std::move(more);
      sizings = std::move(more_sizings);
    } else {
      keep.pop_back();
    }
  }
  if (const auto pass = too_large(*plan, sizings))
    refuse(*plan, plan->passes[*pass], sizings[*pass], summarize(*plan, *pass, sizings[*pass]));
  for (std::size_t p = 0; p < sizings.size(); ++p) plan->summary.passes.push_back(summarize(*plan, p, sizings[p]));
  share_blocks(*plan, sizings);
  keep_files_open(*plan, sizings);
  for (const PassSummary& pass : plan->summary.passes) {
    plan->summary.memory_bytes = std::max(plan->summary.memory_bytes, pass.memory_bytes);
  }
  return Plan(std::move(plan));
}

std::string Plan::explain() const {
  const PlanSummary& plan = summary();
  std::string text = fmt::format("{} pass{}, {} thread{}, {} of {} memory\n", plan.passes.size(),
                                 plan.passes.size() == 1 ? "" : "es", plan.threads, plan.threads == 1 ? "" : "s",
                                 format_bytes(plan.memory_bytes), format_bytes(plan.budget_bytes));
  for (const PassSummary& pass : plan.passes) {
    text += fmt::format("\n{}\n", pass.label);
    const char* most = pass.at_most ? "at most " : "";
    text += fmt::format("  tiles     {}{} of {}×{} over {}×{} pixels\n", most, pass.tiles, pass.tile.width,
                        pass.tile.height, pass.raster.width, pass.raster.height);
    const Halo& halo = pass.halo;
    if (halo != Halo{}) {
      text += fmt::format("  halo      {} {} {} {} pixels (left top right bottom), {:.1f} % computed twice\n",
                          halo.left, halo.top, halo.right, halo.bottom, (pass.overread - 1) * 100);
    }
    text +=
        fmt::format("  decode    {}{} blocks, {}{}\n", most, pass.blocks_to_decode, format_bytes(pass.bytes_to_decode),
                    pass.blocks_to_decode > pass.blocks_in_sources ? " (some for the second time)" : "");
    std::string shares;
    for (const TimeShare& part : pass.time)
      shares += fmt::format("{}{:.0f} % {}", shares.empty() ? "" : ", ", part.share * 100, part.name);
    if (!shares.empty()) text += "  time      " + shares + " (forecast)\n";
    for (const std::string& node : pass.nodes) text += "  step      " + node + "\n";
    for (const std::string& result : pass.results) text += "  result    " + result + "\n";
    for (const MemoryTerm& term : pass.memory) {
      text += fmt::format("  memory    {:>9}  {}\n", format_bytes(term.bytes), term.name);
    }
    if (!pass.note.empty()) text += "  note      " + pass.note + "\n";
  }
  for (const std::string& step : plan.pruned) {
    if (!step.empty()) text += fmt::format("\nstep {} is left out: no output needs it\n", step);
  }
  return text;
}

}  // namespace cers
