// SPDX-License-Identifier: Apache-2.0
// Where on a raster pixels of interest lie, so that a reduction can ask for these parts only.
#pragma once

#include <vector>

#include "cers/core/window.hpp"

namespace cers {

/// Remembers, by squares of 64 pixels, the smallest window around what was added.
class PixelIndex {
 public:
  explicit PixelIndex(Size raster);
  /// What lies outside the raster does not count.
  void add(Window window);
  /// The smallest known window around everything in `tile`; at most `tile`, empty when nothing is there.
  Window within(Window tile) const;

 private:
  static constexpr int side = 64;
  Size raster_;
  int columns_;
  std::vector<Window> cells_;
};

}  // namespace cers
