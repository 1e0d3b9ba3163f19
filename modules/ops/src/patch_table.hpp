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

/// Two patches that touch, and where the scan of the raster meets that first.
struct PatchLink {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint64_t rank = 0;
};

/// What the table needs of a chunk once its pixels are gone.
struct ChunkSummary {
  Window chunk;
  std::vector<std::int32_t> labels;
  std::vector<std::uint32_t> sizes;
  std::vector<PatchLink> links;  ///< a and b count from the chunk's first patch
  std::vector<std::uint16_t> top, bottom, left, right;
};

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
    std::uint32_t size : 31;  ///< pixels, at most largest_size
    std::uint32_t open : 1;   ///< may still grow; kept up to date by settle() alone
    std::int32_t label;
    std::uint32_t best;  ///< largest neighbour met so far that is whole
  };
  static constexpr std::uint32_t block_bits = 16;
  static constexpr std::uint32_t largest_size = 0x7fffffff;  // as in GDAL

  Patch& at(std::uint32_t id) { return blocks_[id >> block_bits][id & ((1U << block_bits) - 1)]; }
  std::uint32_t root(std::uint32_t id);
  void push(std::int32_t label, std::uint32_t size);
  void meet(std::uint32_t a, std::uint32_t b, int x, int y, int direction);
  void meet_left(const ChunkSummary& summary, std::uint32_t first);
  void meet_above(const ChunkSummary& summary, std::uint32_t first);
  void settle();
  void mark_open();
  void consider(std::uint32_t source, std::uint32_t neighbour, std::uint64_t rank);
  void fold_ranks();
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
  std::vector<PatchLink> links_;      ///< not yet settled
  std::unordered_map<std::uint32_t, std::uint64_t> rank_;  ///< of Patch::best, while it may change
};

}  // namespace cers::ops_detail
