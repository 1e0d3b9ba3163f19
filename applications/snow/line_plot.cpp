// SPDX-License-Identifier: Apache-2.0
#include "line_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "../plots/svg.hpp"

namespace cers::snow {
namespace {

constexpr double width = 760;
constexpr double height = 420;
constexpr double left = 70;
constexpr double right = 160;  // for the legend
constexpr double top = 40;
constexpr double bottom = 60;

struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  void hold(double value) {
    if (!std::isfinite(value)) return;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  bool empty() const { return !(low <= high); }
};

/// 1, 2 or 5 times a power of ten, so that some five steps cover the range.
double step_of(double range) {
  const double raw = std::max(range, 1e-9) / 5;
  const double power = std::pow(10, std::floor(std::log10(raw)));
  for (const double factor : {1.0, 2.0, 5.0})
    if (factor * power >= raw) return factor * power;
  return 10 * power;
}

}  // namespace

std::string line_plot_svg(const std::string& title, const std::vector<PlotSeries>& series,
                          const std::vector<PlotMark>& marks) {
  Range x;
  Range y;
  for (const PlotMark& mark : marks) x.hold(mark.x);
  for (const PlotSeries& one : series) {
    for (const PlotPoint& point : one.points) {
      x.hold(point.x);
      for (const double value : {point.middle_m, point.low_m, point.high_m}) y.hold(value);
    }
  }
  std::string svg = svg_head(width, height, left, title);
  if (y.empty()) return svg + fmt::format("<text x=\"{}\" y=\"{}\">nothing to show</text>\n</svg>\n", left, height / 2);
  const double step = step_of(y.high - y.low);
  y.low = std::floor(y.low / step) * step;
  y.high = std::max(std::ceil(y.high / step) * step, y.low + step);
  const auto at_x = [&](double value) {
    const double share = x.high > x.low ? (value - x.low) / (x.high - x.low) : 0.5;
    return left + 10 + share * (width - left - right - 20);
  };
  const auto at_y = [&](double value) { return top + (y.high - value) / (y.high - y.low) * (height - top - bottom); };
  for (double value = y.low; value <= y.high + step / 2; value += step) {
    svg += fmt::format("<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#ddd\"/>\n", left,
                       width - right, at_y(value), at_y(value));
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.0f} m</text>\n", left - 6,
                       at_y(value) + 4, value);
  }
  for (const PlotMark& mark : marks) {
    svg += fmt::format(
        "<text x=\"{0:.1f}\" y=\"{1:.1f}\" text-anchor=\"end\" transform=\"rotate(-35 {0:.1f} {1:.1f})\">{2}</text>\n",
        at_x(mark.x), height - bottom + 18, escaped_markup(mark.text));
  }
  for (std::size_t s = 0; s < series.size(); ++s) {
    const char* colour = plot_colours[s % plot_colours.size()];
    std::string path;
    for (const PlotPoint& point : series[s].points) {
      if (!std::isfinite(point.middle_m)) continue;
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : " L", at_x(point.x), at_y(point.middle_m));
      svg += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3\" fill=\"{}\"/>\n", at_x(point.x),
                         at_y(point.middle_m), colour);
      if (std::isfinite(point.low_m) && std::isfinite(point.high_m))
        svg += fmt::format("<line x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\" stroke=\"{3}\"/>\n",
                           at_x(point.x), at_y(point.low_m), at_y(point.high_m), colour);
    }
    if (!path.empty())
      svg += fmt::format("<path d=\"{}\" fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"/>\n", path, colour);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" fill=\"{}\">{}</text>\n", width - right + 12,
                       top + 12 + 16 * static_cast<double>(s), colour, escaped_markup(series[s].name));
  }
  return svg + "</svg>\n";
}

}  // namespace cers::snow
