// SPDX-License-Identifier: Apache-2.0
#include "cers/core/grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace cers {
namespace {

// Files written by different tools agree on origins only to rounding; a thousandth of a pixel moves no pixel.
constexpr double tolerance_in_pixels = 1e-3;

}  // namespace

GeoTransform GeoTransform::shifted(double column, double row) const {
  GeoTransform moved = *this;
  moved.a[0] = x(column, row);
  moved.a[3] = y(column, row);
  return moved;
}

std::optional<std::string> Grid::difference(const Grid& other) const {
  if (size != other.size) {
    return fmt::format("size {}×{} against {}×{}", size.width, size.height, other.size.width, other.size.height);
  }
  if (!georeferenced || !other.georeferenced) return std::nullopt;
  const auto& a = transform.a;
  const auto& b = other.transform.a;
  const double pixel = std::max(std::abs(a[1]) + std::abs(a[2]), 1e-300);
  const double line = std::max(std::abs(a[4]) + std::abs(a[5]), 1e-300);
  const bool same_origin =
      std::abs(a[0] - b[0]) <= tolerance_in_pixels * pixel && std::abs(a[3] - b[3]) <= tolerance_in_pixels * line;
  // A pixel-size difference adds up over the raster: the far corner must agree as well.
  const double far_x = std::abs(transform.x(size.width, size.height) - other.transform.x(size.width, size.height));
  const double far_y = std::abs(transform.y(size.width, size.height) - other.transform.y(size.width, size.height));
  if (!same_origin) {
    return fmt::format("origin {:.10g},{:.10g} against {:.10g},{:.10g}", a[0], a[3], b[0], b[3]);
  }
  if (far_x > tolerance_in_pixels * pixel || far_y > tolerance_in_pixels * line) {
    return fmt::format("pixel {:.10g}×{:.10g} against {:.10g}×{:.10g}", a[1], a[5], b[1], b[5]);
  }
  return std::nullopt;
}

std::string Grid::text() const {
  if (!georeferenced) return fmt::format("{}×{} pixels, no georeference", size.width, size.height);
  return fmt::format("{}×{} pixels of {:.10g}×{:.10g} at {:.10g},{:.10g}", size.width, size.height, transform.a[1],
                     transform.a[5], transform.a[0], transform.a[3]);
}

}  // namespace cers
