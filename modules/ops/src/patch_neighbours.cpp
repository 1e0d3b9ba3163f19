// SPDX-License-Identifier: Apache-2.0
#include "patch_neighbours.hpp"

#include <algorithm>
#include <bit>

namespace cers::ops_detail {

void PatchNeighbours::find(const ChunkPatches& patches, std::span<const std::uint32_t> sizes, bool grouped) {
  keys_.assign(patches.count(), 0);
  own_.resize(patches.count());
  for (std::size_t i = 0; i < sizes.size(); ++i) own_[i] = std::uint64_t{sizes[i]} << 32U | i;
  if (grouped)
    scan<true>(patches);
  else
    scan<false>(patches);
}

template <bool grouped>
void PatchNeighbours::scan(const ChunkPatches& patches) {
  const std::span<const std::int32_t> groups = patches.groups();
  const Window& chunk = patches.chunk();
  for (std::size_t line = 0; line < static_cast<std::size_t>(chunk.height); ++line) {
    const std::uint16_t* const own = patches.line(chunk.y + static_cast<int>(line));
    const auto look = [&](Look direction, std::ptrdiff_t step) {
      for (std::uint64_t bits = patches.meetings(line, direction); bits != 0; bits &= bits - 1) {
        const auto x = static_cast<unsigned>(std::countr_zero(bits));
        const std::uint16_t a = own[x];
        const std::uint16_t b = own[static_cast<std::ptrdiff_t>(x) + step];
        if constexpr (grouped) {
          if (groups[a] != groups[b]) continue;
        }
        const std::uint64_t early = std::uint64_t{last_place - place_of(x, line, direction)} << 16U;
        keys_[a] = std::max(keys_[a], own_[b] | early);
        keys_[b] = std::max(keys_[b], own_[a] | early);
      }
    };
    look(Look::above, -chunk_side);
    look(Look::above_left, -chunk_side - 1);
    look(Look::above_right, -chunk_side + 1);
    look(Look::left, -1);
  }
}

void PatchNeighbours::follow(std::vector<WayEnd>& ends) const {
  std::vector<std::size_t> way;
  for (std::size_t patch = 0; patch < ends.size(); ++patch) {
    if (ends[patch].kind != WayEnd::Kind::unknown) continue;
    way.clear();
    std::size_t at = patch;
    WayEnd end{WayEnd::Kind::nowhere, 0};
    while (ends[at].kind == WayEnd::Kind::unknown) {
      ends[at].kind = WayEnd::Kind::under_way;
      way.push_back(at);
      if (!any(at)) break;
      at = largest(at);
    }
    if (ends[at].kind != WayEnd::Kind::under_way) end = ends[at];
    for (const std::size_t passed : way) ends[passed] = end;
  }
}

}  // namespace cers::ops_detail
