// SPDX-License-Identifier: Apache-2.0
#include "patch_table.hpp"

#include <algorithm>
#include <tuple>

#include "cers/core/error.hpp"
#include "cers/engine/reducer.hpp"

namespace cers::ops_detail {

PatchTable::PatchTable(Size raster, std::uint32_t threshold, bool diagonal, std::unordered_map<std::int32_t, int> group)
    : raster_(raster),
      threshold_(threshold),
      diagonal_(diagonal),
      group_(std::move(group)),
      above_(static_cast<std::size_t>(raster.width), none),
      line_(static_cast<std::size_t>(raster.width), none) {}

int PatchTable::group_of(std::int32_t label) const {
  const auto found = group_.find(label);
  return found == group_.end() ? 0 : found->second;
}

void PatchTable::push(std::int32_t label, std::uint32_t size) {
  if (count_ == none)
    throw DataError("the map has more than 4 294 967 295 patches", "smooth it first, or work on parts of it");
  if (count_ >> block_bits == blocks_.size())
    blocks_.push_back(std::make_unique<Patch[]>(std::size_t{1} << block_bits));
  at(count_) = {count_, size & largest_size, 0, label, none};
  ++count_;
}

std::uint32_t PatchTable::root(std::uint32_t id) {
  while (at(id).parent != id) id = at(id).parent = at(at(id).parent).parent;
  return id;
}

void PatchTable::add(const ChunkSummary& summary) {
  const Window& chunk = summary.chunk;
  const std::uint32_t first = count_;
  chunk_first_.push_back(first);
  for (std::size_t i = 0; i < summary.labels.size(); ++i) push(summary.labels[i], summary.sizes[i]);
  for (const PatchLink& link : summary.links) links_.push_back({first + link.a, first + link.b, link.rank});
  const auto whole = [&](std::uint16_t patch) { return patch == ChunkPatches::none ? none : first + patch; };
  if (chunk.x > 0) meet_left(summary, first);
  if (chunk.y > 0) meet_above(summary, first);
  right_.clear();
  for (const std::uint16_t patch : summary.right) right_.push_back(whole(patch));
  for (std::size_t i = 0; i < summary.bottom.size(); ++i)
    line_[static_cast<std::size_t>(chunk.x) + i] = whole(summary.bottom[i]);
  if (chunk.right() < raster_.width) return;
  std::swap(above_, line_);
  settle();
}

/// Pixel (x, y) belongs to `a` and looks at `b` in `direction`: 0 above, 1 above left, 2 above right, 3 left.
void PatchTable::meet(std::uint32_t a, std::uint32_t b, int x, int y, int direction) {
  if (a == none || b == none) return;
  a = root(a);
  b = root(b);
  if (a == b) return;
  Patch& one = at(a);
  Patch& other = at(b);
  if (one.label == other.label) {
    Patch& kept = a < b ? one : other;
    (a < b ? other : one).parent = std::min(a, b);
    const std::uint64_t sum = std::uint64_t{one.size} + other.size;
    kept.size = static_cast<std::uint32_t>(std::min<std::uint64_t>(sum, largest_size)) & largest_size;
    // Two halves may each know a neighbour: fold_ranks brings them together.
    return;
  }
  if (one.size >= threshold_ && other.size >= threshold_) return;
  if (!group_.empty() && group_of(one.label) != group_of(other.label)) return;
  const auto pixel = static_cast<std::uint64_t>(y) * static_cast<std::uint64_t>(raster_.width) +
                     static_cast<std::uint64_t>(x);
  const PatchLink link{a, b, pixel * 4 + static_cast<std::uint64_t>(direction)};
  links_.push_back(link);
}

void PatchTable::meet_left(const ChunkSummary& summary, std::uint32_t first) {
  const Window& chunk = summary.chunk;
  const auto own = [&](std::size_t i) {
    const std::uint16_t patch = summary.left[i];
    return patch == ChunkPatches::none ? none : first + patch;
  };
  for (std::size_t i = 0; i < summary.left.size(); ++i) {
    const int y = chunk.y + static_cast<int>(i);
    meet(own(i), right_[i], chunk.x, y, 3);
    if (!diagonal_ || i == 0) continue;
    meet(own(i), right_[i - 1], chunk.x, y, 1);
    meet(right_[i], own(i - 1), chunk.x - 1, y, 2);
  }
}

void PatchTable::meet_above(const ChunkSummary& summary, std::uint32_t first) {
  const Window& chunk = summary.chunk;
  for (std::size_t i = 0; i < summary.top.size(); ++i) {
    if (summary.top[i] == ChunkPatches::none) continue;
    const std::uint32_t own = first + summary.top[i];
    const int x = chunk.x + static_cast<int>(i);
    const auto up = static_cast<std::size_t>(x);
    meet(own, above_[up], x, chunk.y, 0);
    if (!diagonal_) continue;
    if (x > 0) meet(own, above_[up - 1], x, chunk.y, 1);
    if (x + 1 < raster_.width) meet(own, above_[up + 1], x, chunk.y, 2);
  }
}

/// Brings the neighbours known to patches that were joined since to the patch that stands for all.
void PatchTable::fold_ranks() {
  std::vector<std::uint32_t> moved;
  for (const auto& [id, rank] : rank_)
    if (at(id).parent != id) moved.push_back(id);
  for (const std::uint32_t id : moved) {
    const std::uint64_t rank = rank_.at(id);
    rank_.erase(id);
    consider(root(id), at(id).best, rank);
    at(id).best = none;
  }
}

/// `neighbour` is whole: its size is final.
void PatchTable::consider(std::uint32_t source, std::uint32_t neighbour, std::uint64_t rank) {
  Patch& patch = at(source);
  if (patch.best != none) {
    const std::uint32_t held = at(patch.best).size;
    const std::uint32_t offered = at(neighbour).size;
    std::uint64_t& known = rank_.at(source);
    if (offered < held || (offered == held && rank >= known)) return;
    patch.best = neighbour;
    known = rank;
    return;
  }
  patch.best = neighbour;
  rank_[source] = rank;
}

/// Patches that reach the last line seen may still grow.
void PatchTable::mark_open() {
  for (const std::uint32_t id : open_) at(id).open = 0;
  open_.clear();
  for (const std::uint32_t id : above_) {
    if (id == none || at(root(id)).open != 0) continue;
    at(root(id)).open = 1;
    open_.push_back(root(id));
  }
}

/// Uses up the links to patches that can no longer grow.
void PatchTable::settle() {
  mark_open();
  fold_ranks();
  std::vector<PatchLink> kept;
  for (PatchLink link : links_) {
    link.a = root(link.a);
    link.b = root(link.b);
    if (link.b < link.a) std::swap(link.a, link.b);
    bool wait = false;
    const auto use = [&](std::uint32_t source, std::uint32_t neighbour) {
      if (at(source).size >= threshold_) return;
      if (at(neighbour).open != 0)
        wait = true;
      else
        consider(source, neighbour, link.rank);
    };
    use(link.a, link.b);
    use(link.b, link.a);
    if (wait) kept.push_back(link);
  }
  std::sort(kept.begin(), kept.end(), [](const PatchLink& l, const PatchLink& r) {
    return std::tie(l.a, l.b, l.rank) < std::tie(r.a, r.b, r.rank);
  });
  kept.erase(std::unique(kept.begin(), kept.end(),
                         [](const PatchLink& l, const PatchLink& r) { return l.a == r.a && l.b == r.b; }),
             kept.end());
  links_ = std::move(kept);
  // A rank is needed while its patch may meet more neighbours.
  std::vector<std::uint32_t> waiting;
  for (const PatchLink& link : links_) waiting.insert(waiting.end(), {link.a, link.b});
  std::sort(waiting.begin(), waiting.end());
  std::erase_if(rank_, [&](const auto& entry) {
    return at(entry.first).open == 0 && !std::binary_search(waiting.begin(), waiting.end(), entry.first);
  });
}

/// The patch whose label `id` takes, or `none`. Keeps what it finds in Patch::best.
std::uint32_t PatchTable::target_of(std::uint32_t id, std::vector<std::uint32_t>& path) {
  path.clear();
  std::uint32_t current = id;
  while (current != none && at(current).size < threshold_) {
    if (std::find(path.begin(), path.end(), current) != path.end()) {
      current = none;
      break;
    }
    path.push_back(current);
    current = at(current).best;
  }
  for (const std::uint32_t passed : path) at(passed).best = current;
  return path.empty() ? none : current;
}

Replacements PatchTable::finish() {
  std::fill(above_.begin(), above_.end(), none);
  settle();
  Replacements result;
  std::vector<std::uint32_t> path;
  std::size_t chunk = 0;
  for (std::uint32_t id = 0; id < count_; ++id) {
    while (chunk < chunk_first_.size() && chunk_first_[chunk] <= id) {
      result.first.push_back(result.entries.size());
      ++chunk;
    }
    const std::uint32_t target = target_of(root(id), path);
    if (target == none) continue;
    result.entries.push_back({static_cast<std::uint16_t>(id - chunk_first_[chunk - 1]), at(target).label});
  }
  while (result.first.size() <= chunk_first_.size()) result.first.push_back(result.entries.size());
  blocks_.clear();
  return result;
}

}  // namespace cers::ops_detail
