// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/pixel_shape.hpp"

#include <algorithm>
#include <cmath>

namespace cers {
namespace {

/// The first line whose centre lies at or beyond `y`; far away, a number that no line has.
int first_centre(double y) {
  return static_cast<int>(std::clamp(std::ceil(y - 0.5), -1e9, 1e9));
}

/// Columns [begin, end) of one row.
struct Span {
  int begin;
  int end;
};

/// The pixels of rows [window.y, window.bottom()) that meet the segment, its box closed, one span a row.
void add_segment(const PixelPoint& a, const PixelPoint& b, const Window& window, std::vector<std::vector<Span>>& rows) {
  const auto column = [](double x) { return static_cast<int>(std::clamp(x, -1e9, 1e9)); };
  const double low = std::min(a.y, b.y);
  const double high = std::max(a.y, b.y);
  const int first = std::max(window.y, column(std::ceil(low)) - 1);
  const int last = std::min(window.bottom() - 1, column(std::floor(high)));
  for (int y = first; y <= last; ++y) {
    const double top = std::max(low, static_cast<double>(y));
    const double bottom = std::min(high, y + 1.0);
    const auto at = [&](double line) {
      if (line == a.y) return a.x;
      if (line == b.y) return b.x;
      return (a.x * (b.y - line) + b.x * (line - a.y)) / (b.y - a.y);  // exact on corners when bends are on halves
    };
    // Level segments lie in one row, or on the edge between two, from end to end.
    const double one = high > low ? at(top) : a.x;
    const double other = high > low ? at(bottom) : b.x;
    const int begin = column(std::ceil(std::min(one, other))) - 1;
    const int end = column(std::floor(std::max(one, other))) + 1;
    rows[static_cast<std::size_t>(y - window.y)].push_back({begin, end});
  }
}

/// Rows and columns from those of the least to those of the greatest coordinates, within `window`.
Window box_of(const std::vector<PixelPoint>& line, const Window& window) {
  PixelPoint low{HUGE_VAL, HUGE_VAL};
  PixelPoint high{-HUGE_VAL, -HUGE_VAL};
  for (const PixelPoint& p : line) {
    low = {std::min(low.x, p.x), std::min(low.y, p.y)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y)};
  }
  const auto whole = [](double v) { return static_cast<int>(std::clamp(std::floor(v), -1e8, 1e8)); };
  const int x = std::max(window.x, whole(low.x));
  const int y = std::max(window.y, whole(low.y));
  return {x, y, std::min(window.right(), whole(high.x) + 1) - x, std::min(window.bottom(), whole(high.y) + 1) - y};
}

void append_line(const std::vector<PixelPoint>& line, const Window& within, std::uint32_t feature,
                 std::vector<PixelRun>& runs) {
  if (line.empty()) return;
  const Window window = box_of(line, within);
  if (window.width <= 0 || window.height <= 0) return;
  std::vector<std::vector<Span>> rows(static_cast<std::size_t>(window.height));
  for (std::size_t i = 0; i + 1 < line.size(); ++i) add_segment(line[i], line[i + 1], window, rows);
  for (int y = window.y; y < window.bottom(); ++y) {
    std::vector<Span>& spans = rows[static_cast<std::size_t>(y - window.y)];
    std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.begin < b.begin; });
    int from = window.x;
    for (std::size_t i = 0; i < spans.size();) {
      const int begin = std::max(from, spans[i].begin);
      int end = spans[i].end;
      for (++i; i < spans.size() && spans[i].begin <= end; ++i) end = std::max(end, spans[i].end);
      end = std::min(end, window.right());
      if (begin < end) runs.push_back({feature, y, begin, end});
      from = std::max(from, end);
    }
  }
}

}  // namespace

void append_runs(const PixelShape& shape, std::uint32_t feature, std::vector<PixelRun>& runs) {
  const Window& window = shape.around;
  if (window.empty()) return;
  std::vector<std::vector<double>> crossings(static_cast<std::size_t>(window.height));
  for (const std::vector<PixelRing>& polygon : shape.polygons) {
    for (const PixelRing& ring : polygon) {
      for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        const PixelPoint& a = ring[i];
        const PixelPoint& b = ring[i + 1];
        if (!(a.y < b.y || b.y < a.y)) continue;
        // Lines whose centre c has low < c <= high: an end that lies on a centre counts for one of the two edges there.
        const double low = std::min(a.y, b.y);
        const double high = std::max(a.y, b.y);
        int first = first_centre(low);
        if (!(low < first + 0.5)) ++first;
        for (int y = std::max(first, window.y); y < window.bottom() && y + 0.5 <= high; ++y) {
          const double column = a.x + (y + 0.5 - a.y) * ((b.x - a.x) / (b.y - a.y));
          crossings[static_cast<std::size_t>(y - window.y)].push_back(column);
        }
      }
    }
    for (int y = window.y; y < window.bottom(); ++y) {
      std::vector<double>& line = crossings[static_cast<std::size_t>(y - window.y)];
      std::sort(line.begin(), line.end());
      for (std::size_t i = 0; i + 1 < line.size(); i += 2) {
        const int begin = std::max(window.x, first_centre(line[i]));
        const int end = std::min(window.right(), first_centre(line[i + 1]));
        if (begin < end) runs.push_back({feature, y, begin, end});
      }
      line.clear();
    }
  }
  for (const PixelPoint& point : shape.points) {
    const double x = std::floor(point.x);
    const double y = std::floor(point.y);
    if (x < window.x || x >= window.right() || y < window.y || y >= window.bottom()) continue;
    runs.push_back({feature, static_cast<int>(y), static_cast<int>(x), static_cast<int>(x) + 1});
  }
  for (const std::vector<PixelPoint>& line : shape.lines) append_line(line, window, feature, runs);
}

double pixel_area(const PixelShape& shape) {
  double total = static_cast<double>(shape.points.size());
  for (const std::vector<PixelRing>& polygon : shape.polygons) {
    for (std::size_t r = 0; r < polygon.size(); ++r) {
      double twice = 0;
      for (std::size_t i = 0; i + 1 < polygon[r].size(); ++i)
        twice += polygon[r][i].x * polygon[r][i + 1].y - polygon[r][i + 1].x * polygon[r][i].y;
      total += (r == 0 ? 0.5 : -0.5) * std::abs(twice);
    }
  }
  for (const std::vector<PixelPoint>& line : shape.lines) {
    for (std::size_t i = 0; i + 1 < line.size(); ++i)
      total += 1 + std::abs(line[i + 1].x - line[i].x) + std::abs(line[i + 1].y - line[i].y);
  }
  return total;
}

}  // namespace cers
