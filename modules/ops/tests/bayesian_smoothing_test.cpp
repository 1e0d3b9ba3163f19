// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/bayesian_smoothing.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "cers/engine_testing/fakes.hpp"

namespace cers {
namespace {

using namespace testing;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Float bands that a test computes itself.
class FloatSource final : public BlockSource {
 public:
  using Value = std::function<double(int band, int x, int y)>;
  FloatSource(Size size, int bands, Value value)
      : info_(raster_info(size, bands, PixelType::f32)), value_(std::move(value)) {}
  const RasterInfo& info() const override { return info_; }
  Size block_size() const override { return {64, 32}; }
  bool interleaved() const override { return false; }
  std::string identity() const override { return "floats"; }
  std::string name() const override { return "floats"; }
  void decode(int, int, std::span<const int> bands, Block& out) const override {
    for (std::size_t i = 0; i < bands.size(); ++i) {
      const auto plane = out.plane<float>(static_cast<int>(i));
      for (int y = plane.window.y; y < plane.window.bottom(); ++y)
        for (int x = plane.window.x; x < plane.window.right(); ++x)
          plane.at(x, y) = static_cast<float>(value_(bands[i], x, y));
    }
  }

 private:
  RasterInfo info_;
  Value value_;
};

constexpr Size size{90, 70};
constexpr int classes = 3;

/// Thousandths as a classifier writes them: 0 and 1000 occur, and some pixels are missing (0 in all).
double thousandths(int band, int x, int y) {
  if (x % 17 == 3 && y % 11 < 2) return 0;
  std::array<int, classes> votes{};
  for (int tree = 0; tree < 10; ++tree)
    ++votes[static_cast<std::size_t>(noise(tree, x, y) % 100 < 60 ? (x / 15 + y / 20) % classes
                                                                  : noise(tree + 20, x, y) % classes)];
  return 100 * votes[static_cast<std::size_t>(band)];
}

int mirrored(int position, int length) {
  return position < 0 ? -position - 1 : position >= length ? 2 * length - 1 - position : position;
}

/// Straight from the formulas; all classes of one pixel.
std::array<double, classes> smoothed(const BayesianRule& rule, int x, int y) {
  const auto logits = [](int px, int py) {
    std::array<double, classes> p{};
    double sum = 0;
    for (int c = 0; c < classes; ++c) sum += thousandths(c, px, py);
    double total = 0;
    for (int c = 0; c < classes; ++c) {
      p[static_cast<std::size_t>(c)] = std::min(std::max(thousandths(c, px, py) / sum, 1e-6), 1 - 1e-6);
      total += p[static_cast<std::size_t>(c)];
    }
    for (double& one : p) one = sum == 0 ? nan : std::log(one / (total - one));
    return p;
  };
  std::array<double, classes> result{};
  for (std::size_t c = 0; c < classes; ++c) {
    std::vector<double> near;
    const int reach = rule.window / 2;
    for (int dy = -reach; dy <= reach; ++dy) {
      for (int dx = -reach; dx <= reach; ++dx) {
        const double x1 = logits(mirrored(x + dx, size.width), mirrored(y + dy, size.height))[c];
        if (!std::isnan(x1)) near.push_back(x1);
      }
    }
    std::sort(near.begin(), near.end(), std::greater<>());
    near.resize(static_cast<std::size_t>(std::ceil(rule.fraction * static_cast<double>(near.size()))));
    double mean = 0;
    for (const double v : near) mean += v / static_cast<double>(near.size());
    double variance = 0;
    for (const double v : near) variance += (v - mean) * (v - mean) / static_cast<double>(near.size() - 1);
    const double sigma = rule.smoothness[rule.smoothness.size() == 1 ? 0 : c];
    const double w = variance < 1e-4 ? 0 : variance / (variance + sigma);
    result[c] = 1 / (1 + std::exp(-(w * logits(x, y)[c] + (1 - w) * mean)));
  }
  return result;
}

Block run(const BayesianRule& rule, std::optional<Size> tile, int threads = 2) {
  Graph graph;
  const Edge in =
      graph.read(graph.add_source(std::make_unique<FloatSource>(size, classes, thousandths)), {0, 1, 2}, {});
  const Edge out = graph.add(make_bayesian_smoothing(graph.info(in), rule), {in});
  SinkRecord record;
  graph.write(out, std::make_unique<MemorySink>(record, size, classes, PixelType::f32, Size{90, 16}));
  const Plan plan = Plan::make(graph, budget(threads, tile));
  execute(plan, {});
  return std::move(record.whole);
}

TEST(BayesianSmoothing, equals_the_formulas) {
  for (const BayesianRule& rule :
       {BayesianRule{9, {20}, 0.5, false}, BayesianRule{5, {1, 10, 50}, 1, false}, BayesianRule{7, {3}, 0.25, true}}) {
    const Block found = run(rule, Size{64, 64});
    double changed = 0;
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        const bool missing = thousandths(0, x, y) + thousandths(1, x, y) + thousandths(2, x, y) == 0;
        auto want = smoothed(rule, x, y);
        const double sum = want[0] + want[1] + want[2];
        for (int c = 0; c < classes; ++c) {
          const auto value = static_cast<double>(found.plane<float>(c).at(x, y));
          ASSERT_EQ(std::isnan(value), missing);
          if (missing) continue;
          const double one = want[static_cast<std::size_t>(c)] / (rule.renormalise ? sum : 1);
          ASSERT_NEAR(value, one, 2e-6) << x << " " << y << " class " << c;
          changed += std::abs(value - thousandths(c, x, y) / 1000) > 0.05;
        }
      }
    }
    EXPECT_GT(changed, 1000);
  }
}

TEST(BayesianSmoothing, does_not_depend_on_tiles_and_threads) {
  const BayesianRule rule;
  const Block reference = run(rule, Size{1024, 1024}, 1);
  for (const auto& tile : {Size{64, 64}, Size{64, 128}}) {
    const Block found = run(rule, tile, 3);
    for (int c = 0; c < classes; ++c)
      for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
          const float a = reference.plane<float>(c).at(x, y);
          const float b = found.plane<float>(c).at(x, y);
          ASSERT_TRUE(a == b || (std::isnan(a) && std::isnan(b)));
        }
  }
}

TEST(BayesianSmoothing, removes_single_pixels_and_keeps_borders) {
  // Two halves, 0.7 against 0.3, and single pixels that say the opposite with 0.6.
  const auto value = [](int band, int x, int y) {
    const bool left = x < 32;
    const bool odd = x % 8 == 4 && y % 8 == 4;
    const double first = odd ? (left ? 0.4 : 0.6) : (left ? 0.7 : 0.3);
    return band == 0 ? first : 1 - first;
  };
  Graph graph;
  const Edge in = graph.read(graph.add_source(std::make_unique<FloatSource>(Size{64, 64}, 2, value)), {0, 1}, {});
  const Edge smooth = graph.add(make_bayesian_smoothing(graph.info(in), BayesianRule{}), {in});
  const Edge label = graph.add(make_most_probable({10, 20}, 0), {smooth});
  SinkRecord record;
  graph.write(label, std::make_unique<MemorySink>(record, Size{64, 64}, 1, PixelType::i32, Size{64, 64}));
  execute(Plan::make(graph, budget(1)), {});
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x)
      ASSERT_EQ(record.whole.plane<std::int32_t>(0).at(x, y), x < 32 ? 10 : 20) << x << " " << y;
}

TEST(BayesianSmoothing, says_what_is_wrong_with_a_rule) {
  const RasterInfo three = raster_info({9, 9}, 3, PixelType::f32);
  const auto fault = [&](const BayesianRule& rule, const char* text) {
    EXPECT_THAT([&] { make_bayesian_smoothing(three, rule); },
                ::testing::ThrowsMessage<UserError>(::testing::HasSubstr(text)));
  };
  fault({8, {20}, 0.5, true}, "a window of 8 pixels");
  fault({9, {20, 10}, 0.5, true}, "2 values of smoothness for 3 classes");
  fault({9, {0}, 0.5, true}, "a smoothness of 0");
  fault({9, {20}, 0, true}, "0 is no share");
  EXPECT_THROW(make_bayesian_smoothing(raster_info({9, 9}, 1, PixelType::f32), {}), UserError);
}

}  // namespace
}  // namespace cers
