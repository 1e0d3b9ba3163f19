// SPDX-License-Identifier: Apache-2.0
// Patches of touching pixels of one label, inside one chunk of a raster, and which of them touch each other.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "cers/core/block.hpp"
#include "cers/engine/reducer.hpp"

namespace cers::ops_detail {

constexpr int chunk_side = reduction_chunk;

/// Where a pixel of a chunk looks; a scan asks in this order.
enum class Look : std::uint8_t { above, above_left, above_right, left };

/// Numbered from 0 in the order of their first pixel, so that the numbers depend on the chunk alone. A line of a chunk
/// is 64 bits at most: runs of equal pixels begin where a bit is set, and a run is joined to those it touches above.
class ChunkPatches {
 public:
  static constexpr std::uint16_t none = std::numeric_limits<std::uint16_t>::max();
  /// Pixels on the rim of a chunk, and so the most patches that can reach it.
  static constexpr std::size_t longest_rim = 4 * (chunk_side - 1);

  ChunkPatches();

  /// Band 0 of `pixels` is the label, band 1 the group of labels, 0 where a pixel belongs to no patch. `chunk` lies
  /// inside the block and has at most 64 × 64 pixels. `diagonal`: pixels also touch at their corners.
  void find(const Block& pixels, const Window& chunk, bool diagonal);

  const Window& chunk() const { return chunk_; }
  std::size_t count() const { return labels_.size(); }
  /// Number of the patch, or `none`.
  std::uint16_t at(int x, int y) const { return line(y)[x - chunk_.x]; }
  /// Numbers of one line of the chunk.
  const std::uint16_t* line(int y) const {
    return patch_.data() + static_cast<std::size_t>(y - chunk_.y) * static_cast<std::size_t>(chunk_side);
  }
  std::span<const std::int32_t> labels() const { return labels_; }
  std::span<const std::int32_t> groups() const { return groups_; }
  std::span<const std::uint32_t> sizes() const { return sizes_; }

  /// Bits of the pixels of line `line` (from 0) that belong to another patch than the one they look at, both of some
  /// patch. Of pairs of runs only the first such place in a scan is sure to be among them.
  std::uint64_t meetings(std::size_t line, Look look) const { return meetings_[line][static_cast<std::size_t>(look)]; }

 private:
  struct LineBits;
  void join_runs(const LineBits& own, const LineBits& above, bool diagonal);
  void number(const Block& pixels);
  std::uint16_t root(std::uint16_t run);
  void join(std::uint16_t a, std::uint16_t b);

  Window chunk_;
  std::array<std::uint64_t, chunk_side> starts_{};         ///< a bit where a run begins
  std::array<std::uint64_t, chunk_side> taking_part_{};    ///< a bit where a pixel belongs to a patch
  std::array<std::uint16_t, chunk_side + 1> first_run_{};  ///< of each line
  std::array<std::array<std::uint64_t, 4>, chunk_side> meetings_{};
  std::vector<std::uint16_t> parent_;  ///< of each run: itself, or an earlier one of the same patch
  std::vector<std::uint16_t> number_;  ///< the patch of each run
  std::vector<std::uint16_t> patch_;   ///< of each pixel, lines of 64
  std::vector<std::int32_t> labels_;
  std::vector<std::int32_t> groups_;
  std::vector<std::uint32_t> sizes_;
};

}  // namespace cers::ops_detail
