// SPDX-License-Identifier: Apache-2.0
// Each native block is decoded exactly once, whatever the tile, halo, layout and thread count.
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <thread>

#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using namespace testing;

struct Case {
  const char* name;
  Size block;
  int bands;
  bool interleaved;
  Size tile;
  int radius;
};

class DecodeOnce : public ::testing::TestWithParam<Case> {};

TEST_P(DecodeOnce, CountsDecodes) {
  const Case& c = GetParam();
  const Size raster{700, 520};
  for (const SchedulerKind kind : schedulers()) {
    for (const int threads : {1, 2, 4}) {
      Graph graph;
      SinkRecord record;
      auto made = std::make_unique<FakeSource>("a", raster, c.bands, c.block, c.interleaved);
      const FakeSource* source = made.get();
      const SourceId a = graph.add_source(std::move(made));
      Edge sum = graph.read(a, {0}, {});
      for (int band = 1; band < c.bands; ++band) {
        sum = graph.add(std::make_unique<Blend>(1.0F, 1.0F), {sum, graph.read(a, {band}, {})});
      }
      if (c.radius > 0) sum = graph.add(std::make_unique<BoxMean>(c.radius), {sum});
      graph.write(sum, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
      const Plan plan = Plan::make(graph, budget(threads, c.tile));
      const RunReport report = execute(plan, context(kind));
      const TileGrid blocks(raster, c.block);
      const auto decodes = source->decodes();
      EXPECT_EQ(decodes.size(), static_cast<std::size_t>(blocks.count() * c.bands));
      for (const auto& [key, count] : decodes) EXPECT_EQ(count, 1) << "band " << key[0] << " block " << key[2];
      EXPECT_EQ(report.blocks_decoded, report.blocks_planned);
      EXPECT_EQ(plan.summary().passes[0].blocks_to_decode, report.blocks_decoded);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Layouts, DecodeOnce,
                         ::testing::Values(Case{"TileSmallerThanBlock", {256, 256}, 2, false, {64, 64}, 0},
                                           Case{"TileEqualsBlock", {128, 128}, 2, false, {128, 128}, 0},
                                           Case{"TileLargerThanBlock", {64, 64}, 2, false, {192, 192}, 0},
                                           Case{"TileAcrossBlocks", {100, 60}, 1, false, {77, 91}, 0},
                                           Case{"SmallTileWithHalo", {256, 256}, 2, false, {64, 64}, 5},
                                           Case{"EqualWithHalo", {128, 128}, 1, false, {128, 128}, 9},
                                           Case{"LargeTileWithHalo", {64, 64}, 1, false, {192, 192}, 9},
                                           Case{"Strips", {700, 1}, 2, false, {128, 128}, 3},
                                           Case{"WholeImageBlock", {700, 520}, 1, false, {64, 64}, 3},
                                           Case{"PixelInterleaved", {128, 128}, 4, true, {96, 96}, 3},
                                           Case{"PixelInterleavedStrips", {700, 8}, 3, true, {128, 128}, 0}),
                         [](const auto& layout) { return layout.param.name; });

// One worker decodes slowly; the other must not wait while anything is left to decode.
TEST(DecodeOnce, NoWorkerWaitsWhileWorkIsLeft) {
  const Size raster{64 * 16, 64};
  Graph graph;
  SinkRecord record;
  auto made = std::make_unique<FakeSource>("a", raster, 1, Size{256, 64});
  std::mutex mutex;
  std::condition_variable entered;
  std::map<std::thread::id, int> decoded_by;
  int inside = 0;
  int together = 0;
  made->before_decode = [&](int, int) {
    std::unique_lock lock(mutex);
    if (++inside > 1) ++together;
    entered.notify_all();
    // Holds the block until the other worker is decoding too; given up when nothing is left for it.
    entered.wait_for(lock, std::chrono::seconds(2), [&] { return inside > 1; });
    --inside;
    ++decoded_by[std::this_thread::get_id()];
  };
  const SourceId a = graph.add_source(std::move(made));
  // Four tiles share each block: without look-ahead the second worker could only wait for the first.
  graph.write(graph.read(a, {0}, {}), std::make_unique<MemorySink>(record, raster, 1, PixelType::i16, Size{64, 64}));
  execute(Plan::make(graph, budget(2, Size{64, 64})), context(SchedulerKind::threads));
  EXPECT_EQ(decoded_by.size(), 2U) << "both workers decode";
  EXPECT_GT(together, 0) << "at the same time";
}

}  // namespace
}  // namespace cers
