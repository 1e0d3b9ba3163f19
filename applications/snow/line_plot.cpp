// SPDX-License-Identifier: Apache-2.0
#include "line_plot.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "../plots/svg.hpp"

namespace cers::snow {
namespace {

constexpr double plot_width = 540;
constexpr double plot_height = 240;
constexpr double right = 200;   // for the legend
constexpr double top = 40;      // of the first panel, for its title
constexpr double between = 56;  // panels, for the title of the next
constexpr double edge = 18;     // between the frame and the first and last image
constexpr double letter = 6.6;
constexpr double line_height = 18;
constexpr double mark_sine = 0.574;  // words under the axis rise by 35 degrees
constexpr double mark_cosine = 0.819;
constexpr double widest_bar = 24;
constexpr std::size_t longest_mark = 24;

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

struct Frame {
  double left = 0;
  Range x;
  double bar = widest_bar;
  double at(double value) const {
    const double share = x.high > x.low ? (value - x.low) / (x.high - x.low) : 0.5;
    return left + edge + share * (plot_width - 2 * edge);
  }
};

struct Scale {
  double top = 0;
  Range y;
  double step = 1;
  double at(double value) const { return top + (y.high - value) / (y.high - y.low) * plot_height; }
};

Frame frame_of(const std::vector<PlotMark>& marks, double longest) {
  Frame frame;
  frame.left = std::max(76.0, longest * letter * mark_cosine - edge + 8);
  std::vector<double> places;
  for (const PlotMark& mark : marks) {
    frame.x.hold(mark.x);
    places.push_back(mark.x);
  }
  std::sort(places.begin(), places.end());
  for (std::size_t i = 1; i < places.size(); ++i) {
    const double gap = frame.at(places[i]) - frame.at(places[i - 1]);
    if (gap > 0) frame.bar = std::min(frame.bar, std::max(1.5, 0.7 * gap));
  }
  return frame;
}

Scale scale_of(const PlotPanel& panel, double panel_top) {
  Scale scale;
  scale.top = panel_top;
  for (const PlotSeries& one : panel.series) {
    for (const PlotPoint& point : one.points)
      for (const double value : {point.middle, point.low, point.high}) scale.y.hold(value);
  }
  for (const PlotStack& stack : panel.stacks) scale.y.hold(stack.whole);
  if (scale.y.empty()) return scale;
  if (panel.from_zero) scale.y.hold(0);
  scale.step = step_of(scale.y.high - scale.y.low);
  scale.y.low = std::floor(scale.y.low / scale.step) * scale.step;
  scale.y.high = std::max(std::ceil(scale.y.high / scale.step) * scale.step, scale.y.low + scale.step);
  return scale;
}

std::string grid_lines(const PlotPanel& panel, const Frame& frame, const Scale& scale) {
  std::string svg;
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(scale.step) + 1e-9)));
  const auto count = std::lround((scale.y.high - scale.y.low) / scale.step);
  for (long i = 0; i <= count; ++i) {
    const double value = scale.y.low + static_cast<double>(i) * scale.step;
    const double y = scale.at(value);
    svg += fmt::format("<line x1=\"{:.1f}\" x2=\"{:.1f}\" y1=\"{:.2f}\" y2=\"{:.2f}\" stroke=\"#ddd\"/>\n", frame.left,
                       frame.left + plot_width, y, y);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.2f}\" text-anchor=\"end\">{:.{}f} {}</text>\n", frame.left - 6, y + 4,
                       value, decimals, escaped_markup(panel.unit));
  }
  return svg;
}

std::string symbol(PlotShape shape, const std::string& colour, double x, double y) {
  if (shape == PlotShape::dots)
    return fmt::format("<circle cx=\"{:.2f}\" cy=\"{:.2f}\" r=\"3.5\" fill=\"{}\"/>\n", x, y, colour);
  if (shape == PlotShape::diamonds)
    return fmt::format("<path d=\"M{:.2f} {:.2f} l5 5 l-5 5 l-5 -5 Z\" fill=\"white\" stroke=\"{}\"/>\n", x, y - 5,
                       colour);
  return {};
}

std::string frame_box(double x, double y, double width, double height) {
  return fmt::format(
      "<rect class=\"whole\" x=\"{:.2f}\" y=\"{:.3f}\" width=\"{:.2f}\" height=\"{:.3f}\" fill=\"#f2f2f2\" "
      "stroke=\"#888\"/>\n",
      x, y, width, height);
}

std::string stroke(PlotShape shape, const std::string& colour) {
  return fmt::format("fill=\"none\" stroke=\"{}\" stroke-width=\"1.5\"{}", colour,
                     shape == PlotShape::dots ? "" : " stroke-dasharray=\"5 4\"");
}

/// Bars first, the line over them, symbols on top.
std::string drawn(const PlotSeries& series, const Frame& frame, const Scale& scale) {
  std::string bars;
  std::string path;
  std::string symbols;
  for (const PlotPoint& point : series.points) {
    if (!std::isfinite(point.middle)) continue;
    const double x = frame.at(point.x);
    path += fmt::format("{}{:.2f} {:.2f}", path.empty() ? "M" : " L", x, scale.at(point.middle));
    symbols += symbol(series.shape, series.colour, x, scale.at(point.middle));
    if (std::isfinite(point.low) && std::isfinite(point.high))
      bars += fmt::format("<line x1=\"{0:.2f}\" x2=\"{0:.2f}\" y1=\"{1:.2f}\" y2=\"{2:.2f}\" stroke=\"{3}\"/>\n", x,
                          scale.at(point.low), scale.at(point.high), series.colour);
  }
  if (path.empty()) return {};
  return bars + fmt::format("<path d=\"{}\" {}/>\n", path, stroke(series.shape, series.colour)) + symbols;
}

/// From light for the first to dark for the last.
std::string shade_colour(std::size_t shade, std::size_t count) {
  const double t = count > 1 ? static_cast<double>(shade) / static_cast<double>(count - 1) : 0.5;
  const auto mixed = [t](double light, double dark) { return std::lround(light + t * (dark - light)); };
  return fmt::format("#{:02x}{:02x}{:02x}", mixed(200, 8), mixed(228, 40), mixed(245, 95));
}

std::string drawn_stacks(const PlotPanel& panel, const Frame& frame, const Scale& scale) {
  std::string svg;
  for (const PlotStack& stack : panel.stacks) {
    const double x = frame.at(stack.x) - frame.bar / 2;
    svg += frame_box(x, scale.at(stack.whole), frame.bar, scale.at(0) - scale.at(stack.whole));
    double below = 0;
    for (std::size_t p = 0; p < stack.parts.size(); ++p) {
      if (!(stack.parts[p] > 0)) continue;
      const double y = scale.at(below + stack.parts[p]);
      svg += fmt::format("<rect x=\"{:.2f}\" y=\"{:.3f}\" width=\"{:.2f}\" height=\"{:.3f}\" fill=\"{}\"/>\n", x, y,
                         frame.bar, scale.at(below) - y, shade_colour(p, panel.shades.size()));
      below += stack.parts[p];
    }
  }
  return svg;
}

double key_height(const PlotPanel& panel) {
  return line_height * static_cast<double>(panel.keys.size() + (panel.shades.empty() ? 0 : 1));
}

/// The keys from the top, then the shades, the highest uppermost; of their names as many as have room.
std::string legend(const PlotPanel& panel, double x, double y) {
  std::string svg = "<g class=\"legend\">\n";
  const double bottom = y + plot_height;
  for (const PlotKey& key : panel.keys) {
    y += line_height;
    if (key.shape == PlotShape::box)
      svg += frame_box(x, y - line_height + 1, 24, 13);
    else
      svg += fmt::format("<path d=\"M{:.1f} {:.1f} h24\" {}/>\n", x, y - 10, stroke(key.shape, key.colour)) +
             symbol(key.shape, key.colour, x + 12, y - 10);
    svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", x + 32, y - 6, escaped_markup(key.text));
  }
  if (panel.shades.empty()) return svg + "</g>\n";
  svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", x, y + line_height - 6, "snow by altitude:");
  y += line_height;
  const auto count = panel.shades.size();
  const double height = std::min(line_height, (bottom - y) / static_cast<double>(count));
  const auto every = static_cast<std::size_t>(std::ceil(13 / height));
  for (std::size_t s = count; s-- > 0;) {
    svg += fmt::format("<rect x=\"{:.1f}\" y=\"{:.2f}\" width=\"24\" height=\"{:.2f}\" fill=\"{}\"/>\n", x, y, height,
                       shade_colour(s, count));
    if (s % every == 0)
      svg += fmt::format("<text x=\"{:.1f}\" y=\"{:.2f}\">{}</text>\n", x + 32, y + height / 2 + 4,
                         escaped_markup(panel.shades[s]));
    y += height;
  }
  return svg + "</g>\n";
}

/// Cut before a whole character of UTF-8.
std::string shortened(const std::string& text) {
  std::size_t end = longest_mark - 2;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end) + "..";
}

std::string words_under(std::vector<PlotMark> marks, const Frame& frame, double y) {
  std::string svg;
  std::stable_sort(marks.begin(), marks.end(), [](const PlotMark& a, const PlotMark& b) { return a.x < b.x; });
  double last = -std::numeric_limits<double>::infinity();
  for (const PlotMark& mark : marks) {
    const double x = frame.at(mark.x);
    if (x - last < 14 / mark_sine) continue;
    last = x;
    svg += fmt::format(
        "<text x=\"{0:.1f}\" y=\"{1:.1f}\" text-anchor=\"end\" transform=\"rotate(-35 {0:.1f} {1:.1f})\">{2}</text>\n",
        x + 4, y + 16, escaped_markup(mark.text));
  }
  return svg;
}

}  // namespace

std::string line_plot_svg(const std::vector<PlotPanel>& panels, const std::vector<PlotMark>& marks) {
  std::vector<PlotMark> words = marks;
  std::size_t longest = 0;
  for (PlotMark& mark : words) {
    if (mark.text.size() > longest_mark) mark.text = shortened(mark.text);
    longest = std::max(longest, mark.text.size());
  }
  const Frame frame = frame_of(marks, static_cast<double>(longest));
  std::vector<double> tops;
  double y = 0;
  for (const PlotPanel& panel : panels) {
    tops.push_back(tops.empty() ? top : y + between);
    y = tops.back() + std::max(plot_height, key_height(panel));
  }
  const double foot = 28 + static_cast<double>(longest) * letter * mark_sine;
  std::string svg = svg_head(frame.left + plot_width + right, std::max(y, tops.back() + plot_height + foot), frame.left,
                             panels.front().title);
  for (std::size_t p = 0; p < panels.size(); ++p) {
    const PlotPanel& panel = panels[p];
    if (p > 0)
      svg += fmt::format("<text x=\"{}\" y=\"{}\" font-size=\"15\">{}</text>\n", frame.left, tops[p] - 18,
                         escaped_markup(panel.title));
    svg += fmt::format("<g class=\"{}\">\n", panel.name);
    const Scale scale = scale_of(panel, tops[p]);
    if (scale.y.empty()) {
      svg += fmt::format("<text x=\"{}\" y=\"{}\">nothing to show</text>\n", frame.left, tops[p] + plot_height / 2);
    } else {
      svg += grid_lines(panel, frame, scale) + drawn_stacks(panel, frame, scale);
      for (const PlotSeries& one : panel.series) svg += drawn(one, frame, scale);
    }
    svg += "</g>\n";
    if (!scale.y.empty()) svg += legend(panel, frame.left + plot_width + 14, tops[p]);
  }
  return svg + words_under(words, frame, tops.back() + plot_height) + "</svg>\n";
}

}  // namespace cers::snow
