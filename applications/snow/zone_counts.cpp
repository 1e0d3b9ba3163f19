// SPDX-License-Identifier: Apache-2.0
#include "zone_counts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "altitude.hpp"
#include "cers/core/error.hpp"

namespace cers::snow {
namespace {

std::array<std::uint64_t, 3>& cell(ZoneCounts& counts, int band) {
  if (counts.bands.empty()) counts.first_band = band;
  if (band < counts.first_band) {
    counts.bands.insert(counts.bands.begin(), static_cast<std::size_t>(counts.first_band - band), {});
    counts.first_band = band;
  }
  const auto index = static_cast<std::size_t>(band - counts.first_band);
  if (index >= counts.bands.size()) counts.bands.resize(index + 1);
  return counts.bands[index];
}
}  // namespace

std::size_t ZoneReducer::most_bands() const {
  return zones * static_cast<std::size_t>(std::ceil((highest_altitude_m - lowest_altitude_m) / band_height_m) + 2);
}

std::size_t ZoneReducer::state_bytes() const {
  return most_bands() * sizeof(std::array<std::uint64_t, 3>) + zones * 2 * sizeof(ZoneCounts);
}

void ZoneReducer::add(State& state, const Block& pixels, Window chunk) const {
  const auto codes = pixels.plane<std::int32_t>(0);
  const auto zone_plane = pixels.plane<std::int32_t>(1);
  for (int y = chunk.y; y < chunk.bottom(); ++y) {
    const auto code = codes.row(y, chunk);
    const auto zone = zone_plane.row(y, chunk);
    for (std::size_t i = 0; i < code.size(); ++i) {
      const int what = code[i] & ((1 << zone_class_bits) - 1);
      if (zone[i] == 0) continue;
      ZoneCounts& counts = state[zone[i]];
      if (what == zone_no_altitude) {
        ++counts.without_altitude;
        continue;
      }
      const int metre = code[i] >> zone_class_bits;
      ++cell(counts, static_cast<int>(std::floor(metre / band_height_m)))[static_cast<std::size_t>(what)];
      if (what == zone_unseen) continue;
      counts.lowest_clear_m = std::min(counts.lowest_clear_m, metre);
      counts.highest_clear_m = std::max(counts.highest_clear_m, metre);
    }
  }
  check(state);
}

void ZoneReducer::merge(State& into, State&& from) const {
  for (const auto& [zone, counts] : from) {
    ZoneCounts& to = into[zone];
    to.without_altitude += counts.without_altitude;
    for (std::size_t b = 0; b < counts.bands.size(); ++b) {
      auto& sum = cell(to, counts.first_band + static_cast<int>(b));
      for (std::size_t what = 0; what < sum.size(); ++what) sum[what] += counts.bands[b][what];
    }
    to.lowest_clear_m = std::min(to.lowest_clear_m, counts.lowest_clear_m);
    to.highest_clear_m = std::max(to.highest_clear_m, counts.highest_clear_m);
  }
  check(into);
}

/// The plan counted on no more.
void ZoneReducer::check(const State& state) const {
  std::size_t bands = 0;
  for (const auto& [zone, counts] : state) bands += counts.bands.size();
  if (state.size() <= zones && bands <= most_bands()) return;
  throw DataError(state.size() > zones
                      ? fmt::format("-zones holds more than {} zones, for which memory is set aside", zones)
                      : std::string("the altitudes of the zones span more than those of Earth"),
                  state.size() > zones ? "raise -zones.most, or give zones of whole numbers, 0 outside"
                                       : "is -dem in metres? Give the number that means missing as its nodata");
}

ZoneSums sums_of(const ZoneCounts& counts) {
  ZoneSums sums;
  for (const auto& [bare, snow, hidden] : counts.bands) {
    sums.clear += bare + snow;
    sums.snow += snow;
    sums.pixels += bare + snow + hidden;
  }
  return sums;
}

namespace {

AltitudeBand band_of(const ZoneCounts& counts, std::size_t index, double height_m) {
  const auto& [bare, snow, hidden] = counts.bands[index];
  const int number = counts.first_band + static_cast<int>(index);
  return {.bottom_m = number * height_m,
          .top_m = (number + 1) * height_m,
          .total = bare + snow + hidden,
          .cloud = hidden,
          .clear_snow = snow,
          .clear_bare = bare};
}

}  // namespace

std::vector<AltitudeBand> bands_of(const ZoneCounts& counts, double height_m) {
  std::vector<AltitudeBand> bands;
  for (std::size_t b = 0; b < counts.bands.size(); ++b) bands.push_back(band_of(counts, b, height_m));
  return bands;
}

}  // namespace cers::snow
