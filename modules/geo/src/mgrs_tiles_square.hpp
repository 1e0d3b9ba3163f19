// SPDX-License-Identifier: Apache-2.0
// The 100 km squares of the military grid: their letters, and which of them exist.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "cers/geo/crs.hpp"
#include "cers/geo/mgrs_tiles.hpp"
#include "mgrs_tiles_utm.hpp"

namespace cers::geo_detail {

inline constexpr double square_side = 100000;
inline constexpr int zones = 60;
inline constexpr double south_end = -80;
inline constexpr double north_end = 84;
inline constexpr std::string_view band_letters = "CDEFGHJKLMNPQRSTUVWX";
inline constexpr std::string_view row_letters = "ABCDEFGHJKLMNPQRSTUV";

/// Columns of a zone from easting 100 km on; they repeat every third zone.
inline std::string_view column_letters(int zone) {
  constexpr std::array<std::string_view, 3> sets{"STUVWXYZ", "ABCDEFGH", "JKLMNPQR"};
  return sets[static_cast<std::size_t>(zone % 3)];
}

inline double central_meridian(int zone) {
  return 6 * zone - 183;
}

/// Its corner towards the south-west lies at (column, row) · 100 km, rows counted from the equator.
struct Square {
  int zone = 0;
  int column = 0;
  int row = 0;
};

/// Index into band_letters; latitudes beyond the grid belong to the outermost bands.
int band_at(double lat);
/// The band of the centre: that under which the square is listed.
int band_of(const Square& square);
/// Where a row letter lies in a band; the letters repeat every 2000 km.
int row_of(int zone, int band, int letter);
std::string name_of(const Square& square, int band);

/// Some part of it lies in its zone, and in the band when one is given.
bool exists(const Square& square, std::optional<int> band = std::nullopt);
/// The tile grown from the square, named after a band.
MgrsTile tile_of(const Square& square, int band);
/// It exists and is in the grid of tiles: see tiles_at().
bool listed(const Square& square);

}  // namespace cers::geo_detail
