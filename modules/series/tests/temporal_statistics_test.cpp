// SPDX-License-Identifier: Apache-2.0
#include "cers/series/temporal_statistics.hpp"

#include <cmath>

#include "cers/core/error.hpp"
#include "row_of.hpp"

namespace cers {
namespace {

using testing::Floats;
using testing::row_of;

TEST(TemporalStatistics, EqualHandComputedValuesOfTheClearDays) {
  std::vector<TemporalStatistic> statistics;
  for (const char* name : {"mean", "std", "min", "max", "amplitude", "slope", "median", "p25", "p100"})
    statistics.push_back(parse_temporal_statistic(name));
  const auto node = make_temporal_statistics("ndvi", {0, 100, 200, 300, 400}, statistics);
  const float n = std::nanf("");
  const auto row = row_of(*node, {Floats{{4, n, n}, {n, n, n}, {1, n, 7}}, Floats{{3, n, n}, {8, n, n}}});
  EXPECT_EQ(row.info.bands[7].name, "ndvi_p25");
  // Of 4 1 3 8 on days 0, 200, 300 and 400: numpy's mean, std, percentile and polyfit.
  const std::vector<double> want{4, std::sqrt(26.0 / 4), 1, 8, 7, 700.0 / 87500 * 365.25, 3.5, 2.5, 8};
  for (std::size_t s = 0; s < want.size(); ++s) {
    EXPECT_NEAR(row.bands[s][0], want[s], 1e-6) << statistics[s].name;
    EXPECT_TRUE(std::isnan(row.bands[s][1]));
  }
  EXPECT_EQ(row.bands[5][2], 0);  // the slope of one observation
  EXPECT_EQ(row.bands[6][2], 7);
}

TEST(TemporalStatistics, RefusesOtherNames) {
  for (const char* name : {"p101", "p", "pp5", "variance", "p-1", ""})
    EXPECT_THROW(parse_temporal_statistic(name), UserError) << name;
}

}  // namespace
}  // namespace cers
