// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "cers/core/error.hpp"
#include "cers/geo/pixel_map.hpp"

namespace cers {
namespace {

constexpr int most_cells = 64;      // a side: at most 17 000 points are mapped, some 20 ms
constexpr int smallest_step = 16;   // target pixels
constexpr double error_safety = 2;  // over the error measured at the middle of a cell and of two of its sides
constexpr double rounding = 1e-6;   // source pixels

int step_for(int length) {
  return std::max(smallest_step, ceil_div(length, most_cells));
}

struct Interval {
  double low;
  double high;
  void add(double value) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
};

// The pixels of [0, length) that [low, high] touches.
std::pair<int, int> pixels(double low, double high, int length) {
  const double first = std::clamp(std::floor(low), 0.0, static_cast<double>(length));
  const double end = std::clamp(std::ceil(high), 0.0, static_cast<double>(length));
  return {static_cast<int>(first), static_cast<int>(end)};
}

}  // namespace

FootprintMap::FootprintMap(PixelMap& map, Size target, Size source) : target_(target), source_(source) {
  CERS_EXPECT(target.width > 0 && target.height > 0 && source.width > 0 && source.height > 0);
  step_x_ = map.affine() ? target.width : step_for(target.width);
  step_y_ = map.affine() ? target.height : step_for(target.height);
  columns_ = ceil_div(target.width, step_x_);
  rows_ = ceil_div(target.height, step_y_);
  std::vector<double> x;
  std::vector<double> y;
  for (int row = 0; row <= rows_; ++row) {
    for (int column = 0; column <= columns_; ++column) {
      x.push_back(node_x(column));
      y.push_back(node_y(row));
    }
  }
  std::vector<int> mapped(x.size());
  map.map(x, y, mapped);
  nodes_.resize(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) nodes_[i] = {x[i], y[i]};
  measure_cells(map, mapped);
  spread_partial();
  measure_scale();
}

double FootprintMap::node_x(int column) const {
  return std::min(column * step_x_, target_.width);
}

double FootprintMap::node_y(int row) const {
  return std::min(row * step_y_, target_.height);
}

int FootprintMap::cell_column(int x) const {
  return std::clamp(x / step_x_, 0, columns_ - 1);
}

int FootprintMap::cell_row(int y) const {
  return std::clamp(y / step_y_, 0, rows_ - 1);
}

void FootprintMap::measure_cells(PixelMap& map, const std::vector<int>& mapped) {
  cells_.resize(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_));
  std::vector<double> x;
  std::vector<double> y;
  for (int row = 0; row < rows_; ++row) {
    for (int column = 0; column < columns_; ++column) {
      const double middle_x = (node_x(column) + node_x(column + 1)) / 2;
      const double middle_y = (node_y(row) + node_y(row + 1)) / 2;
      x.insert(x.end(), {middle_x, middle_x, node_x(column)});
      y.insert(y.end(), {middle_y, node_y(row), middle_y});
    }
  }
  const std::vector<double> at_x = x;
  const std::vector<double> at_y = y;
  std::vector<int> found(x.size());
  map.map(x, y, found);
  for (int row = 0; row < rows_; ++row) {
    for (int column = 0; column < columns_; ++column) {
      Cell& here = cells_[cell(column, row)];
      int known = 0;
      for (const std::size_t corner :
           {node(column, row), node(column + 1, row), node(column, row + 1), node(column + 1, row + 1)}) {
        known += mapped[corner] != 0;
      }
      const std::size_t first = 3 * cell(column, row);
      for (std::size_t i = first; i < first + 3; ++i) known += found[i] != 0;
      here.state = known == 7 ? State::inside : known == 0 ? State::outside : State::partial;
      if (here.state != State::inside) continue;
      for (std::size_t i = first; i < first + 3; ++i) {
        const Point guess = interpolated(column, row, at_x[i], at_y[i]);
        here.error_x += error_safety * std::abs(guess.x - x[i]);
        here.error_y += error_safety * std::abs(guess.y - y[i]);
      }
    }
  }
}

// A cell none of whose points can be mapped may still hold a mappable sliver when it touches one that can.
void FootprintMap::spread_partial() {
  const std::vector<Cell> before = cells_;
  for (int row = 0; row < rows_; ++row) {
    for (int column = 0; column < columns_; ++column) {
      if (before[cell(column, row)].state != State::outside) continue;
      for (int r = std::max(0, row - 1); r <= std::min(rows_ - 1, row + 1); ++r) {
        for (int c = std::max(0, column - 1); c <= std::min(columns_ - 1, column + 1); ++c) {
          if (before[cell(c, r)].state != State::outside) cells_[cell(column, row)].state = State::partial;
        }
      }
    }
  }
}

void FootprintMap::measure_scale() {
  double sum_x = 0;
  double sum_y = 0;
  int count = 0;
  for (int row = 0; row < rows_; ++row) {
    for (int column = 0; column < columns_; ++column) {
      if (cells_[cell(column, row)].state != State::inside) continue;
      const Point& a = nodes_[node(column, row)];
      const Point& b = nodes_[node(column + 1, row)];
      const Point& c = nodes_[node(column, row + 1)];
      const Point& d = nodes_[node(column + 1, row + 1)];
      const auto [low_x, high_x] = std::minmax({a.x, b.x, c.x, d.x});
      const auto [low_y, high_y] = std::minmax({a.y, b.y, c.y, d.y});
      if (high_x < 0 || low_x > source_.width || high_y < 0 || low_y > source_.height) continue;
      const double width = node_x(column + 1) - node_x(column);
      const double height = node_y(row + 1) - node_y(row);
      sum_x += std::hypot((b.x - a.x) / width, (c.x - a.x) / height);
      sum_y += std::hypot((b.y - a.y) / width, (c.y - a.y) / height);
      ++count;
    }
  }
  if (count > 0 && sum_x > 0 && sum_y > 0) {
    scale_x_ = count / sum_x;
    scale_y_ = count / sum_y;
  }
}

FootprintMap::Point FootprintMap::interpolated(int column, int row, double x, double y) const {
  const double u = (x - node_x(column)) / (node_x(column + 1) - node_x(column));
  const double v = (y - node_y(row)) / (node_y(row + 1) - node_y(row));
  const Point& a = nodes_[node(column, row)];
  const Point& b = nodes_[node(column + 1, row)];
  const Point& c = nodes_[node(column, row + 1)];
  const Point& d = nodes_[node(column + 1, row + 1)];
  return {(1 - v) * ((1 - u) * a.x + u * b.x) + v * ((1 - u) * c.x + u * d.x),
          (1 - v) * ((1 - u) * a.y + u * b.y) + v * ((1 - u) * c.y + u * d.y)};
}

Window FootprintMap::under(const Window& window, double margin_x, double margin_y) const {
  const Window inside = window.clipped(target_);
  if (inside.empty()) return {};
  const int first_column = cell_column(inside.x);
  const int last_column = cell_column(inside.right() - 1);
  const int first_row = cell_row(inside.y);
  const int last_row = cell_row(inside.bottom() - 1);
  // The interpolation is bilinear in every cell, so its extremes over the window lie where cell edges and window edges
  // cross.
  constexpr double infinity = std::numeric_limits<double>::infinity();
  Interval x{infinity, -infinity};
  Interval y{infinity, -infinity};
  double error_x = 0;
  double error_y = 0;
  for (int row = first_row; row <= last_row; ++row) {
    const double top = std::max<double>(inside.y, node_y(row));
    const double bottom = std::min<double>(inside.bottom(), node_y(row + 1));
    for (int column = first_column; column <= last_column; ++column) {
      const Cell& here = cells_[cell(column, row)];
      if (here.state == State::partial) return Window::of(source_);
      if (here.state == State::outside) continue;
      const double left = std::max<double>(inside.x, node_x(column));
      const double right = std::min<double>(inside.right(), node_x(column + 1));
      // Points on a shared edge may belong to a neighbour that is not mapped: keep to this cell by its own corners.
      for (const auto& [px, py] : {std::pair{left, top}, {right, top}, {left, bottom}, {right, bottom}}) {
        const Point point = interpolated(column, row, px, py);
        x.add(point.x);
        y.add(point.y);
      }
      error_x = std::max(error_x, here.error_x);
      error_y = std::max(error_y, here.error_y);
    }
  }
  if (x.low > x.high) return {};
  const auto [left, right] =
      pixels(x.low - error_x - margin_x - rounding, x.high + error_x + margin_x + rounding, source_.width);
  const auto [top, bottom] =
      pixels(y.low - error_y - margin_y - rounding, y.high + error_y + margin_y + rounding, source_.height);
  if (left >= right || top >= bottom) return {};
  return {left, top, right - left, bottom - top};
}

}  // namespace cers
