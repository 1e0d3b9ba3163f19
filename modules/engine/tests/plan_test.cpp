// SPDX-License-Identifier: Apache-2.0
// Tile choice, memory account and refusal.
#include <gtest/gtest.h>

#include "cers/engine_testing/fakes.hpp"
#include "sizing.hpp"

namespace cers {
namespace {

using namespace testing;

struct SyntheticRun {
  Graph graph;
  SinkRecord record;
  SyntheticRun(Size raster, Size block, int radius) {
    const SourceId a = graph.add_source(std::make_unique<FakeSource>("scene", raster, 1, block));
    Edge edge = graph.read(a, {0}, {});
    if (radius > 0) edge = graph.add(std::make_unique<BoxMean>(radius), {edge});
    graph.write(edge, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{512, 512}));
  }
};

TEST(Plan, TakesOneOutputBlockWithoutHalo) {
  SyntheticRun setup({5000, 4000}, {512, 512}, 0);
  const Plan plan = Plan::make(setup.graph, budget(2));
  EXPECT_EQ(plan.summary().passes[0].tile, (Size{512, 512}));
  EXPECT_EQ(plan.summary().passes[0].blocks_to_decode, 80U);
  EXPECT_DOUBLE_EQ(plan.summary().passes[0].overread, 1.0);
}

TEST(Plan, GrowsTheTileForAHalo) {
  SyntheticRun setup({5000, 4000}, {512, 512}, 20);
  const PassSummary pass = Plan::make(setup.graph, budget(2)).summary().passes[0];
  EXPECT_GT(pass.tile.width, 512);
  EXPECT_LE(pass.overread, 1.05);
  EXPECT_EQ(pass.halo, Halo::square(20));
}

TEST(Plan, ShrinksTheTileWhenMemoryIsShort) {
  SyntheticRun setup({2000, 2000}, {64, 64}, 3);
  const std::uint64_t roomy = Plan::make(setup.graph, budget(2)).summary().memory_bytes;
  const Plan tight = Plan::make(setup.graph, budget(2, std::nullopt, roomy - 1'500'000));
  EXPECT_LT(tight.summary().memory_bytes, roomy - 1'500'000);
}

// Tiles that cannot fit are passed over before they are walked; what fits, and what is chosen of it, stays the same.
TEST(Plan, BoundsHideNothingThatFits) {
  using engine_detail::choose_tile;
  using engine_detail::Misfit;
  int fitting = 0;
  int too_large = 0;
  for (const Size block : {Size{64, 64}, Size{1024, 256}, Size{3000, 2}}) {
    for (const int radius : {0, 9}) {
      SyntheticRun setup({3000, 2200}, block, radius);
      const SourceId other_blocks =
          setup.graph.add_source(std::make_unique<FakeSource>("other", Size{3000, 2200}, 1, Size{256, 512}));
      if (radius == 0) (void)setup.graph.reduce(SumReducer{}, setup.graph.read(other_blocks, {0}, {}));
      const Plan made = Plan::make(setup.graph, budget(2));
      for (std::uint64_t available = 500'000; available < 60'000'000; available += available / 4) {
        engine_detail::PassPlan pass = made.impl().passes[0];
        engine_detail::PassPlan other = pass;
        const auto exact = choose_tile(made.impl(), pass, available, Misfit::exact);
        const auto told = choose_tile(made.impl(), other, available, Misfit::told);
        const auto bytes = [&](const auto& sizing) { return sizing.bytes(2, made.impl().tokens); };
        if (bytes(exact) <= available) {
          ++fitting;
          EXPECT_EQ(bytes(told), bytes(exact));
          EXPECT_EQ(other.tile, pass.tile);
          EXPECT_EQ(other.super_tile, pass.super_tile);
        } else {
          ++too_large;
          EXPECT_GT(bytes(told), available);
          EXPECT_LE(bytes(told), bytes(exact));
        }
      }
    }
  }
  EXPECT_GT(fitting, 20);
  EXPECT_GT(too_large, 20);
}

TEST(Plan, RefusesWhatCannotFitAndNamesTheCulprit) {
  SyntheticRun setup({8000, 8000}, {8000, 8000}, 0);  // one block of 128 MB
  try {
    Plan::make(setup.graph, budget(2, std::nullopt, 100'000'000));
    FAIL();
  } catch (const UserError& error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("scene, whose blocks are 8000×8000"), std::string::npos) << text;
    EXPECT_NE(text.find("-ram allows 100 MB"), std::string::npos) << text;
    EXPECT_NE(text.find("give -ram"), std::string::npos) << text;
  }
}

/// The first band of its first input, of however many.
class First final : public PixelwiseNode {
 public:
  std::string name() const override { return "first"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<float>(0);
    std::copy(in.begin(), in.end(), row.out<float>().begin());
  }
};

// A worker decodes one block at a time, of however many files.
TEST(Plan, ClosesFilesWhenMemoryIsShort) {
  Graph graph;
  SinkRecord record;
  const Size raster{300, 300};
  std::vector<Edge> edges;
  std::vector<RasterInfo> infos;
  for (int i = 0; i < 40; ++i) {
    auto source = std::make_unique<FakeSource>("date " + std::to_string(i), raster, 1, Size{64, 64});
    source->decoder_bytes_each = 3'000'000;
    source->handle_bytes_each = 1'000'000;
    edges.push_back(graph.read(graph.add_source(std::move(source)), {0}, {}));
  }
  graph.write(graph.add(std::make_unique<First>(), edges),
              std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{64, 64}));
  const Plan roomy = Plan::make(graph, budget(2));
  EXPECT_EQ(roomy.summary().open_files, 80);
  EXPECT_NE(roomy.explain().find("78 files open beside those"), std::string::npos) << roomy.explain();
  const std::uint64_t without = roomy.summary().memory_bytes - 78'000'000;
  const Plan tight = Plan::make(graph, budget(2, std::nullopt, without + 10'500'000));
  EXPECT_EQ(tight.summary().open_files, 12);
  EXPECT_LE(tight.summary().memory_bytes, without + 10'500'000);
  EXPECT_EQ(Plan::make(graph, budget(2, std::nullopt, without)).summary().open_files, 2);
}

TEST(Plan, SuperTilesVisitEveryTileOnce) {
  // A source block much larger than the tile and little memory: all tiles of one block before the next.
  SyntheticRun setup({4096, 4096}, {1024, 1024}, 0);
  for (const std::uint64_t bytes : {4'000'000'000ull, 84'000'000ull}) {
    setup.record.order.clear();
    const Plan plan = Plan::make(setup.graph, budget(2, Size{128, 128}, bytes));
    execute(plan, {});
    EXPECT_EQ(setup.record.order.size(), 64U);
    EXPECT_EQ(setup.record.whole.plane<float>(0).at(4000, 3000), static_cast<float>(noise(0, 4000, 3000)));
  }
}

TEST(Plan, ExplainsWithoutReading) {
  SyntheticRun setup({1000, 800}, {256, 256}, 4);
  const std::string text = Plan::make(setup.graph, budget(2)).explain();
  for (const char* part : {"1 pass", "scene band 1", "box mean", "halo      4 4 4 4", "16 blocks", "decoded blocks"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << "\n" << text;
  }
}

// Applications keep what info() gave them while they add nodes.
TEST(Graph, WhatInfoRefersToStays) {
  Graph graph;
  const SourceId source = graph.add_source(std::make_unique<FakeSource>("scene", Size{64, 64}, 1, Size{64, 64}));
  Edge edge = graph.read(source, {0}, {});
  const RasterInfo& first = graph.info(edge);
  const Edge start = edge;
  for (int radius = 1; radius < 200; ++radius) edge = graph.add(std::make_unique<BoxMean>(radius), {edge});
  EXPECT_EQ(&graph.info(start), &first);
  EXPECT_EQ(first.grid.size, (Size{64, 64}));
}

}  // namespace
}  // namespace cers
