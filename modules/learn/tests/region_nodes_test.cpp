// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/region_nodes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "cers/engine_testing/fakes.hpp"
#include "run_node.hpp"

namespace cers {
namespace {

/// The node over zones on the grown grid, in tiles.
Block weights_of(const Grid& grid, const Block& zones, std::vector<int> regions, const RegionBlend& blend, Size tile) {
  RasterInfo info{grown(grid, blend.halo()), std::vector<BandInfo>(1), PixelType::i32};
  const std::vector<RasterInfo> infos{info};
  const std::vector<const Block*> inputs{&zones};
  return testing::run_node(*make_region_weights(grid, std::move(regions), blend), infos, inputs, tile);
}

Block zones_on(const Grid& grid, const std::function<int(int x, int y)>& zone) {
  Block block(Window::of(grid.size), 1, PixelType::i32);
  for (int y = 0; y < grid.size.height; ++y) {
    for (int x = 0; x < grid.size.width; ++x) block.plane<std::int32_t>(0).at(x, y) = zone(x, y);
  }
  return block;
}

TEST(RegionWeights, AreKnownAtKnownDistances) {
  const Grid grid = testing::raster_info({60, 5}, 1, PixelType::u8).grid;
  const RegionBlend blend{100, 10, 10};
  const int halo = blend.halo().left;
  EXPECT_EQ(halo, 11);
  // Region 1 up to column 29, region 2 from 30; the image begins `halo` pixels inside.
  const Block zones = zones_on(grown(grid, blend.halo()), [&](int x, int) { return x - halo < 30 ? 1 : 2; });
  const Block weights = weights_of(grid, zones, {1, 2}, blend, {60, 5});
  for (int x = 0; x < 60; ++x) {
    // Metres from the border at column 30, in closed form.
    const double metres = x < 30 ? (29 - x) * 10 + 5 : (x - 30) * 10 + 5;
    const double u = std::max(0.0, 1 - metres / 100);
    const double other = u / (1 + u);
    EXPECT_NEAR(weights.plane<float>(0).at(x, 2), x < 30 ? 1 - other : other, 1e-6) << x;
    EXPECT_NEAR(weights.plane<float>(1).at(x, 2), x < 30 ? other : 1 - other, 1e-6) << x;
  }
  EXPECT_EQ(weights.plane<float>(1).at(19, 2), 0) << "105 m away";
}

TEST(RegionWeights, AreExactDistancesForAnyTiles) {
  const Grid grid = testing::raster_info({83, 47}, 1, PixelType::u8).grid;
  const RegionBlend blend{70, 10, 14};  // oblong pixels
  const Halo halo = blend.halo();
  const Grid around = grown(grid, halo);
  EXPECT_EQ(around.transform.x(halo.left, 0), grid.transform.x(0, 0));
  EXPECT_EQ(around.transform.y(0, halo.top), grid.transform.y(0, 0));
  // Blots of three regions with nothing (0) and a region nobody asks for (9) between.
  const Block zones = zones_on(around, [](int x, int y) {
    const int blot = testing::noise(0, x / 9, y / 7) % 9;
    return blot < 3 ? blot + 1 : blot == 3 ? 9 : 0;
  });
  const Block whole = weights_of(grid, zones, {3, 1, 2}, blend, grid.size);
  EXPECT_EQ(testing::differing(whole, weights_of(grid, zones, {3, 1, 2}, blend, {16, 16})), 0U);
  EXPECT_EQ(testing::differing(whole, weights_of(grid, zones, {3, 1, 2}, blend, {7, 31})), 0U);
  const std::vector<int> regions{3, 1, 2};
  std::size_t mixed = 0;
  for (int y = 0; y < grid.size.height; ++y) {
    for (int x = 0; x < grid.size.width; ++x) {
      std::vector<double> u(3, 0);
      for (std::size_t r = 0; r < 3; ++r) {
        double nearest = INFINITY;  // over the whole raster, without a halo
        for (int v = 0; v < around.size.height; ++v) {
          for (int h = 0; h < around.size.width; ++h) {
            if (zones.plane<std::int32_t>(0).at(h, v) != regions[r]) continue;
            nearest = std::min(nearest, std::hypot((h - halo.left - x) * 10.0, (v - halo.top - y) * 14.0));
          }
        }
        u[r] = nearest == 0 ? 1 : std::max(0.0, 1 - std::max(0.0, nearest - 6) / 70);
      }
      const double sum = u[0] + u[1] + u[2];
      mixed += sum > 1;
      for (int r = 0; r < 3; ++r)
        ASSERT_NEAR(whole.plane<float>(r).at(x, y), sum == 0 ? 0 : u[static_cast<std::size_t>(r)] / sum, 1e-5)
            << x << " " << y;
    }
  }
  EXPECT_GT(mixed, 500U);
}

TEST(RegionWeights, WithoutBlendAreThoseOfTheRegionThatHoldsThePixel) {
  const Grid grid = testing::raster_info({9, 3}, 1, PixelType::u8).grid;
  const Block zones = zones_on(grid, [](int x, int) { return x / 3; });
  const Block weights = weights_of(grid, zones, {1, 2}, {}, {4, 4});
  for (int x = 0; x < 9; ++x) {
    EXPECT_EQ(weights.plane<float>(0).at(x, 1), x / 3 == 1 ? 1 : 0);
    EXPECT_EQ(weights.plane<float>(1).at(x, 1), x / 3 == 2 ? 1 : 0);
  }
}

TEST(MixedVotes, WeighSharesAndKeepTheVotesOfOne) {
  const Size size{6, 1};
  // Weights of two regions at six pixels; models of classes (4, 7) and (7, 9) with 100 and 10 votes.
  const std::vector<std::array<float, 2>> weights{{1, 0}, {0, 1}, {0.5F, 0.5F}, {0.75F, 0.25F}, {0, 0}, {0.5F, 0.5F}};
  const std::vector<std::array<int, 4>> votes{{30, 70, 0, 0},  {0, 0, 4, 6}, {30, 70, 4, 6},
                                              {20, 80, 10, 0}, {5, 5, 5, 5}, {0, 0, 3, 7}};
  const std::vector<RasterInfo> infos{testing::raster_info(size, 2, PixelType::f32),
                                      testing::raster_info(size, 2, PixelType::u16),
                                      testing::raster_info(size, 2, PixelType::u16)};
  Block weight(Window::of(size), 2, PixelType::f32);
  Block first(Window::of(size), 2, PixelType::u16);
  Block second(Window::of(size), 2, PixelType::u16);
  for (int x = 0; x < 6; ++x) {
    const auto at = static_cast<std::size_t>(x);
    for (int band = 0; band < 2; ++band) {
      const auto b = static_cast<std::size_t>(band);
      weight.plane<float>(band).at(x, 0) = weights[at][b];
      first.plane<std::uint16_t>(band).at(x, 0) = static_cast<std::uint16_t>(votes[at][b]);
      second.plane<std::uint16_t>(band).at(x, 0) = static_cast<std::uint16_t>(votes[at][b + 2]);
    }
  }
  const std::vector<const Block*> inputs{&weight, &first, &second};
  const auto node = make_mixed_votes({{0, 1}, {1, 2}}, {{4, "", {}}, {7, "", {}}, {9, "", {}}});
  const Block mixed = testing::run_node(*node, infos, inputs, {4, 1});
  const auto at = [&](int x) {
    return std::vector<int>{mixed.plane<std::uint16_t>(0).at(x, 0), mixed.plane<std::uint16_t>(1).at(x, 0),
                            mixed.plane<std::uint16_t>(2).at(x, 0)};
  };
  const auto share = [](double value) { return static_cast<int>(std::lround(65535 * value)); };
  EXPECT_EQ(at(0), (std::vector<int>{30, 70, 0}));
  EXPECT_EQ(at(1), (std::vector<int>{0, 4, 6}));
  EXPECT_EQ(at(2), (std::vector<int>{share(0.15), share(0.35 + 0.2), share(0.3)}));
  EXPECT_EQ(at(3), (std::vector<int>{share(0.15), share(0.6 + 0.25), 0}));
  EXPECT_EQ(at(4), (std::vector<int>{0, 0, 0}));
  EXPECT_EQ(at(5), (std::vector<int>{0, 3, 7})) << "a model without votes leaves the other alone";
}

}  // namespace
}  // namespace cers
