// SPDX-License-Identifier: Apache-2.0
// Reducers that look at parts of a raster: nothing else is decoded.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using namespace testing;

struct Pixel {
  int x = 0;
  int y = 0;
  auto operator<=>(const Pixel&) const = default;
};
using Pixels = std::vector<Pixel>;
using Values = std::map<Pixel, float>;

/// The values at some pixels, known from the start or by a late value.
struct PixelReducer {
  using State = Values;
  using Result = Values;
  static constexpr bool exact = true;
  Pixels pixels;
  Late<Pixels> late;

  PixelReducer bind(const LateValues& values) const { return {values.get(late), late}; }
  Window wanted(Window tile) const {
    if (late.id >= 0 && pixels.empty()) return tile;
    Window around;
    for (const Pixel& p : pixels) around = around.united(Window{p.x, p.y, 1, 1}.intersected(tile));
    return around;
  }
  State start() const { return {}; }
  void add(State& state, const Block& block, Window part) const {
    const auto plane = block.plane<float>(0);
    for (const Pixel& p : pixels) {
      if (part.contains({p.x, p.y, 1, 1})) state[p] = plane.at(p.x, p.y);
    }
  }
  void merge(State& into, State&& from) const { into.merge(from); }
  Result finish(State&& state) const { return std::move(state); }
};

class ValuesArtifact final : public Artifact {
 public:
  ValuesArtifact(Values& values, Late<Values> late) : values_(values), late_(late) {}
  std::string path() const override { return "table"; }
  void open() override {}
  void close() override {}
  void publish() override {}
  void discard() noexcept override {}
  void write(const LateValues& values) override { values_ = values.get(late_); }

 private:
  Values& values_;
  Late<Values> late_;
};

const Size raster{1000, 700};
const Size native{128, 128};
// Two in one block, two on the corners of the raster, two side by side across the edge of blocks.
const Pixels chosen{{10, 20}, {100, 127}, {999, 0}, {0, 699}, {383, 300}, {384, 300}};

std::set<std::array<int, 3>> blocks_under(const Pixels& pixels, int radius = 0) {
  std::set<std::array<int, 3>> blocks;
  for (const Pixel& p : pixels) {
    const Window seen = Window{p.x, p.y, 1, 1}.grown(Halo::square(radius)).clipped(raster);
    for (int row = seen.y / native.height; row <= (seen.bottom() - 1) / native.height; ++row) {
      for (int column = seen.x / native.width; column <= (seen.right() - 1) / native.width; ++column)
        blocks.insert({0, row, column});
    }
  }
  return blocks;
}

void expect_decoded_once(const FakeSource& source, const std::set<std::array<int, 3>>& blocks) {
  std::set<std::array<int, 3>> decoded;
  for (const auto& [unit, times] : source.decodes()) {
    decoded.insert(unit);
    EXPECT_EQ(times, 1);
  }
  EXPECT_EQ(decoded, blocks);
}

struct Fractions final : Observer {
  void on(const Progress& progress) override { seen.push_back(progress.fraction); }
  std::vector<double> seen;
};

TEST(Selection, DecodesTheBlocksThatHoldWhatIsWantedAndNoOther) {
  for (const SchedulerKind kind : schedulers()) {
    for (const int threads : {1, 2, 4}) {
      for (const int radius : {0, 3}) {
        Graph graph;
        auto made = std::make_unique<FakeSource>("a", raster, 1, native);
        const FakeSource* source = made.get();
        Edge edge = graph.read(graph.add_source(std::move(made)), {0}, {});
        if (radius > 0) edge = graph.add(std::make_unique<BoxMean>(radius), {edge});
        Values values;
        const auto late = graph.reduce(PixelReducer{chosen, {}}, edge);
        graph.write({late}, std::make_unique<ValuesArtifact>(values, late));
        const Plan plan = Plan::make(graph, budget(threads));
        Fractions fractions;
        RunContext how = context(kind);
        how.observer = &fractions;
        const RunReport report = execute(plan, how);
        const auto blocks = blocks_under(chosen, radius);
        expect_decoded_once(*source, blocks);
        EXPECT_EQ(report.blocks_decoded, blocks.size());
        EXPECT_EQ(report.blocks_planned, blocks.size());
        EXPECT_EQ(plan.summary().passes[0].blocks_to_decode, blocks.size());
        EXPECT_EQ(report.tiles, plan.summary().passes[0].tiles);
        EXPECT_FALSE(plan.summary().passes[0].at_most);
        ASSERT_EQ(values.size(), chosen.size());
        for (const auto& [p, value] : values) {
          if (radius > 0) continue;
          EXPECT_EQ(value, static_cast<float>(noise(0, p.x, p.y)));
        }
        EXPECT_TRUE(std::is_sorted(fractions.seen.begin(), fractions.seen.end()));
        EXPECT_DOUBLE_EQ(fractions.seen.back(), 1.0);
      }
    }
  }
}

TEST(Selection, ALateValueMayDecideWhatIsWanted) {
  for (const SchedulerKind kind : schedulers()) {
    for (const int threads : {1, 3}) {
      Graph graph;
      auto made = std::make_unique<FakeSource>("a", raster, 1, native);
      const FakeSource* source = made.get();
      const Edge edge = graph.read(graph.add_source(std::move(made)), {0}, {});
      const auto pixels = graph.then([](const TaskContext&) { return chosen; }, "choice");
      const auto late = graph.reduce(PixelReducer{{}, pixels}, edge, "values", {pixels});
      Values values;
      graph.write({late}, std::make_unique<ValuesArtifact>(values, late));
      const Plan plan = Plan::make(graph, budget(threads));
      EXPECT_TRUE(plan.summary().passes[0].at_most);
      EXPECT_NE(plan.explain().find("at most 48 blocks"), std::string::npos) << plan.explain();
      const RunReport report = execute(plan, context(kind));
      expect_decoded_once(*source, blocks_under(chosen));
      EXPECT_EQ(report.blocks_planned, report.blocks_decoded);
      EXPECT_EQ(values.size(), chosen.size());
    }
  }
}

/// The brightest pixel, found in a first pass over everything.
struct Brightest {
  using State = std::pair<float, Pixel>;
  using Result = Pixels;
  static constexpr bool exact = true;
  State start() const { return {-1.0F, {}}; }
  void add(State& state, const Block& block, Window part) const {
    const auto plane = block.plane<float>(0);
    for (int y = part.y; y < part.bottom(); ++y) {
      for (int x = part.x; x < part.right(); ++x) state = std::max(state, {plane.at(x, y), {x, y}});
    }
  }
  void merge(State& into, State&& from) const { into = std::max(into, from); }
  Result finish(State&& state) const { return {state.second}; }
};

// The second pass looks at one pixel of a raster that the first has read, and of another one.
TEST(Selection, LeavesWhatAnEarlierPassDecodedWhereItIsNotWanted) {
  for (const int threads : {1, 3}) {
    Graph graph;
    auto first = std::make_unique<FakeSource>("first", raster, 1, native);
    auto second = std::make_unique<FakeSource>("second", raster, 1, native);
    const FakeSource* seen = first.get();
    const FakeSource* other = second.get();
    const Edge a = graph.read(graph.add_source(std::move(first)), {0}, {});
    const Edge b = graph.read(graph.add_source(std::move(second)), {0}, {});
    const auto pixel = graph.reduce(Brightest{}, a);
    const Edge sum = graph.add(std::make_unique<Blend>(1.0F, 1.0F), {a, b});
    const auto late = graph.reduce(PixelReducer{{}, pixel}, sum, "values", {pixel});
    Values values;
    graph.write({late}, std::make_unique<ValuesArtifact>(values, late));
    const Plan plan = Plan::make(graph, budget(threads));
    ASSERT_EQ(plan.summary().passes.size(), 2U);
    const RunReport report = execute(plan, context(SchedulerKind::threads));
    ASSERT_EQ(values.size(), 1U);
    const Pixel p = values.begin()->first;
    EXPECT_EQ(values.begin()->second, static_cast<float>(2 * noise(0, p.x, p.y)));
    Pixels all;
    for (int y = 0; y < raster.height; y += native.height) {
      for (int x = 0; x < raster.width; x += native.width) all.push_back({x, y});
    }
    expect_decoded_once(*seen, blocks_under(all));
    expect_decoded_once(*other, blocks_under({p}));
    EXPECT_EQ(report.blocks_planned, report.blocks_decoded);
  }
}

TEST(Selection, AnOutputOfTheSamePassStillGetsEveryPixel) {
  Graph graph;
  SinkRecord record;
  const Edge edge = graph.read(graph.add_source(std::make_unique<FakeSource>("a", raster, 1, native)), {0}, {});
  const auto late = graph.reduce(PixelReducer{chosen, {}}, edge);
  Values values;
  graph.write({late}, std::make_unique<ValuesArtifact>(values, late));
  graph.write(edge, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{256, 256}));
  const Plan plan = Plan::make(graph, budget(2));
  ASSERT_EQ(plan.summary().passes.size(), 1U);
  execute(plan, {});
  EXPECT_EQ(values.size(), chosen.size());
  EXPECT_EQ(record.whole.plane<float>(0).at(500, 600), static_cast<float>(noise(0, 500, 600)));
}

TEST(Selection, NothingWantedIsNothingRead) {
  Graph graph;
  auto made = std::make_unique<FakeSource>("a", raster, 1, native);
  const FakeSource* source = made.get();
  const Edge edge = graph.read(graph.add_source(std::move(made)), {0}, {});
  const auto late = graph.reduce(PixelReducer{}, edge);
  Values values{{{1, 1}, 1.0F}};
  graph.write({late}, std::make_unique<ValuesArtifact>(values, late));
  const RunReport report = execute(Plan::make(graph, budget(2)), {});
  EXPECT_TRUE(values.empty());
  EXPECT_TRUE(source->decodes().empty());
  EXPECT_EQ(report.tiles, 0);
}

}  // namespace
}  // namespace cers
