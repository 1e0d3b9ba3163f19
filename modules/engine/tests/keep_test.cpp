// SPDX-License-Identifier: Apache-2.0
// Rasters kept between passes: the same results, and nothing under them is read again.
#include <gtest/gtest.h>

#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using namespace testing;

/// out = in − late value.
class Less final : public PixelwiseNode {
 public:
  explicit Less(Late<double> late, double value = 0) : late_(late), value_(value) {}
  std::string name() const override { return "less"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    return std::make_unique<Less>(late_, values.get(late_));
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<float>(0);
    const auto out = row.out<float>();
    for (std::size_t i = 0; i < row.count; ++i) out[i] = static_cast<float>(static_cast<double>(in[i]) - value_);
  }

 private:
  Late<double> late_;
  double value_;
};

constexpr int bands = 24;
const Size raster{333, 217};
const Size block{64, 64};

struct Season {
  std::uint64_t digest;
  std::uint64_t decoded;
  std::size_t kept;  ///< in the first pass
  std::string explained;
};

/// The mean of all bands is summed in the first pass; the second takes it as it is and, with pixels around, smoothed.
Season run(bool keep, const Budget& budget, SchedulerKind kind = SchedulerKind::threads) {
  Graph graph;
  SinkRecord record;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, bands, block));
  Edge sum = graph.read(a, {0}, {});
  for (int band = 1; band < bands; ++band)
    sum = graph.add(std::make_unique<Blend>(1.0F, 0.5F), {sum, graph.read(a, {band}, {})});
  const Edge mean = graph.add(std::make_unique<BoxMean>(3), {sum});
  if (keep) graph.keep(mean);
  const Late<double> total = graph.reduce(SumReducer{}, mean);
  const Edge smooth = graph.add(std::make_unique<BoxMean>(2, Outside::mirror), {mean});
  const Edge both = graph.add(std::make_unique<Blend>(1.0F, -1.0F), {smooth, mean});
  graph.write(graph.add(std::make_unique<Less>(total), {both}, {total}),
              std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
  const Plan plan = Plan::make(graph, budget);
  EXPECT_EQ(plan.summary().passes.size(), 2U);
  std::size_t kept = 0;
  for (const std::string& result : plan.summary().passes[0].results)
    kept += result.find("kept in memory") != std::string::npos ? 1U : 0U;
  const RunReport report = execute(plan, context(kind));
  EXPECT_EQ(report.blocks_decoded, report.blocks_planned);
  return {record.digest, report.blocks_decoded, kept, plan.explain()};
}

Budget with_room(Budget budget, std::uint64_t bytes) {
  budget.memory_bytes = bytes;
  return budget;
}

/// What the plan without anything kept needs, and not a byte more.
std::uint64_t least_bytes(int threads) {
  std::uint64_t low = 0;
  std::uint64_t high = 1'000'000'000;
  while (low + 1000 < high) {
    const std::uint64_t middle = (low + high) / 2;
    try {
      (void)run(false, with_room(budget(threads, block), middle));
      high = middle;
    } catch (const UserError&) {
      low = middle;
    }
  }
  return high;
}

TEST(Keep, ResultsAreTheSameForAnyScheduleTileAndRoom) {
  const Season reference = run(false, budget(1, raster));
  for (const SchedulerKind kind : schedulers()) {
    for (const int threads : {1, 2, 4}) {
      for (const Size tile : {Size{64, 64}, Size{192, 128}, raster}) {
        for (const bool fuse : {true, false}) {
          Budget one = budget(threads, tile);
          one.fuse = fuse;
          const Season kept = run(true, one, kind);
          EXPECT_EQ(kept.digest, reference.digest) << threads << " threads, tile " << tile.width << " fuse " << fuse;
          EXPECT_EQ(kept.kept, 1U);
        }
      }
    }
  }
}

TEST(Keep, NothingUnderItIsReadAgain) {
  const std::uint64_t least = least_bytes(1);
  const auto blocks = static_cast<std::uint64_t>(TileGrid(raster, block).count() * bands);
  // Room for 333 × 217 float pixels, none for all bands of them.
  const std::uint64_t room = Block::bytes_needed(Window::of(raster), 1, PixelType::f32) + 100'000;
  const Season again = run(false, with_room(budget(1, block), least + room));
  EXPECT_EQ(again.decoded, 2 * blocks);
  const Season kept = run(true, with_room(budget(1, block), least + room));
  EXPECT_EQ(kept.decoded, blocks);
  EXPECT_EQ(kept.digest, again.digest);
  EXPECT_NE(kept.explained.find("take from memory box mean"), std::string::npos) << kept.explained;
  EXPECT_NE(kept.explained.find("pixels kept from pass to pass"), std::string::npos) << kept.explained;
}

TEST(Keep, WithoutRoomItIsComputedAgain) {
  const std::uint64_t least = least_bytes(1);
  const Season tight = run(true, with_room(budget(1, block), least));
  EXPECT_EQ(tight.kept, 0U);
  EXPECT_EQ(tight.decoded, 2 * static_cast<std::uint64_t>(TileGrid(raster, block).count() * bands));
}

/// A sum that says it holds 40 MB in the end.
struct LargeReducer : SumReducer {
  static constexpr std::size_t bytes = 40'000'000;
  std::size_t result_bytes() const { return bytes; }
};

std::uint64_t second_pass_bytes(auto reducer) {
  Graph graph;
  SinkRecord record;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, block));
  const Edge in = graph.read(a, {0}, {});
  const Late<double> total = graph.reduce(reducer, in);
  graph.write(graph.add(std::make_unique<Less>(total), {in}, {total}),
              std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
  const Plan plan = Plan::make(graph, budget(1, block));
  EXPECT_EQ(plan.summary().passes.size(), 2U);
  return plan.summary().passes.at(1).memory_bytes;
}

TEST(Keep, LateValuesCountInThePassesAfterThem) {
  EXPECT_EQ(second_pass_bytes(LargeReducer{}), second_pass_bytes(SumReducer{}) + LargeReducer::bytes);
}

/// A leaf, and a node of the second pass that rests on it and is kept for the third.
TEST(Keep, LeavesAndNodesAboveKeptOnesAreKept) {
  const auto digest = [](bool keep, std::uint64_t& decoded) {
    Graph graph;
    SinkRecord record;
    const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, block));
    const Edge in = graph.read(a, {0}, {});
    const Late<double> first = graph.reduce(SumReducer{}, in);
    const Edge mean = graph.add(std::make_unique<BoxMean>(3), {in});
    const Edge second_pass = graph.add(std::make_unique<Less>(first), {mean}, {first});
    const Late<double> second = graph.reduce(SumReducer{}, second_pass);
    if (keep) {
      graph.keep(in);
      graph.keep(second_pass);
    }
    graph.write(graph.add(std::make_unique<Less>(second), {second_pass}, {second}),
                std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
    const Plan plan = Plan::make(graph, budget(2, block));
    EXPECT_EQ(plan.summary().passes.size(), 3U);
    if (keep) {
      EXPECT_EQ(plan.summary().passes[1].blocks_to_decode, 0U) << plan.explain();
      EXPECT_EQ(plan.summary().passes[2].blocks_to_decode, 0U) << plan.explain();
    }
    decoded = execute(plan, context(SchedulerKind::threads)).blocks_decoded;
    return record.digest;
  };
  std::uint64_t decoded = 0;
  const std::uint64_t again = digest(false, decoded);
  EXPECT_EQ(digest(true, decoded), again);
  EXPECT_EQ(decoded, static_cast<std::uint64_t>(TileGrid(raster, block).count()));
}

/// Nobody needs it later: nothing is kept.
TEST(Keep, OnlyWhatALaterPassNeedsIsKept) {
  Graph graph;
  SinkRecord record;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, block));
  const Edge mean = graph.add(std::make_unique<BoxMean>(3), {graph.read(a, {0}, {})});
  graph.keep(mean);
  graph.write(mean, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
  const Plan plan = Plan::make(graph, budget(2, block));
  EXPECT_EQ(plan.explain().find("kept"), std::string::npos) << plan.explain();
}

}  // namespace
}  // namespace cers
