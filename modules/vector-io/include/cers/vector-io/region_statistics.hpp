// SPDX-License-Identifier: Apache-2.0
// What the pixels of one region say: mean and spread of quantities, shares of classes.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace cers {

/// Moments of one quantity over the pixels that have it. Sums of whole numbers are exact up to 2^53.
struct Moments {
  std::int64_t count = 0;
  double sum = 0;
  double squares = 0;  ///< Σ (value - mean)²

  void add(double value);
  /// Both together: Chan, Golub and LeVeque (1983), Algorithms for Computing the Sample Variance, The American
  /// Statistician 37(3):242-247, equation 2.1.
  void merge(const Moments& other);
  /// Nothing without pixels.
  std::optional<double> mean() const;
  /// Population deviation, divided by the number of pixels; nothing without pixels.
  std::optional<double> deviation() const;
};

/// How many quantities and classes a region is measured by.
struct MeasureCounts {
  std::size_t quantities = 0;
  std::size_t classes = 0;
  bool none() const { return quantities == 0 && classes == 0; }
};

/// One row of pixels: values by quantity, NaN where missing; and the class of each pixel, empty without classes.
struct RowMeasures {
  static constexpr int no_class = -1;     ///< missing in the map of classes
  static constexpr int other_class = -2;  ///< a class that is not counted by itself
  std::span<const std::span<const double>> quantities;
  std::span<const int> classes;  ///< from 0, or one of the above
};

struct RegionStatistics {
  std::int64_t pixels = 0;
  std::vector<Moments> quantities;
  std::vector<std::int64_t> classes;  ///< pixels of each class
  std::int64_t classified = 0;        ///< pixels that have a class, those of other classes too

  /// The pixels from…to-1 of a row.
  void add(const RowMeasures& row, std::size_t from, std::size_t to, const MeasureCounts& counts);
  void merge(RegionStatistics&& other);
  /// Percent of the pixels that have a class; nothing when none has.
  std::optional<double> percent(std::size_t at) const;
};

}  // namespace cers
