// SPDX-License-Identifier: Apache-2.0
#include "cers/core/window.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/error.hpp"

namespace cers {

Window Window::grown(Halo halo) const {
  return {x - halo.left, y - halo.top, width + halo.left + halo.right, height + halo.top + halo.bottom};
}

Window Window::intersected(const Window& other) const {
  const int left = std::max(x, other.x);
  const int top = std::max(y, other.y);
  return {left, top, std::max(0, std::min(right(), other.right()) - left),
          std::max(0, std::min(bottom(), other.bottom()) - top)};
}

Window Window::united(const Window& other) const {
  if (empty()) return other;
  if (other.empty()) return *this;
  const int left = std::min(x, other.x);
  const int top = std::min(y, other.y);
  return {left, top, std::max(right(), other.right()) - left, std::max(bottom(), other.bottom()) - top};
}

std::string Window::text() const {
  return fmt::format("{},{} {}×{}", x, y, width, height);
}

TileGrid::TileGrid(Size raster, Size tile)
    : raster_(raster),
      tile_(tile),
      columns_(ceil_div(raster.width, tile.width)),
      rows_(ceil_div(raster.height, tile.height)) {
  CERS_EXPECT(raster.width > 0 && raster.height > 0 && tile.width > 0 && tile.height > 0);
}

Window TileGrid::at(int column, int row) const {
  return Window{column * tile_.width, row * tile_.height, tile_.width, tile_.height}.clipped(raster_);
}

}  // namespace cers
