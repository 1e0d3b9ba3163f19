// SPDX-License-Identifier: Apache-2.0
#include "cers/engine/execute.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <set>

#include "assembler.hpp"
#include "late_use.hpp"
#include "reduction.hpp"
#include "scheduler.hpp"
#include "tile_worker.hpp"

namespace cers {
namespace {

using namespace engine_detail;
using Clock = std::chrono::steady_clock;

std::size_t at(int index) {
  return static_cast<std::size_t>(index);
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t peak_memory() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::uint64_t>(usage.ru_maxrss) * 1024;
}

/// Outputs that are open, and those that were closed and wait for their names; discards what was not published when the
/// run ends early.
class Outputs {
 public:
  explicit Outputs(const Graph::Impl& graph) {
    for (const auto& raster : graph.rasters) all_.push_back(raster.sink.get());
    for (const auto& artifact : graph.artifacts) all_.push_back(artifact.artifact.get());
  }
  Outputs(const Outputs&) = delete;
  Outputs& operator=(const Outputs&) = delete;
  ~Outputs() {
    for (Output* output : all_) {
      if (opened_.contains(output) && !published_.contains(output)) output->discard();
    }
  }
  void open(Output& output) {
    opened_.insert(&output);
    output.open();
  }
  void close(Output& output) {
    output.close();
    closed_.insert(&output);
  }
  void publish(Output& output) {
    output.publish();
    published_.insert(&output);
  }
  /// All that are not yet.
  void close() {
    for (Output* output : all_) {
      if (!closed_.contains(output)) close(*output);
    }
  }
  void publish() {
    for (Output* output : all_) {
      if (!published_.contains(output)) publish(*output);
    }
  }
  std::vector<std::string> paths() const {
    std::vector<std::string> paths;
    for (const Output* output : all_) paths.push_back(output->path());
    return paths;
  }

 private:
  std::vector<Output*> all_;
  std::set<const Output*> opened_;
  std::set<const Output*> closed_;
  std::set<const Output*> published_;
};

class Run {
 public:
  Run(const Plan::Impl& plan, const RunContext& context)
      : plan_(plan),
        graph_(*plan.graph),
        context_(context),
        cache_(plan.uses, plan.units_ahead, context.stop),
        outputs_(graph_),
        needed_(find_needed(graph_)) {
    for (const PassPlan& pass : plan.passes) total_cost_ += pass.cost_ns;
    for (const auto& task : graph_.tasks) total_cost_ += task.about.cost_ns;
  }

  RunReport run() {
    for (const auto& artifact : graph_.artifacts) outputs_.open(*artifact.artifact);
    run_tasks(0);
    if (plan_.keep_between_passes) {
      for (const PassPlan& pass : plan_.passes) cache_.expect(acquisitions_of(pass));
    }
    for (std::size_t i = 0; i < plan_.passes.size(); ++i) {
      run_pass(i);
      run_tasks(i + 1);
    }
    const auto start = Clock::now();
    for (const auto& artifact : graph_.artifacts) artifact.artifact->write(values_);
    outputs_.close();
    report_.write_seconds += seconds_since(start);
    if (context_.stop.stop_requested()) throw Cancelled();
    fill_report();
    outputs_.publish();
    report_.wall_seconds = seconds_since(start_);
    if (context_.observer) context_.observer->on(report_);
    return report_;
  }

 private:
  void find_units(const PassPlan& pass, int tile, std::vector<int>& units) const {
    units_of(graph_, pass, plan_.uses, plan_.use_of_source, demand_of(graph_, pass, pass.tile_window(tile)), units);
  }

  int unit_count() const {
    int units = 0;
    for (const SourceUse& use : plan_.uses) units += use.unit_count();
    return units;
  }

  /// How often the tiles of a pass ask for each unit.
  std::vector<std::uint32_t> acquisitions_of(const PassPlan& pass) const {
    std::vector<std::uint32_t> acquisitions(at(unit_count()), 0);
    std::vector<int> needed;
    for (int tile : tiles_wanted(pass)) {
      find_units(pass, tile, needed);
      for (int unit : needed) ++acquisitions[at(unit)];
    }
    return acquisitions;
  }

  /// Tells the cache what the tiles of a pass will ask for, now that late values say what it wants.
  void announce(const PassPlan& planned, const PassPlan& pass) {
    const auto units = at(unit_count());
    if (!plan_.keep_between_passes) {
      cache_.expect(acquisitions_of(pass));
      counted_.clear();
    } else if (selected_late(pass)) {
      const std::vector<std::uint32_t> announced = acquisitions_of(planned);
      const std::vector<std::uint32_t> acquisitions = acquisitions_of(pass);
      std::vector<int> less;
      for (std::size_t unit = 0; unit < announced.size(); ++unit) {
        CERS_EXPECT(acquisitions[unit] <= announced[unit]);
        less.insert(less.end(), announced[unit] - acquisitions[unit], static_cast<int>(unit));
      }
      cache_.forgo(less);
    }
    std::vector<int> order;
    std::vector<bool> listed(units, false);
    std::vector<int> needed;
    counted_.resize(units, false);
    for (int tile : tiles_wanted(pass)) {
      find_units(pass, tile, needed);
      for (int unit : needed) {
        if (listed[at(unit)]) continue;
        listed[at(unit)] = true;
        order.push_back(unit);
        if (!counted_[at(unit)]) ++report_.blocks_planned;
        counted_[at(unit)] = true;
      }
    }
    cache_.set_order(std::move(order));
  }

  /// True when late values decide what the pass looks at.
  bool selected_late(const PassPlan& pass) const {
    return std::any_of(pass.targets.begin(), pass.targets.end(), [&](const Target& target) {
      return target.task && !graph_.reductions[at(target.index)].after.empty();
    });
  }

  /// The pass with late values filled into its reductions.
  PassPlan bind_reductions(const PassPlan& planned) {
    PassPlan pass = planned;
    for (Target& target : pass.targets) {
      if (!target.task || graph_.reductions[at(target.index)].after.empty()) continue;
      auto bound = target.task->bind(values_);
      if (!bound) continue;
      target.task = bound.get();
      bound_tasks_.push_back(std::move(bound));
    }
    return pass;
  }

  void run_pass(std::size_t number) {
    const PassPlan pass = bind_reductions(plan_.passes[number]);
    if (context_.observer) {
      context_.observer->on(
          PassStarted{static_cast<int>(number) + 1, static_cast<int>(plan_.passes.size()), pass.label});
    }
    announce(plan_.passes[number], pass);
    const BoundNodes nodes = bind(pass);
    std::vector<std::unique_ptr<TileWorker>> workers;
    for (const KeptNode& kept : plan_.kept) {
      const RasterInfo& info = graph_.nodes[at(kept.node)].info;
      if (kept.made == number)
        kept_[kept.node].reshape(Window::of(info.grid.size), static_cast<int>(info.bands.size()), info.type);
    }
    for (int i = 0; i < plan_.budget.threads; ++i) {
      workers.push_back(std::make_unique<TileWorker>(plan_, pass, nodes, cache_, kept_));
    }
    std::vector<std::unique_ptr<Assembler>> assemblers(pass.targets.size());
    std::vector<std::unique_ptr<Reduction>> reductions(pass.targets.size());
    for (std::size_t t = 0; t < pass.targets.size(); ++t) {
      const Target& target = pass.targets[t];
      if (target.kind == Target::Kind::sink) {
        RasterSink& sink = *graph_.rasters[at(target.index)].sink;
        outputs_.open(sink);
        assemblers[t] = std::make_unique<Assembler>(sink, target.raster);
      } else if (target.kind == Target::Kind::reduction) {
        reductions[t] = std::make_unique<Reduction>(*target.task);
      }
    }

    const std::vector<int> visited = tiles_wanted(pass);
    const int tiles = static_cast<int>(visited.size());
    std::vector<TileResult> results(at(plan_.tokens));
    OrderedWork work;
    work.count = tiles;
    work.workers = plan_.budget.threads;
    work.tokens = plan_.tokens;
    work.produce = [&](int tile, int worker) {
      if (context_.stop.stop_requested()) throw Cancelled();
      workers[at(worker)]->run(visited[at(tile)], results[at(tile % plan_.tokens)]);
    };
    work.commit = [&](int tile) {
      if (context_.stop.stop_requested()) throw Cancelled();
      const auto start = Clock::now();
      TileResult& result = results[at(tile % plan_.tokens)];
      for (std::size_t t = 0; t < pass.targets.size(); ++t) {
        if (assemblers[t])
          assemblers[t]->add(result.pixels[t]);
        else if (reductions[t])
          reductions[t]->add(result.partials[t]);
      }
      report_.write_seconds += seconds_since(start);
      ++report_.tiles;
      progress(done_cost_ + pass.cost_ns * (tile + 1) / tiles);
    };
    run_ordered(context_.scheduler, work);

    done_cost_ += pass.cost_ns;
    for (std::size_t t = 0; t < pass.targets.size(); ++t) {
      if (assemblers[t]) {
        CERS_EXPECT(assemblers[t]->finished());
        RasterSink& sink = *graph_.rasters[at(pass.targets[t].index)].sink;
        outputs_.close(sink);
        if (sink.alone()) outputs_.publish(sink);
      } else if (reductions[t]) {
        values_.set(graph_.reductions[at(pass.targets[t].index)].late, reductions[t]->finish());
      }
    }
    for (const KeptNode& kept : plan_.kept) {
      if (kept.last == number) kept_.erase(kept.node);
    }
    for (const auto& worker : workers) {
      report_.read_seconds += 1e-9 * static_cast<double>(worker->times().decode);
      report_.compute_seconds += 1e-9 * static_cast<double>(worker->times().compute);
      report_.wait_seconds += 1e-9 * static_cast<double>(worker->times().wait);
    }
  }

  BoundNodes bind(const PassPlan& pass) {
    BoundNodes nodes;
    for (int id : pass.nodes) {
      const auto& entry = graph_.nodes[at(id)];
      nodes.push_back(entry.node.get());
      if (entry.after.empty() || pass.from_memory[at(pass.local[at(id)])]) continue;
      auto bound = entry.node->bind(values_);
      if (!bound) continue;
      nodes.back() = bound.get();
      bound_.push_back(std::move(bound));
    }
    return nodes;
  }

  /// Those whose inputs are known, before pass `next` (or after the last one).
  void run_tasks(std::size_t next) {
    release(next);
    for (const auto& task : graph_.tasks) {
      const bool ready = std::all_of(task.inputs.begin(), task.inputs.end(), [&](LateRef l) { return values_.has(l); });
      if (!ready || values_.has(LateRef{task.late}) || !needed_.late[at(task.late)]) continue;
      if (context_.stop.stop_requested()) throw Cancelled();
      TaskContext context;
      context.stop = context_.stop;
      context.threads = plan_.budget.threads;
      context.progress = [&](double share) { progress(done_cost_ + task.about.cost_ns * std::clamp(share, 0.0, 1.0)); };
      const auto start = Clock::now();
      with_context(task.about.label, [&] { values_.set(task.late, task.task(context, values_)); });
      report_.compute_seconds += seconds_since(start);
      if (context_.stop.stop_requested()) throw Cancelled();
      done_cost_ += task.about.cost_ns;
      release(next);
    }
  }

  /// Frees late values that nothing asks for from pass `next` on: samples are no more needed once a model is trained.
  void release(std::size_t next) {
    std::vector<bool> known(graph_.lates.size());
    for (std::size_t late = 0; late < known.size(); ++late) known[late] = values_.has(LateRef{static_cast<int>(late)});
    const std::vector<bool> asked = asked_from(graph_, needed_, plan_.passes, next, known);
    for (std::size_t late = 0; late < asked.size(); ++late) {
      // Its place stays, so that it counts as known.
      if (!asked[late] && known[late]) values_.set(static_cast<int>(late), {});
    }
  }

  void progress(double cost) {
    if (!context_.observer) return;
    const double fraction = total_cost_ > 0 ? std::min(1.0, cost / total_cost_) : 1.0;
    context_.observer->on(Progress{fraction, seconds_since(start_)});
  }

  void fill_report() {
    report_.wall_seconds = seconds_since(start_);
    report_.cpu_seconds = cpu_seconds() - cpu_at_start_;
    report_.peak_bytes = peak_memory();
    report_.planned_bytes = plan_.summary.memory_bytes;
    report_.blocks_decoded = cache_.decoded();
    report_.threads = plan_.budget.threads;
    report_.passes = static_cast<int>(plan_.passes.size());
    report_.outputs = outputs_.paths();
  }

  const Plan::Impl& plan_;
  const Graph::Impl& graph_;
  const RunContext& context_;
  BlockCache cache_;
  Outputs outputs_;
  Needed needed_;
  LateValues values_;
  KeptPixels kept_;
  std::vector<std::unique_ptr<const ReduceTask>> bound_tasks_;
  std::vector<bool> counted_;  ///< units of report_.blocks_planned, since blocks were last dropped
  std::vector<std::unique_ptr<const Node>> bound_;
  RunReport report_;
  Clock::time_point start_ = Clock::now();
  double cpu_at_start_ = cpu_seconds();
  double total_cost_ = 0;
  double done_cost_ = 0;
};

}  // namespace

RunReport execute(const Plan& plan, const RunContext& context) {
  return Run(plan.impl(), context).run();
}

}  // namespace cers
