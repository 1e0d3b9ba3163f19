// SPDX-License-Identifier: Apache-2.0
// A small plot of altitudes over images, as SVG text.
#pragma once

#include <string>
#include <vector>

namespace cers::snow {

/// One value with its interval, metres; NaN where there is none.
struct PlotPoint {
  double x = 0;  ///< position along the axis: days, or the number of the image
  double middle_m = 0;
  double low_m = 0;
  double high_m = 0;
};
struct PlotSeries {
  std::string name;
  std::vector<PlotPoint> points;
};
/// Words under the axis.
struct PlotMark {
  double x = 0;
  std::string text;
};

/// Lines through the middles with bars for the intervals, one colour a series, a legend, altitudes on the left.
std::string line_plot_svg(const std::string& title, const std::vector<PlotSeries>& series,
                          const std::vector<PlotMark>& marks);

}  // namespace cers::snow
