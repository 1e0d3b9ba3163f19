// SPDX-License-Identifier: Apache-2.0
#include "../src/splines.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace cers::series_detail {
namespace {

std::vector<double> curve(const std::vector<double>& t, const std::vector<double>& y, const std::vector<double>& at) {
  SplineRoom room(t.size());
  std::vector<double> out(at.size());
  spline_through(t, y, at, out, room);
  return out;
}

TEST(Splines, AkimaReproducesAParabolaOnEqualSteps) {
  std::vector<double> t, y, at, want;
  for (int i = 0; i < 7; ++i) {
    t.push_back(3 * i);
    y.push_back(2 + 0.5 * t.back() - 0.1 * t.back() * t.back());
  }
  for (double x = 0; x <= 18; x += 0.25) {
    at.push_back(x);
    want.push_back(2 + 0.5 * x - 0.1 * x * x);
  }
  const auto got = curve(t, y, at);
  for (std::size_t i = 0; i < at.size(); ++i) EXPECT_NEAR(got[i], want[i], 1e-12) << at[i];
}

// The example that made Akima propose the method: flat data stay flat beside a step.
TEST(Splines, AkimaDoesNotOvershootOnFlatDataBesideAStep) {
  const std::vector<double> t{0, 1, 2, 3, 4, 5, 6, 7};
  const std::vector<double> y{0, 0, 0, 0, 1, 1, 1, 1};
  for (const double value : curve(t, y, {0.5, 1.5, 2.5})) EXPECT_EQ(value, 0);
  EXPECT_NEAR(curve(t, y, {3.5})[0], 0.5, 1e-15);
}

// Akima (1970), by hand for t = 0..4, y = 0 1 0 2 2: slopes 1 -1 2 0, made up beyond the ends 5 3 and -2 -4. At t = 2
// the weights are |0 - 2| for -1 and |-1 - 1| for 2: tangent 0.5. At t = 3 they are |-2 - 0| for 2 and |2 + 1| for 0:
// tangent 0.8. Halfway a cubic is the mean of the ends plus an eighth of the step times the difference of tangents.
TEST(Splines, AkimaWeighsSlopesByTheChangesOnTheOtherSide) {
  EXPECT_NEAR(curve({0, 1, 2, 3, 4}, {0, 1, 0, 2, 2}, {2.5})[0], 1 + (0.5 - 0.8) / 8, 1e-15);
}

TEST(Splines, NaturalSplinesHaveNoCurvatureAtTheirEndsAndSmoothJoints) {
  const std::vector<double> t{0, 4, 7, 9};
  const std::vector<double> y{1, -2, 5, 3};
  const double h = 1e-3;
  const auto f = [&](double x) { return curve(t, y, {x})[0]; };
  for (std::size_t i = 0; i < t.size(); ++i) EXPECT_EQ(f(t[i]), y[i]);
  EXPECT_NEAR((f(2 * h) - 2 * f(h) + f(0)) / (h * h), 0, 1e-2);
  EXPECT_NEAR((f(9 - 2 * h) - 2 * f(9 - h) + f(9)) / (h * h), 0, 1e-2);
  for (const double joint : {4.0, 7.0}) {
    EXPECT_NEAR((f(joint + h) - f(joint)) / h, (f(joint) - f(joint - h)) / h, 2e-2);
    EXPECT_NEAR((f(joint + 2 * h) - 2 * f(joint + h) + f(joint)) / (h * h),
                (f(joint) - 2 * f(joint - h) + f(joint - 2 * h)) / (h * h), 2e-2);
  }
}

TEST(Splines, FewPoints) {
  EXPECT_EQ(curve({5}, {3}, {0, 5, 9}), (std::vector<double>{3, 3, 3}));
  EXPECT_EQ(curve({0, 10}, {0, 20}, {-1, 0, 2.5, 10, 11}), (std::vector<double>{0, 0, 5, 20, 20}));
}

}  // namespace
}  // namespace cers::series_detail
