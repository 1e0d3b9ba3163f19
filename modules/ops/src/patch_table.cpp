// SPDX-License-Identifier: Apache-2.0
#include "patch_table.hpp"

#include <algorithm>
#include <tuple>

#include "cers/core/error.hpp"
#include "cers/engine/reducer.hpp"

namespace cers::ops_detail {
namespace {

/// So few links are not worth a look at all of them.
constexpr std::size_t few_links = 4096;

}  // namespace

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
  at(count_) = {count_, size, label, none, 0, 0};
  ++count_;
}

std::uint32_t PatchTable::root(std::uint32_t id) {
  while (at(id).parent != id) id = at(id).parent = at(at(id).parent).parent;
  return id;
}

std::uint64_t PatchTable::rank_of(int x, int y, unsigned direction) const {
  return (static_cast<std::uint64_t>(y) * static_cast<std::uint64_t>(raster_.width) + static_cast<std::uint64_t>(x)) *
             4 +
         direction;
}

void PatchTable::add(const ChunkSummary& summary) {
  const Window& chunk = summary.chunk;
  const std::uint32_t first = count_;
  chunk_first_.push_back(first);
  for (std::size_t i = 0; i < summary.labels.size(); ++i) push(summary.labels[i], summary.sizes[i]);
  for (const std::uint64_t packed : summary.links) {
    const auto place = static_cast<std::uint32_t>(packed);
    const auto pixel = static_cast<int>(place / 4);
    link(first + static_cast<std::uint32_t>(packed >> 48U),
         first + (static_cast<std::uint32_t>(packed >> 32U) & 0xffffU),
         rank_of(chunk.x + pixel % 64, chunk.y + pixel / 64, place % 4));
  }
  const auto whole = [&](std::uint16_t patch) { return patch == ChunkPatches::none ? none : first + patch; };
  if (chunk.x > 0) meet_left(summary, first);
  if (chunk.y > 0) meet_above(summary, first);
  right_.clear();
  for (const std::uint16_t patch : summary.right) right_.push_back(whole(patch));
  for (std::size_t i = 0; i < summary.bottom.size(); ++i)
    line_[static_cast<std::size_t>(chunk.x) + i] = whole(summary.bottom[i]);
  if (chunk.right() < raster_.width) return;
  std::swap(above_, line_);
  settle(links_.size() + rank_.size() > 2 * scanned_ + few_links);
}

void PatchTable::link(std::uint32_t a, std::uint32_t b, std::uint64_t rank) {
  if (at(a).size < threshold_) links_.push_back({a, b, rank});
  if (at(b).size < threshold_) links_.push_back({b, a, rank});
}

/// Pixel (x, y) belongs to `a` and looks at `b`.
void PatchTable::meet(std::uint32_t a, std::uint32_t b, int x, int y, unsigned direction) {
  if (a == none || b == none) return;
  a = root(a);
  b = root(b);
  if (a == b) return;
  if (at(a).label == at(b).label) return join(a, b);
  if (!group_.empty() && group_of(at(a).label) != group_of(at(b).label)) return;
  link(a, b, rank_of(x, y, direction));
}

/// Two patches are one: its size is that of both, and it knows the neighbours of both.
void PatchTable::join(std::uint32_t a, std::uint32_t b) {
  if (b < a) std::swap(a, b);
  Patch& kept = at(a);
  Patch& gone = at(b);
  gone.parent = a;
  kept.size = static_cast<std::uint32_t>(std::min<std::uint64_t>(std::uint64_t{kept.size} + gone.size, none));
  kept.parked |= gone.parked;
  const auto known = rank_.find(b);
  if (known == rank_.end()) return;
  const std::uint64_t rank = known->second;
  rank_.erase(known);
  consider(a, gone.best, rank);
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

/// `neighbour` is whole: its size is final.
void PatchTable::consider(std::uint32_t source, std::uint32_t neighbour, std::uint64_t rank) {
  Patch& patch = at(source);
  if (patch.best != none) {
    const std::uint32_t held = at(root(patch.best)).size;
    const std::uint32_t offered = at(root(neighbour)).size;
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
    if (id == none) continue;
    const std::uint32_t patch = root(id);
    if (at(patch).open != 0) continue;
    at(patch).open = 1;
    open_.push_back(patch);
  }
}

/// Uses up the links to patches whose size is final. Those that must wait are parked and looked at again when they have
/// doubled, or with `all`, so that the work stays in proportion to the links.
void PatchTable::settle(bool all) {
  mark_open();
  const std::size_t begin = all ? 0 : parked_;
  if (all) {
    for (std::size_t i = 0; i < parked_; ++i) at(root(links_[i].source)).parked = 0;
    parked_ = 0;
  }
  std::vector<Link> waiting;
  for (std::size_t i = begin; i < links_.size(); ++i) {
    const Link link{root(links_[i].source), root(links_[i].neighbour), links_[i].rank};
    if (at(link.source).size >= threshold_) continue;
    if (at(link.neighbour).open != 0)
      waiting.push_back(link);
    else
      consider(link.source, link.neighbour, link.rank);
  }
  links_.resize(begin);
  park(waiting);
  if (!all) return;
  forget_ranks();
  scanned_ = links_.size() + rank_.size();
}

/// A closed patch with a single neighbour that still grows, and that is larger than all others already, is settled.
void PatchTable::park(std::vector<Link>& waiting) {
  std::sort(waiting.begin(), waiting.end(), [](const Link& l, const Link& r) {
    return std::tie(l.source, l.neighbour, l.rank) < std::tie(r.source, r.neighbour, r.rank);
  });
  waiting.erase(
      std::unique(waiting.begin(), waiting.end(),
                  [](const Link& l, const Link& r) { return l.source == r.source && l.neighbour == r.neighbour; }),
      waiting.end());
  for (std::size_t i = 0; i < waiting.size();) {
    std::size_t end = i + 1;
    while (end < waiting.size() && waiting[end].source == waiting[i].source) ++end;
    Patch& source = at(waiting[i].source);
    if (end == i + 1 && source.open == 0 && source.parked == 0 && beats_all_closed(waiting[i])) {
      source.best = waiting[i].neighbour;
      rank_.erase(waiting[i].source);
    } else {
      source.parked = 1;
      links_.insert(links_.end(), waiting.begin() + static_cast<std::ptrdiff_t>(i),
                    waiting.begin() + static_cast<std::ptrdiff_t>(end));
    }
    i = end;
  }
  parked_ = links_.size();
}

bool PatchTable::beats_all_closed(const Link& link) {
  const std::uint32_t best = at(link.source).best;
  return best == none || at(link.neighbour).size > at(root(best)).size;
}

/// A rank is needed while its patch may meet more neighbours.
void PatchTable::forget_ranks() {
  std::erase_if(rank_, [&](const auto& entry) {
    const Patch& patch = at(entry.first);
    return patch.open == 0 && patch.parked == 0;
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
    current = at(current).best == none ? none : root(at(current).best);
  }
  for (const std::uint32_t passed : path) at(passed).best = current;
  return path.empty() ? none : current;
}

Replacements PatchTable::finish() {
  std::fill(above_.begin(), above_.end(), none);
  settle(true);
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
