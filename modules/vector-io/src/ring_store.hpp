// SPDX-License-Identifier: Apache-2.0
// Rings in the making: chains of corners that grow at both ends, join and close.
#pragma once

#include <cstdint>
#include <vector>

#include "cers/vector-io/polygonizer.hpp"

namespace cers::polygonizer_detail {

using Index = std::uint32_t;
constexpr Index none = 0xFFFFFFFFU;

/// Corners as linked lists in one pool, so that chains join without copying.
class RingStore {
 public:
  /// A list of one corner. `touch`: the outline may pass this corner a second time.
  Index start(Corner corner, bool touch);
  /// The list first…last with a corner more at its end, or in front; gives the new corner.
  Index append(Index last, Corner corner, bool touch);
  Index prepend(Index first, Corner corner, bool touch);
  void join(Index last, Index first) { nodes_[last].link(first); }
  /// Takes the ring that begins at `first` out of the store, cut where it meets a corner twice.
  std::vector<RegionOutline::Ring> take(Index first);
  std::size_t held() const { return nodes_.size() - free_count_; }

 private:
  static constexpr Index end = 0x7FFFFFFFU;
  struct Node {
    Corner corner;
    Index bits;  ///< the next node; above that, whether the outline may pass here again
    Index next() const { return bits & end; }
    bool touch() const { return bits > end; }
    void link(Index next) { bits = (bits & ~end) | next; }
  };
  Index make(Corner corner, bool touch, Index next);
  std::vector<Node> nodes_;
  Index free_ = end;
  std::size_t free_count_ = 0;
};

/// Below 0 for a ring that runs counter-clockwise on a map with north up: an exterior.
double signed_area(const RegionOutline::Ring& ring);

}  // namespace cers::polygonizer_detail
