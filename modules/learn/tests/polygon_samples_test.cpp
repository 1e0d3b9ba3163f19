// SPDX-License-Identifier: Apache-2.0
// From polygons and an image to a table, through the engine.
#include "cers/learn/polygon_samples.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "cers/engine_testing/fakes.hpp"
#include "shapes_testing.hpp"

namespace cers {
namespace {

using testing::budget;
using testing::FakeSource;
using testing::noise;
using testing::Shapes;

const Size raster{1500, 1100};

class TableArtifact final : public Artifact {
 public:
  TableArtifact(SampleTable& table, SampleReport& report, SampleSelection& selection, const LateSamples& late)
      : table_(table), report_(report), selection_(selection), late_(late) {}
  std::string path() const override { return "table"; }
  void open() override {}
  void close() override {}
  void publish() override {}
  void discard() noexcept override {}
  void write(const LateValues& values) override {
    table_ = values.get(late_.table);
    report_ = values.get(late_.report);
    selection_ = values.get(late_.selection);
  }

 private:
  SampleTable& table_;
  SampleReport& report_;
  SampleSelection& selection_;
  LateSamples late_;
};

struct Outcome {
  SampleTable table;
  SampleReport report;
  SampleSelection selection;
  std::set<std::array<int, 2>> decoded;
  std::set<std::array<int, 2>> mask_decoded;
  std::uint64_t twice = 0;
};

SharedShapes polygons() {
  return Shapes(raster)
      .add(1, "maize", {20, 30, 50, 40})
      .add(2, "soy", {250, 250, 20, 20})  // on the corner of four blocks
      .add(3, "maize", {1450, 1000, 100, 200})
      .add(4, "none of ours", {600, 600, 30, 30})
      .add(5, "soy", {40, 60, 40, 40})  // over the first
      .get();
}

Outcome sample(const SamplingOptions& options, bool masked, int threads, std::optional<Size> tile) {
  Graph graph;
  auto made = std::make_unique<FakeSource>("image", raster, 3, Size{256, 256});
  const FakeSource* source = made.get();
  const SourceId image = graph.add_source(std::move(made));
  auto other = std::make_unique<FakeSource>("mask", raster, 1, Size{128, 128});
  const FakeSource* mask = other.get();
  ReadAs as;
  as.nodata = 77;
  const Edge features = graph.read(image, {2, 0}, as);
  std::optional<Edge> valid;
  if (masked) {
    ReadAs bytes;
    bytes.type = PixelType::u8;
    valid = graph.read(graph.add_source(std::move(other)), {0}, bytes);
  }
  Outcome outcome;
  const auto late = sample_polygons(graph, features, polygons(), valid, options, {{"maize", 10}, {"soy", 8}});
  graph.write({late.table, late.report, late.selection},
              std::make_unique<TableArtifact>(outcome.table, outcome.report, outcome.selection, late));
  execute(Plan::make(graph, budget(threads, tile)), {});
  for (const auto& [unit, times] : source->decodes()) {
    outcome.decoded.insert({unit[1], unit[2]});
    outcome.twice += times > 1 ? 1 : 0;
  }
  if (masked)
    for (const auto& [unit, times] : mask->decodes()) outcome.mask_decoded.insert({unit[1], unit[2]});
  return outcome;
}

TEST(PolygonSamples, DecodesOnlyBlocksThatHoldSamples) {
  SamplingOptions options;
  options.demand = {SamplingStrategy::constant, ImageSharing::custom, {}, {15}, {}};
  options.sampler = {Sampler::random, 0, 4};
  for (const int threads : {1, 3}) {
    const Outcome outcome = sample(options, false, threads, std::nullopt);
    std::set<std::array<int, 2>> holding;
    for (const SamplePosition& p : outcome.selection) holding.insert({p.y / 256, p.x / 256});
    EXPECT_EQ(outcome.selection.size(), 30U);
    EXPECT_EQ(outcome.decoded, holding);
    EXPECT_EQ(outcome.twice, 0U);
    EXPECT_FALSE(holding.contains({2, 2})) << "a class without a code is not looked at";
  }
}

TEST(PolygonSamples, TableHoldsThePixelsOfTheSamples) {
  SamplingOptions options;
  options.demand.strategy = SamplingStrategy::all;
  options.file = 2;
  const Outcome outcome = sample(options, false, 2, std::nullopt);
  // 50·40 less the shared 30·10; 20·20 + 40·40 less the shared; 50·100 inside the raster.
  EXPECT_EQ(outcome.report.overlap.pixels, 300U);
  EXPECT_EQ(outcome.report.statistics.classes, (ClassCounts{{"maize", 1700 + 5000}, {"soy", 400 + 1300}}));
  EXPECT_EQ(outcome.report.selected, 8400U);
  EXPECT_EQ(outcome.table.size() + outcome.report.missing, 8400U);
  EXPECT_GT(outcome.report.missing, 0U);
  std::size_t row = 0;
  for (const SamplePosition& p : outcome.selection) {
    const std::array<int, 2> values{noise(2, p.x, p.y), noise(0, p.x, p.y)};
    if (values[0] == 77 || values[1] == 77) continue;
    ASSERT_EQ(outcome.table.row(row)[0], static_cast<float>(values[0]));
    ASSERT_EQ(outcome.table.row(row)[1], static_cast<float>(values[1]));
    const bool maize = p.feature == 0 || p.feature == 2;
    ASSERT_EQ(outcome.table.labels[row], maize ? 10 : 8);
    ASSERT_EQ(outcome.table.groups[row] >> 40, 2);
    ++row;
  }
  EXPECT_EQ(row, outcome.table.size());
}

TEST(PolygonSamples, DoNotDependOnTilesAndThreads) {
  SamplingOptions options;
  options.demand = {SamplingStrategy::percent, ImageSharing::custom, {}, {}, {0.13}};
  for (const Sampler sampler : {Sampler::periodic, Sampler::random}) {
    options.sampler = {sampler, 3, 9};
    for (const bool masked : {false, true}) {
      const Outcome reference = sample(options, masked, 1, std::nullopt);
      for (const Size tile : {Size{64, 64}, Size{500, 300}, Size{2000, 2000}}) {
        const Outcome other = sample(options, masked, 4, tile);
        EXPECT_EQ(other.selection, reference.selection);
        EXPECT_EQ(other.table.values, reference.table.values);
        EXPECT_EQ(other.table.groups, reference.table.groups);
      }
    }
  }
}

TEST(PolygonSamples, AMaskIsReadUnderPolygonsOnly) {
  SamplingOptions options;
  options.demand.strategy = SamplingStrategy::all;
  options.drop_overlap = false;
  const Outcome outcome = sample(options, true, 2, std::nullopt);
  std::set<std::array<int, 2>> under;
  std::size_t expected = 0;
  const SharedShapes all = polygons();
  for (std::size_t i = 0; i < all->shapes.size(); ++i) {
    if (i == 3) continue;
    const Window w = all->shapes[i].around;
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        under.insert({y / 128, x / 128});
        expected += noise(0, x, y) != 0 ? 1 : 0;
      }
    }
  }
  EXPECT_EQ(outcome.mask_decoded, under);
  EXPECT_EQ(outcome.selection.size(), expected);
}

TEST(PolygonSamples, TablesOfSeveralImagesAreJoined) {
  SampleTable one{{"a"}, {1, 2}, {5, 6}, {1, 2}};
  const SampleTable two{{"a"}, {3}, {7}, {9}};
  const SampleTable both = joined(one, two);
  EXPECT_EQ(both.values, (std::vector<float>{1, 2, 3}));
  EXPECT_EQ(both.labels, (std::vector<int>{5, 6, 7}));
  EXPECT_EQ(both.groups, (std::vector<std::int64_t>{1, 2, 9}));
  EXPECT_THROW(joined(one, {{"b"}, {3}, {7}, {9}}), DataError);
}

}  // namespace
}  // namespace cers
