// SPDX-License-Identifier: Apache-2.0
// Patches of touching pixels of one label, inside one chunk of a raster.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "cers/core/block.hpp"

namespace cers::ops_detail {

/// Numbered from 0 in the order of their first pixel, so that the numbers depend on the chunk alone.
class ChunkPatches {
 public:
  static constexpr std::uint16_t none = std::numeric_limits<std::uint16_t>::max();

  /// Band 0 of `pixels` is the label, band 1 is 0 where a pixel belongs to no patch. `chunk` lies inside the block and
  /// has at most 64 × 64 pixels. `diagonal`: pixels also touch at their corners.
  void find(const Block& pixels, const Window& chunk, bool diagonal);

  const Window& chunk() const { return chunk_; }
  std::size_t count() const { return labels_.size(); }
  /// Number of the patch, or `none`.
  std::uint16_t at(int x, int y) const { return patch_[index(x, y)]; }
  /// Numbers of one line of the chunk.
  const std::uint16_t* line(int y) const { return patch_.data() + index(chunk_.x, y); }
  const std::vector<std::int32_t>& labels() const { return labels_; }
  const std::vector<std::uint16_t>& sizes() const { return sizes_; }

 private:
  std::size_t index(int x, int y) const {
    return static_cast<std::size_t>(y - chunk_.y) * static_cast<std::size_t>(chunk_.width) +
           static_cast<std::size_t>(x - chunk_.x);
  }
  std::uint16_t root(std::uint16_t id);
  void join(std::uint16_t a, std::uint16_t b);
  void number(const Block& pixels);

  Window chunk_;
  std::vector<std::uint16_t> patch_;
  std::vector<std::uint16_t> parent_;
  std::vector<std::uint16_t> number_;
  std::vector<std::int32_t> labels_;
  std::vector<std::uint16_t> sizes_;
};

}  // namespace cers::ops_detail
