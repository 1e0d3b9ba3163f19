// SPDX-License-Identifier: Apache-2.0
// From rows of doubles to the number fields of polygons.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cers/core/block.hpp"
#include "cers/vector-io/polygon_sink.hpp"

namespace cers {

/// Field of the deviation of quantity `at`; empty: none.
std::string deviation_field(const PolygonMeasures& measures, std::size_t at);

/// The number fields of `measures`, in the order of MeasureRows::numbers().
std::vector<std::string> number_fields(const PolygonMeasures& measures);

/// What a sink of polygons with measures reads and writes besides codes.
class MeasureRows {
 public:
  /// `pixel_area`: square metres.
  MeasureRows(const PolygonMeasures& measures, double pixel_area, int width);
  MeasureCounts counts() const { return {measures_.means.size(), measures_.classes.size()}; }
  /// Row `y` of the bands behind the first. What it gives holds until the next call, and while the block lives.
  const RowMeasures& row(const Block& block, int y);
  /// The values of the number fields of one region.
  std::span<const std::optional<double>> numbers(const RegionOutline& outline);
  /// Bytes of the statistics of one region.
  std::size_t region_bytes() const;

 private:
  int class_at(double code) const;
  PolygonMeasures measures_;
  double pixel_area_;
  std::map<double, int> position_;  ///< of each code, in the order of the fields
  std::vector<std::span<const double>> quantities_;
  std::vector<int> classes_;
  RowMeasures row_;
  std::vector<std::optional<double>> numbers_;
};

}  // namespace cers
