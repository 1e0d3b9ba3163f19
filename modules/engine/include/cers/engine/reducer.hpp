// SPDX-License-Identifier: Apache-2.0
// Global results from local ones: start, add, merge, finish.
#pragma once

#include <any>
#include <concepts>
#include <memory>
#include <utility>

#include "cers/core/block.hpp"
#include "cers/engine/node.hpp"

namespace cers {

/// Side of the chunks over which floating sums are folded. Chunks are anchored at the raster's first pixel and merged
/// in row-major chunk order, so a sum has the same bits for any tile size and thread count.
inline constexpr int reduction_chunk = 64;

/// add() sees one chunk (or the part of it inside the raster) at a time; merge() is called in chunk order unless
/// `exact` says that order does not matter (integers). finish() makes the late value.
///
/// Optional members:
/// - `Window wanted(Window tile) const`: the part of a tile that add() needs to see, empty for none. The rest is
/// neither
///   decoded nor computed for this reducer, and add() gets that part instead of the tile. Only with `exact`.
///   Monotonous: a larger tile never wants less.
/// - `R bind(const LateValues&) const`: the reducer with late values filled in, made when its pass starts. It may want
///   less than the unbound one, which the plan is made from, never more.
/// - `std::size_t state_bytes() const`, `std::size_t result_bytes() const`: for the memory plan.
template <class R>
concept Reducer = requires(const R& r, typename R::State& s, typename R::State&& t, const Block& pixels, Window chunk) {
  typename R::Result;
  { r.start() } -> std::same_as<typename R::State>;
  r.add(s, pixels, chunk);
  r.merge(s, std::move(t));
  { r.finish(std::move(t)) } -> std::same_as<typename R::Result>;
  { R::exact } -> std::convertible_to<bool>;
};

/// A reducer that looks at parts of the raster only.
template <class R>
concept SelectiveReducer = Reducer<R> && requires(const R& r, Window tile) {
  { r.wanted(tile) } -> std::same_as<Window>;
};

/// A reducer with its types erased; made by Graph::reduce.
class ReduceTask {
 public:
  struct State {
    virtual ~State() = default;
  };
  virtual ~ReduceTask() = default;
  virtual bool exact() const = 0;
  virtual std::size_t state_bytes() const = 0;
  /// What the whole of a reduction that keeps pixels holds in the end; 0 when that is of no account.
  virtual std::size_t result_bytes() const = 0;
  /// True when wanted() may be less than the tile.
  virtual bool selective() const = 0;
  /// The part of `tile` that add() needs to see; inside it.
  virtual Window wanted(Window tile) const = 0;
  /// The task with its late values filled in; null when it needs none.
  virtual std::unique_ptr<ReduceTask> bind(const LateValues& values) const = 0;
  virtual std::unique_ptr<State> start() const = 0;
  virtual void add(State& state, const Block& pixels, Window chunk) const = 0;
  virtual void merge(State& into, State& from) const = 0;
  virtual std::any finish(State& state) const = 0;
};

template <Reducer R>
class TypedReduceTask final : public ReduceTask {
 public:
  explicit TypedReduceTask(R reducer) : reducer_(std::move(reducer)) {}
  bool exact() const override { return R::exact; }
  std::size_t state_bytes() const override {
    if constexpr (requires(const R& r) { r.state_bytes(); }) return reducer_.state_bytes();
    return sizeof(typename R::State);
  }
  std::size_t result_bytes() const override {
    if constexpr (requires(const R& r) { r.result_bytes(); }) return reducer_.result_bytes();
    return 0;
  }
  bool selective() const override { return SelectiveReducer<R>; }
  Window wanted(Window tile) const override {
    if constexpr (SelectiveReducer<R>) {
      static_assert(R::exact, "chunks are merged in order: a reducer that leaves some out must be exact");
      return tile.empty() ? tile : reducer_.wanted(tile).intersected(tile);
    }
    return tile;
  }
  std::unique_ptr<ReduceTask> bind(const LateValues& values) const override {
    if constexpr (requires(const R& r) { r.bind(values); }) {
      return std::make_unique<TypedReduceTask>(reducer_.bind(values));
    }
    return nullptr;
  }
  std::unique_ptr<State> start() const override { return std::make_unique<Holder>(reducer_.start()); }
  void add(State& state, const Block& pixels, Window chunk) const override {
    reducer_.add(value(state), pixels, chunk);
  }
  void merge(State& into, State& from) const override { reducer_.merge(value(into), std::move(value(from))); }
  std::any finish(State& state) const override { return reducer_.finish(std::move(value(state))); }

 private:
  struct Holder final : State {
    explicit Holder(typename R::State s) : held(std::move(s)) {}
    typename R::State held;
  };
  static typename R::State& value(State& state) { return static_cast<Holder&>(state).held; }
  R reducer_;
};

}  // namespace cers
