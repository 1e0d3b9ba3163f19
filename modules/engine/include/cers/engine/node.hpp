// SPDX-License-Identifier: Apache-2.0
// A step of computation: says what it needs of its inputs and turns them into one output block.
#pragma once

#include <any>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "cers/core/block.hpp"
#include "cers/core/error.hpp"
#include "cers/core/grid.hpp"

namespace cers {

/// A value known only after a pass (a statistic, a model). Copyable handle; read it through LateValues.
struct LateRef {
  int id = -1;
};
template <class T>
struct Late : LateRef {};

/// The late values known so far; handed to Node::bind and to tasks between passes.
class LateValues {
 public:
  template <class T>
  const T& get(Late<T> late) const {
    return std::any_cast<const T&>(at(late.id));
  }
  bool has(LateRef late) const { return values_.contains(late.id); }
  void set(int id, std::any value) { values_[id] = std::move(value); }

 private:
  const std::any& at(int id) const {
    auto found = values_.find(id);
    CERS_EXPECT(found != values_.end());
    return found->second;
  }
  std::map<int, std::any> values_;
};

/// What the engine puts outside the raster before a neighbourhood sees it.
enum class Outside { replicate, mirror, constant };
struct Border {
  Outside rule = Outside::replicate;
  double value = 0;  ///< for Outside::constant
};

/// Mutable state of one node in one worker: never shared, kept from tile to tile.
struct Scratch {
  virtual ~Scratch() = default;
};

/// Immutable once in a graph; compute() is const and re-entrant: one virtual call per node and tile.
/// compute() never starts threads and never waits for another tile.
class Node {
 public:
  virtual ~Node() = default;

  /// Short name for `explain` and error messages: "expression", "warp".
  virtual std::string name() const = 0;
  /// Everything that determines the result besides the inputs. Two nodes with equal, non-empty signatures and equal
  /// inputs are merged when added.
  virtual std::string signature() const { return {}; }
  /// Grid, bands and type of the output. Called once, when the node is added; may throw UserError.
  virtual RasterInfo describe(std::span<const RasterInfo> inputs) const = 0;
  /// Pixels of input `input` (in its own grid) that `output` pixels depend on; may exceed the input's raster. Must be
  /// monotonous: a larger output never needs less.
  virtual Window required(std::size_t input, Window output) const {
    (void)input;
    return output;
  }
  virtual Border border(std::size_t input) const {
    (void)input;
    return {};
  }
  /// Between passes: the node with its late values filled in; null when it needs none.
  virtual std::unique_ptr<const Node> bind(const LateValues&) const { return nullptr; }
  virtual std::unique_ptr<Scratch> make_scratch() const { return nullptr; }
  /// Nanoseconds of one core per output pixel, for planning only.
  virtual double cost() const { return 1; }

  /// Computes output.window(). `inputs[i]` covers at least required(i, output.window()) and has the type and bands that
  /// describe() saw; `output` is shaped as described.
  virtual void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const = 0;
};

/// One row of pixels: every band of every input, then every band of the output.
struct RowArgs {
  int x = 0;  ///< raster column of the first pixel
  int y = 0;  ///< raster line
  std::size_t count = 0;
  std::span<const std::byte* const> inputs;  ///< bands of input 0, then of input 1, …
  std::span<std::byte* const> outputs;

  template <class T>
  std::span<const T> in(std::size_t plane) const {
    return {reinterpret_cast<const T*>(inputs[plane]), count};
  }
  template <class T>
  std::span<T> out(std::size_t band = 0) const {
    return {reinterpret_cast<T*>(outputs[band]), count};
  }
};

/// A node whose output pixel depends on the input pixels at the same place only. Runs of such nodes are fused: the
/// engine walks the whole run row by row, so intermediate results are one row in cache, not one tile in memory.
class PixelwiseNode : public Node {
 public:
  Window required(std::size_t, Window output) const final { return output; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const final;
  virtual void compute_row(const RowArgs& row, Scratch* scratch) const = 0;
};

}  // namespace cers
