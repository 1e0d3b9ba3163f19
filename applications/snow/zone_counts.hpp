// SPDX-License-Identifier: Apache-2.0
// Clear snow, clear ground and what is hidden, by zone and altitude band.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

#include "cers/engine/reducer.hpp"
#include "snowline.hpp"

namespace cers::snow {

/// Altitude and class in one integer; the zone in a second band. Of pixels without altitude only the clear ones have a
/// zone: what is missed are those.
enum ZoneClass : int { zone_bare = 0, zone_snow = 1, zone_unseen = 2, zone_no_altitude = 3 };
inline constexpr int zone_class_bits = 2;

/// Counts of one zone by altitude band, and the lowest and highest metre of its clear pixels.
struct ZoneCounts {
  std::uint64_t without_altitude = 0;  ///< clear pixels; they are in no band
  int first_band = 0;
  std::vector<std::array<std::uint64_t, 3>> bands;  ///< by ZoneClass: bare, snow, unseen
  int lowest_clear_m = std::numeric_limits<int>::max();
  int highest_clear_m = std::numeric_limits<int>::min();
};
using ZoneTable = std::map<int, ZoneCounts>;

/// Counts by zone and altitude band of pixels in two bands (int32): altitude in whole metres times 2^zone_class_bits
/// plus the class, and the zone, 0 for none. Memory is planned for `zones` zones over altitudes of Earth, from −500 m
/// to 9000 m; throws DataError when there are more.
struct ZoneReducer {
  using State = ZoneTable;
  using Result = ZoneTable;
  static constexpr bool exact = true;
  double band_height_m;
  std::size_t zones;

  std::size_t most_bands() const;
  std::size_t state_bytes() const;
  std::size_t result_bytes() const { return state_bytes(); }
  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window chunk) const;
  void merge(State& into, State&& from) const;
  Result finish(State&& state) const { return std::move(state); }

 private:
  void check(const State& state) const;
};

struct ZoneSums {
  std::uint64_t clear = 0;
  std::uint64_t snow = 0;
  std::uint64_t pixels = 0;
};
ZoneSums sums_of(const ZoneCounts& counts);

/// Bands that begin at multiples of `height_m`, from the lowest to the highest with a pixel.
std::vector<AltitudeBand> bands_of(const ZoneCounts& counts, double height_m);

}  // namespace cers::snow
