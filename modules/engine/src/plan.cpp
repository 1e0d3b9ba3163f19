// SPDX-License-Identifier: Apache-2.0
#include "cers/engine/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "cers/core/text.hpp"
#include "plan_summary.hpp"

namespace cers {
namespace {

using namespace engine_detail;

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

/// Chooses the tiles of passes that the graph was split into; of a plan that does not fit and is not asked for exactly,
/// up to the first pass that is too large.
std::vector<PassSizing> size_passes(Plan::Impl& plan, Passes made, Misfit misfit) {
  plan.passes = std::move(made.passes);
  plan.kept = std::move(made.kept);
  plan.summary.pruned = std::move(made.pruned);
  plan.uses = find_uses(*plan.graph, plan.passes, plan.most_lines, plan.use_of_source);
  std::vector<PassSizing> sizings;
  for (std::size_t p = 0; p < plan.passes.size(); ++p) {
    const std::uint64_t taken = taken_bytes(plan, p);
    const std::uint64_t available = plan.budget.memory_bytes > taken ? plan.budget.memory_bytes - taken : 0;
    sizings.push_back(choose_tile(plan, plan.passes[p], available, misfit));
    plan.passes[p].cost_ns = sizings.back().cost_ns;
    if (misfit == Misfit::told && sizings.back().bytes(plan.budget.threads, plan.tokens) > available) break;
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

/// A plan with its tiles chosen, as far as size_passes() went.
struct Sized {
  Plan::Impl plan;
  std::vector<PassSizing> passes;

  bool fits() const { return passes.size() == plan.passes.size() && !too_large(plan, passes); }
  std::uint64_t bytes() const {  ///< of the largest pass
    std::uint64_t most = 0;
    for (std::size_t p = 0; p < passes.size(); ++p)
      most = std::max(most, taken_bytes(plan, p) + passes[p].bytes(plan.budget.threads, plan.tokens));
    return most;
  }
};

Sized sized_with(const Plan::Impl& empty, const std::vector<int>& keep, Misfit misfit = Misfit::told) {
  Sized sized{empty, {}};
  sized.passes = size_passes(sized.plan, make_passes(*empty.graph, empty.budget.fuse, keep), misfit);
  return sized;
}

/// Keeps as many of the nodes worth keeping as there is room for, first come, first kept: all that are left, else the
/// first half of them, and so on down to single ones.
class Keeping {
 public:
  explicit Keeping(const Plan::Impl& empty) : empty_(empty), best_(sized_with(empty, {})) {}

  Sized all(const std::vector<int>& nodes) {
    // A first pass that is too large does not shrink by what it leaves for later ones.
    if (best_.fits() || best_.passes.size() > 1) add(nodes);
    return std::move(best_);
  }

 private:
  void add(std::vector<int> nodes) {
    // What is as large as one that had no room has none.
    std::erase_if(nodes, [&](int node) { return bytes(node) >= too_large_; });
    if (nodes.empty()) return;
    std::vector<int> keep = keep_;
    keep.insert(keep.end(), nodes.begin(), nodes.end());
    Sized more = sized_with(empty_, keep);
    if (more.plan.kept.size() == best_.plan.kept.size()) return;
    const bool room = more.fits();
    if (room && (!best_.fits() || cost_of(more.passes) < cost_of(best_.passes))) {
      keep_ = std::move(keep);
      best_ = std::move(more);
    } else if (nodes.size() > 1) {
      const auto middle = nodes.begin() + static_cast<std::ptrdiff_t>(nodes.size() / 2);
      add({nodes.begin(), middle});
      add({middle, nodes.end()});
    } else if (!room) {
      too_large_ = bytes(nodes[0]);
    }
  }
  std::uint64_t bytes(int node) const {
    const RasterInfo& info = empty_.graph->nodes[at(node)].info;
    return Block::bytes_needed(Window::of(info.grid.size), static_cast<int>(info.bands.size()), info.type);
  }

  const Plan::Impl& empty_;
  std::vector<int> keep_;
  Sized best_;
  std::uint64_t too_large_ = std::numeric_limits<std::uint64_t>::max();
};

/// Whole blocks where they fit, else the largest parts of blocks that do. When nothing fits, what needs least.
Sized largest_parts(Plan::Impl plan) {
  constexpr std::array lines_kept{0, 256, 128, 64};  // halves of usual blocks down to the height of the smallest tile
  for (const int lines : lines_kept) {
    plan.most_lines = lines;
    Sized sized = Keeping(plan).all(plan.graph->keep);
    if (sized.fits()) return sized;
  }
  std::optional<Sized> least;
  for (const int lines : lines_kept) {
    plan.most_lines = lines;
    Sized sized = sized_with(plan, {}, Misfit::exact);
    if (!least || sized.bytes() < least->bytes()) least = std::move(sized);
  }
  return std::move(*least);
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

/// Blocks that several passes read stay decoded when that fits; else each pass decodes them again.
void share_blocks(Plan::Impl& plan, std::vector<PassSizing>& sizings) {
  std::vector<UnitUse> whole(sizings.empty() ? 0 : sizings[0].uses.size());
  std::int64_t tiles = 0;
  bool shared = false;
  std::uint64_t others = 0;
  std::vector<double> again_ns(sizings.size(), 0);  // of decoding what an earlier pass decoded
  for (std::size_t p = 0; p < sizings.size(); ++p) {
    auto source = plan.uses.begin();
    for (std::size_t unit = 0; unit < whole.size(); ++unit) {
      while (static_cast<int>(unit) >= source->first_unit + source->unit_count()) ++source;
      const UnitUse& use = sizings[p].uses[unit];
      if (use.first < 0) continue;
      shared |= whole[unit].first >= 0;
      if (whole[unit].first < 0) {
        whole[unit].first = tiles + use.first;
      } else {
        --plan.summary.passes[p].blocks_in_sources;  // counted below
        again_ns[p] += decode_ns(*source, static_cast<int>(unit));
      }
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
  for (std::size_t p = 0; p < sizings.size(); ++p) {
    PassSummary& summary = plan.summary.passes[p];
    if (!plan.keep_between_passes) {
      summary.note =
          fmt::format("blocks shared between passes are decoded again: keeping them would take {}", format_bytes(kept));
      continue;
    }
    summary.blocks_to_decode = summary.blocks_in_sources;
    sizings[p].cost_ns -= again_ns[p];
    sizings[p].decode_ns -= again_ns[p];
    plan.passes[p].cost_ns = sizings[p].cost_ns;
    summary.note = fmt::format("decoded blocks shared between passes stay in memory ({})", format_bytes(kept));
    for (MemoryTerm& term : summary.memory) {
      if (term.name != "decoded blocks") continue;
      summary.memory_bytes += kept - std::min(kept, term.bytes);
      term.bytes = std::max(term.bytes, kept);
    }
  }
}

/// Shares of the forecast, once it is known which blocks stay.
void tell_time(Plan::Impl& plan, const std::vector<PassSizing>& sizings) {
  const double run_ns = cost_of(sizings);
  for (std::size_t p = 0; p < sizings.size(); ++p) {
    plan.summary.passes[p].time = time_shares(*plan.graph, plan.passes[p], sizings[p]);
    plan.summary.passes[p].share_of_passes = run_ns > 0 ? sizings[p].cost_ns / run_ns : 0;
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
  Impl empty;
  empty.graph = &graph.impl();
  empty.budget = budget;
  empty.tokens = budget.threads + 2;
  empty.units_ahead = static_cast<std::size_t>(budget.threads);
  empty.summary.threads = budget.threads;
  empty.summary.budget_bytes = budget.memory_bytes;

  Sized sized = largest_parts(std::move(empty));
  auto plan = std::make_unique<Impl>(std::move(sized.plan));
  std::vector<PassSizing>& sizings = sized.passes;
  if (const auto pass = too_large(*plan, sizings)) refuse(*plan, *pass, sizings[*pass]);
  for (std::size_t p = 0; p < sizings.size(); ++p) plan->summary.passes.push_back(summarize(*plan, p, sizings[p]));
  share_blocks(*plan, sizings);
  tell_time(*plan, sizings);
  keep_files_open(*plan, sizings);
  for (const PassSummary& pass : plan->summary.passes) {
    plan->summary.memory_bytes = std::max(plan->summary.memory_bytes, pass.memory_bytes);
  }
  return Plan(std::move(plan));
}

}  // namespace cers
