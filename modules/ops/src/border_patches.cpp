// SPDX-License-Identifier: Apache-2.0
#include "border_patches.hpp"

#include <algorithm>

#include "cers/core/error.hpp"

namespace cers::ops_detail {

void ChunkRim::take(const ChunkPatches& found, std::vector<std::uint8_t>& index) {
  chunk = found.chunk();
  index.assign(found.count(), none);
  patches.clear();
  const auto of = [&](int x, int y) {
    const std::uint16_t patch = found.at(x, y);
    if (patch == ChunkPatches::none) return none;
    if (index[patch] == none) {
      index[patch] = static_cast<std::uint8_t>(patches.size());
      patches.push_back({found.labels()[patch], found.groups()[patch], found.sizes()[patch], patch});
    }
    return index[patch];
  };
  for (int x = chunk.x; x < chunk.right(); ++x) {
    top[static_cast<std::size_t>(x - chunk.x)] = of(x, chunk.y);
    bottom[static_cast<std::size_t>(x - chunk.x)] = of(x, chunk.bottom() - 1);
  }
  for (int y = chunk.y; y < chunk.bottom(); ++y) {
    left[static_cast<std::size_t>(y - chunk.y)] = of(chunk.x, y);
    right[static_cast<std::size_t>(y - chunk.y)] = of(chunk.right() - 1, y);
  }
  patches.shrink_to_fit();
}

std::size_t most_border_patches(Size raster) {
  const auto chunks = [](int length) { return static_cast<std::size_t>(ceil_div(length, chunk_side)); };
  return chunks(raster.width) * chunks(raster.height) * ChunkPatches::longest_rim;
}

// --- sizes ---

BorderJoiner::BorderJoiner(Size raster, bool diagonal) : seam_(raster, diagonal) {
  const std::size_t most = std::min(most_border_patches(raster), std::size_t{Seam::none});
  patches_.columns = ceil_div(raster.width, chunk_side);
  // Room is taken when it is used, and a vector that need not move is never there twice.
  patches_.root.reserve(most);
  patches_.size.reserve(most);
}

void BorderJoiner::add(const ChunkRim& rim) {
  if (patches_.root.size() + rim.patches.size() >= Seam::none)
    throw DataError("the map has more than 4 294 967 294 patches at the seams of its chunks",
                    "smooth it first, or work on parts of it");
  const auto first = static_cast<std::uint32_t>(patches_.root.size());
  patches_.first.push_back(first);
  for (std::uint32_t i = 0; i < rim.patches.size(); ++i) {
    patches_.root.push_back(first + i);
    patches_.size.push_back(rim.patches[i].size);
  }
  seam_.add(rim, first, [&](const Seam::Pixel& own, const Seam::Pixel& other, std::uint64_t) {
    if (own.label == other.label) join(own.patch, other.patch);
  });
}

std::uint32_t BorderJoiner::root(std::uint32_t patch) {
  auto& parent = patches_.root;
  while (parent[patch] != patch) patch = parent[patch] = parent[parent[patch]];
  return patch;
}

void BorderJoiner::join(std::uint32_t a, std::uint32_t b) {
  a = root(a);
  b = root(b);
  if (a == b) return;
  if (b < a) std::swap(a, b);
  patches_.root[b] = a;
  const std::uint64_t size = std::uint64_t{patches_.size[a]} + patches_.size[b];
  patches_.size[a] = static_cast<std::uint32_t>(std::min<std::uint64_t>(size, 0xffffffffU));
}

BorderPatches BorderJoiner::finish() {
  patches_.first.push_back(static_cast<std::uint32_t>(patches_.root.size()));
  for (std::size_t i = 0; i < patches_.root.size(); ++i) {
    patches_.root[i] = patches_.root[patches_.root[i]];  // what comes before leads to its root already
    patches_.size[i] = patches_.size[patches_.root[i]];
  }
  return std::move(patches_);
}

// --- outcomes ---

BorderOutcomes::BorderOutcomes(Size raster, bool diagonal, std::uint32_t threshold,
                               std::shared_ptr<BorderPatches> patches)
    : seam_(raster, diagonal),
      threshold_(threshold),
      patches_(std::move(patches)),
      largest_(patches_->root.size(), Largest{0, static_cast<std::uint64_t>(WayEnd::Kind::nowhere), 0, 0}) {}

/// What is larger counts; of equal size, what a scan meets earlier.
void BorderOutcomes::consider(std::uint32_t patch, std::uint32_t size, std::uint64_t rank, WayEnd end) {
  Largest& known = largest_[patches_->root[patch]];
  if (size < known.size || (size == known.size && rank >= known.rank)) return;
  known.rank = rank & ((std::uint64_t{1} << 60U) - 1);
  known.kind = static_cast<std::uint64_t>(end.kind) & 0xfU;
  known.size = size;
  known.value = end.value;
}

WayEnd BorderOutcomes::end_of(const Seam::Pixel& pixel, std::uint32_t patch) const {
  if (patches_->size[patch] >= threshold_) return {WayEnd::Kind::label, static_cast<std::uint32_t>(pixel.label)};
  return {WayEnd::Kind::patch, patches_->root[patch]};
}

void BorderOutcomes::add(const ChunkRim& rim, const std::vector<RimNeighbour>& neighbours) {
  const std::uint32_t first = patches_->first[patches_->chunk(rim.chunk)];
  for (std::size_t i = 0; i < neighbours.size(); ++i) {
    const RimNeighbour& one = neighbours[i];
    if (one.size == 0) continue;
    const auto pixel = static_cast<int>(one.place / 4);
    const std::uint64_t rank = seam_.rank_of(rim.chunk.x + pixel % chunk_side, rim.chunk.y + pixel / chunk_side,
                                             static_cast<Look>(one.place % 4));
    consider(first + static_cast<std::uint32_t>(i), one.size, rank, one.end);
  }
  const auto& size = patches_->size;
  seam_.add(rim, first, [&](const Seam::Pixel& own, const Seam::Pixel& other, std::uint64_t rank) {
    if (own.label == other.label || own.group != other.group) return;
    if (size[own.patch] < threshold_) consider(own.patch, size[other.patch], rank, end_of(other, other.patch));
    if (size[other.patch] < threshold_) consider(other.patch, size[own.patch], rank, end_of(own, own.patch));
  });
}

Outcomes BorderOutcomes::finish() {
  using Kind = WayEnd::Kind;
  const auto kind = [&](std::uint32_t patch) { return static_cast<Kind>(largest_[patch].kind); };
  const auto settle = [&](std::uint32_t patch, Kind end, std::uint32_t value) {
    largest_[patch].kind = static_cast<std::uint64_t>(end) & 0xfU;
    largest_[patch].value = value;
  };
  std::vector<std::uint32_t> way;
  for (std::uint32_t patch = 0; patch < largest_.size(); ++patch) {
    way.clear();
    std::uint32_t at = patch;
    while (kind(at) == Kind::patch) {
      const std::uint32_t next = largest_[at].value;
      settle(at, Kind::under_way, 0);
      way.push_back(at);
      at = next;
    }
    const Kind end = kind(at) == Kind::label ? Kind::label : Kind::nowhere;
    const std::uint32_t label = largest_[at].value;
    for (const std::uint32_t passed : way) settle(passed, end, label);
  }
  Outcomes outcomes;
  outcomes.patches = std::move(*patches_);
  outcomes.changes.resize(largest_.size());
  outcomes.label = std::move(outcomes.patches.root);
  outcomes.patches.root.clear();
  for (std::size_t i = 0; i < largest_.size(); ++i) {
    const Largest& end = largest_[outcomes.label[i]];
    outcomes.changes[i] = static_cast<Kind>(end.kind) == Kind::label;
    outcomes.label[i] = end.value;
  }
  largest_ = {};
  return outcomes;
}

}  // namespace cers::ops_detail
