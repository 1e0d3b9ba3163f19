// SPDX-License-Identifier: Apache-2.0
#include "cers/series/phenology.hpp"

#include <cmath>

#include "row_of.hpp"

namespace cers {
namespace {

using testing::Floats;
using testing::row_of;

TEST(Phenology, FindsTheCrossingsOfATriangle) {
  // Rises from 0.2 on day 10 to 0.8 on day 40, falls to 0.4 on day 60; one that only rises; one never seen.
  const float n = std::nanf("");
  const auto node = make_phenology("ndvi", {100, 110, 120, 130, 140, 150, 160}, 0.5);
  const auto row = row_of(
      *node,
      {Floats{{0.2F, 1, n}, {0.2F, 2, n}, {0.4F, 3, n}, {0.6F, 4, n}, {0.8F, 5, n}, {0.6F, 6, n}, {0.4F, 7, n}}});
  EXPECT_EQ(row.info.bands[0].name, "ndvi_start");
  EXPECT_NEAR(row.bands[0][0], 25, 1e-4);  // 0.5 lies between days 20 (0.4) and 30 (0.6)
  EXPECT_EQ(row.bands[1][0], 40);
  EXPECT_NEAR(row.bands[2][0], 50, 1e-4);  // 0.6
  EXPECT_NEAR(row.bands[3][0], 25, 1e-4);
  EXPECT_NEAR(row.bands[4][0], 0.3, 1e-6);
  EXPECT_NEAR(row.bands[5][0], 0.5, 1e-6);
  EXPECT_NEAR(row.bands[0][1], 30, 1e-4);
  EXPECT_EQ(row.bands[1][1], 60);
  EXPECT_TRUE(std::isnan(row.bands[2][1]));  // the season ends beyond the series
  EXPECT_EQ(row.bands[4][1], 1);             // its one low
  EXPECT_EQ(row.bands[5][1], 6);
  EXPECT_TRUE(std::isnan(row.bands[3][1]));
  for (const auto& band : row.bands) EXPECT_TRUE(std::isnan(band[2]));
}

}  // namespace
}  // namespace cers
