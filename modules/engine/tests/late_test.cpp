// SPDX-License-Identifier: Apache-2.0
// Values known only after a pass: reductions, tasks, nodes that wait for them.
#include <gtest/gtest.h>

#include <algorithm>

#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using namespace testing;

struct MaxReducer {
  using State = float;
  using Result = float;
  static constexpr bool exact = true;
  State start() const { return -1; }
  void add(State& s, const Block& pixels, Window chunk) const {
    const auto plane = pixels.plane<float>(0);
    for (int y = chunk.y; y < chunk.bottom(); ++y) {
      for (float v : plane.row(y, chunk)) s = std::max(s, v);
    }
  }
  void merge(State& into, State&& from) const { into = std::max(into, from); }
  Result finish(State&& s) const { return s; }
};

/// out = in / late value.
class Normalise final : public PixelwiseNode {
 public:
  explicit Normalise(Late<double> late, double value = 0) : late_(late), value_(value) {}
  std::string name() const override { return "normalise"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    return std::make_unique<Normalise>(late_, values.get(late_));
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<float>(0);
    const auto out = row.out<float>();
    for (std::size_t i = 0; i < row.count; ++i) out[i] = static_cast<float>(static_cast<double>(in[i]) / value_);
  }

 private:
  Late<double> late_;
  double value_;
};

class TextArtifact final : public Artifact {
 public:
  TextArtifact(std::string& text, Late<double> late) : text_(text), late_(late) {}
  std::string path() const override { return "table"; }
  void open() override {}
  void close() override {}
  void publish() override {}
  void discard() noexcept override {}
  void write(const LateValues& values) override {
    if (values.has(late_)) text_ = std::to_string(values.get(late_));
  }

 private:
  std::string& text_;
  Late<double> late_;
};

const Size raster{333, 217};

struct Outcome {
  std::uint64_t digest;
  double sum;
  std::uint64_t decoded;
  std::uint64_t planned;
  bool operator==(const Outcome& other) const { return digest == other.digest && sum == other.sum; }
};

Outcome run(Budget budget, SchedulerKind kind) {
  Graph graph;
  SinkRecord record;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, Size{64, 64}));
  const Edge in = graph.read(a, {0}, {});
  const Late<double> sum = graph.reduce(SumReducer{}, in);
  const Late<float> max = graph.reduce(MaxReducer{}, in);
  double seen = 0;
  const Late<double> factor = graph.then(
      [&seen](const TaskContext&, const double& s, const float& m) {
        seen = s;
        return s * static_cast<double>(m);
      },
      "factor", sum, max);
  const Edge out = graph.add(std::make_unique<Normalise>(factor), {in}, {factor});
  graph.write(out, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
  std::string text;
  graph.write({factor}, std::make_unique<TextArtifact>(text, factor));
  const Plan plan = Plan::make(graph, budget);
  EXPECT_EQ(plan.summary().passes.size(), 2U);
  const RunReport report = execute(plan, context(kind));
  EXPECT_FALSE(text.empty());
  return {record.digest, seen, report.blocks_decoded, report.blocks_planned};
}

TEST(Late, FloatSumsHaveTheSameBitsForAnyScheduleAndTile) {
  const Outcome reference = run(budget(1, raster), SchedulerKind::threads);
  double expected = 0;
  for (int y = 0; y < raster.height; ++y) {
    for (int x = 0; x < raster.width; ++x) expected += 1.0 / (1.0 + noise(0, x, y));
  }
  EXPECT_NEAR(reference.sum, expected, 1e-9 * expected);
  for (const SchedulerKind kind : schedulers()) {
    for (const Size tile : {Size{64, 64}, Size{192, 192}, Size{512, 512}, Size{50, 70}}) {
      for (const int threads : {1, 2, 5}) {
        EXPECT_EQ(run(budget(threads, tile), kind), reference) << tile.width << ", " << threads;
      }
    }
  }
}

TEST(Late, BlocksStayDecodedBetweenPassesWhenTheyFit) {
  const Outcome outcome = run(budget(2), SchedulerKind::threads);
  const auto blocks = static_cast<std::uint64_t>(TileGrid(raster, {64, 64}).count());
  EXPECT_EQ(outcome.decoded, blocks);
}

// A map that could be written at once waits for the pass that reads its file anyway.
TEST(Late, AnEarlyMapRidesWithALaterPassOverTheSameFiles) {
  Graph graph;
  SinkRecord early;
  SinkRecord late;
  const SourceId scene = graph.add_source(std::make_unique<FakeSource>("scene", raster, 1, Size{64, 64}));
  const SourceId samples = graph.add_source(std::make_unique<FakeSource>("samples", raster, 1, Size{64, 64}));
  const Edge in = graph.read(scene, {0}, {});
  const Late<double> sum = graph.reduce(SumReducer{}, graph.read(samples, {0}, {}));
  graph.write(in, std::make_unique<MemorySink>(early, raster, 1, PixelType::f32, Size{128, 128}));
  const Edge out = graph.add(std::make_unique<Normalise>(sum), {in}, {sum});
  graph.write(out, std::make_unique<MemorySink>(late, raster, 1, PixelType::f32, Size{128, 128}));
  const Plan plan = Plan::make(graph, budget(2, std::nullopt, 80'000'000));
  ASSERT_EQ(plan.summary().passes.size(), 2U);
  EXPECT_EQ(plan.summary().passes[0].results.size(), 1U);
  EXPECT_EQ(plan.summary().passes[1].results.size(), 2U);
  const RunReport report = execute(plan, context(SchedulerKind::threads));
  EXPECT_EQ(report.blocks_decoded, 2U * static_cast<std::uint64_t>(TileGrid(raster, {64, 64}).count()));
}

// Nothing waits for a statistic that ends in a note: no pass is made for it when a later one reads its files.
TEST(Late, AStatisticForANoteRidesWithALaterPassOverTheSameFiles) {
  Graph graph;
  SinkRecord record;
  std::string text;
  const SourceId scene = graph.add_source(std::make_unique<FakeSource>("scene", raster, 1, Size{64, 64}));
  const SourceId samples = graph.add_source(std::make_unique<FakeSource>("samples", raster, 1, Size{64, 64}));
  const Edge in = graph.read(scene, {0}, {});
  const Late<double> noted = graph.reduce(SumReducer{}, in);
  graph.write({noted}, std::make_unique<TextArtifact>(text, noted));
  const Late<double> sum = graph.reduce(SumReducer{}, graph.read(samples, {0}, {}));
  graph.write(graph.add(std::make_unique<Normalise>(sum), {in}, {sum}),
              std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
  const Plan plan = Plan::make(graph, budget(2, std::nullopt, 80'000'000));
  ASSERT_EQ(plan.summary().passes.size(), 2U);
  EXPECT_EQ(plan.summary().passes[1].results.size(), 2U);
  const RunReport report = execute(plan, context(SchedulerKind::threads));
  EXPECT_EQ(report.blocks_decoded, 2U * static_cast<std::uint64_t>(TileGrid(raster, {64, 64}).count()));
  EXPECT_FALSE(text.empty());
}

// What is only counted beside other things never causes a read: here only `samples` has to be read.
TEST(Late, AStatisticBesideOthersIsLeftOutWhereNothingReadsItsFiles) {
  for (const bool map : {false, true}) {
    Graph graph;
    SinkRecord record;
    std::string text = "unknown";
    const SourceId scene = graph.add_source(std::make_unique<FakeSource>("scene", raster, 1, Size{64, 64}));
    const SourceId samples = graph.add_source(std::make_unique<FakeSource>("samples", raster, 1, Size{64, 64}));
    const Edge in = graph.read(scene, {0}, {});
    const Late<double> beside =
        graph.reduce_beside(SumReducer{}, graph.add(std::make_unique<Blend>(1.0F, 1.0F), {in, in}));
    graph.write({beside}, std::make_unique<TextArtifact>(text, beside));
    const Late<double> sum = graph.reduce(SumReducer{}, graph.read(samples, {0}, {}));
    std::string other;
    graph.write({sum}, std::make_unique<TextArtifact>(other, sum));
    if (map)
      graph.write(graph.add(std::make_unique<Normalise>(sum), {in}, {sum}),
                  std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
    const RunReport report = execute(Plan::make(graph, budget(2)), context(SchedulerKind::threads));
    const auto blocks = static_cast<std::uint64_t>(TileGrid(raster, {64, 64}).count());
    EXPECT_EQ(report.blocks_decoded, map ? 2 * blocks : blocks);
    EXPECT_EQ(text == "unknown", !map) << text;
  }
}

/// A sink that belongs to a group.
class GroupSink final : public MemorySink {
 public:
  GroupSink(SinkRecord& record, int group)
      : MemorySink(record, raster, 1, PixelType::f32, Size{128, 128}), group_(group) {}
  int group() const override { return group_; }

 private:
  int group_;
};

TEST(Late, GroupsOfMapsAreWrittenOneAfterTheOtherWithTheirReductions) {
  Graph graph;
  SinkRecord records[4];
  std::string text;
  for (int group = 0; group < 2; ++group) {
    const SourceId source =
        graph.add_source(std::make_unique<FakeSource>("date " + std::to_string(group), raster, 1, Size{64, 64}));
    const Edge in = graph.read(source, {0}, {});
    for (int i = 0; i < 2; ++i) graph.write(in, std::make_unique<GroupSink>(records[2 * group + i], group));
    const Late<double> sum = graph.reduce(SumReducer{}, in);
    graph.write({sum}, std::make_unique<TextArtifact>(text, sum));
  }
  const Plan plan = Plan::make(graph, budget(2));
  ASSERT_EQ(plan.summary().passes.size(), 2U);
  for (const PassSummary& pass : plan.summary().passes) EXPECT_EQ(pass.results.size(), 3U);
  execute(plan, context(SchedulerKind::threads));
  EXPECT_EQ(records[0].digest, records[1].digest);
  EXPECT_EQ(records[2].digest, records[3].digest);
}

TEST(Late, AValueNobodyAsksForIsNotComputed) {
  Graph graph;
  SinkRecord record;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, Size{64, 64}));
  const Edge in = graph.read(a, {0}, {});
  graph.reduce(SumReducer{}, in);
  graph.write(in, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
  const Plan plan = Plan::make(graph, budget(1));
  ASSERT_EQ(plan.summary().passes.size(), 1U);
  EXPECT_EQ(plan.summary().passes[0].results.size(), 1U);
}

TEST(Late, ATaskThatNeedsNoPixelsRunsBeforeTheFirstPass) {
  for (const bool with_raster : {false, true}) {
    Graph graph;
    SinkRecord record;
    int runs = 0;
    const Late<double> value = graph.then([&runs](const TaskContext&) { return ++runs, 4.0; }, "reading");
    graph.then([&runs](const TaskContext&) { return ++runs, 5.0; }, "asked for by nobody");
    const Late<double> twice = graph.then([](const TaskContext&, const double& v) { return 2 * v; }, "twice", value);
    if (with_raster) {
      const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, Size{64, 64}));
      const Edge out = graph.add(std::make_unique<Normalise>(value), {graph.read(a, {0}, {})}, {value});
      graph.write(out, std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
    }
    std::string text;
    graph.write({twice}, std::make_unique<TextArtifact>(text, twice));
    execute(Plan::make(graph, budget(2)), context(SchedulerKind::threads));
    EXPECT_EQ(runs, 1);
    EXPECT_EQ(text, std::to_string(8.0));
    if (with_raster) {
      EXPECT_EQ(record.whole.plane<float>(0).at(7, 9), static_cast<float>(noise(0, 7, 9)) / 4);
    }
  }
}

TEST(Late, ATaskIsCancelledThroughItsContext) {
  Graph graph;
  std::stop_source stop;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, Size{64, 64}));
  const Late<double> sum = graph.reduce(SumReducer{}, graph.read(a, {0}, {}));
  const Late<double> value = graph.then(
      [&stop](const TaskContext& context, const double& s) {
        stop.request_stop();
        if (context.stop.stop_requested()) throw Cancelled();
        return s;
      },
      "training", sum);
  std::string text;
  graph.write({value}, std::make_unique<TextArtifact>(text, value));
  RunContext context;
  context.stop = stop.get_token();
  EXPECT_THROW(execute(Plan::make(graph, budget(2)), context), Cancelled);
  EXPECT_TRUE(text.empty());
}

TEST(Late, ATaskMovesTheProgressByItsCost) {
  struct Fractions final : Observer {
    void on(const Progress& progress) override { seen.push_back(progress.fraction); }
    std::vector<double> seen;
  } fractions;
  Graph graph;
  const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, Size{64, 64}));
  const Late<double> sum = graph.reduce(SumReducer{}, graph.read(a, {0}, {}));
  constexpr double hours = 1e15;  // beside which the pass is nothing
  const Late<double> value = graph.then(
      [](const TaskContext& context, const double& s) {
        context.progress(0.5);
        context.progress(1.5);
        return s;
      },
      TaskInfo("training", hours), sum);
  std::string text;
  graph.write({value}, std::make_unique<TextArtifact>(text, value));
  RunContext context;
  context.observer = &fractions;
  execute(Plan::make(graph, budget(2)), context);
  ASSERT_GE(fractions.seen.size(), 3U);
  EXPECT_TRUE(std::is_sorted(fractions.seen.begin(), fractions.seen.end()));
  EXPECT_NEAR(fractions.seen[fractions.seen.size() - 2], 0.5, 1e-6);
  EXPECT_DOUBLE_EQ(fractions.seen.back(), 1.0);
}

/// Says at its binding whether a late value that it does not ask for is still there.
class Watch final : public PixelwiseNode {
 public:
  Watch(Late<double> late, std::weak_ptr<const std::vector<float>>& samples, bool& gone)
      : late_(late), samples_(samples), gone_(gone) {}
  std::string name() const override { return "watch"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    EXPECT_GT(values.get(late_), 0);
    gone_ = samples_.expired();
    return nullptr;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    std::copy_n(row.in<float>(0).begin(), row.count, row.out<float>().begin());
  }

 private:
  Late<double> late_;
  std::weak_ptr<const std::vector<float>>& samples_;
  bool& gone_;
};

// Samples, then a model, then the pass that applies it: by then the samples are gone unless an output asks for them.
TEST(Late, AValueIsFreedWhenNothingAsksForItAnyMore) {
  for (const bool written : {false, true}) {
    Graph graph;
    SinkRecord record;
    std::weak_ptr<const std::vector<float>> samples;
    bool gone = false;
    const SourceId a = graph.add_source(std::make_unique<FakeSource>("a", raster, 1, Size{64, 64}));
    const Edge image = graph.read(a, {0}, {});
    const Late<double> sum = graph.reduce(SumReducer{}, image);
    const auto drawn = graph.then(
        [&samples](const TaskContext&, const double& s) {
          auto made = std::make_shared<const std::vector<float>>(1000, static_cast<float>(s));
          samples = made;
          return made;
        },
        "samples", sum);
    const Late<double> model = graph.then(
        [](const TaskContext&, const std::shared_ptr<const std::vector<float>>& values) {
          return static_cast<double>(values->at(0));
        },
        "model", drawn);
    const Late<double> size = graph.then(
        [](const TaskContext&, const std::shared_ptr<const std::vector<float>>& values) {
          return static_cast<double>(values->size());
        },
        "size", drawn);
    std::string text;
    graph.write({size}, std::make_unique<TextArtifact>(text, size));
    if (written) graph.write({size, drawn}, std::make_unique<TextArtifact>(text, size));
    graph.write(graph.add(std::make_unique<Watch>(model, samples, gone), {image}, {model}),
                std::make_unique<MemorySink>(record, raster, 1, PixelType::f32, Size{128, 128}));
    RunContext context;
    execute(Plan::make(graph, budget(2)), context);
    EXPECT_EQ(gone, !written);
    EXPECT_FALSE(text.empty());
  }
}

}  // namespace
}  // namespace cers
