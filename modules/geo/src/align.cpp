// SPDX-License-Identifier: Apache-2.0
#include "cers/geo/align.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "cers/geo/crs.hpp"

namespace cers {
namespace {

constexpr double tolerance_in_pixels = 0.01;
constexpr double largest_offset = 1e9;  // keeps the rounding to int safe

}  // namespace

std::optional<std::string> grid_difference_geo(const Grid& a, const Grid& b) {
  if (auto difference = a.difference(b)) return difference;
  if (!a.georeferenced || !b.georeferenced || a.crs.empty() || b.crs.empty() || same_crs(a.crs, b.crs)) {
    return std::nullopt;
  }
  return fmt::format("CRS {} against {}", crs_label(a.crs), crs_label(b.crs));
}

std::optional<Nesting> nesting(const Grid& coarse, const Grid& fine) {
  if (!coarse.georeferenced || !fine.georeferenced) return std::nullopt;
  const auto& f = fine.transform.a;
  const double determinant = f[1] * f[5] - f[2] * f[4];
  if (determinant == 0 || !std::isfinite(determinant)) return std::nullopt;
  const auto in_fine = [&](double column, double row) -> std::array<double, 2> {
    const double dx = coarse.transform.x(column, row) - f[0];
    const double dy = coarse.transform.y(column, row) - f[3];
    return {(dx * f[5] - dy * f[2]) / determinant, (dy * f[1] - dx * f[4]) / determinant};
  };
  const double width = coarse.size.width;
  const double height = coarse.size.height;
  const auto origin = in_fine(0, 0);
  const auto right = in_fine(width, 0);
  const auto bottom = in_fine(0, height);
  const double factor = std::round((right[0] - origin[0]) / width);
  const double column = std::round(origin[0]);
  const double row = std::round(origin[1]);
  if (!(factor >= 1 && factor < largest_offset && std::abs(column) < largest_offset &&
        std::abs(row) < largest_offset)) {
    return std::nullopt;
  }
  const auto near = [](const std::array<double, 2>& point, double x, double y) {
    return std::abs(point[0] - x) <= tolerance_in_pixels && std::abs(point[1] - y) <= tolerance_in_pixels;
  };
  const bool nests = near(origin, column, row) && near(right, column + factor * width, row) &&
                     near(bottom, column, row + factor * height);
  if (!nests || !same_crs(coarse.crs, fine.crs)) return std::nullopt;
  return Nesting{static_cast<int>(factor), static_cast<int>(column), static_cast<int>(row)};
}

std::optional<int> nesting_factor(const Grid& coarse, const Grid& fine) {
  const auto found = nesting(coarse, fine);
  return found ? std::optional<int>(found->factor) : std::nullopt;
}

}  // namespace cers
