// SPDX-License-Identifier: Apache-2.0
// The patches of a whole raster that reach the rim of a chunk, and what becomes of them. Only these are kept: a chunk
// of 64 × 64 pixels has at most 252, and what lies inside it can be found again from its pixels.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

#include "patch_neighbours.hpp"

namespace cers::ops_detail {

/// The rim of a chunk once its pixels are gone.
struct ChunkRim {
  static constexpr std::uint8_t none = std::numeric_limits<std::uint8_t>::max();
  using Side = std::array<std::uint8_t, chunk_side>;
  struct Patch {
    std::int32_t label;
    std::int32_t group;
    std::uint32_t size;    ///< in the chunk
    std::uint16_t number;  ///< in the chunk
  };
  Window chunk;
  Side top, bottom, left, right;  ///< patch of each pixel, or `none`
  std::vector<Patch> patches;     ///< in the order of the sides

  /// `index`: scratch.
  void take(const ChunkPatches& found, std::vector<std::uint8_t>& index);
};

/// The most patches of all rims of a raster.
std::size_t most_border_patches(Size raster);

/// Numbered through all chunks in row-major order, in each as in its rim.
struct BorderPatches {
  int columns = 0;                   ///< of chunks
  std::vector<std::uint32_t> first;  ///< of each chunk; one more at the end
  std::vector<std::uint32_t> root;   ///< of those that are one patch: the first
  std::vector<std::uint32_t> size;   ///< of the whole patch; the largest number stands for all above it

  std::size_t chunk(const Window& w) const {
    return static_cast<std::size_t>(w.y / chunk_side) * static_cast<std::size_t>(columns) +
           static_cast<std::size_t>(w.x / chunk_side);
  }
};

/// New labels of the patches that change.
struct Outcomes {
  BorderPatches patches;      ///< `root` is empty
  std::vector<bool> changes;  ///< of each patch
  std::vector<std::uint32_t> label;
};

/// The pixels at the seam between the chunks that came and those to come.
class Seam {
 public:
  static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();
  struct Pixel {
    std::uint32_t patch = none;
    std::int32_t label = 0;
    std::int32_t group = 0;
  };
  Seam(Size raster, bool diagonal)
      : raster_(raster),
        diagonal_(diagonal),
        above_(static_cast<std::size_t>(raster.width)),
        line_(static_cast<std::size_t>(raster.width)) {}

  /// Chunks come in row-major order. `first`: number of its first patch. Calls meet(pixel, other, rank) for pixels that
  /// touch across the seam, both of some patch; `rank` grows along a scan of the raster.
  template <class Meet>
  void add(const ChunkRim& rim, std::uint32_t first, const Meet& meet);

  std::uint64_t rank_of(int x, int y, Look look) const {
    return (static_cast<std::uint64_t>(y) * static_cast<std::uint64_t>(raster_.width) + static_cast<std::uint64_t>(x)) *
               4 +
           static_cast<std::uint64_t>(look);
  }

 private:
  Size raster_;
  bool diagonal_;
  std::vector<Pixel> above_;               ///< last line of the chunks above
  std::vector<Pixel> line_;                ///< the same of the chunks of this row
  std::array<Pixel, chunk_side> right_{};  ///< last column of the chunk before
};

/// Joins the patches of rims where chunks meet.
class BorderJoiner {
 public:
  BorderJoiner(Size raster, bool diagonal);
  void add(const ChunkRim& rim);
  BorderPatches finish();

 private:
  std::uint32_t root(std::uint32_t patch);
  void join(std::uint32_t a, std::uint32_t b);
  Seam seam_;
  BorderPatches patches_;
};

/// The largest neighbour of a patch inside its chunk, and where the way goes from there.
struct RimNeighbour {
  std::uint32_t size = 0;  ///< 0: none, or not asked for
  std::uint32_t place = 0;
  WayEnd end;
};

/// Finds the largest neighbours of small patches over all their chunks, and the labels they take.
class BorderOutcomes {
 public:
  BorderOutcomes(Size raster, bool diagonal, std::uint32_t threshold, std::shared_ptr<BorderPatches> patches);
  /// `neighbours`: one a patch of the rim.
  void add(const ChunkRim& rim, const std::vector<RimNeighbour>& neighbours);
  /// Takes the patches over.
  Outcomes finish();

 private:
  struct Largest {
    std::uint64_t rank : 60;
    std::uint64_t kind : 4;  ///< WayEnd::Kind
    std::uint32_t size;
    std::uint32_t value;
  };
  void consider(std::uint32_t patch, std::uint32_t size, std::uint64_t rank, WayEnd end);
  WayEnd end_of(const Seam::Pixel& pixel, std::uint32_t patch) const;
  Seam seam_;
  std::uint32_t threshold_;
  std::shared_ptr<BorderPatches> patches_;
  std::vector<Largest> largest_;  ///< of roots
};

template <class Meet>
void Seam::add(const ChunkRim& rim, std::uint32_t first, const Meet& meet) {
  const Window& chunk = rim.chunk;
  const auto pixel = [&](std::uint8_t patch) {
    if (patch == ChunkRim::none) return Pixel{};
    return Pixel{first + patch, rim.patches[patch].label, rim.patches[patch].group};
  };
  const auto touch = [&](const Pixel& own, const Pixel& other, int x, int y, Look look) {
    if (own.patch != none && other.patch != none) meet(own, other, rank_of(x, y, look));
  };
  const auto width = static_cast<std::size_t>(chunk.width);
  const auto height = static_cast<std::size_t>(chunk.height);
  if (chunk.x > 0) {
    for (std::size_t i = 0; i < height; ++i) {
      const int y = chunk.y + static_cast<int>(i);
      const Pixel own = pixel(rim.left[i]);
      touch(own, right_[i], chunk.x, y, Look::left);
      if (!diagonal_ || i == 0) continue;
      touch(own, right_[i - 1], chunk.x, y, Look::above_left);
      touch(right_[i], pixel(rim.left[i - 1]), chunk.x - 1, y, Look::above_right);
    }
  }
  if (chunk.y > 0) {
    for (std::size_t i = 0; i < width; ++i) {
      const Pixel own = pixel(rim.top[i]);
      const int x = chunk.x + static_cast<int>(i);
      const auto up = static_cast<std::size_t>(x);
      touch(own, above_[up], x, chunk.y, Look::above);
      if (!diagonal_) continue;
      if (x > 0) touch(own, above_[up - 1], x, chunk.y, Look::above_left);
      if (x + 1 < raster_.width) touch(own, above_[up + 1], x, chunk.y, Look::above_right);
    }
  }
  for (std::size_t i = 0; i < height; ++i) right_[i] = pixel(rim.right[i]);
  for (std::size_t i = 0; i < width; ++i) line_[static_cast<std::size_t>(chunk.x) + i] = pixel(rim.bottom[i]);
  if (chunk.right() == raster_.width) std::swap(above_, line_);
}

}  // namespace cers::ops_detail
