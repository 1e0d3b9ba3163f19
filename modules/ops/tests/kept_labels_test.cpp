// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/kept_labels.hpp"

#include <gtest/gtest.h>

#include "cers/core/error.hpp"
#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using namespace testing;

/// Labels 1 and 2 in chequers, and `stray` at one place; the band names 1 and 2.
class Chequers final : public PixelwiseNode {
 public:
  explicit Chequers(int stray) : stray_(stray) {}
  std::string name() const override { return "chequers"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    BandInfo band;
    band.classes = {{1, "one", {}}, {2, "two", {}}};
    band.nodata = 0;
    return {inputs[0].grid, {band}, PixelType::i32};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<std::int32_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const int x = row.x + static_cast<int>(i);
      out[i] = x == 100 && row.y == 77 ? stray_ : 1 + (x / 7 + row.y / 5) % 2;
    }
  }

 private:
  int stray_;
};

struct LargestLabel {
  using State = std::int32_t;
  using Result = std::int32_t;
  static constexpr bool exact = true;
  State start() const { return 0; }
  void add(State& s, const Block& pixels, Window chunk) const {
    const auto plane = pixels.plane<std::int32_t>(0);
    for (int y = chunk.y; y < chunk.bottom(); ++y) {
      for (std::int32_t label : plane.row(y, chunk)) s = std::max(s, label);
    }
  }
  void merge(State& into, State&& from) const { into = std::max(into, from); }
  Result finish(State&& s) const { return s; }
};

/// The largest label less the label.
class BelowLargest final : public PixelwiseNode {
 public:
  explicit BelowLargest(Late<std::int32_t> late, std::int32_t value = 0) : late_(late), value_(value) {}
  std::string name() const override { return "below largest"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    return std::make_unique<BelowLargest>(late_, values.get(late_));
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<std::int32_t>(0);
    const auto out = row.out<std::int32_t>();
    for (std::size_t i = 0; i < row.count; ++i) out[i] = value_ - in[i];
  }

 private:
  Late<std::int32_t> late_;
  std::int32_t value_;
};

struct Outcome {
  std::uint64_t digest;
  std::string plan;
};

Outcome below_largest(int stray, bool keep) {
  const Size raster{300, 200};
  Graph graph;
  SinkRecord record;
  const SourceId source = graph.add_source(std::make_unique<FakeSource>("map", raster, 1, Size{64, 64}));
  Edge labels = graph.add(std::make_unique<Chequers>(stray), {graph.read(source, {0}, {})});
  if (keep) labels = keep_labels(graph, labels);
  const Late<std::int32_t> largest = graph.reduce(LargestLabel{}, labels);
  graph.write(graph.add(std::make_unique<BelowLargest>(largest), {labels}, {largest}),
              std::make_unique<MemorySink>(record, raster, 1, PixelType::i32, Size{128, 128}));
  const Plan plan = Plan::make(graph, budget(3));
  execute(plan, context(SchedulerKind::threads));
  return {record.digest, plan.explain()};
}

TEST(KeptLabels, AreThoseThatWereComputedInOneByteEach) {
  const Outcome kept = below_largest(2, true);
  EXPECT_EQ(kept.digest, below_largest(2, false).digest);
  // 300 pixels to a line of 320 bytes, 200 lines.
  EXPECT_NE(kept.plan.find("64.0 kB  pixels kept from pass to pass"), std::string::npos) << kept.plan;
}

TEST(KeptLabels, ALabelThatTheMapDoesNotNameIsNoOtherLabel) {
  EXPECT_THROW(below_largest(300, true), DataError);
}

}  // namespace
}  // namespace cers
