// SPDX-License-Identifier: Apache-2.0
// Same bytes in the same order for any tile, thread count, scheduler and fusion.
#include <gtest/gtest.h>

#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using namespace testing;

constexpr Size raster{301, 233};

// Two sources, a halo node, pixelwise runs before and after it, three outputs of different types and block sizes.
void build(Graph& graph, SinkRecord (&records)[3], Outside rule) {
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 2, Size{64, 64}));
  const SourceId b = graph.add_source(std::make_unique<FakeSource>("b", raster, 1, Size{301, 3}));
  const Edge a0 = graph.read(a, {0}, {});
  const Edge a1 = graph.read(a, {1}, {});
  const Edge b0 = graph.read(b, {0}, {});
  const Edge mix = graph.add(std::make_unique<Blend>(1.0F, 0.5F), {a0, b0});
  const Edge mean = graph.add(std::make_unique<BoxMean>(3, rule), {mix});
  const Edge last = graph.add(std::make_unique<Blend>(0.25F, -1.0F), {mean, a1});
  const Edge other = graph.add(std::make_unique<Blend>(2.0F, 1.0F), {last, mix});
  graph.write(last, std::make_unique<MemorySink>(records[0], raster, 1, PixelType::f32, Size{128, 128}));
  graph.write(other, std::make_unique<MemorySink>(records[1], raster, 1, PixelType::i16, Size{96, 32}));
  graph.write(a0, std::make_unique<MemorySink>(records[2], raster, 1, PixelType::u8, Size{301, 1}));
}

struct Digests {
  std::uint64_t values[3];
  bool operator==(const Digests&) const = default;
};

Digests run(Budget budget, SchedulerKind kind, Outside rule) {
  Graph graph;
  SinkRecord records[3];
  build(graph, records, rule);
  const Plan plan = Plan::make(graph, budget);
  execute(plan, context(kind));
  Digests digests;
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(records[i].published);
    digests.values[i] = records[i].digest;
  }
  return digests;
}

class Invariance : public ::testing::TestWithParam<Outside> {};

TEST_P(Invariance, OutputBytesDoNotDependOnTheSchedule) {
  const Digests reference = run(budget(1, raster), SchedulerKind::threads, GetParam());
  for (const SchedulerKind kind : schedulers()) {
    for (const Size tile : {Size{64, 64}, Size{192, 192}, Size{512, 512}, Size{37, 53}, Size{301, 16}}) {
      for (const int threads : {1, 2, 5}) {
        for (const bool fuse : {true, false}) {
          Budget asked = budget(threads, tile);
          asked.fuse = fuse;
          EXPECT_EQ(run(asked, kind, GetParam()), reference)
              << tile.width << "×" << tile.height << ", " << threads << " threads, fuse " << fuse;
        }
      }
    }
    EXPECT_EQ(run(budget(2), kind, GetParam()), reference) << "planned tile";
  }
}

INSTANTIATE_TEST_SUITE_P(Borders, Invariance,
                         ::testing::Values(Outside::replicate, Outside::mirror, Outside::constant));

TEST(Engine, DeliversThePixelsOfTheClosedForm) {
  Graph graph;
  SinkRecord record;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 2, Size{64, 64}));
  const Edge mix = graph.add(std::make_unique<Blend>(1.0F, 0.5F), {graph.read(a, {0}, {}), graph.read(a, {1}, {})});
  const Edge mean = graph.add(std::make_unique<BoxMean>(1), {mix});
  graph.write(mean, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
  execute(Plan::make(graph, budget(2)), {});
  const auto at = [](int x, int y) {
    x = std::clamp(x, 0, raster.width - 1);
    y = std::clamp(y, 0, raster.height - 1);
    return static_cast<float>(noise(0, x, y)) + 0.5F * static_cast<float>(noise(1, x, y));
  };
  const auto plane = record.whole.plane<float>(0);
  for (int y = 0; y < raster.height; ++y) {
    for (int x = 0; x < raster.width; ++x) {
      float sum = 0;
      for (int dy = -1; dy <= 1; ++dy) {
        for (int dx = -1; dx <= 1; ++dx) sum += at(x + dx, y + dy);
      }
      ASSERT_EQ(plane.at(x, y), sum) << x << "," << y;
    }
  }
}

TEST(Engine, OutputBlocksComeInRowMajorOrder) {
  Graph graph;
  SinkRecord record;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, Size{64, 64}));
  graph.write(graph.read(a, {0}, {}), std::make_unique<MemorySink>(record, raster, 1, PixelType::i16, Size{100, 50}));
  execute(Plan::make(graph, budget(2, Size{37, 41})), {});
  const TileGrid blocks(raster, {100, 50});
  ASSERT_EQ(record.order.size(), static_cast<std::size_t>(blocks.count()));
  for (int i = 0; i < blocks.count(); ++i) EXPECT_EQ(record.order[static_cast<std::size_t>(i)], blocks[i]);
}

TEST(Engine, NaNBecomesTheNodataOfAnIntegerOutput) {
  Graph graph;
  SinkRecord record;
  auto source = std::make_unique<FakeSource>("a", Size{50, 40}, 1, Size{16, 16});
  const SourceId a = graph.add_source(std::move(source));
  ReadAs as;
  as.scale = 0.01;
  as.offset = 1;
  as.nodata = noise(0, 7, 9);
  auto sink = std::make_unique<MemorySink>(record, Size{50, 40}, 1, PixelType::i16, Size{32, 32});
  sink->nodata_value = -2;
  graph.write(graph.read(a, {0}, as), std::move(sink));
  execute(Plan::make(graph, budget(2)), {});
  const auto plane = record.whole.plane<std::int16_t>(0);
  EXPECT_EQ(plane.at(7, 9), -2);
  EXPECT_EQ(plane.at(3, 4), static_cast<int>(static_cast<float>(noise(0, 3, 4) * 0.01 + 1)));
}

TEST(Engine, GridsThatNestShareOnePass) {
  Graph graph;
  SinkRecord fine_record;
  SinkRecord coarse_record;
  const SourceId fine = graph.add_source(std::make_unique<FakeSource>("fine", Size{200, 120}, 1, Size{64, 64}));
  auto coarse_source = std::make_unique<FakeSource>("coarse", Size{100, 60}, 1, Size{64, 64});
  coarse_source->mutable_info().grid.transform.a = {0, 20, 0, 0, 0, -20};
  const SourceId coarse = graph.add_source(std::move(coarse_source));
  graph.write(graph.read(fine, {0}, {}),
              std::make_unique<MemorySink>(fine_record, Size{200, 120}, 1, PixelType::i16, Size{64, 64}));
  graph.write(graph.read(coarse, {0}, {}),
              std::make_unique<MemorySink>(coarse_record, Size{100, 60}, 1, PixelType::i16, Size{64, 64}));
  const Plan plan = Plan::make(graph, budget(2, Size{33, 35}));
  EXPECT_EQ(plan.summary().passes.size(), 1U);
  execute(plan, {});
  for (int y = 0; y < 60; ++y) {
    for (int x = 0; x < 100; ++x) {
      ASSERT_EQ(coarse_record.whole.plane<std::int16_t>(0).at(x, y), noise(0, x, y));
      ASSERT_EQ(fine_record.whole.plane<std::int16_t>(0).at(2 * x + 1, y), noise(0, 2 * x + 1, y));
    }
  }
}

}  // namespace
}  // namespace cers
