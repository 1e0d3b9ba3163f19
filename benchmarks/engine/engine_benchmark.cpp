// SPDX-License-Identifier: Apache-2.0
// What the engine itself costs, on synthetic sources and without any file:
//   overhead     of one tile and of one node in one tile, in core time: what sizing.cpp assumes; of one row
//   two_threads  the speed-up over one thread when decoding dominates, and how busy both workers are
//   planning     Plan::make for a whole Sentinel-2 tile
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "cers/engine_testing/fakes.hpp"
#include "measure.hpp"

namespace cers {
namespace {

using benchmarks::median;

/// Takes blocks and forgets them.
class NullSink final : public RasterSink {
 public:
  explicit NullSink(Size block) : block_(block) {}
  std::string path() const override { return "nowhere"; }
  PixelType type() const override { return PixelType::f32; }
  Size block_size() const override { return block_; }
  void open() override {}
  void close() override {}
  void publish() override {}
  void discard() noexcept override {}
  void write(const Block&) override {}

 private:
  Size block_;
};

// ---- overhead -------------------------------------------------------------------------------------------------------

struct Chain {
  int nodes = 1;
  int leaves = 1;
  bool fuse = true;
  int threads = 1;
};

/// Seconds of core time to run `chain` over a raster of `size` in tiles of `tile`.
double core_seconds(const Chain& chain, Size size, Size tile) {
  Graph graph;
  const SourceId source =
      graph.add_source(std::make_unique<testing::FakeSource>("a", size, chain.leaves, Size{size.width, 4096}));
  std::vector<Edge> leaves;
  for (int band = 0; band < chain.leaves; ++band) leaves.push_back(graph.read(source, {band}, {}));
  Edge edge = leaves[0];
  for (int i = 0; i < chain.nodes; ++i) {
    const Edge other = leaves[static_cast<std::size_t>(i % chain.leaves)];
    edge = graph.add(std::make_unique<testing::Blend>(1.0F, 0.5F), {edge, other});
  }
  graph.write(edge, std::make_unique<NullSink>(tile));
  Budget budget = testing::budget(chain.threads, tile);
  budget.fuse = chain.fuse;
  return execute(Plan::make(graph, budget), {}).wall_seconds * chain.threads;
}

/// Microseconds per tile: what many low tiles take beyond few high ones. Both are as wide as the raster, so that rows
/// are as many and as long either way.
double us_per_tile(const Chain& chain, int width) {
  const Size size{width, 16384};
  constexpr int low = 1;
  constexpr int high = 256;
  const double extra = core_seconds(chain, size, {width, low}) - core_seconds(chain, size, {width, high});
  return 1e6 * extra / (size.height / low - size.height / high);
}

/// Nanoseconds per row of a tile: what many narrow rows take beyond few wide ones, in as many tiles.
double ns_per_row(const Chain& chain) {
  const Size size{1024, 2048};
  constexpr int narrow = 64;
  const int columns = size.width / narrow;
  const double extra =
      core_seconds(chain, size, {narrow, size.height}) - core_seconds(chain, size, {size.width, size.height / columns});
  return 1e9 * extra / (size.height * (columns - 1));
}

Chain chain_of(const benchmark::State& state) {
  const auto argument = [&](std::size_t i) { return static_cast<int>(state.range(i)); };
  return {argument(0), argument(1), argument(2) != 0, argument(3)};
}

void overhead(benchmark::State& state) {
  const Chain chain = chain_of(state);
  const auto width = static_cast<int>(state.range(4));
  Chain shortest = chain;
  shortest.nodes = chain.leaves;
  std::vector<double> tile;
  std::vector<double> node;
  for (auto _ : state) {
    tile.push_back(us_per_tile(chain, width));
    if (chain.nodes == shortest.nodes) continue;
    node.push_back((tile.back() - us_per_tile(shortest, width)) / (chain.nodes - shortest.nodes));
  }
  state.counters["us_per_tile"] = median(tile);
  if (!node.empty()) state.counters["us_per_node_and_tile"] = median(node);
}

void row_overhead(benchmark::State& state) {
  const Chain chain = chain_of(state);
  std::vector<double> row;
  for (auto _ : state) row.push_back(ns_per_row(chain));
  state.counters["ns_per_row"] = median(row);
}

BENCHMARK(overhead)
    ->ArgNames({"nodes", "leaves", "fused", "threads", "width"})
    ->ArgsProduct({{1, 4, 16}, {1}, {1, 0}, {1, 2}, {64}})
    ->ArgsProduct({{4, 16}, {4}, {1}, {1, 2}, {64}})
    ->ArgsProduct({{4}, {4}, {1}, {1, 2}, {1024}})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(9);
BENCHMARK(row_overhead)
    ->ArgNames({"nodes", "leaves", "fused", "threads"})
    ->ArgsProduct({{1, 4, 16}, {1}, {1, 0}, {1}})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(9);

// ---- two threads ----------------------------------------------------------------------------------------------------

/// Decoding costs as much arithmetic as a fast JPEG 2000 decoder: about 25 ms for a block of 1024×1024 pixels.
class SlowSource final : public BlockSource {
 public:
  explicit SlowSource(Size size) : info_(testing::raster_info(size, 2, PixelType::i16)) {}
  const RasterInfo& info() const override { return info_; }
  Size block_size() const override { return {1024, 1024}; }
  bool interleaved() const override { return false; }
  std::string identity() const override { return "slow"; }
  std::string name() const override { return "slow"; }
  double decode_cost() const override { return 24; }

  void decode(int, int, std::span<const int> bands, Block& out) const override {
    for (std::size_t i = 0; i < bands.size(); ++i) {
      const Plane<std::int16_t> plane = out.plane<std::int16_t>(static_cast<int>(i));
      std::uint64_t state = static_cast<std::uint64_t>(bands[i]) + 1;
      for (int y = plane.window.y; y < plane.window.bottom(); ++y) {
        for (std::int16_t& pixel : plane.row(y)) {
          // Each step needs the one before: neither vectors nor the pipeline shorten it.
          for (int step = 0; step < 20; ++step) state = state * 6364136223846793005u + 1442695040888963407u;
          pixel = static_cast<std::int16_t>(state >> 50);
        }
      }
    }
  }

 private:
  RasterInfo info_;
};

RunReport decode_all(Size raster, int radius, int threads) {
  Graph graph;
  const SourceId source = graph.add_source(std::make_unique<SlowSource>(raster));
  Edge edge = graph.add(std::make_unique<testing::Blend>(1.0F, -1.0F),
                        {graph.read(source, {0}, {}), graph.read(source, {1}, {})});
  if (radius > 0) edge = graph.add(std::make_unique<testing::BoxMean>(radius), {edge});
  graph.write(edge, std::make_unique<NullSink>(Size{512, 512}));
  return execute(Plan::make(graph, testing::budget(threads)), {});
}

void two_threads(benchmark::State& state) {
  const auto side = static_cast<int>(state.range(0));
  const auto radius = static_cast<int>(state.range(1));
  std::vector<double> speedup;
  std::vector<double> busy;
  std::vector<double> waiting;
  std::vector<double> block;
  std::vector<double> undisturbed;
  for (auto _ : state) {
    const RunReport one = decode_all({side, side}, radius, 1);
    const RunReport two = decode_all({side, side}, radius, 2);
    const double workers = two.wall_seconds * 2;
    undisturbed.push_back(std::min(one.cpu_seconds / one.wall_seconds, two.cpu_seconds / workers));
    speedup.push_back(one.wall_seconds / two.wall_seconds);
    busy.push_back((two.read_seconds + two.compute_seconds) / workers);
    waiting.push_back(two.wait_seconds / workers);
    block.push_back(1e3 * one.read_seconds / static_cast<double>(one.blocks_decoded));
  }
  state.counters["speedup"] = median(speedup);
  state.counters["busy_share"] = median(busy);
  state.counters["wait_share"] = median(waiting);
  state.counters["ms_per_block"] = median(block);
  // Well below 1: other programs used the processors, and the speed-up says nothing.
  state.counters["undisturbed"] = median(undisturbed);
}

BENCHMARK(two_threads)
    ->ArgNames({"side", "halo"})
    ->ArgsProduct({{5490, 10980}, {0, 2}})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(5);

// ---- planning -------------------------------------------------------------------------------------------------------

void planning(benchmark::State& state) {
  constexpr Size raster{10980, 10980};
  Graph graph;
  std::vector<Edge> leaves;
  for (const char* name : {"b3", "b4", "b8", "b11"}) {
    const SourceId source = graph.add_source(std::make_unique<testing::FakeSource>(name, raster, 1, Size{1024, 1024}));
    leaves.push_back(graph.read(source, {0}, {}));
  }
  const auto radius = static_cast<int>(state.range(1));
  for (std::size_t a = 0; a < leaves.size(); ++a) {
    for (std::size_t b = a + 1; b < leaves.size(); ++b) {
      Edge edge = graph.add(std::make_unique<testing::Blend>(1.0F, -1.0F), {leaves[a], leaves[b]});
      if (radius > 0) edge = graph.add(std::make_unique<testing::BoxMean>(radius), {edge});
      graph.write(edge, std::make_unique<NullSink>(Size{512, 512}));
    }
  }
  const Budget budget = testing::budget(2, std::nullopt, static_cast<std::uint64_t>(state.range(0)) * 1'000'000);
  int tiles = 0;
  for (auto _ : state) {
    const Plan plan = Plan::make(graph, budget);
    tiles = plan.summary().passes[0].tiles;
  }
  state.counters["tiles"] = tiles;
}

BENCHMARK(planning)
    ->ArgNames({"megabytes", "halo"})
    ->ArgsProduct({{2000, 400}, {0, 2, 16}})
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace cers
