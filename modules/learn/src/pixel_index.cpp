// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/pixel_index.hpp"

namespace cers {

PixelIndex::PixelIndex(Size raster)
    : raster_(raster),
      columns_(ceil_div(raster.width, side)),
      cells_(static_cast<std::size_t>(columns_) * static_cast<std::size_t>(ceil_div(raster.height, side))) {}

void PixelIndex::add(Window window) {
  window = window.clipped(raster_);
  if (window.empty()) return;
  for (int row = window.y / side; row <= (window.bottom() - 1) / side; ++row) {
    for (int column = window.x / side; column <= (window.right() - 1) / side; ++column) {
      Window& cell = cells_[static_cast<std::size_t>(row * columns_ + column)];
      cell = cell.united(window.intersected({column * side, row * side, side, side}));
    }
  }
}

Window PixelIndex::within(Window tile) const {
  tile = tile.clipped(raster_);
  Window found;
  if (tile.empty()) return found;
  for (int row = tile.y / side; row <= (tile.bottom() - 1) / side; ++row) {
    for (int column = tile.x / side; column <= (tile.right() - 1) / side; ++column)
      found = found.united(cells_[static_cast<std::size_t>(row * columns_ + column)].intersected(tile));
  }
  return found;
}

}  // namespace cers
