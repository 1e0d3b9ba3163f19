// SPDX-License-Identifier: Apache-2.0
// How far the shadow of a pyramid reaches along the sun's ray, beside what its samples allow.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <vector>

#include "cers/ops/terrain_shadow.hpp"

namespace cers::testing {

/// A pyramid of slope 45° and 40 pixels of height on a plain, its summit on a pixel or between some.
struct SampledPyramid {
  static constexpr int half = 40;
  static constexpr Size size{560, 560};  ///< room for shadows of 10° in all directions
  static constexpr double pixel_m = 10;
  double x = 0;  ///< summit, in pixels
  double y = 0;

  double height(int column, int line) const {  ///< in pixels
    return std::max(0.0, half - std::max(std::abs(column - x), std::abs(line - y)));
  }
  std::vector<float> heights_m() const {
    std::vector<float> heights;
    for (int line = 0; line < size.height; ++line)
      for (int column = 0; column < size.width; ++column)
        heights.push_back(static_cast<float>(pixel_m * height(column, line)));
    return heights;
  }
};
inline constexpr std::array<SampledPyramid, 4> sampled_pyramids{
    {{280, 280}, {280.5, 280.5}, {280.3, 279.8}, {280, 280.5}}};

/// Pixels from the summit, away from the sun.
struct TipOfShadow {
  double end = 0;     ///< of the furthest ray over a sampled point of the pyramid: height / tangent behind it
  double last = 0;    ///< centre of the last pixel that this ray crosses within half a pixel of its centre
  double found = 0;   ///< centre of the last dark pixel within a pixel of that ray
  double extent = 0;  ///< from the centre of a pixel to its far edge along the ray
};

/// `longest`: pixels beyond which no point casts its shadow.
inline TipOfShadow tip_of_shadow(const SampledPyramid& pyramid, const SunPosition& sun,
                                 const std::function<bool(int column, int line)>& dark,
                                 double longest = std::numeric_limits<double>::infinity()) {
  const double azimuth = sun.azimuth_deg * std::numbers::pi / 180;
  const double east = -std::sin(azimuth);
  const double south = std::cos(azimuth);
  const double tangent = std::tan(sun.elevation_deg * std::numbers::pi / 180);
  const auto along = [&](int column, int line) { return (column - pyramid.x) * east + (line - pyramid.y) * south; };
  const auto across = [&](int column, int line) { return (line - pyramid.y) * east - (column - pyramid.x) * south; };
  const auto each_pixel = [](int first, int last, const auto& look) {
    for (int line = first; line < last; ++line)
      for (int column = first; column < last; ++column) look(column, line);
  };
  TipOfShadow tip;
  double ray = 0;
  const int middle = SampledPyramid::size.width / 2;
  each_pixel(middle - SampledPyramid::half - 1, middle + SampledPyramid::half + 2, [&](int column, int line) {
    const double height = pyramid.height(column, line);
    const double end = along(column, line) + std::min(height / tangent, longest);
    if (height <= 0 || end <= tip.end) return;
    tip.end = end;
    ray = across(column, line);
  });
  each_pixel(0, SampledPyramid::size.width, [&](int column, int line) {
    const double here = along(column, line);
    const double beside = std::abs(across(column, line) - ray);
    if (beside <= 0.5 && here < tip.end) tip.last = std::max(tip.last, here);
    if (beside <= 1 && dark(column, line)) tip.found = std::max(tip.found, here);
  });
  tip.extent = (std::abs(east) + std::abs(south)) / 2;
  return tip;
}

}  // namespace cers::testing
