// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>

#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using namespace testing;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
using Rows = std::vector<std::vector<double>>;

/// Bands of one block, each drawn as rows.
Block drawn(PixelType type, const std::vector<Rows>& bands) {
  const Window window{0, 0, static_cast<int>(bands[0][0].size()), static_cast<int>(bands[0].size())};
  Block exact(window, static_cast<int>(bands.size()), PixelType::f64);
  Block block(window, exact.bands(), type);
  for (int band = 0; band < exact.bands(); ++band) {
    const auto plane = exact.plane<double>(band);
    for (int y = 0; y < window.height; ++y) {
      const auto& row = bands[static_cast<std::size_t>(band)][static_cast<std::size_t>(y)];
      for (int x = 0; x < window.width; ++x) plane.at(x, y) = row[static_cast<std::size_t>(x)];
    }
    copy_pixels(exact, band, block, band, window);
  }
  return block;
}

std::vector<BandStatistics> statistics(const Block& block, StatisticsOptions options = {}) {
  const BandStatisticsReducer reducer(block.bands(), options);
  auto total = reducer.start();
  const TileGrid chunks(block.window().size(), {reduction_chunk, reduction_chunk});
  for (int i = 0; i < chunks.count(); ++i) {
    auto part = reducer.start();
    reducer.add(part, block, chunks[i]);
    reducer.merge(total, std::move(part));
  }
  return reducer.finish(std::move(total));
}

TEST(BandStatistics, OfARampAreItsClosedForms) {
  // 0 … n − 1: mean (n − 1)/2, unbiased variance n(n + 1)/12.
  for (const PixelType type : {PixelType::u16, PixelType::i32, PixelType::f32, PixelType::f64}) {
    constexpr int width = 150;
    constexpr int height = 101;
    Rows rows(height, std::vector<double>(width));
    for (int i = 0; i < width * height; ++i) rows[static_cast<std::size_t>(i / width)][i % width] = i;
    const BandStatistics found = statistics(drawn(type, {rows}))[0];
    const double n = width * height;
    EXPECT_EQ(found.count, width * height);
    EXPECT_DOUBLE_EQ(found.mean, (n - 1) / 2);
    EXPECT_NEAR(found.variance, n * (n + 1) / 12, 1e-13 * n * n);
    EXPECT_DOUBLE_EQ(found.deviation(), std::sqrt(found.variance));
    EXPECT_EQ(found.minimum, 0);
    EXPECT_EQ(found.maximum, n - 1);
  }
}

TEST(BandStatistics, KeepASmallDeviationBesideALargeMean) {
  // Sums of squares would lose all digits here: 1e18 beside 0.25.
  Rows rows(130, std::vector<double>(130));
  for (std::size_t y = 0; y < rows.size(); ++y) {
    for (std::size_t x = 0; x < rows.size(); ++x) rows[y][x] = 1e9 + ((x + y) % 2 == 0 ? 0.5 : -0.5);
  }
  const BandStatistics found = statistics(drawn(PixelType::f64, {rows}))[0];
  const double n = 130 * 130;
  EXPECT_DOUBLE_EQ(found.mean, 1e9);
  EXPECT_NEAR(found.variance, 0.25 * n / (n - 1), 1e-12);
}

TEST(BandStatistics, LeaveOutWhatIsMissingBandByBand) {
  const auto found =
      statistics(drawn(PixelType::f32, {{{1, 2, nan, 4}}, {{infinity, 7, 7, -infinity}}, {{nan, nan, nan, nan}}}),
                 {.ignored = 2.0});
  EXPECT_EQ(found[0].count, 2U);
  EXPECT_EQ(found[0].mean, 2.5);
  EXPECT_EQ(found[0].variance, 4.5);
  EXPECT_EQ(found[1].count, 2U);
  EXPECT_EQ(found[1].minimum, 7);
  EXPECT_EQ(found[1].maximum, 7);
  EXPECT_EQ(found[1].variance, 0);
  EXPECT_EQ(found[2].count, 0U);
  EXPECT_TRUE(std::isnan(found[2].mean) && std::isnan(found[2].minimum) && std::isnan(found[2].maximum) &&
              std::isnan(found[2].deviation()));
}

TEST(BandStatistics, OfWholePixelsAreThoseOfOtb) {
  // otbcli_ComputeImagesStatistics 8.1.1 on this picture, without and with -bv 7.
  const Block picture = drawn(PixelType::f32, {{{1, 2, 3, 4}, {5, 6, 7, 8.5}}, {{10, nan, 30, 7}, {7, 7, 7, 80.5}}});
  const auto all = statistics(picture, {.ignored = {}, .whole_pixels = true});
  EXPECT_EQ(all[0].count, 7U);
  EXPECT_NEAR(all[0].mean, 4.92857, 5e-6);
  EXPECT_NEAR(all[0].deviation(), 2.5237, 5e-5);
  EXPECT_NEAR(all[1].mean, 21.2143, 5e-5);
  EXPECT_NEAR(all[1].deviation(), 27.4649, 5e-5);
  const auto some = statistics(picture, {.ignored = 7.0, .whole_pixels = true});
  EXPECT_EQ(some[1].count, 6U);  // only the pixel that is 7 in both bands is left out
  EXPECT_NEAR(some[0].mean, 4.58333, 5e-6);
  EXPECT_NEAR(some[0].deviation(), 2.57714, 5e-6);
  EXPECT_NEAR(some[1].mean, 23.5833, 5e-5);
  EXPECT_EQ(some[1].minimum, 7);
}

TEST(BandStatistics, CompareTheIgnoredValueInThePixelSType) {
  EXPECT_EQ(statistics(drawn(PixelType::f32, {{{0.1, 0.2}}}), {.ignored = 0.1})[0].count, 1U);
  EXPECT_EQ(statistics(drawn(PixelType::u8, {{{255, 2}}}), {.ignored = 255.0})[0].count, 1U);
  for (const double impossible : {255.5, 511.0, -1.0, nan}) {
    EXPECT_EQ(statistics(drawn(PixelType::u8, {{{255, 2}}}), {.ignored = impossible})[0].count, 2U) << impossible;
  }
}

TEST(BandStatistics, OfOnePixelHaveNoDeviation) {
  const BandStatistics found = statistics(drawn(PixelType::i16, {{{-3}}}))[0];
  EXPECT_EQ(found.mean, -3);
  EXPECT_EQ(found.variance, 0);
}

TEST(LabelCounts, CountEveryLabelOfEveryBand) {
  const Block labels = drawn(PixelType::u8, {{{0, 255, 3}, {3, 3, 9}}, {{1, 1, 1}, {1, 1, 1}}});
  const LabelCountReducer reducer(2);
  auto left = reducer.start();
  auto right = reducer.start();
  reducer.add(left, labels, {0, 0, 3, 1});
  reducer.add(right, labels, {0, 1, 3, 1});
  reducer.merge(left, std::move(right));
  const auto counts = reducer.finish(std::move(left));
  LabelCounts expected{};
  expected[0] = expected[9] = expected[255] = 1;
  expected[3] = 3;
  EXPECT_EQ(counts[0], expected);
  EXPECT_EQ(counts[1][1], 6U);
}

TEST(HistogramBins, HoldAValueBetweenTheirEdges) {
  const HistogramBins bins(-10000, 8868);
  EXPECT_EQ(bins.bin(-10000), 0);
  EXPECT_EQ(bins.bin(8868), 254);
  for (float value = -10000; value <= 8868; value += 3.7F) {
    const int bin = bins.bin(value);
    EXPECT_LE(bins.lower(bin), value);
    EXPECT_GT(bins.upper(bin), value);
  }
  for (int bin = 0; bin < HistogramBins::count; ++bin) EXPECT_EQ(bins.bin(bins.lower(bin)), bin);
  for (const float missing : {NAN, INFINITY, -INFINITY}) EXPECT_EQ(bins.bin(missing), HistogramBins::none);
}

TEST(HistogramBins, OfEqualValuesAreOneValue) {
  const HistogramBins bins(42, 42);
  LabelCounts counts{};
  counts[bins.bin(42)] = 100;
  for (const double p : {0.0, 0.02, 0.5, 0.98, 1.0}) EXPECT_EQ(bins.quantile(counts, p), 42);
}

TEST(HistogramBins, QuantilesOfEvenCountsAreLinear) {
  const HistogramBins bins(0, 255);
  LabelCounts counts{};
  for (std::size_t i = 0; i < HistogramBins::count; ++i) counts[i] = 4;
  counts[HistogramBins::none] = 5000;  // plays no part
  const auto end = static_cast<double>(bins.upper(254));
  for (const double p : {0.0, 0.001, 0.02, 0.25, 0.499, 0.5, 0.75, 0.98, 1.0}) {
    EXPECT_NEAR(bins.quantile(counts, p), p * end, 1e-4) << p;
  }
}

TEST(HistogramBins, QuantilesBetweenTwoHeapsBelongToTheNearerEnd) {
  const HistogramBins bins(0, 255);
  LabelCounts counts{};
  counts[10] = 40;
  counts[200] = 60;
  EXPECT_NEAR(bins.quantile(counts, 0.4), static_cast<double>(bins.upper(10)), 1e-4);  // from below
  EXPECT_NEAR(bins.quantile(counts, 0.2), static_cast<double>(bins.lower(10)) + 0.5, 1e-3);
  EXPECT_NEAR(bins.quantile(counts, 0.7), static_cast<double>(bins.lower(200)) + 0.5, 1e-3);
  counts[10] = 60;
  counts[200] = 40;
  EXPECT_NEAR(bins.quantile(counts, 0.6), static_cast<double>(bins.lower(200)), 1e-4);  // from above
  EXPECT_EQ(bins.quantile(counts, 0), 0);  // the first bin is empty: its edge, not 0/0
  EXPECT_EQ(bins.quantile(LabelCounts{}, 0.98), 0);
}

// ---- in the engine ----------------------------------------------------------------------------------------------

const Size raster{701, 523};

/// Band values with a wide range, some missing, some infinite, in float.
float pixel(int band, int x, int y) {
  const int n = noise(band, x, y);
  if (n % 97 == 0) return n % 2 == 0 ? NAN : INFINITY;
  return static_cast<float>(n) * 0.3F + (n % 11 == 0 ? 1e6F : 0.1F);
}

/// Some pixels have this value, and the histogram leaves them out.
const float uncounted = 5 * 0.3F + 0.1F;

/// Makes pixel() of what FakeSource delivers.
class Wild final : public PixelwiseNode {
 public:
  std::string name() const override { return "wild"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    for (std::size_t band = 0; band < row.outputs.size(); ++band) {
      const auto out = row.out<float>(band);
      for (std::size_t i = 0; i < row.count; ++i)
        out[i] = pixel(static_cast<int>(band), row.x + static_cast<int>(i), row.y);
    }
  }
};

struct Outcome {
  std::vector<BandStatistics> statistics;
  std::vector<LabelCounts> counts;
  std::vector<double> quantiles;
};

class Keep final : public Artifact {
 public:
  explicit Keep(std::function<void(const LateValues&)> keep) : keep_(std::move(keep)) {}
  std::string path() const override { return "kept"; }
  void open() override {}
  void close() override {}
  void publish() override {}
  void discard() noexcept override {}
  void write(const LateValues& values) override { keep_(values); }

 private:
  std::function<void(const LateValues&)> keep_;
};

Outcome run(int tile, int threads, SchedulerKind scheduler) {
  Graph graph;
  const SourceId source = graph.add_source(std::make_unique<FakeSource>("a", raster, 2, Size{128, 64}));
  const Edge in = graph.add(std::make_unique<Wild>(), {graph.read(source, {0, 1}, {})});
  const auto statistics = graph.reduce(BandStatisticsReducer(2), in);
  const auto bins = graph.then(
      [](const TaskContext&, const std::vector<BandStatistics>& found) {
        std::vector<HistogramBins> result;
        for (const BandStatistics& band : found) {
          result.emplace_back(static_cast<float>(band.minimum), static_cast<float>(band.maximum));
        }
        return result;
      },
      "bins", statistics);
  const Edge labels = graph.add(make_histogram_labels(graph.info(in), bins, uncounted), {in}, {bins});
  const auto counts = graph.reduce(LabelCountReducer(2), labels, "histogram");
  Outcome outcome;
  graph.write({statistics, bins, counts}, std::make_unique<Keep>([&](const LateValues& values) {
                outcome.statistics = values.get(statistics);
                outcome.counts = values.get(counts);
                for (std::size_t band = 0; band < 2; ++band) {
                  for (const double p : {0.02, 0.98}) {
                    outcome.quantiles.push_back(values.get(bins)[band].quantile(outcome.counts[band], p));
                  }
                }
              }));
  execute(Plan::make(graph, budget(threads, Size{tile, tile})), context(scheduler));
  return outcome;
}

TEST(StatisticsInTheEngine, AgreeWithPlainSums) {
  const Outcome outcome = run(192, 2, SchedulerKind::threads);
  for (int band = 0; band < 2; ++band) {
    std::vector<long double> values;
    long double sum = 0;
    for (int y = 0; y < raster.height; ++y) {
      for (int x = 0; x < raster.width; ++x) {
        const float value = pixel(band, x, y);
        if (std::isfinite(value)) values.push_back(static_cast<long double>(value));
      }
    }
    for (const long double value : values) sum += value;
    const long double mean = sum / static_cast<long double>(values.size());
    long double squares = 0;
    for (const long double value : values) squares += (value - mean) * (value - mean);
    std::sort(values.begin(), values.end());
    const BandStatistics& found = outcome.statistics[static_cast<std::size_t>(band)];
    EXPECT_EQ(found.count, values.size());
    EXPECT_LT(found.count, static_cast<std::uint64_t>(raster.area()));
    EXPECT_NEAR(found.mean, static_cast<double>(mean), 1e-13 * found.mean);
    const auto variance = static_cast<double>(squares / static_cast<long double>(values.size() - 1));
    EXPECT_NEAR(found.variance, variance, 1e-13 * variance);
    EXPECT_EQ(found.minimum, static_cast<double>(values.front()));
    EXPECT_EQ(found.maximum, static_cast<double>(values.back()));

    const auto& counts = outcome.counts[static_cast<std::size_t>(band)];
    std::uint64_t all = 0;
    for (const std::uint64_t count : counts) all += count;
    EXPECT_EQ(all, static_cast<std::uint64_t>(raster.area()));
    const auto ignored = std::count(values.begin(), values.end(), static_cast<long double>(uncounted));
    EXPECT_GT(ignored, 0);
    EXPECT_EQ(counts[HistogramBins::none], all - values.size() + static_cast<std::uint64_t>(ignored));
  }
}

TEST(StatisticsInTheEngine, HaveTheSameBitsForAnyTileAndThreadCount) {
  const Outcome reference = run(64, 1, SchedulerKind::threads);
  const auto same = [](const BandStatistics& a, const BandStatistics& b) { return std::memcmp(&a, &b, sizeof a) == 0; };
  for (const SchedulerKind scheduler : schedulers()) {
    for (const int tile : {64, 192, 512}) {
      for (const int threads : {1, 8}) {
        const Outcome outcome = run(tile, threads, scheduler);
        EXPECT_TRUE(std::equal(outcome.statistics.begin(), outcome.statistics.end(), reference.statistics.begin(),
                               reference.statistics.end(), same))
            << tile << ", " << threads;
        EXPECT_EQ(outcome.counts, reference.counts) << tile << ", " << threads;
        EXPECT_EQ(outcome.quantiles, reference.quantiles) << tile << ", " << threads;
      }
    }
  }
}

}  // namespace
}  // namespace cers
