// SPDX-License-Identifier: Apache-2.0
#include "ring_store.hpp"

#include <unordered_map>

#include "cers/core/error.hpp"

namespace cers::polygonizer_detail {
namespace {

/// So much of a path is kept for the next one.
constexpr std::size_t most_kept = 65536;

std::uint64_t key_of(const Corner& corner) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(corner.row)) << 32U |
         static_cast<std::uint32_t>(corner.column);
}

}  // namespace

Index RingStore::make(Corner corner, bool touch, Index next) {
  if (roomy_.empty()) {
    if (blocks_.size() >= end >> block_bits)
      throw DataError("the outlines hold more than 2 billion corners",
                      "make polygons of parts of the map (ExtractROI)");
    roomy_.push_back(static_cast<Index>(blocks_.size()));
    blocks_.emplace_back().listed = true;
  }
  const Index number = roomy_.back();
  Block& block = blocks_[number];
  if (!block.nodes) {
    block.nodes = std::make_unique_for_overwrite<Node[]>(block_nodes);
    ++block_count_;
  }
  Index index = block.free;
  if (index == end)
    index = number << block_bits | block.fresh++;
  else
    block.free = at(index).next();
  at(index) = Node{corner, touch ? next | ~end : next};
  ++held_;
  if (++block.held == block_nodes) {
    block.listed = false;
    roomy_.pop_back();
  }
  return index;
}

void RingStore::release(Index index) {
  const Index number = index >> block_bits;
  Block& block = blocks_[number];
  --held_;
  if (!block.listed) roomy_.push_back(number);
  block.listed = true;
  if (--block.held == 0) {
    block.nodes.reset();
    block.fresh = 0;
    block.free = end;
    --block_count_;
    return;
  }
  at(index).bits = block.free;
  block.free = index;
}

Index RingStore::start(Corner corner, bool touch) {
  return make(corner, touch, end);
}

Index RingStore::append(Index last, Corner corner, bool touch) {
  const Index made = make(corner, touch, end);
  at(last).link(made);
  return made;
}

Index RingStore::prepend(Index first, Corner corner, bool touch) {
  return make(corner, touch, first);
}

void RingStore::take(Index first, RegionOutline::Part& into) {
  path_.clear();
  std::unordered_map<std::uint64_t, std::size_t> met;  // corners of the path that may come again, and where they are
  for (Index index = first; index != end;) {
    const Node node = at(index);
    release(index);
    index = node.next();
    if (node.touch()) {
      const auto [known, fresh] = met.emplace(key_of(node.corner), path_.size());
      if (!fresh) {  // what lies between is a ring of its own
        const auto from = path_.begin() + static_cast<std::ptrdiff_t>(known->second);
        into.add({from, path_.end()});
        for (auto corner = from + 1; corner != path_.end(); ++corner) met.erase(key_of(*corner));
        path_.erase(from + 1, path_.end());
        continue;
      }
    }
    path_.push_back(node.corner);
  }
  into.add(path_);
  if (path_.capacity() > most_kept) path_ = {};
}

double signed_area(RegionOutline::Ring ring) {
  // Twice the area is exact: at most the pixels of the raster, however the sum runs.
  std::int64_t twice = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Corner& from = ring[i];
    const Corner& to = ring[i + 1 < ring.size() ? i + 1 : 0];
    twice += static_cast<std::int64_t>(from.column) * to.row - static_cast<std::int64_t>(to.column) * from.row;
  }
  return static_cast<double>(twice) / 2;
}

}  // namespace cers::polygonizer_detail
