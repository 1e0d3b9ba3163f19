// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/shared_ground.hpp"

#include <algorithm>
#include <span>

#include "cers/core/error.hpp"
#include "disjoint_sets.hpp"
#include "line_order.hpp"

namespace cers {

struct SharedGround::Impl {
  learn::DisjointSets sets;
};

namespace {

/// Joins features that hold the same pixels.
class Joiner {
 public:
  Joiner(const LabelledShapes& shapes, const std::vector<PlacedFeature>& placed, learn::DisjointSets& sets)
      : shapes_(shapes), placed_(placed), sets_(sets) {}

  /// The runs of one line, by their first column.
  void line(const std::vector<PixelRun>& runs, std::span<const std::uint32_t> order) {
    std::vector<int> edges;
    for (const std::uint32_t i : order) {
      edges.push_back(runs[i].begin);
      edges.push_back(runs[i].end);
    }
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    std::vector<std::uint32_t> over;  // features that hold the pixel at an edge, and those up to the next
    std::vector<std::uint32_t> open;  // runs
    std::size_t next = 0;
    for (const int x : edges) {
      std::erase_if(open, [&](std::uint32_t run) { return runs[run].end <= x; });
      for (; next < order.size() && runs[order[next]].begin == x; ++next) open.push_back(order[next]);
      if (open.size() < 2) continue;
      over.clear();
      for (const std::uint32_t run : open) over.push_back(runs[run].feature);
      join(over);
    }
  }

 private:
  /// Whether the pixel they hold is a sample of the file of one of them.
  bool is_sample(std::uint32_t one, const std::vector<std::uint32_t>& over) const {
    return std::all_of(over.begin(), over.end(), [&](std::uint32_t other) {
      return placed_[other].file != placed_[one].file || shapes_.features[other].label == shapes_.features[one].label;
    });
  }
  void join(const std::vector<std::uint32_t>& over) {
    const PlacedFeature* first = nullptr;
    for (const std::uint32_t one : over) {
      if (!is_sample(one, over)) continue;
      if (first != nullptr) sets_.join(first->number, placed_[one].number);
      first = &placed_[one];
    }
  }

  const LabelledShapes& shapes_;
  const std::vector<PlacedFeature>& placed_;
  learn::DisjointSets& sets_;
};

}  // namespace

SharedGround::SharedGround(std::size_t features) : impl_(std::make_unique<Impl>(Impl{learn::DisjointSets(features)})) {}
SharedGround::~SharedGround() = default;
SharedGround::SharedGround(SharedGround&&) noexcept = default;

void SharedGround::add(const LabelledShapes& shapes, const std::vector<PlacedFeature>& placed) {
  CERS_EXPECT(placed.size() == shapes.shapes.size());
  std::vector<PixelRun> runs;
  for (std::size_t i = 0; i < shapes.shapes.size(); ++i)
    append_runs(shapes.shapes[i], static_cast<std::uint32_t>(i), runs);
  const std::vector<std::uint32_t> order = by_line(
      runs, [](const PixelRun& run) { return run.y; }, [](const PixelRun& run) { return run.begin; });
  Joiner joiner(shapes, placed, impl_->sets);
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;
    while (last < order.size() && runs[order[last]].y == runs[order[first]].y) ++last;
    joiner.line(runs, std::span(order).subspan(first, last - first));
    first = last;
  }
}

std::vector<std::size_t> SharedGround::sets() const {
  learn::DisjointSets sets = impl_->sets;
  std::vector<std::size_t> of;
  for (std::size_t i = 0; i < sets.size(); ++i) of.push_back(sets.of(i));
  return of;
}

}  // namespace cers
