// SPDX-License-Identifier: Apache-2.0
// Cast shadow pixel by pixel: each looks along its own line of pixels towards the sun.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "cers/ops/terrain_shadow.hpp"

namespace cers {

/// Heights of a raster, rows one after the other; NaN has become 0. `lowest` and `highest` are those of the rest.
struct HeightField {
  Size size;
  std::vector<float> heights;
  float lowest = 0;
  float highest = 0;
};
HeightField height_field(Size size, std::vector<float> heights);

/// add_walked_shadow(), row by row. Immutable; holds the heights.
class SunwardWalk {
 public:
  SunwardWalk(std::shared_ptr<const HeightField> field, double pixel_m, const SunPosition& sun);
  /// 1 in shadow, for the pixels from (x, y) eastwards.
  void row(int x, int y, std::span<std::uint8_t> dark) const;

 private:
  struct Step {
    int columns;
    int lines;
    float metres;  ///< from where the walk began
  };
  std::shared_ptr<const HeightField> field_;
  std::vector<Step> steps_;
  float least_ = 0;  ///< least tangent towards ground that hides the sun
  bool night_ = false;
};

}  // namespace cers
