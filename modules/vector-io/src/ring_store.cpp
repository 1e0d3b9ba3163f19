// SPDX-License-Identifier: Apache-2.0
#include "ring_store.hpp"

#include <unordered_map>

#include "cers/core/error.hpp"

namespace cers::polygonizer_detail {
namespace {

std::uint64_t key_of(const Corner& corner) {
  return static_cast<std::uint64_t>(static_cast<std::uint32_t>(corner.row)) << 32U |
         static_cast<std::uint32_t>(corner.column);
}

}  // namespace

Index RingStore::make(Corner corner, bool touch, Index next) {
  const Node node{corner, touch ? next | ~end : next};
  if (free_ == end) {
    if (nodes_.size() >= end)
      throw DataError("the outlines hold more than 2 billion corners",
                      "make polygons of parts of the map (ExtractROI)");
    nodes_.push_back(node);
    return static_cast<Index>(nodes_.size()) - 1;
  }
  const Index at = free_;
  free_ = nodes_[at].next();
  --free_count_;
  nodes_[at] = node;
  return at;
}

Index RingStore::start(Corner corner, bool touch) {
  return make(corner, touch, end);
}

Index RingStore::append(Index last, Corner corner, bool touch) {
  const Index at = make(corner, touch, end);
  nodes_[last].link(at);
  return at;
}

Index RingStore::prepend(Index first, Corner corner, bool touch) {
  return make(corner, touch, first);
}

std::vector<RegionOutline::Ring> RingStore::take(Index first) {
  std::vector<RegionOutline::Ring> rings;
  RegionOutline::Ring path;
  std::unordered_map<std::uint64_t, std::size_t> met;  // corners of the path that may come again, and where they are
  for (Index at = first; at != end;) {
    const Node node = nodes_[at];
    nodes_[at].link(free_);
    free_ = at;
    ++free_count_;
    at = node.next();
    if (node.touch()) {
      const auto [known, fresh] = met.emplace(key_of(node.corner), path.size());
      if (!fresh) {  // what lies between is a ring of its own
        const auto from = path.begin() + static_cast<std::ptrdiff_t>(known->second);
        RegionOutline::Ring ring(from, path.end());
        for (auto corner = from + 1; corner != path.end(); ++corner) met.erase(key_of(*corner));
        path.erase(from + 1, path.end());
        rings.push_back(std::move(ring));
        continue;
      }
    }
    path.push_back(node.corner);
  }
  rings.push_back(std::move(path));
  return rings;
}

double signed_area(const RegionOutline::Ring& ring) {
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
