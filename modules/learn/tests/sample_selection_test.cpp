// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/sample_selection.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "shapes_testing.hpp"

namespace cers {
namespace {

using testing::drawn;
using testing::Shapes;

class Selection : public ::testing::Test {
 protected:
  SharedShapes shapes_ = Shapes({400, 300})
                             .add(1, "b", {10, 10, 40, 25})
                             .add(2, "a", {100, 10, 7, 1})
                             .add(9, "b", {200, 100, 30, 3})
                             .get();
  PolygonCover cover_ = drawn(*shapes_);
  SamplingRates rates(std::uint64_t number) const {
    return sampling_rates({statistics_of(cover_, *shapes_).classes},
                          {SamplingStrategy::constant, ImageSharing::custom, {}, {number}, {}})[0];
  }
  SampleSelection take(std::uint64_t number, SamplerOptions options) const {
    return select_samples(cover_, *shapes_, rates(number), options);
  }
};

TEST_F(Selection, PeriodicTakesTheFirstOfEachStep) {
  const SampleSelection selection = take(100, {});
  // Class a whole, first; b at pixel i from 1 when i·r exceeds what was taken.
  ASSERT_EQ(selection.size(), 107U);
  for (int i = 0; i < 7; ++i) EXPECT_EQ(selection[static_cast<std::size_t>(i)], (SamplePosition{1, 100 + i, 10}));
  const double rate = 100.0 / 1090.0;
  int taken = 0;
  std::size_t next = 7;
  for (int i = 1; i <= 1090; ++i) {
    if (std::ceil(i * rate - taken) <= 0) continue;
    ++taken;
    const int at = i - 1;
    const SamplePosition expected = at < 1000 ? SamplePosition{0, 10 + at % 40, 10 + at / 40}
                                              : SamplePosition{2, 200 + (at - 1000) % 30, 100 + (at - 1000) / 30};
    ASSERT_EQ(selection[next++], expected) << i;
  }
  EXPECT_EQ(next, selection.size());
}

// 25·(7/25) is a little more than 7 in double: OTB's rule takes one too many.
TEST(Sampling, NeverMoreStopsAtTheNumberAskedFor) {
  const SharedShapes shapes = Shapes({100, 100}).add(1, "a", {10, 10, 5, 5}).get();
  const PolygonCover cover = drawn(*shapes);
  const SamplingRates rates = sampling_rates({statistics_of(cover, *shapes).classes},
                                             {SamplingStrategy::constant, ImageSharing::custom, {}, {7}, {}})[0];
  SamplerOptions options;
  EXPECT_EQ(select_samples(cover, *shapes, rates, options).size(), 8U);
  options.never_more = true;
  EXPECT_EQ(select_samples(cover, *shapes, rates, options).size(), 7U);
}

TEST_F(Selection, JitterStaysWithinAStep) {
  const SampleSelection straight = take(100, {});
  const SampleSelection moved = take(100, {Sampler::periodic, 5, 1});
  EXPECT_NEAR(static_cast<double>(moved.size()), static_cast<double>(straight.size()), 1);
  EXPECT_NE(moved, straight);
  EXPECT_EQ(moved, take(100, {Sampler::periodic, 5, 1}));
  EXPECT_NE(moved, take(100, {Sampler::periodic, 5, 2}));
}

TEST_F(Selection, RandomTakesExactlyAsManyAndEachOnce) {
  const SampleSelection selection = take(200, {Sampler::random, 0, 42});
  EXPECT_EQ(selection.size(), 207U);
  std::set<std::pair<int, int>> places;
  for (const SamplePosition& p : selection) EXPECT_TRUE(places.emplace(p.y, p.x).second);
  EXPECT_EQ(selection, take(200, {Sampler::random, 0, 42}));
  EXPECT_NE(selection, take(200, {Sampler::random, 0, 43}));
  // Spread like a fair draw: the share of the small polygon is 90 / 1090 within 4 standard errors.
  const auto small = std::count_if(selection.begin(), selection.end(), [](const auto& p) { return p.feature == 2; });
  EXPECT_NEAR(static_cast<double>(small), 200 * 90.0 / 1090.0, 4 * std::sqrt(200 * 0.083 * 0.917));
  // A larger draw holds the smaller one: pixels are ranked once.
  const SampleSelection more = take(300, {Sampler::random, 0, 42});
  for (const SamplePosition& p : selection) EXPECT_NE(std::find(more.begin(), more.end(), p), more.end());
}

TEST_F(Selection, AClassWithoutARateHasNoSamples) {
  SamplingRates rates;
  rates["a"] = {3, 7, 3.0 / 7};
  EXPECT_EQ(select_samples(cover_, *shapes_, rates, {}).size(), 3U);
  rates["a"].required = 0;
  EXPECT_TRUE(select_samples(cover_, *shapes_, rates, {}).empty());
}

}  // namespace
}  // namespace cers
