// SPDX-License-Identifier: Apache-2.0
#include "cers/series/series_expression.hpp"

#include <cmath>

#include "row_of.hpp"

namespace cers {
namespace {

using testing::Floats;
using testing::row_of;

TEST(SeriesExpression, EvaluatesTheFormulaOnEveryDay) {
  const std::vector<std::string> names{"red", "nir"};
  const auto node =
      make_series_expression("ndvi", Expression::compile("(nir-red)/(nir+red)", names), 2, {"20180105", "20180115"});
  // The days in one input or in two.
  const std::vector<float> a{0.1F, 0.2F, std::nanf("")}, b{0.3F, 0.6F, 0.4F}, c{0.25F, 0.5F, 0.1F},
      d{0.75F, 0.5F, 0.1F};
  const auto together = row_of(*node, {Floats{a, b, c, d}});
  const auto apart = row_of(*node, {Floats{a, b}, Floats{c, d}});
  EXPECT_EQ(together.info.bands[1].name, "ndvi_20180115");
  EXPECT_NEAR(together.bands[0][0], 0.5, 1e-7);
  EXPECT_NEAR(together.bands[1][0], 0.5, 1e-7);
  EXPECT_EQ(together.bands[1][1], 0);
  EXPECT_TRUE(std::isnan(together.bands[0][2]));
  EXPECT_EQ(together.bands[1], apart.bands[1]);
  EXPECT_EQ(together.bands[0][1], apart.bands[0][1]);
}

}  // namespace
}  // namespace cers
