// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/polygonizer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "cers/core/error.hpp"
#include "ring_store.hpp"

namespace cers {

using polygonizer_detail::Index;
using polygonizer_detail::none;
using polygonizer_detail::RingStore;
using polygonizer_detail::signed_area;

namespace {

/// Things with a number, some of which were found to be the same as another; numbers of the dead are used again.
template <class T>
class Merged {
 public:
  Index make() {
    if (free_.empty()) {
      all_.push_back({});
      parent_.push_back(static_cast<Index>(all_.size()) - 1);
      return parent_.back();
    }
    const Index at = free_.back();
    free_.pop_back();
    parent_[at] = at;
    all_[at] = {};
    return at;
  }
  Index find(Index at) {
    while (parent_[at] != at) at = parent_[at] = parent_[parent_[at]];
    return at;
  }
  T& operator[](Index at) { return all_[at]; }
  /// `alias` is `root` from now on; its number stays taken until release_aliases().
  void merge(Index root, Index alias) {
    parent_[alias] = root;
    aliases_.push_back(alias);
  }
  void release(Index at) { free_.push_back(at); }
  /// Nobody knows a number that is no root any more.
  void release_aliases() {
    free_.insert(free_.end(), aliases_.begin(), aliases_.end());
    aliases_.clear();
  }

 private:
  std::vector<T> all_;
  std::vector<Index> parent_;
  std::vector<Index> free_;
  std::vector<Index> aliases_;
};

template <class T>
void splice(std::vector<T>& into, std::vector<T>&& from) {
  if (into.size() < from.size()) into.swap(from);
  into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

/// Pixels connected by sides.
struct Part {
  Index region = none;
  std::size_t open = 0;      ///< chains that are no rings yet
  std::vector<Index> rings;  ///< their first corners in the store
  bool noted = false;        ///< in the list of those that closed a ring in this row
};

struct Region {
  std::int64_t label = 0;
  std::size_t live = 0;  ///< parts that may still grow
  std::vector<RegionOutline::Part> done;
  RegionStatistics statistics;
  bool noted = false;
};

/// A chain of sides with the region on its left. Its head is where it goes on, its tail where it came from; both hang
/// at a place of the row of corners in work.
struct Chain {
  Index first = none;
  Index last = none;
  Index head_at = none;
  Index tail_at = none;
};

}  // namespace

class Polygonizer::Sweep {
 public:
  Sweep(int width, Connectivity connectivity, std::function<void(RegionOutline&&)> deliver, MeasureCounts measured)
      : width_(width), connectivity_(connectivity), deliver_(std::move(deliver)), measured_(measured) {
    const auto columns = static_cast<std::size_t>(width) + 2;
    above_.assign(columns, nothing);
    below_.assign(columns, nothing);
    part_above_.assign(columns, none);
    part_below_.assign(columns, none);
    // A place for each vertical side, one for the horizontal side in work, two for sides on their way out of a corner.
    heads_.assign(columns + 2, none);
    tails_.assign(columns + 2, none);
  }

  void add(std::span<const std::int64_t> labels, const RowMeasures& measures) {
    std::copy(labels.begin(), labels.end(), below_.begin() + 1);
    label_runs(measures);
    for (int x = 0; x <= width_; ++x) {
      const auto i = static_cast<std::size_t>(x);
      const Corners at{above_[i], above_[i + 1], below_[i + 1], below_[i]};
      const bool straight_across = at[0] == at[1] && at[3] == at[2];
      const bool straight_down = at[0] == at[3] && at[1] == at[2];
      if (!straight_across && !straight_down) turn(x, at);
    }
    ++row_;
    deliver_finished();
    settle();
    above_.swap(below_);
    part_above_.swap(part_below_);
  }

  int width() const { return width_; }
  const RingStore& store() const { return store_; }

 private:
  /// Labels around a corner, clockwise from the upper left.
  using Corners = std::array<std::int64_t, 4>;

  Index horizontal() const { return static_cast<Index>(width_) + 1; }
  Index leaving_down() const { return horizontal() + 1; }
  Index leaving_right() const { return horizontal() + 2; }

  // --- which pixels belong together ---

  void label_runs(const RowMeasures& measures) {
    std::fill(part_below_.begin(), part_below_.end(), none);
    const auto end = static_cast<std::size_t>(width_) + 1;
    for (std::size_t from = 1; from < end;) {
      std::size_t to = from + 1;
      while (to < end && below_[to] == below_[from]) ++to;
      if (below_[from] != nothing) {
        const Index part = label_run(from, to);
        if (!measured_.none()) regions_[region_of(part)].statistics.add(measures, from - 1, to - 1, measured_);
      }
      from = to;
    }
  }

  Index label_run(std::size_t from, std::size_t to) {
    const std::int64_t label = below_[from];
    Index part = none;
    for (std::size_t x = from; x < to; ++x) {
      if (above_[x] != label || (x > from && above_[x - 1] == label)) continue;
      const Index other = parts_.find(part_above_[x]);
      part = part == none ? other : same_part(part, other);
    }
    if (part == none) {
      part = parts_.make();
      const Index region = regions_.make();
      regions_[region].label = label;
      regions_[region].live = 1;
      parts_[part].region = region;
    }
    std::fill(part_below_.begin() + static_cast<std::ptrdiff_t>(from),
              part_below_.begin() + static_cast<std::ptrdiff_t>(to), part);
    if (connectivity_ == Connectivity::sides) return part;
    if (above_[from - 1] == label) same_region(part, parts_.find(part_above_[from - 1]));
    if (above_[to] == label) same_region(part, parts_.find(part_above_[to]));
    return part;
  }

  Index same_part(Index a, Index b) {
    if (a == b) return a;
    same_region(a, b);
    --regions_[region_of(a)].live;
    parts_.merge(a, b);
    parts_[a].open += parts_[b].open;
    splice(parts_[a].rings, std::move(parts_[b].rings));
    return a;
  }

  Index region_of(Index part) { return regions_.find(parts_[part].region); }

  void same_region(Index part, Index other) {
    const Index a = region_of(part);
    const Index b = region_of(other);
    if (a == b) return;
    regions_.merge(a, b);
    regions_[a].live += regions_[b].live;
    splice(regions_[a].done, std::move(regions_[b].done));
    regions_[a].statistics.merge(std::move(regions_[b].statistics));
  }

  // --- sides around a corner ---

  /// Quadrants clockwise from the upper left; side k lies between quadrant k and the next: up, right, down, left.
  void turn(int x, const Corners& at) {
    std::array<bool, 4> side{};
    for (std::size_t k = 0; k < 4; ++k) side[k] = at[k] != at[(k + 1) % 4];
    const bool crossing = side[0] && side[1] && side[2] && side[3];
    for (std::size_t k = 0; k < 4; ++k) {
      if (!side[k]) continue;
      std::size_t last = (k + 1) % 4;  // the sector runs clockwise from side k to side `last`
      std::size_t quadrants = 1;
      for (; !side[last]; last = (last + 1) % 4) ++quadrants;
      const std::int64_t label = at[(k + 1) % 4];
      if (label == nothing) continue;
      const bool touch = crossing && at[(k + 3) % 4] == label;
      sector(x, k, last, quadrants == 2, touch);
    }
    leave(heads_, &Chain::head_at, static_cast<Index>(x));
    leave(tails_, &Chain::tail_at, static_cast<Index>(x));
  }

  /// The outline of a sector comes in along side `first` and goes out along side `last`. Up and left have been seen
  /// before and hold an end of a chain; right and down will be.
  void sector(int x, std::size_t first, std::size_t last, bool straight, bool touch) {
    constexpr std::size_t up = 0;
    constexpr std::size_t right = 1;
    constexpr std::size_t left = 3;
    const auto column = static_cast<Index>(x);
    const auto place_of = [&](std::size_t side) {
      return side == up ? column : side == left ? horizontal() : side == right ? leaving_right() : leaving_down();
    };
    const bool head_comes = first == up || first == left;
    const bool tail_comes = last == up || last == left;
    const Corner corner{x, row_};
    if (head_comes && tail_comes) {
      const Index head = take(heads_, place_of(first));
      const Index tail = take(tails_, place_of(last));
      chains_[head].last = store_.append(chains_[head].last, corner, touch);
      const Index part = part_at(x, first);
      --parts_[part].open;
      if (head == tail) {
        parts_[part].rings.push_back(chains_[head].first);
        if (!parts_[part].noted) closing_.push_back(part);
        parts_[part].noted = true;
        free_chains_.push_back(head);
        return;
      }
      store_.join(chains_[head].last, chains_[tail].first);
      chains_[head].last = chains_[tail].last;
      chains_[head].head_at = chains_[tail].head_at;
      heads_[chains_[head].head_at] = head;
      free_chains_.push_back(tail);
    } else if (head_comes) {
      const Index chain = take(heads_, place_of(first));
      if (!straight) chains_[chain].last = store_.append(chains_[chain].last, corner, touch);
      put(heads_, &Chain::head_at, chain, place_of(last));
    } else if (tail_comes) {
      const Index chain = take(tails_, place_of(last));
      if (!straight) chains_[chain].first = store_.prepend(chains_[chain].first, corner, touch);
      put(tails_, &Chain::tail_at, chain, place_of(first));
    } else {
      const Index chain = make_chain();
      chains_[chain].first = chains_[chain].last = store_.start(corner, touch);
      put(heads_, &Chain::head_at, chain, place_of(last));
      put(tails_, &Chain::tail_at, chain, place_of(first));
      ++parts_[part_at(x, first)].open;
    }
  }

  /// The part of the quadrant clockwise of a side.
  Index part_at(int x, std::size_t side) {
    const auto i = static_cast<std::size_t>(x);
    const std::array<Index, 4> after{part_above_[i + 1], part_below_[i + 1], part_below_[i], part_above_[i]};
    return parts_.find(after[side]);
  }

  Index make_chain() {
    if (free_chains_.empty()) {
      chains_.push_back({});
      return static_cast<Index>(chains_.size()) - 1;
    }
    const Index chain = free_chains_.back();
    free_chains_.pop_back();
    return chain;
  }

  static Index take(std::vector<Index>& ends, Index place) { return std::exchange(ends[place], none); }
  void put(std::vector<Index>& ends, Index Chain::*at, Index chain, Index place) {
    ends[place] = chain;
    chains_[chain].*at = place;
  }
  /// What leaves a corner becomes what arrives at the next ones.
  void leave(std::vector<Index>& ends, Index Chain::*at, Index column) {
    for (const auto& [from, to] : {std::pair{leaving_down(), column}, std::pair{leaving_right(), horizontal()}}) {
      const Index chain = take(ends, from);
      if (chain != none) put(ends, at, chain, to);
    }
  }

  // --- what is finished ---

  void deliver_finished() {
    for (const Index part : closing_) {
      parts_[part].noted = false;
      if (parts_[part].open > 0) continue;
      const Index region = region_of(part);
      regions_[region].done.push_back(outline_of(parts_[part]));
      parts_.release(part);
      if (!regions_[region].noted) ending_.push_back(region);
      regions_[region].noted = true;
      --regions_[region].live;
    }
    closing_.clear();
    for (const Index region : ending_) {
      regions_[region].noted = false;
      if (regions_[region].live > 0) continue;
      RegionOutline outline;
      outline.label = regions_[region].label;
      outline.parts = std::move(regions_[region].done);
      outline.statistics = std::move(regions_[region].statistics);
      regions_.release(region);
      deliver_(std::move(outline));
    }
    ending_.clear();
  }

  RegionOutline::Part outline_of(Part& part) {
    RegionOutline::Part outline;
    for (const Index first : part.rings) store_.take(first, outline);
    std::size_t exterior = 0;
    while (exterior < outline.size() && signed_area(outline[exterior]) >= 0) ++exterior;
    CERS_EXPECT(exterior < outline.size());
    outline.move_to_front(exterior);
    part.rings = {};
    return outline;
  }

  /// Forgets numbers that stand for another: only roots are known to the next row.
  void settle() {
    const auto end = static_cast<std::size_t>(width_) + 1;
    for (std::size_t x = 1; x < end; ++x) {
      if (part_below_[x] == none || (below_[x] == below_[x - 1])) {
        if (part_below_[x] != none) part_below_[x] = part_below_[x - 1];
        continue;
      }
      const Index part = parts_.find(part_below_[x]);
      part_below_[x] = part;
      parts_[part].region = region_of(part);
    }
    parts_.release_aliases();
    regions_.release_aliases();
  }

  int width_;
  Connectivity connectivity_;
  std::function<void(RegionOutline&&)> deliver_;
  MeasureCounts measured_;
  int row_ = 0;                                 ///< of the corners in work
  std::vector<std::int64_t> above_, below_;     ///< labels, with `nothing` on either side
  std::vector<Index> part_above_, part_below_;  ///< parts of the pixels
  Merged<Part> parts_;
  Merged<Region> regions_;
  std::vector<Chain> chains_;
  std::vector<Index> free_chains_;
  std::vector<Index> heads_, tails_;  ///< chains, by the place where that end hangs
  RingStore store_;
  std::vector<Index> closing_, ending_;
};

Polygonizer::Polygonizer(int width, Connectivity connectivity, std::function<void(RegionOutline&&)> deliver,
                         MeasureCounts measured)
    : sweep_(std::make_unique<Sweep>(width, connectivity, std::move(deliver), measured)) {}

Polygonizer::~Polygonizer() = default;

void Polygonizer::add_row(std::span<const std::int64_t> labels, const RowMeasures& measures) {
  CERS_EXPECT(labels.size() == static_cast<std::size_t>(sweep_->width()));
  sweep_->add(labels, measures);
}

void Polygonizer::finish() {
  sweep_->add(std::vector<std::int64_t>(static_cast<std::size_t>(sweep_->width()), nothing), {});
}

std::size_t Polygonizer::held_corners() const {
  return sweep_->store().held();
}

std::size_t Polygonizer::held_bytes() const {
  return sweep_->store().bytes();
}

}  // namespace cers
