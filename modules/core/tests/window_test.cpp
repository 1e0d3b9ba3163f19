// SPDX-License-Identifier: Apache-2.0
#include "cers/core/window.hpp"

#include <gtest/gtest.h>

#include "cers/core/grid.hpp"

namespace cers {
namespace {

TEST(Window, GrowsClipsAndUnites) {
  const Window w{10, 20, 30, 40};
  EXPECT_EQ(w.grown({1, 2, 3, 4}), (Window{9, 18, 34, 46}));
  EXPECT_EQ(w.clipped({25, 100}), (Window{10, 20, 15, 40}));
  EXPECT_TRUE(w.clipped({5, 5}).empty());
  EXPECT_EQ(w.united({0, 0, 1, 1}), (Window{0, 0, 40, 60}));
  EXPECT_EQ(w.united({}), w);
  EXPECT_EQ(Window{}.united(w), w);
  EXPECT_TRUE(w.contains({10, 20, 30, 40}));
  EXPECT_FALSE(w.contains({9, 20, 30, 40}));
}

TEST(TileGrid, TilesPartitionTheRaster) {
  const Size raster{103, 57};
  for (const Size tile : {Size{10, 10}, Size{103, 1}, Size{200, 200}, Size{7, 57}}) {
    std::int64_t area = 0;
    std::vector<int> seen(static_cast<std::size_t>(raster.area()), 0);
    const TileGrid grid(raster, tile);
    for (int i = 0; i < grid.count(); ++i) {
      const Window w = grid[i];
      area += w.area();
      for (int y = w.y; y < w.bottom(); ++y) {
        for (int x = w.x; x < w.right(); ++x) ++seen[static_cast<std::size_t>(y * raster.width + x)];
      }
    }
    EXPECT_EQ(area, raster.area());
    EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](int n) { return n == 1; }));
  }
}

TEST(Grid, SaysWhyTwoGridsDiffer) {
  Grid a;
  a.size = {100, 100};
  a.georeferenced = true;
  a.transform.a = {300000, 10, 0, 4800000, 0, -10};
  Grid b = a;
  EXPECT_FALSE(a.difference(b));
  b.transform.a[0] += 0.005;
  EXPECT_FALSE(a.difference(b)) << "half a thousandth of a pixel";
  b.transform.a[0] += 10;
  EXPECT_NE(a.difference(b)->find("origin"), std::string::npos);
  b = a;
  b.transform.a[1] = 10.001;  // 0.1 m over the raster
  EXPECT_NE(a.difference(b)->find("pixel"), std::string::npos);
  b.size = {50, 50};
  EXPECT_EQ(*a.difference(b), "size 100×100 against 50×50");
  b = a;
  b.georeferenced = false;
  EXPECT_FALSE(a.difference(b));
}

}  // namespace
}  // namespace cers
