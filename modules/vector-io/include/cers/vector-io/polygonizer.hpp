// SPDX-License-Identifier: Apache-2.0
// From the rows of a label map to the outlines of its regions, in one sweep from top to bottom.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <vector>

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
  using Ring = std::vector<Corner>;
  using Part = std::vector<Ring>;
  std::int64_t label = 0;
  std::vector<Part> parts;
};

/// Traces regions while rows arrive. An outline is handed over at the end of the row below its region, those of one row
/// in the order in which their last ring closes from left to right; all of it follows from the pixels alone. Memory:
/// some 50 bytes a column, 12 bytes for each corner of outlines not handed over yet.
///
/// Each side of a pixel between two labels belongs to two outlines, one on either side of it. At a corner of pixels
/// the sides that meet there are joined around each of the sectors they cut out; a chain of sides grows at both of its
/// ends until they meet.
class Polygonizer {
 public:
  /// A pixel that belongs to no region.
  static constexpr std::int64_t nothing = std::numeric_limits<std::int64_t>::min();

  Polygonizer(int width, Connectivity connectivity, std::function<void(RegionOutline&&)> deliver);
  ~Polygonizer();
  Polygonizer(const Polygonizer&) = delete;
  Polygonizer& operator=(const Polygonizer&) = delete;

  /// `labels`: the `width` pixels of the next row.
  void add_row(std::span<const std::int64_t> labels);
  /// After the last row.
  void finish();

  /// Corners held at this time.
  std::size_t held_corners() const;

 private:
  class Sweep;
  std::unique_ptr<Sweep> sweep_;
};

}  // namespace cers
