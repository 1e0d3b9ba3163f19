// SPDX-License-Identifier: Apache-2.0
#include "cers/geo/align.hpp"

#include <gmock/gmock.h>

#include "cers/geo/crs.hpp"

namespace cers {
namespace {

Grid grid_of(int size, double x, double y, double pixel, int epsg = 32631) {
  return {{size, size}, {{x, pixel, 0, y, 0, -pixel}}, crs_from_epsg(epsg), true};
}

TEST(Align, Nesting) {
  const Grid ten = grid_of(10980, 300000, 4900020, 10);
  EXPECT_EQ(nesting(grid_of(5490, 300000, 4900020, 20), ten), (Nesting{2, 0, 0}));
  EXPECT_EQ(nesting(grid_of(100, 300060, 4900000, 60), ten), (Nesting{6, 6, 2}));
  EXPECT_EQ(nesting(grid_of(100, 299980, 4900040, 20), ten), (Nesting{2, -2, -2}));
  EXPECT_EQ(nesting_factor(ten, ten), 1);
  EXPECT_EQ(nesting_factor(ten, grid_of(5490, 300000, 4900020, 20)), std::nullopt) << "finer than the fine one";
  EXPECT_EQ(nesting_factor(grid_of(100, 300005, 4900020, 20), ten), std::nullopt) << "edges between pixels";
  EXPECT_EQ(nesting_factor(grid_of(100, 300000, 4900020, 25), ten), std::nullopt);
  EXPECT_EQ(nesting_factor(grid_of(5490, 300000, 4900020, 20, 32632), ten), std::nullopt);
  EXPECT_EQ(nesting_factor(grid_of(5490, 300000, 4900020, 20.0001), ten), std::nullopt) << "drifts apart";
  Grid bare;
  bare.size = {10, 10};
  EXPECT_EQ(nesting_factor(bare, ten), std::nullopt);
}

TEST(Align, NestingOfTurnedGrids) {
  Grid fine = grid_of(100, 0, 0, 10);
  fine.transform.a = {1000, 8, 6, 2000, 6, -8};
  Grid coarse = fine;
  coarse.transform = fine.transform.shifted(4, -2);
  for (const std::size_t i : {1U, 2U, 4U, 5U}) coarse.transform.a[i] *= 3;
  EXPECT_EQ(nesting(coarse, fine), (Nesting{3, 4, -2}));
  coarse.transform.a[2] = 0;
  EXPECT_EQ(nesting(coarse, fine), std::nullopt);
}

TEST(Align, DifferenceNamesTheCrs) {
  const Grid ten = grid_of(100, 300000, 4900020, 10);
  EXPECT_EQ(grid_difference_geo(ten, ten), std::nullopt);
  EXPECT_EQ(grid_difference_geo(ten, grid_of(100, 300000, 4900020, 10, 2154)), "CRS EPSG:32631 against EPSG:2154");
  EXPECT_NE(grid_difference_geo(ten, grid_of(101, 300000, 4900020, 10)), std::nullopt);
  Grid unknown = ten;
  unknown.crs.clear();
  EXPECT_EQ(grid_difference_geo(ten, unknown), std::nullopt);
}

}  // namespace
}  // namespace cers
