// SPDX-License-Identifier: Apache-2.0
// Parts of blocks where whole ones have no room: the same pixels, in less memory, for more decoding.
#include <gtest/gtest.h>

#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using namespace testing;

constexpr int bands = 12;
const Size raster{1100, 620};  // neither blocks nor their parts end with it
const Size block{512, 512};

struct Sum {
  Graph graph;
  SinkRecord record;
  const FakeSource* source = nullptr;

  Sum(bool interleaved, int radius) {
    auto made = std::make_unique<FakeSource>("a", raster, bands, block, interleaved);
    source = made.get();
    const SourceId a = graph.add_source(std::move(made));
    Edge sum = graph.read(a, {0}, {});
    for (int band = 1; band < bands; ++band)
      sum = graph.add(std::make_unique<Blend>(1.0F, 0.5F), {sum, graph.read(a, {band}, {})});
    if (radius > 0) sum = graph.add(std::make_unique<BoxMean>(radius), {sum});
    graph.write(sum, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
  }
  Plan plan(int threads, std::uint64_t bytes) { return Plan::make(graph, budget(threads, std::nullopt, bytes)); }
};

/// The least that a plan is made for, to 10 kB.
std::uint64_t least_bytes(Sum& sum, int threads) {
  std::uint64_t low = 0;
  std::uint64_t high = 1'000'000'000;
  while (low + 10'000 < high) {
    const std::uint64_t middle = (low + high) / 2;
    try {
      (void)sum.plan(threads, middle);
      high = middle;
    } catch (const UserError&) {
      low = middle;
    }
  }
  return high;
}

TEST(PartsOfBlocks, GiveTheSamePixelsInLessMemory) {
  const auto blocks = static_cast<std::size_t>(TileGrid(raster, block).count() * bands);
  for (const bool interleaved : {false, true}) {
    for (const int radius : {0, 7}) {
      Sum roomy(interleaved, radius);
      const Plan whole = roomy.plan(1, 1'000'000'000);
      EXPECT_EQ(whole.summary().passes[0].parts, 1);
      execute(whole, context(SchedulerKind::threads));
      for (const SchedulerKind kind : schedulers()) {
        for (const int threads : {1, 3}) {
          Sum tight(interleaved, radius);
          const std::uint64_t least = least_bytes(tight, threads);
          const Plan plan = tight.plan(threads, least);
          const PassSummary& pass = plan.summary().passes[0];
          EXPECT_GT(pass.parts, 1);
          EXPECT_LT(least, tight.plan(threads, 1'000'000'000).summary().memory_bytes);
          EXPECT_NE(plan.explain().find("parts of blocks"), std::string::npos) << plan.explain();
          const RunReport report = execute(plan, context(kind));
          EXPECT_EQ(tight.record.digest, roomy.record.digest);
          EXPECT_EQ(report.blocks_decoded, report.blocks_planned);
          EXPECT_EQ(report.blocks_decoded, pass.blocks_to_decode);
          const auto decodes = tight.source->decodes();
          EXPECT_EQ(decodes.size(), blocks);
          for (const auto& [unit, count] : decodes) EXPECT_LE(count, pass.parts);
        }
      }
    }
  }
}

}  // namespace
}  // namespace cers
