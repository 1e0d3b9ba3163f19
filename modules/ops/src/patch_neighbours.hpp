// SPDX-License-Identifier: Apache-2.0
// The largest neighbour of each patch of a chunk, and where the way from neighbour to neighbour ends.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "label_patches.hpp"

namespace cers::ops_detail {

/// Pixel (column, line) of a chunk looking in a direction; grows along a scan.
constexpr std::uint32_t place_of(unsigned column, std::size_t line, Look look) {
  return (static_cast<std::uint32_t>(line) * chunk_side + column) * 4 + static_cast<std::uint32_t>(look);
}

/// Where the way from a small patch to its largest neighbour, and on from there, ends.
struct WayEnd {
  enum class Kind : std::uint8_t {
    unknown,
    under_way,  ///< being followed: who comes here goes in a circle
    nowhere,    ///< a circle, or a patch without neighbours
    label,      ///< at a patch that is large enough: `value` is its label
    patch       ///< at the patch of the whole raster with number `value`
  };
  Kind kind = Kind::unknown;
  std::uint32_t value = 0;
};

class PatchNeighbours {
 public:
  /// Of neighbours of one size the one met first in a scan counts. `sizes`: of the patches in the whole raster.
  /// `grouped`: only patches of one group are neighbours.
  void find(const ChunkPatches& patches, std::span<const std::uint32_t> sizes, bool grouped);

  /// Whether the patch has a neighbour in the chunk; which, how large it is, and where a scan meets it first.
  bool any(std::size_t patch) const { return keys_[patch] != 0; }
  std::size_t largest(std::size_t patch) const { return keys_[patch] & 0xffffU; }
  std::uint32_t size(std::size_t patch) const { return static_cast<std::uint32_t>(keys_[patch] >> 32U); }
  std::uint32_t place(std::size_t patch) const { return last_place - (keys_[patch] >> 16U & 0xffffU); }

  /// Completes `ends`, one a patch: those that are known stay, the others follow their largest neighbours.
  void follow(std::vector<WayEnd>& ends) const;

 private:
  static constexpr std::uint32_t last_place = chunk_side * chunk_side * 4 - 1;
  template <bool grouped>
  void scan(const ChunkPatches& patches);
  /// Size, then earliness of the place, then the patch: the largest key is the neighbour that counts; 0 is none.
  std::vector<std::uint64_t> keys_;
  std::vector<std::uint64_t> own_;  ///< size and number of each patch, as in a key
};

}  // namespace cers::ops_detail
