// SPDX-License-Identifier: Apache-2.0
// From the rows of a label map to the outlines of its regions, in one sweep from top to bottom.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "cers/vector-io/region_statistics.hpp"

namespace cers {

/// Which pixels of equal label make one region: those that share a side, or a corner too.
enum class Connectivity { sides, corners };

/// A corner of pixels: `column`, `row` of the pixel to its lower right.
struct Corner {
  std::int32_t column = 0;
  std::int32_t row = 0;
  friend bool operator==(const Corner&, const Corner&) = default;
  friend auto operator<=>(const Corner&, const Corner&) = default;
};

/// The outline of one region. Each part is a set of pixels connected by sides: its exterior ring, counter-clockwise on
/// a map with north up, then its holes, clockwise. A ring has a corner where it turns, closes by itself (the first
/// corner is not repeated) and meets no corner twice; rings of one part touch at corners at most, and so do parts.
/// With Connectivity::sides there is one part.
struct RegionOutline {
  using Ring = std::span<const Corner>;
  /// The corners of all rings lie in one piece of memory: a region may have millions of holes.
  class Part {
   public:
    class Iterator {
     public:
      Iterator(const Part* part, std::size_t ring) : part_(part), ring_(ring) {}
      Ring operator*() const { return (*part_)[ring_]; }
      Iterator& operator++() {
        ++ring_;
        return *this;
      }
      friend bool operator==(const Iterator&, const Iterator&) = default;

     private:
      const Part* part_;
      std::size_t ring_;
    };
    std::size_t size() const { return rings_.size(); }
    Ring operator[](std::size_t ring) const { return Ring(corners_).subspan(rings_[ring].first, rings_[ring].count); }
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, size()}; }
    void add(Ring ring) {
      rings_.push_back({corners_.size(), ring.size()});
      corners_.insert(corners_.end(), ring.begin(), ring.end());
    }
    /// That ring comes first; the order of the others stays.
    void move_to_front(std::size_t ring) {
      const auto at = rings_.begin() + static_cast<std::ptrdiff_t>(ring);
      std::rotate(rings_.begin(), at, at + 1);
    }

   private:
    struct Range {
      std::size_t first;
      std::size_t count;
    };
    std::vector<Corner> corners_;
    std::vector<Range> rings_;
  };
  std::int64_t label = 0;
  std::vector<Part> parts;
  RegionStatistics statistics;  ///< empty unless the rows came with measures
};

/// Traces regions while rows arrive. An outline is handed over at the end of the row below its region, those of one row
/// in the order in which their last ring closes from left to right; all of it follows from the pixels alone. Memory:
/// some 50 bytes a column, 12 bytes for each corner of outlines not handed over yet, and the statistics of regions not
/// handed over. These are summed run by run and merged where regions meet: an order that follows from the pixels alone.
///
/// Each side of a pixel between two labels belongs to two outlines, one on either side of it. At a corner of pixels
/// the sides that meet there are joined around each of the sectors they cut out; a chain of sides grows at both of its
/// ends until they meet.
class Polygonizer {
 public:
  /// A pixel that belongs to no region.
  static constexpr std::int64_t nothing = std::numeric_limits<std::int64_t>::min();

  /// `measured`: what each row brings besides its labels.
  Polygonizer(int width, Connectivity connectivity, std::function<void(RegionOutline&&)> deliver,
              MeasureCounts measured = {});
  ~Polygonizer();
  Polygonizer(const Polygonizer&) = delete;
  Polygonizer& operator=(const Polygonizer&) = delete;

  /// `labels`, `measures`: the `width` pixels of the next row.
  void add_row(std::span<const std::int64_t> labels, const RowMeasures& measures = {});
  /// After the last row.
  void finish();

  /// Corners held at this time, and the bytes taken for them.
  std::size_t held_corners() const;
  std::size_t held_bytes() const;

 private:
  class Sweep;
  std::unique_ptr<Sweep> sweep_;
};

}  // namespace cers
