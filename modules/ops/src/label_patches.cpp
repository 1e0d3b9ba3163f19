// SPDX-License-Identifier: Apache-2.0
#include "label_patches.hpp"

#include <algorithm>
#include <bit>

#include "cers/core/vector_clones.hpp"

namespace cers::ops_detail {

/// What is known of a line and the one above it, a bit a pixel.
struct ChunkPatches::LineBits {
  std::uint64_t starts = 0;
  std::uint64_t part = 0;
  std::uint16_t first_run = 0;
  std::uint64_t as_above = 0;  ///< of one patch with the pixel above; the next two only where corners touch
  std::uint64_t as_above_left = 0;
  std::uint64_t as_above_right = 0;
};

namespace {

constexpr std::size_t width = chunk_side;
using Flags = std::array<std::uint8_t, width>;

/// Bit i is flag i, which is 0 or 1.
std::uint64_t bits_of(const Flags& flags) {
  std::uint64_t bits = 0;
  for (std::size_t byte = 0; byte < 8; ++byte) {
    std::uint64_t eight = 0;
    for (std::size_t i = 0; i < 8; ++i) eight |= std::uint64_t{flags[byte * 8 + i]} << (8 * i);
    // Flag i of the eight, at bit 8i, moves by 56 - 7i to bit 56 + i; no two land on one bit.
    bits |= ((eight * 0x0102040810204080U) >> 56U) << (8 * byte);
  }
  return bits;
}

CERS_VECTOR_CLONES std::uint64_t equal(const std::int32_t* a, const std::int32_t* b, std::size_t count) {
  Flags flags{};
  if (count == width)
    for (std::size_t i = 0; i < width; ++i) flags[i] = a[i] == b[i];
  else
    for (std::size_t i = 0; i < count; ++i) flags[i] = a[i] == b[i];
  return bits_of(flags);
}

CERS_VECTOR_CLONES std::uint64_t set(const std::int32_t* a, std::size_t count) {
  Flags flags{};
  for (std::size_t i = 0; i < count; ++i) flags[i] = a[i] != 0;
  return bits_of(flags);
}

struct Equal {
  std::uint64_t to_left, part, above, above_left, above_right;
};

/// Labels alone, and which pixels have a group. `above` may be null.
Equal compare(const std::int32_t* labels, const std::int32_t* groups, const std::int32_t* above, bool diagonal,
              std::size_t count) {
  Equal bits{};
  bits.to_left = equal(labels + 1, labels, count - 1) << 1U;
  bits.part = set(groups, count);
  if (above == nullptr) return bits;
  bits.above = equal(labels, above, count);
  if (!diagonal) return bits;
  bits.above_left = equal(labels + 1, above, count - 1) << 1U;
  bits.above_right = equal(labels, above + 1, count - 1);
  return bits;
}

/// The first `count` bits.
std::uint64_t low(std::size_t count) {
  return count == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

template <class F>
void each_bit(std::uint64_t bits, F f) {
  for (; bits != 0; bits &= bits - 1) f(static_cast<unsigned>(std::countr_zero(bits)));
}

/// The run of a line that holds pixel x.
std::uint16_t run_at(std::uint64_t starts, std::uint16_t first, unsigned x) {
  return static_cast<std::uint16_t>(first + std::popcount(starts << (63U - x)) - 1);
}

}  // namespace

ChunkPatches::ChunkPatches() : parent_(width * width), number_(width * width), patch_(width * width, none) {}

void ChunkPatches::find(const Block& pixels, const Window& chunk, bool diagonal) {
  chunk_ = chunk;
  const auto labels = pixels.plane<std::int32_t>(0);
  const auto groups = pixels.plane<std::int32_t>(1);
  const auto count = static_cast<std::size_t>(chunk.width);
  std::uint16_t runs = 0;
  LineBits above;
  for (int y = chunk.y; y < chunk.bottom(); ++y) {
    const auto line = static_cast<std::size_t>(y - chunk.y);
    const std::int32_t* const up = line == 0 ? nullptr : labels.row(y - 1, chunk).data();
    const Equal same = compare(labels.row(y, chunk).data(), groups.row(y, chunk).data(), up, diagonal, count);
    LineBits own;
    own.part = same.part;
    own.starts = (~same.to_left | (own.part ^ (own.part << 1U)) | 1U) & low(count);
    own.first_run = runs;
    starts_[line] = own.starts;
    taking_part_[line] = own.part;
    first_run_[line] = runs;
    for (int i = std::popcount(own.starts); i > 0; --i, ++runs) parent_[runs] = runs;
    auto& meet = meetings_[line];
    meet = {};
    const std::uint64_t both_left = own.part & (own.part << 1U);
    meet[static_cast<std::size_t>(Look::left)] = both_left & own.starts & ~std::uint64_t{1};
    if (line > 0) {
      const std::uint64_t both = own.part & above.part;
      const std::uint64_t both_above_left = own.part & (above.part << 1U);
      const std::uint64_t both_above_right = own.part & (above.part >> 1U);
      own.as_above = same.above & both;
      own.as_above_left = same.above_left & both_above_left;
      own.as_above_right = same.above_right & both_above_right;
      // A run meets those above where it begins or they do; the first place where corners touch is one earlier.
      const std::uint64_t begins = diagonal ? own.starts : own.starts | above.starts;
      meet[static_cast<std::size_t>(Look::above)] = both & ~own.as_above & begins;
      if (diagonal) {
        meet[static_cast<std::size_t>(Look::above_left)] = both_above_left & ~own.as_above_left & own.starts;
        meet[static_cast<std::size_t>(Look::above_right)] = both_above_right & ~own.as_above_right & above.starts >> 1U;
      }
      join_runs(own, above, diagonal);
    }
    above = own;
  }
  first_run_[static_cast<std::size_t>(chunk.height)] = runs;
  number(pixels);
}

// Cloned for an instruction that counts bits.
CERS_VECTOR_CLONES void ChunkPatches::join_runs(const LineBits& own, const LineBits& above, bool diagonal) {
  const auto join_at = [&](unsigned x, unsigned above_x) {
    join(run_at(own.starts, own.first_run, x), run_at(above.starts, above.first_run, above_x));
  };
  each_bit(own.as_above & (own.starts | above.starts), [&](unsigned x) { join_at(x, x); });
  if (!diagonal) return;
  // Elsewhere the runs touch by a side too.
  each_bit(own.as_above_left & own.starts & ~own.as_above, [&](unsigned x) { join_at(x, x - 1); });
  const std::uint64_t ends = own.starts >> 1U | ~low(static_cast<std::size_t>(chunk_.width) - 1);
  each_bit(own.as_above_right & ends & ~own.as_above, [&](unsigned x) { join_at(x, x + 1); });
}

void ChunkPatches::number(const Block& pixels) {
  labels_.clear();
  groups_.clear();
  sizes_.clear();
  const auto labels = pixels.plane<std::int32_t>(0);
  const auto groups = pixels.plane<std::int32_t>(1);
  for (int y = chunk_.y; y < chunk_.bottom(); ++y) {
    const auto line = static_cast<std::size_t>(y - chunk_.y);
    std::uint16_t run = first_run_[line];
    for (std::uint64_t rest = starts_[line]; rest != 0; rest &= rest - 1, ++run) {
      const auto x = static_cast<unsigned>(std::countr_zero(rest));
      const std::uint64_t after = rest & (rest - 1);
      const auto end =
          after != 0 ? static_cast<unsigned>(std::countr_zero(after)) : static_cast<unsigned>(chunk_.width);
      std::uint16_t patch = none;
      if (parent_[run] != run) {
        patch = number_[parent_[run]];  // of an earlier run, which has its number
      } else if ((taking_part_[line] >> x & 1U) != 0) {
        patch = static_cast<std::uint16_t>(labels_.size());
        labels_.push_back(labels.row(y, chunk_)[x]);
        groups_.push_back(groups.row(y, chunk_)[x]);
        sizes_.push_back(0);
      }
      number_[run] = patch;
      if (patch != none) sizes_[patch] += end - x;
    }
    std::uint16_t* const out = patch_.data() + line * width;
    const std::uint64_t starts = starts_[line];
    std::size_t at = first_run_[line];
    out[0] = number_[at];
    for (std::size_t x = 1; x < static_cast<std::size_t>(chunk_.width); ++x) {
      at += starts >> x & 1U;
      out[x] = number_[at];
    }
  }
}

std::uint16_t ChunkPatches::root(std::uint16_t run) {
  while (parent_[run] != run) run = parent_[run] = parent_[parent_[run]];
  return run;
}

void ChunkPatches::join(std::uint16_t a, std::uint16_t b) {
  a = root(a);
  b = root(b);
  if (a != b) parent_[std::max(a, b)] = std::min(a, b);
}

}  // namespace cers::ops_detail
