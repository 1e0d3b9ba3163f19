// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "cers/core/vector_clones.hpp"
#include "cers/ops/terrain_shadow.hpp"

namespace cers {
namespace {

constexpr float nothing = -std::numeric_limits<float>::infinity();

/// Pixels as lines that run away from the sun: step k of line l is the pixel (l + shift(k), k) along the major axis.
struct Lines {
  std::ptrdiff_t start;   ///< index of (0, 0) in the array
  std::ptrdiff_t across;  ///< array step from line to line
  std::ptrdiff_t along;   ///< array step away from the sun
  int width;              ///< pixels across
  int length;             ///< pixels along
  double slope;           ///< pixels across for each one along
  int shift(int k) const { return static_cast<int>(std::floor(slope * k + 0.5)); }
};

Lines lines_of(Size size, const SunPosition& sun) {
  const double azimuth = sun.azimuth_deg * std::numbers::pi / 180;
  // Away from the sun, in columns and lines.
  const double x = -std::sin(azimuth);
  const double y = std::cos(azimuth);
  const std::ptrdiff_t row = size.width;
  if (std::abs(y) >= std::abs(x)) {
    const bool down = y > 0;
    return {down ? 0 : row * (size.height - 1), 1, down ? row : -row, size.width, size.height, x / std::abs(y)};
  }
  const bool right = x > 0;
  return {right ? 0 : row - 1, row, right ? 1 : -1, size.height, size.width, y / std::abs(x)};
}

// `shade` is the height up to which the line so far puts the pixel into shadow; afterwards that of the next pixel.
CERS_VECTOR_CLONES void walk(const float* height, float* __restrict shade, float drop, std::uint8_t* __restrict dark,
                             int count) {
  for (int i = 0; i < count; ++i) {
    const float z = height[i];
    const float s = shade[i];
    dark[i] = s > z ? 1 : 0;  // NaN is not
    const float top = z > s ? z : s;
    shade[i] = top - drop;
  }
}

}  // namespace

PixelBits cast_shadow(const std::vector<float>& heights, Size size, double pixel_m, const SunPosition& sun) {
  PixelBits bits(size);
  if (!(sun.elevation_deg > 0)) {
    for (std::size_t i = 0; i < heights.size(); ++i) bits.set(i);
    return bits;
  }
  if (sun.elevation_deg >= 90 || heights.empty()) return bits;
  const Lines lines = lines_of(size, sun);
  const double step = pixel_m * std::sqrt(1 + lines.slope * lines.slope);
  const auto drop = static_cast<float>(step * std::tan(sun.elevation_deg * std::numbers::pi / 180));
  const int last = lines.shift(lines.length - 1);
  // Line l is at pixel l + shift(k) of step k: all lines that ever cross the raster.
  const int first_line = std::min(0, -last);
  std::vector<float> shade(static_cast<std::size_t>(lines.width + std::abs(last)), nothing);
  std::vector<float> row(static_cast<std::size_t>(lines.width));
  std::vector<std::uint8_t> dark(static_cast<std::size_t>(lines.width));
  for (int k = 0; k < lines.length; ++k) {
    const std::ptrdiff_t at = lines.start + k * lines.along;
    for (int i = 0; i < lines.width; ++i)
      row[static_cast<std::size_t>(i)] = heights[static_cast<std::size_t>(at + i * lines.across)];
    float* of_first = shade.data() + (-lines.shift(k) - first_line);
    walk(row.data(), of_first, drop, dark.data(), lines.width);
    for (int i = 0; i < lines.width; ++i)
      if (dark[static_cast<std::size_t>(i)] != 0) bits.set(static_cast<std::size_t>(at + i * lines.across));
  }
  return bits;
}

}  // namespace cers
