// SPDX-License-Identifier: Apache-2.0
#include "cers/series/composite.hpp"

#include <cmath>

#include "cers/series/observation_counts.hpp"
#include "row_of.hpp"

namespace cers {
namespace {

using testing::Floats;
using testing::Mask;
using testing::row_of;

const float nan_ = std::nanf("");

TEST(DayComposite, KeepsTheFirstClearImageOfAPixel) {
  const auto node = make_day_composite({{2, 1}, {2, 2}}, {"red", "nir"});
  //                  clear  masked  missing in a band  none clear  second mask
  const auto row = row_of(
      *node, {Floats{{1, 2, nan_, 4, 5}}, Floats{{10, 20, 30, 40, 50}}, Mask{0, 1, 0, 255, 1},
              Floats{{6, 7, 8, nan_, 9}}, Floats{{60, 70, 80, 90, 99}}, Mask{0, 0, 0, 0, 0}, Mask{0, 0, 0, 0, 4}});
  EXPECT_EQ(row.bands[0][0], 1);
  EXPECT_EQ(row.bands[1][0], 10);
  EXPECT_EQ(row.bands[0][1], 7);
  EXPECT_EQ(row.bands[1][1], 70);
  EXPECT_EQ(row.bands[0][2], 8);
  EXPECT_EQ(row.bands[1][2], 80);
  for (const std::size_t pixel : {3U, 4U}) {
    EXPECT_TRUE(std::isnan(row.bands[0][pixel]));
    EXPECT_TRUE(std::isnan(row.bands[1][pixel]));
  }
}

TEST(ObservationCounts, CountsClearDaysAndTheLongestGapWithTheEnds) {
  const auto node = make_observation_counts({10, 20, 40, 70}, 0, 100);
  const float n = nan_;
  const auto row =
      row_of(*node, {Floats{{1, n, n, 1}}, Floats{{1, n, 1, n}}, Floats{{1, n, n, n}}, Floats{{1, n, n, n}}});
  EXPECT_EQ(row.bands[0], (std::vector<double>{4, 0, 1, 1}));
  EXPECT_EQ(row.bands[1], (std::vector<double>{30, 100, 80, 90}));
}

}  // namespace
}  // namespace cers
