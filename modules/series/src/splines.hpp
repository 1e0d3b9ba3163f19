// SPDX-License-Identifier: Apache-2.0
// Smooth curves through the clear observations of one pixel.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace cers::series_detail {

/// Room for splines through at most `capacity` points; reused from pixel to pixel.
struct SplineRoom {
  explicit SplineRoom(std::size_t capacity);
  std::vector<double> slope;   ///< Akima: of the pieces, two beyond either end
  std::vector<double> second;  ///< natural cubic: second derivatives
  std::vector<double> pivot;
};

/// The curve through (t, y) at each of `at`, ascending, into `out`. `t` ascends strictly. Of one point it is constant,
/// of two the line, of three or four the natural cubic spline, of five and more Akima's; constant before the first and
/// after the last point.
void spline_through(std::span<const double> t, std::span<const double> y, std::span<const double> at,
                    std::span<double> out, SplineRoom& room);

}  // namespace cers::series_detail
