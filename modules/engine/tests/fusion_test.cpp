// SPDX-License-Identifier: Apache-2.0
// What is merged, shared and pruned.
#include <gtest/gtest.h>

#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using namespace testing;

const Size raster{200, 200};

TEST(Graph, MergesEqualNodesWithEqualInputs) {
  Graph graph;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 2, Size{64, 64}));
  const SourceId again = graph.add_source(std::make_unique<FakeSource>("a", raster, 2, Size{64, 64}));
  EXPECT_EQ(a.index, again.index);
  const Edge first = graph.read(a, {0}, {});
  EXPECT_EQ(first, graph.read(again, {0}, {}));
  EXPECT_NE(first, graph.read(a, {1}, {}));
  const Edge x = graph.add(std::make_unique<Blend>(1.0F, 2.0F), {first, first});
  EXPECT_EQ(x, graph.add(std::make_unique<Blend>(1.0F, 2.0F), {first, first}));
  EXPECT_NE(x, graph.add(std::make_unique<Blend>(1.0F, 3.0F), {first, first}));
}

TEST(Plan, PixelwiseRunsHoldNoBlocks) {
  Graph graph;
  SinkRecord record;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 2, Size{64, 64}));
  const Edge in = graph.read(a, {0}, {});
  Edge edge = in;
  for (int i = 0; i < 5; ++i) edge = graph.add(std::make_unique<Blend>(1.0F, 0.5F), {edge, in});
  graph.write(edge, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{64, 64}));
  const auto worker_bytes = [&](bool fuse) {
    Budget asked = budget(1, Size{64, 64});
    asked.fuse = fuse;
    const Plan plan = Plan::make(graph, asked);
    std::uint64_t bytes = 0;
    for (const MemoryTerm& term : plan.summary().passes[0].memory) {
      if (term.name.starts_with("working blocks")) bytes = term.bytes;
    }
    return bytes;
  };
  EXPECT_LE(worker_bytes(true), 7U * 64 * 4);  // rows only: the leaf and six results at most
  EXPECT_GE(worker_bytes(false), 2U * 64 * 64 * 4);
}

TEST(Plan, StepsNoOutputNeedsArePruned) {
  Graph graph;
  SinkRecord record;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, Size{64, 64}));
  auto unread = std::make_unique<FakeSource>("unread", raster, 1, Size{64, 64});
  const FakeSource* unread_source = unread.get();
  const SourceId b = graph.add_source(std::move(unread));
  graph.set_step("kept");
  const Edge kept = graph.add(std::make_unique<Blend>(1.0F, 1.0F), {graph.read(a, {0}, {})});
  graph.set_step("unused");
  graph.add(std::make_unique<Blend>(1.0F, 2.0F), {graph.read(b, {0}, {})});
  graph.write(kept, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{64, 64}));
  const Plan plan = Plan::make(graph, budget(1));
  EXPECT_EQ(plan.summary().pruned, std::vector<std::string>{"unused"});
  execute(plan, {});
  EXPECT_TRUE(unread_source->decodes().empty());
}

// A node that both feeds a neighbourhood and is combined with its result must not be fused across it.
TEST(Plan, DiamondsThroughANeighbourhoodAreOrdered) {
  Graph graph;
  SinkRecord record;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, Size{64, 64}));
  const Edge in = graph.read(a, {0}, {});
  const Edge first = graph.add(std::make_unique<Blend>(1.0F, 1.0F), {in});
  const Edge mean = graph.add(std::make_unique<BoxMean>(2), {first});
  const Edge second = graph.add(std::make_unique<Blend>(1.0F, -1.0F), {mean, first});
  graph.write(second, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{64, 64}));
  execute(Plan::make(graph, budget(2, Size{64, 64})), {});
  float sum = 0;
  for (int dy = -2; dy <= 2; ++dy) {
    for (int dx = -2; dx <= 2; ++dx) sum += 2.0F * static_cast<float>(noise(0, 100 + dx, 64 + dy));
  }
  EXPECT_EQ(record.whole.plane<float>(0).at(100, 64), sum - 2.0F * static_cast<float>(noise(0, 100, 64)));
}

}  // namespace
}  // namespace cers
