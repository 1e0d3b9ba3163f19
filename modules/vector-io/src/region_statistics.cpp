// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/region_statistics.hpp"

#include <cmath>

namespace cers {

void Moments::add(double value) {
  merge({1, value, 0});
}

void Moments::merge(const Moments& other) {
  if (other.count == 0) return;
  if (count == 0) {
    *this = other;
    return;
  }
  const auto own = static_cast<double>(count);
  const auto theirs = static_cast<double>(other.count);
  const double apart = sum / own - other.sum / theirs;
  squares += other.squares + apart * apart * (own * theirs / (own + theirs));
  sum += other.sum;
  count += other.count;
}

std::optional<double> Moments::mean() const {
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

std::optional<double> Moments::deviation() const {
  if (count == 0) return std::nullopt;
  return std::sqrt(squares / static_cast<double>(count));
}

void RegionStatistics::add(const RowMeasures& row, std::size_t from, std::size_t to, const MeasureCounts& counts) {
  pixels += static_cast<std::int64_t>(to - from);
  quantities.resize(counts.quantities);
  for (std::size_t q = 0; q < counts.quantities; ++q) {
    for (const double value : row.quantities[q].subspan(from, to - from))
      if (!std::isnan(value)) quantities[q].add(value);
  }
  if (counts.classes == 0) return;
  classes.resize(counts.classes);
  for (const int one : row.classes.subspan(from, to - from)) {
    if (one == RowMeasures::no_class) continue;
    ++classified;
    if (one >= 0) ++classes[static_cast<std::size_t>(one)];
  }
}

void RegionStatistics::merge(RegionStatistics&& other) {
  if (other.pixels == 0) return;
  if (pixels == 0) {
    *this = std::move(other);
    return;
  }
  pixels += other.pixels;
  for (std::size_t q = 0; q < quantities.size(); ++q) quantities[q].merge(other.quantities[q]);
  for (std::size_t c = 0; c < classes.size(); ++c) classes[c] += other.classes[c];
  classified += other.classified;
}

std::optional<double> RegionStatistics::percent(std::size_t at) const {
  if (classified == 0) return std::nullopt;
  return 100 * static_cast<double>(classes[at]) / static_cast<double>(classified);
}

}  // namespace cers
