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
  /// How far that pixel lies along a ray, in pixels: the line goes on evenly, its pixels do not.
  double along_ray(int k) const { return (k + slope * shift(k)) / std::sqrt(1 + slope * slope); }
  /// How far across the line lies from the middle of that pixel, -0.5..0.5.
  double beside(int k) const { return slope * k - shift(k); }
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

/// Of a row of pixels.
struct Ground {
  std::vector<float> pixels;  ///< their heights, one more at either end
  std::vector<float> under;   ///< under the lines: between a pixel and its neighbour on their side
  std::vector<float> slope;   ///< by how much its neighbours across differ from the pixel at most
  explicit Ground(int width)
      : pixels(static_cast<std::size_t>(width) + 2), under(static_cast<std::size_t>(width)), slope(under.size()) {}
};

// Beside a void the pixel's own height, and no slope.
CERS_VECTOR_CLONES void look_across(const float* __restrict pixels, float beside, float* __restrict under,
                                    float* __restrict slope, int count) {
  const float* neighbours = pixels + (beside < 0 ? -1 : 1);
  const float weight = beside < 0 ? -beside : beside;
  for (int i = 0; i < count; ++i) {
    const float own = pixels[i];
    const float between = own + weight * (neighbours[i] - own);
    under[i] = between == between ? between : own;
    const float left = std::abs(pixels[i - 1] - own);
    const float right = std::abs(pixels[i + 1] - own);
    const float most = left > right ? left : right;
    slope[i] = left == left && right == right ? most : 0;
  }
}

/// Heights up to which the lines so far put the pixels into shadow.
struct Heights {
  std::vector<float> even;    ///< by the pixels' heights, each step of a line taken as long as the others
  std::vector<float> placed;  ///< by the pixels' heights, each pixel where it lies along the ray: how far shadows go
  std::vector<float> ground;  ///< by the ground under the lines
  explicit Heights(std::size_t lines) : even(lines, nothing), placed(even), ground(even) {}
};

// Afterwards the heights are those of the next pixels. Where the ground slopes across a line, each sidestep of the line
// is a step of the pixels' heights which casts no shadow: within the slope pixels and ground must agree.
CERS_VECTOR_CLONES void walk(const float* __restrict pixels, const float* __restrict under,
                             const float* __restrict slope, float* __restrict even, float* __restrict placed,
                             float* __restrict by_ground, float drop, float placed_drop, std::uint8_t* __restrict dark,
                             int count) {
  for (int i = 0; i < count; ++i) {
    const float z = pixels[i];
    const float s = even[i];
    const float of_placed = placed[i];
    const float ground = under[i];
    const float of_ground = by_ground[i];
    const int above = s > z ? 1 : 0;  // NaN is not
    const int far_above = of_placed > z + slope[i] ? 1 : 0;
    const int agreed = of_ground > ground ? 1 : 0;
    dark[i] = static_cast<std::uint8_t>(far_above | (above & agreed));
    even[i] = (z > s ? z : s) - drop;
    placed[i] = (z > of_placed ? z : of_placed) - placed_drop;
    by_ground[i] = (ground > of_ground ? ground : of_ground) - drop;
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
  const double fall = pixel_m * std::tan(sun.elevation_deg * std::numbers::pi / 180);  // of a ray, for a pixel of way
  const auto drop = static_cast<float>(fall * std::sqrt(1 + lines.slope * lines.slope));
  const int last = lines.shift(lines.length - 1);
  // Line l is at pixel l + shift(k) of step k: all lines that ever cross the raster.
  const int first_line = std::min(0, -last);
  Heights shadow(static_cast<std::size_t>(lines.width + std::abs(last)));
  Ground ground(lines.width);
  std::vector<std::uint8_t> dark(static_cast<std::size_t>(lines.width));
  for (int k = 0; k < lines.length; ++k) {
    const std::ptrdiff_t at = lines.start + k * lines.along;
    float* pixels = ground.pixels.data() + 1;
    for (int i = 0; i < lines.width; ++i) pixels[i] = heights[static_cast<std::size_t>(at + i * lines.across)];
    pixels[-1] = pixels[0];
    pixels[lines.width] = pixels[lines.width - 1];
    look_across(pixels, static_cast<float>(lines.beside(k)), ground.under.data(), ground.slope.data(), lines.width);
    const std::ptrdiff_t of_first = -lines.shift(k) - first_line;
    const auto placed_drop = static_cast<float>(fall * (lines.along_ray(k + 1) - lines.along_ray(k)));
    walk(pixels, ground.under.data(), ground.slope.data(), shadow.even.data() + of_first,
         shadow.placed.data() + of_first, shadow.ground.data() + of_first, drop, placed_drop, dark.data(), lines.width);
    for (int i = 0; i < lines.width; ++i)
      if (dark[static_cast<std::size_t>(i)] != 0) bits.set(static_cast<std::size_t>(at + i * lines.across));
  }
  return bits;
}

}  // namespace cers
