// SPDX-License-Identifier: Apache-2.0
// From pixels of one grid to pixels of another: exactly, and as bounds.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

#include "cers/core/grid.hpp"

namespace cers {

/// Pixel coordinates of `target` to pixel coordinates of `source` (corners are integers, as in GeoTransform), through
/// their CRS, every point by itself: no interpolation, hence the same bits whatever window a point is asked with.
/// Not thread-safe: one per worker.
class PixelMap {
 public:
  /// Throws UserError when only one of the grids is georeferenced or has a CRS, or when no operation links the two.
  /// Two grids without georeferencing are mapped pixel to pixel.
  PixelMap(const Grid& target, const Grid& source);
  ~PixelMap();
  PixelMap(PixelMap&&) noexcept;
  PixelMap& operator=(PixelMap&&) noexcept;

  /// Same CRS: straight lines stay straight.
  bool affine() const { return affine_; }
  /// In place; `mapped` becomes 0 where a point has no counterpart (beyond the domain of a projection). Equal sizes.
  void map(std::span<double> x, std::span<double> y, std::span<int> mapped);

 private:
  friend PixelMap map_by_control(const Grid& target, Size source, const struct ControlPoints& control);
  struct Free {
    void operator()(void* transformer) const;
  };
  PixelMap() = default;
  std::unique_ptr<void, Free> transformer_;
  std::vector<double> z_;
  bool affine_ = false;
};

/// Which source pixels a window of target pixels falls on. Made once from a lattice anchored to the target raster and
/// interpolated between, with the interpolation's measured error as margin: answers are quick, thread-safe and
/// monotonous (a larger window never gets less).
class FootprintMap {
 public:
  FootprintMap(PixelMap& map, Size target, Size source);

  /// Source pixels under `window`, grown by the margins (in source pixels) and clipped to the source raster; empty when
  /// the window falls beside it. Where part of a window cannot be mapped at all the whole source is returned.
  Window under(const Window& window, double margin_x, double margin_y) const;
  /// Target pixels per source pixel along the source's columns and rows, mean over the part of the target that meets
  /// the source: 2 for 20 m to 10 m, 0.5 back. 1 when they do not meet.
  double scale_x() const { return scale_x_; }
  double scale_y() const { return scale_y_; }

 private:
  struct Point {
    double x = 0;
    double y = 0;
  };
  enum class State : char { outside, partial, inside };
  struct Cell {
    State state = State::outside;
    double error_x = 0;
    double error_y = 0;
  };

  void measure_cells(PixelMap& map, const std::vector<int>& mapped);
  void spread_partial();
  void measure_scale();
  Point interpolated(int column, int row, double x, double y) const;
  int cell_column(int x) const;
  int cell_row(int y) const;
  double node_x(int column) const;
  double node_y(int row) const;
  std::size_t node(int column, int row) const { return static_cast<std::size_t>(row * (columns_ + 1) + column); }
  std::size_t cell(int column, int row) const { return static_cast<std::size_t>(row * columns_ + column); }

  Size target_;
  Size source_;
  int step_x_ = 1;  ///< target pixels between nodes
  int step_y_ = 1;
  int columns_ = 1;  ///< of cells
  int rows_ = 1;
  std::vector<Point> nodes_;
  std::vector<Cell> cells_;
  double scale_x_ = 1;
  double scale_y_ = 1;
};

}  // namespace cers
