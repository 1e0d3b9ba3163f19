// SPDX-License-Identifier: Apache-2.0
// The patches of a whole raster, joined from those of its chunks in row-major order.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <unordered_map>
#include <vector>

#include "label_patches.hpp"

namespace cers::ops_detail {

/// What the table needs of a chunk once its pixels are gone.
struct ChunkSummary {
  Window chunk;
  std::vector<std::int32_t> labels;
  std::vector<std::uint16_t> sizes;
  /// Pairs of patches that touch, each once: the lower number in the highest 16 bits, then the other, then the place
  /// where a scan of the chunk meets them first (see place_of).
  std::vector<std::uint64_t> links;
  std::vector<std::uint16_t> top, bottom, left, right;
};

/// Pixel (column, line) of a chunk looking in `direction`: 0 above, 1 above left, 2 above right, 3 left.
inline std::uint64_t place_of(std::size_t column, std::size_t line, unsigned direction) {
  return (line * 64 + column) * 4 + direction;
}

/// New labels of the patches that change, chunk by chunk.
struct Replacements {
  struct Entry {
    std::uint16_t patch = 0;
    std::int32_t label = 0;
  };
  std::vector<std::uint64_t> first;  ///< of each chunk in entries; one more at the end
  std::vector<Entry> entries;        ///< ascending patch in each chunk
};

class PatchTable {
 public:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

  /// `group`: number of each label's group; only patches of one group are neighbours. Empty: all are one group.
  PatchTable(Size raster, std::uint32_t threshold, bool diagonal, std::unordered_map<std::int32_t, int> group);

  /// Chunks come in row-major order, each once.
  void add(const ChunkSummary& summary);
  Replacements finish();

  int group_of(std::int32_t label) const;

 private:
  struct Patch {
    std::uint32_t parent;
    std::uint32_t size;
    std::int32_t label;
    std::uint32_t best;   ///< largest neighbour of those that count so far
    std::uint8_t open;    ///< may still grow; kept by mark_open()
    std::uint8_t parked;  ///< has links among the parked ones
  };
  /// `source` is small and touches `neighbour`; `rank`: where a scan of the raster meets that first.
  struct Link {
    std::uint32_t source;
    std::uint32_t neighbour;
    std::uint64_t rank;
  };
  static constexpr std::uint32_t block_bits = 16;

  Patch& at(std::uint32_t id) { return blocks_[id >> block_bits][id & ((1U << block_bits) - 1)]; }
  std::uint32_t root(std::uint32_t id);
  void push(std::int32_t label, std::uint32_t size);
  void meet(std::uint32_t a, std::uint32_t b, int x, int y, unsigned direction);
  void join(std::uint32_t a, std::uint32_t b);
  void meet_left(const ChunkSummary& summary, std::uint32_t first);
  void meet_above(const ChunkSummary& summary, std::uint32_t first);
  void link(std::uint32_t a, std::uint32_t b, std::uint64_t rank);
  std::uint64_t rank_of(int x, int y, unsigned direction) const;
  void mark_open();
  void settle(bool all);
  void park(std::vector<Link>& waiting);
  bool beats_all_closed(const Link& link);
  void forget_ranks();
  void consider(std::uint32_t source, std::uint32_t neighbour, std::uint64_t rank);
  std::uint32_t target_of(std::uint32_t id, std::vector<std::uint32_t>& path);

  Size raster_;
  std::uint32_t threshold_;
  bool diagonal_;
  std::unordered_map<std::int32_t, int> group_;
  std::vector<std::unique_ptr<Patch[]>> blocks_;
  std::uint32_t count_ = 0;
  std::vector<std::uint32_t> chunk_first_;
  std::vector<std::uint32_t> above_;  ///< patch of each pixel of the last line of the chunks above
  std::vector<std::uint32_t> line_;   ///< the same of the chunks of this row
  std::vector<std::uint32_t> open_;   ///< patches whose flag is set
  std::vector<std::uint32_t> right_;  ///< of the last column of the chunk before
  std::vector<Link> links_;           ///< the first parked_ of them wait; the others are new
  std::size_t parked_ = 0;
  std::size_t scanned_ = 0;  ///< parked links and ranks after the last look at all of them
  std::unordered_map<std::uint32_t, std::uint64_t> rank_;  ///< of Patch::best, while it may change
};

}  // namespace cers::ops_detail
