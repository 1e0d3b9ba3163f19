// SPDX-License-Identifier: Apache-2.0
#include "polygon_measures.hpp"

#include <fmt/format.h>

#include "ring_store.hpp"

namespace cers {

std::string deviation_field(const PolygonMeasures& measures, std::size_t at) {
  return measures.deviations.empty() ? std::string() : measures.deviations[at];
}

std::vector<std::string> number_fields(const PolygonMeasures& measures) {
  std::vector<std::string> names;
  if (measures.area) names.emplace_back("area");
  for (std::size_t q = 0; q < measures.means.size(); ++q) {
    names.push_back(measures.means[q]);
    if (const std::string deviation = deviation_field(measures, q); !deviation.empty()) names.push_back(deviation);
  }
  for (const int code : measures.classes) names.push_back(fmt::format("pct_{}", code));
  return names;
}

MeasureRows::MeasureRows(const PolygonMeasures& measures, double pixel_area, int width)
    : measures_(measures), pixel_area_(pixel_area), quantities_(measures.means.size()) {
  if (!measures_.classes.empty()) classes_.resize(static_cast<std::size_t>(width));
  int position = 0;
  for (const int code : measures_.classes) position_[code] = position++;
}

int MeasureRows::class_at(double code) const {
  if (code != code || (measures_.no_class && code == static_cast<double>(*measures_.no_class)))
    return RowMeasures::no_class;
  const auto found = position_.find(code);
  return found == position_.end() ? RowMeasures::other_class : found->second;
}

const RowMeasures& MeasureRows::row(const Block& block, int y) {
  int band = 1;
  for (auto& quantity : quantities_) quantity = block.plane<double>(band++).row(y);
  if (!classes_.empty()) {
    const std::span<const double> codes = block.plane<double>(band).row(y);
    for (std::size_t i = 0; i < codes.size(); ++i)
      classes_[i] = i > 0 && codes[i] == codes[i - 1] ? classes_[i - 1] : class_at(codes[i]);
  }
  row_ = {quantities_, classes_};
  return row_;
}

std::span<const std::optional<double>> MeasureRows::numbers(const RegionOutline& outline) {
  numbers_.clear();
  if (measures_.area) {
    double pixels = 0;
    for (const RegionOutline::Part& part : outline.parts)
      for (const RegionOutline::Ring ring : part) pixels -= polygonizer_detail::signed_area(ring);
    numbers_.emplace_back(pixels * pixel_area_);
  }
  const RegionStatistics& found = outline.statistics;
  for (std::size_t q = 0; q < measures_.means.size(); ++q) {
    numbers_.push_back(found.quantities[q].mean());
    if (!deviation_field(measures_, q).empty()) numbers_.push_back(found.quantities[q].deviation());
  }
  for (std::size_t c = 0; c < measures_.classes.size(); ++c) numbers_.push_back(found.percent(c));
  return numbers_;
}

std::size_t MeasureRows::region_bytes() const {
  return sizeof(RegionStatistics) + measures_.means.size() * sizeof(Moments) +
         measures_.classes.size() * sizeof(std::int64_t);
}

}  // namespace cers
