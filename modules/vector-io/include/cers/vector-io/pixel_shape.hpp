// SPDX-License-Identifier: Apache-2.0
// A feature in pixels of a grid, and the pixels whose centres it holds.
#pragma once

#include <cstdint>
#include <vector>

#include "cers/core/window.hpp"

namespace cers {

/// Column and line; whole numbers are corners of pixels.
struct PixelPoint {
  double x = 0;
  double y = 0;
};
/// Closed: the last point is the first.
using PixelRing = std::vector<PixelPoint>;

/// Polygons (outline first, then holes), points and lines of one feature.
struct PixelShape {
  std::vector<std::vector<PixelRing>> polygons;
  std::vector<PixelPoint> points;
  /// The pixels it can hold, inside the grid; empty when it lies outside.
  Window around;
  std::vector<std::vector<PixelPoint>> lines{};
};

/// Pixels [begin, end) of line y that feature number `feature` holds.
struct PixelRun {
  std::uint32_t feature = 0;
  std::int32_t y = 0;
  std::int32_t begin = 0;
  std::int32_t end = 0;
  std::int64_t size() const { return std::int64_t{end} - begin; }
  friend bool operator==(const PixelRun&, const PixelRun&) = default;
};

/// Appends the runs of `shape` inside its window: polygon by polygon, row by row, from left to right; then points, then
/// line by line, row by row.
/// A polygon holds a pixel when it holds the centre; of a centre on an outline, the polygon to its right does, as in
/// OTB (the even-odd rule of OGRLinearRing::isPointInRing), so that polygons that share an edge share no pixel. A point
/// holds the pixel it lies in. A line holds every pixel it meets, edges and corners included, within the rows and
/// columns of its ends and bends, as in OTB; a pixel met several times counts once.
void append_runs(const PixelShape& shape, std::uint32_t feature, std::vector<PixelRun>& runs);

/// Area of the polygons in pixels, plus one for each point and about as many as each line meets; what lies outside the
/// grid counts too.
double pixel_area(const PixelShape& shape);

}  // namespace cers
