// SPDX-License-Identifier: Apache-2.0
#include "label_patches.hpp"

#include <algorithm>

namespace cers::ops_detail {

void ChunkPatches::find(const Block& pixels, const Window& chunk, bool diagonal) {
  chunk_ = chunk;
  patch_.assign(static_cast<std::size_t>(chunk.area()), none);
  parent_.clear();
  const auto labels = pixels.plane<std::int32_t>(0);
  const auto kept = pixels.plane<std::int32_t>(1);
  const auto width = static_cast<std::size_t>(chunk.width);
  for (int y = chunk.y; y < chunk.bottom(); ++y) {
    const auto row = labels.row(y, chunk);
    const auto keep = kept.row(y, chunk);
    const bool first = y == chunk.y;
    const auto above = first ? row : labels.row(y - 1, chunk);
    std::uint16_t* const out = patch_.data() + index(chunk.x, y);
    const std::uint16_t* const up = first ? nullptr : out - width;
    for (std::size_t i = 0; i < width; ++i) {
      if (keep[i] == 0) continue;
      std::uint16_t id = none;
      const auto touch = [&](std::uint16_t other, std::int32_t label) {
        if (other == none || label != row[i]) return;
        if (id == none)
          id = other;
        else if (id != other)
          join(id, other);
      };
      if (i > 0) touch(out[i - 1], row[i - 1]);
      if (up != nullptr) {
        touch(up[i], above[i]);
        if (diagonal && i > 0) touch(up[i - 1], above[i - 1]);
        if (diagonal && i + 1 < width) touch(up[i + 1], above[i + 1]);
      }
      if (id == none) {
        id = static_cast<std::uint16_t>(parent_.size());
        parent_.push_back(id);
      }
      out[i] = id;
    }
  }
  number(pixels);
}

void ChunkPatches::number(const Block& pixels) {
  number_.assign(parent_.size(), none);
  labels_.clear();
  sizes_.clear();
  const auto labels = pixels.plane<std::int32_t>(0);
  std::size_t i = 0;
  for (int y = chunk_.y; y < chunk_.bottom(); ++y) {
    for (const std::int32_t label : labels.row(y, chunk_)) {
      std::uint16_t& id = patch_[i++];
      if (id == none) continue;
      std::uint16_t& number = number_[root(id)];
      if (number == none) {
        number = static_cast<std::uint16_t>(labels_.size());
        labels_.push_back(label);
        sizes_.push_back(0);
      }
      id = number;
      ++sizes_[id];
    }
  }
}

std::uint16_t ChunkPatches::root(std::uint16_t id) {
  while (parent_[id] != id) id = parent_[id] = parent_[parent_[id]];
  return id;
}

void ChunkPatches::join(std::uint16_t a, std::uint16_t b) {
  a = root(a);
  b = root(b);
  if (a != b) parent_[std::max(a, b)] = std::min(a, b);
}

}  // namespace cers::ops_detail
