// SPDX-License-Identifier: Apache-2.0
#include "cers/geo/pixel_map.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <random>

#include "cers/core/error.hpp"
#include "cers/geo/crs.hpp"

namespace cers {
namespace {

Grid grid_of(Size size, double x, double y, double pixel, int epsg) {
  return {size, {{x, pixel, 0, y, 0, -pixel}}, crs_from_epsg(epsg), true};
}

TEST(PixelMap, SameCrsIsAffine) {
  PixelMap map(grid_of({100, 100}, 300100, 4900000, 10, 32631), grid_of({100, 100}, 300000, 4900020, 20, 32631));
  EXPECT_TRUE(map.affine());
  double x[] = {0, 1.5};
  double y[] = {0, 10};
  int mapped[] = {0, 0};
  map.map(x, y, mapped);
  EXPECT_THAT(mapped, ::testing::Each(1));
  EXPECT_NEAR(x[0], 5, 1e-9);
  EXPECT_NEAR(y[0], 1, 1e-9);
  EXPECT_NEAR(x[1], 5.75, 1e-9);
  EXPECT_NEAR(y[1], 6, 1e-9);
}

TEST(PixelMap, PointsDoNotDependOnTheirCompany) {
  const Grid target = grid_of({620, 600}, 499400, 6351200, 10, 2154);
  const Grid source = grid_of({500, 480}, 300000, 4900020, 10, 32631);
  PixelMap map(target, source);
  EXPECT_FALSE(map.affine());
  std::vector<double> x;
  std::vector<double> y;
  for (int i = 0; i < 600; ++i) {
    x.push_back(i + 0.5);
    y.push_back(100.5);
  }
  std::vector<int> mapped(600);
  map.map(x, y, mapped);
  PixelMap again(target, source);
  for (const std::size_t i : {0U, 17U, 599U}) {
    double one_x = static_cast<double>(i) + 0.5;
    double one_y = 100.5;
    int ok = 0;
    again.map({&one_x, 1}, {&one_y, 1}, {&ok, 1});
    EXPECT_EQ(one_x, x[i]);
    EXPECT_EQ(one_y, y[i]);
  }
}

TEST(PixelMap, WithoutGeoreferenceOnBothSidesPixelsMatch) {
  Grid bare;
  bare.size = {10, 10};
  PixelMap map(bare, bare);
  double x = 3.25;
  double y = 4;
  int mapped = 0;
  map.map({&x, 1}, {&y, 1}, {&mapped, 1});
  EXPECT_EQ(x, 3.25);
  EXPECT_EQ(mapped, 1);
  EXPECT_THROW(PixelMap(bare, grid_of({10, 10}, 0, 0, 10, 32631)), UserError);
}

TEST(FootprintMap, CoversEveryMappedPixel) {
  const Grid source = grid_of({500, 480}, 300000, 4900020, 10, 32631);
  const Grid targets[] = {grid_of({620, 600}, 499400, 6351200, 10, 2154),
                          grid_of({170, 160}, 779000, 4904000, 37, 32630),
                          grid_of({900, 800}, 300000, 4900020, 7, 32631), grid_of({360, 180}, 0.3, 44.3, 0.001, 4326)};
  std::mt19937 random(5);
  const auto pick = [&](int end) { return static_cast<int>(random() % static_cast<unsigned>(end)); };
  for (const Grid& target : targets) {
    PixelMap map(target, source);
    const FootprintMap footprint(map, target.size, source.size);
    int checked = 0;
    for (int i = 0; i < 300; ++i) {
      const int left = pick(target.size.width);
      const int top = pick(target.size.height);
      const Window window{left, top, 1 + pick(target.size.width - left), 1 + pick(target.size.height - top)};
      const Window under = footprint.under(window, 0, 0);
      for (int j = 0; j < 20; ++j) {
        double x = window.x + pick(window.width) + 0.5;
        double y = window.y + pick(window.height) + 0.5;
        int mapped = 0;
        map.map({&x, 1}, {&y, 1}, {&mapped, 1});
        if (!mapped || x < 0 || y < 0 || x >= source.size.width || y >= source.size.height) continue;
        const Window pixel{static_cast<int>(std::floor(x)), static_cast<int>(std::floor(y)), 1, 1};
        ++checked;
        EXPECT_TRUE(under.contains(pixel)) << under.text() << " lacks " << pixel.text();
      }
    }
    EXPECT_GT(checked, 30);
  }
}

TEST(FootprintMap, IsTightAndTellsTheScale) {
  const Grid source = grid_of({500, 480}, 300000, 4900020, 20, 32631);
  const Grid target = grid_of({1000, 960}, 300000, 4900020, 10, 32631);
  PixelMap map(target, source);
  const FootprintMap footprint(map, target.size, source.size);
  EXPECT_NEAR(footprint.scale_x(), 2, 1e-9);
  EXPECT_NEAR(footprint.scale_y(), 2, 1e-9);
  const Window under = footprint.under({100, 100, 64, 64}, 0, 0);
  EXPECT_TRUE(under.contains({50, 50, 32, 32}));
  EXPECT_TRUE((Window{49, 49, 34, 34}).contains(under));
  EXPECT_EQ(footprint.under({0, 0, 1000, 960}, 10, 10), Window::of(source.size));

  const Grid lambert = grid_of({620, 600}, 499400, 6351200, 10, 2154);
  PixelMap turned(lambert, source);
  const FootprintMap under_lambert(turned, lambert.size, source.size);
  EXPECT_NEAR(under_lambert.scale_x(), 2, 0.01);
  const Window part = under_lambert.under({200, 200, 64, 64}, 0, 0);
  EXPECT_LT(part.width, 38);
  EXPECT_LT(part.height, 38);
}

}  // namespace
}  // namespace cers
