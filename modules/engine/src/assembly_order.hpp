// SPDX-License-Identifier: Apache-2.0
// In which order output blocks become complete. The planner walks it to know memory, the assembler to write.
#pragma once

#include <map>

#include "cers/core/window.hpp"

namespace cers::engine_detail {

/// Tiles may arrive in any order and shape that covers the raster once; blocks are released row-major.
class AssemblyOrder {
 public:
  AssemblyOrder(Size raster, Size block) : blocks_(raster, block) {}

  Window block(int index) const { return blocks_[index]; }
  int next() const { return next_; }
  bool finished() const { return next_ == blocks_.count(); }

  /// The tile that is exactly the next block needs no assembly.
  bool passes_through(const Window& tile) const { return !finished() && open_.empty() && blocks_[next_] == tile; }
  void pass_through() { ++next_; }

  /// touch(index, part, first) for each block under the tile, then ready(index) for each block released by it.
  template <class Touch, class Ready>
  void add(const Window& tile, Touch touch, Ready ready) {
    if (tile.empty()) return;
    const Size size = blocks_.tile();
    for (int row = tile.y / size.height; row <= (tile.bottom() - 1) / size.height; ++row) {
      for (int column = tile.x / size.width; column <= (tile.right() - 1) / size.width; ++column) {
        const int index = row * blocks_.columns() + column;
        const Window part = blocks_[index].intersected(tile);
        const auto [entry, first] = open_.try_emplace(index, blocks_[index].area());
        touch(index, part, first);
        entry->second -= part.area();
      }
    }
    while (!open_.empty() && open_.begin()->first == next_ && open_.begin()->second == 0) {
      ready(next_);
      open_.erase(open_.begin());
      ++next_;
    }
  }

 private:
  TileGrid blocks_;
  std::map<int, std::int64_t> open_;  // block → pixels still missing
  int next_ = 0;
};

}  // namespace cers::engine_detail
