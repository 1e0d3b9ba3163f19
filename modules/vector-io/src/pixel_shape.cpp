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
  return total;
}

}  // namespace cers
