// SPDX-License-Identifier: Apache-2.0
#include "cers/app/large_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cers/core/text.hpp"

namespace cers {
namespace {

constexpr float limit = 1.5F;

void add_row(LargeValueCounts& counts, std::span<const float> row) {
  int valid = 0;
  int large = 0;
  for (const float value : row) {
    valid += value == value ? 1 : 0;
    large += value > limit ? 1 : 0;
  }
  counts.valid += valid;
  counts.large += large;
  if (large == 0) return;  // the usual case has no maximum to find
  for (const float value : row) counts.largest = value > counts.largest ? value : counts.largest;
}

}  // namespace

std::string LargeValueCounts::text(const std::string& what) const {
  return fmt::format("{:.0f} % of the values of {} are above 1.5, up to {}",
                     100.0 * static_cast<double>(large) / static_cast<double>(valid), what,
                     format_real(static_cast<double>(largest)));
}

void LargeValueReducer::add(State& state, const Block& pixels, Window chunk) const {
  for (int band = 0; band < pixels.bands(); ++band) {
    const auto plane = pixels.plane<float>(band);
    for (int y = chunk.y; y < chunk.bottom(); ++y) add_row(state, plane.row(y, chunk));
  }
}

void LargeValueReducer::merge(State& into, State&& from) const {
  into.valid += from.valid;
  into.large += from.large;
  into.largest = std::max(into.largest, from.largest);
}

}  // namespace cers
