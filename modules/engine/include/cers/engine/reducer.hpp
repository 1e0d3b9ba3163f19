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
template <class R>
concept Reducer = requires(const R& r, typename R::State& s, typename R::State&& t, const Block& pixels, Window chunk) {
  typename R::Result;
  { r.start() } -> std::same_as<typename R::State>;
  r.add(s, pixels, chunk);
  r.merge(s, std::move(t));
  { r.finish(std::move(t)) } -> std::same_as<typename R::Result>;
  { R::exact } -> std::convertible_to<bool>;
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
