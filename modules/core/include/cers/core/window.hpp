// SPDX-License-Identifier: Apache-2.0
// Half-open pixel rectangles: the vocabulary in which the engine asks for regions, never for pixels.
#pragma once

#include <cstdint>
#include <string>

namespace cers {

/// Width and height in pixels; both are positive for anything that can be read or written.
struct Size {
  int width = 0;
  int height = 0;
  friend bool operator==(const Size&, const Size&) = default;
  std::int64_t area() const { return std::int64_t{width} * height; }
};

/// Pixels a neighbourhood needs beyond its output window, per side; never negative.
struct Halo {
  int left = 0;
  int top = 0;
  int right = 0;
  int bottom = 0;
  friend bool operator==(const Halo&, const Halo&) = default;
  static Halo square(int radius) { return {radius, radius, radius, radius}; }
};

/// Pixels [x, x+width) × [y, y+height) of one raster. May exceed the raster: the excess is a halo the engine fills.
struct Window {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  friend bool operator==(const Window&, const Window&) = default;

  static Window of(Size size) { return {0, 0, size.width, size.height}; }
  Size size() const { return {width, height}; }
  std::int64_t area() const { return std::int64_t{width} * height; }
  bool empty() const { return width <= 0 || height <= 0; }
  int right() const { return x + width; }
  int bottom() const { return y + height; }
  bool contains(const Window& other) const {
    return other.x >= x && other.y >= y && other.right() <= right() && other.bottom() <= bottom();
  }
  Window grown(Halo halo) const;
  /// The part inside `other`; empty (width or height 0) when they are disjoint.
  Window intersected(const Window& other) const;
  Window clipped(Size raster) const { return intersected(of(raster)); }
  /// The smallest window holding both; an empty operand does not count.
  Window united(const Window& other) const;
  std::string text() const;  ///< "x,y width×height" for messages
};

/// A raster cut into equal tiles, row-major, the last column and row cut short.
class TileGrid {
 public:
  TileGrid(Size raster, Size tile);
  Size tile() const { return tile_; }
  int columns() const { return columns_; }
  int rows() const { return rows_; }
  int count() const { return columns_ * rows_; }
  Window operator[](int index) const { return at(index % columns_, index / columns_); }
  Window at(int column, int row) const;

 private:
  Size raster_;
  Size tile_;
  int columns_;
  int rows_;
};

inline int ceil_div(int a, int b) {
  return (a + b - 1) / b;
}

}  // namespace cers
