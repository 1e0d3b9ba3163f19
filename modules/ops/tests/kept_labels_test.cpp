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

std::uint64_t kept_digest(int stray, bool keep, std::size_t& passes) {
  const Size raster{300, 200};
  Graph graph;
  SinkRecord record;
  const SourceId source = graph.add_source(std::make_unique<FakeSource>("map", raster, 1, Size{64, 64}));
  Edge labels = graph.add(std::make_unique<Chequers>(stray), {graph.read(source, {0}, {})});
  if (keep) labels = keep_labels(graph, labels);
  graph.write(labels, std::make_unique<MemorySink>(record, raster, 1, PixelType::i32, Size{128, 128}));
  const Plan plan = Plan::make(graph, budget(3));
  passes = plan.summary().passes.size();
  execute(plan, context(SchedulerKind::threads));
  return record.digest;
}

TEST(KeptLabels, AreThoseThatWereComputed) {
  std::size_t passes = 0;
  const std::uint64_t straight = kept_digest(2, false, passes);
  EXPECT_EQ(kept_digest(2, true, passes), straight);
  EXPECT_EQ(passes, 2U);
}

TEST(KeptLabels, ALabelThatTheMapDoesNotNameIsNoOtherLabel) {
  std::size_t passes = 0;
  EXPECT_THROW(kept_digest(300, true, passes), DataError);
}

}  // namespace
}  // namespace cers
