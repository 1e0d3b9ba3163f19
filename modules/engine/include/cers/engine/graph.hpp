// SPDX-License-Identifier: Apache-2.0
// The description of a computation: leaves, nodes, late values, outputs. Nothing runs here.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <type_traits>
#include <vector>

#include "cers/engine/block_source.hpp"
#include "cers/engine/node.hpp"
#include "cers/engine/reducer.hpp"
#include "cers/engine/sink.hpp"

namespace cers {

/// The output of one node.
struct Edge {
  int node = -1;
  friend bool operator==(const Edge&, const Edge&) = default;
  friend auto operator<=>(const Edge&, const Edge&) = default;
};

struct SourceId {
  int index = -1;
};

/// What a task between passes may use: it polls `stop`, uses at most `threads` threads and reports progress in [0, 1].
struct TaskContext {
  std::stop_token stop;
  int threads = 1;
  std::function<void(double)> progress;
};

/// What a task is called and what it costs, for messages and the progress bar.
struct TaskInfo {
  TaskInfo(const char* text) : label(text) {}  // NOLINT(google-explicit-constructor): a label is most often all
  TaskInfo(std::string text, double cost = 0) : label(std::move(text)), cost_ns(cost) {}
  std::string label;
  double cost_ns = 0;  ///< nanoseconds of one core, roughly
};

class Graph {
 public:
  Graph();
  ~Graph();
  Graph(Graph&&) noexcept;
  Graph& operator=(Graph&&) noexcept;

  /// Nodes added from now on belong to this step; shown in errors and by `explain`.
  void set_step(std::string step);

  /// A source of equal identity that is already there is reused.
  SourceId add_source(std::unique_ptr<const BlockSource> source);
  const BlockSource& source(SourceId id) const;
  /// Leaf: the given bands (0-based, in this order) of a source.
  Edge read(SourceId source, std::vector<int> bands, ReadAs as);
  /// Throws what Node::describe throws. `after`: late values that bind() will ask for. An identical node is reused.
  Edge add(std::unique_ptr<const Node> node, std::vector<Edge> inputs, std::vector<LateRef> after = {});
  /// Stays valid while the graph lives, whatever is added.
  const RasterInfo& info(Edge edge) const;
  /// The pixels of `edge` are worth their memory when a later pass needs them: where the ceiling has room for the whole
  /// raster they stay after the pass that computes them, else they are computed again. What is kept first comes first.
  /// The results are the same.
  void keep(Edge edge);

  /// A result over the pixels of `input`, all of them or those the reducer wants; known after the pass that reads it.
  /// `after`: late values that R::bind will ask for.
  template <Reducer R>
  Late<typename R::Result> reduce(R reducer, Edge input, std::string label = "statistics",
                                  std::vector<LateRef> after = {}) {
    Late<typename R::Result> late;
    late.id =
        add_reduce(std::make_unique<TypedReduceTask<R>>(std::move(reducer)), input, std::move(label), std::move(after));
    return late;
  }

  /// A result nothing waits for and no pass is made for: reduced where a pass reads, over the whole of `input`'s grid,
  /// all files under it for something else. Else it stays unknown: ask LateValues::has.
  template <Reducer R>
  Late<typename R::Result> reduce_beside(R reducer, Edge input, std::string label = "statistics") {
    const auto late = reduce(std::move(reducer), input, std::move(label));
    set_beside(late);
    return late;
  }

  /// A value computed between passes: `task(TaskContext, const T&...)`. A task that takes long polls the context's stop
  /// token and reports its progress; what it returns after a stop is not used. Without inputs it runs before the first
  /// pass.
  template <class F, class... T>
  auto then(F task, TaskInfo about, Late<T>... inputs) {
    using Result = std::invoke_result_t<F, const TaskContext&, const T&...>;
    Late<Result> late;
    late.id = add_task(
        [task = std::move(task), inputs...](const TaskContext& context, const LateValues& values) {
          return std::any(Result(task(context, values.get(inputs)...)));
        },
        {LateRef{inputs.id}...}, std::move(about));
    return late;
  }

  void write(Edge edge, std::unique_ptr<RasterSink> sink);
  /// Written once all of `values` are known.
  void write(std::vector<LateRef> values, std::unique_ptr<Artifact> artifact);
  /// False when nothing would be computed.
  bool has_outputs() const;

  struct Impl;  // for Plan
  Impl& impl() const { return *impl_; }

 private:
  using Task = std::function<std::any(const TaskContext&, const LateValues&)>;
  int add_reduce(std::unique_ptr<ReduceTask> task, Edge input, std::string label, std::vector<LateRef> after);
  void set_beside(LateRef reduction);
  int add_task(Task task, std::vector<LateRef> inputs, TaskInfo about);
  std::unique_ptr<Impl> impl_;
};

}  // namespace cers
