// SPDX-License-Identifier: Apache-2.0
// Rings in the making: chains of corners that grow at both ends, join and close.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cers/vector-io/polygonizer.hpp"

namespace cers::polygonizer_detail {

using Index = std::uint32_t;
constexpr Index none = 0xFFFFFFFFU;

/// Corners as linked lists in one pool, so that chains join without copying. The pool consists of blocks; a block whose
/// corners are all taken goes back to the allocator.
class RingStore {
 public:
  /// A list of one corner. `touch`: the outline may pass this corner a second time.
  Index start(Corner corner, bool touch);
  /// The list first…last with a corner more at its end, or in front; gives the new corner.
  Index append(Index last, Corner corner, bool touch);
  Index prepend(Index first, Corner corner, bool touch);
  void join(Index last, Index first) { at(last).link(first); }
  /// Takes the ring that begins at `first` out of the store, cut where it meets a corner twice.
  void take(Index first, RegionOutline::Part& into);
  std::size_t held() const { return held_; }
  /// Bytes of the blocks.
  std::size_t bytes() const { return block_count_ * block_nodes * sizeof(Node); }

 private:
  static constexpr Index end = 0x7FFFFFFFU;
  struct Node {
    Corner corner;
    Index bits;  ///< the next node; above that, whether the outline may pass here again
    Index next() const { return bits & end; }
    bool touch() const { return bits > end; }
    void link(Index next) { bits = (bits & ~end) | next; }
  };
  static constexpr Index block_bits = 12;
  static constexpr Index block_nodes = 1U << block_bits;
  struct Block {
    std::unique_ptr<Node[]> nodes;  ///< null: nothing is held here
    Index fresh = 0;                ///< nodes from here on were never in use
    Index free = end;               ///< list of those that are free again
    Index held = 0;
    bool listed = false;  ///< among those with room
  };
  Node& at(Index index) { return blocks_[index >> block_bits].nodes[index & (block_nodes - 1)]; }
  Index make(Corner corner, bool touch, Index next);
  void release(Index index);
  std::vector<Corner> path_;  ///< of take()
  std::vector<Block> blocks_;
  std::vector<Index> roomy_;  ///< blocks with room
  std::size_t block_count_ = 0;
  std::size_t held_ = 0;
};

/// Below 0 for a ring that runs counter-clockwise on a map with north up: an exterior.
double signed_area(RegionOutline::Ring ring);

}  // namespace cers::polygonizer_detail
