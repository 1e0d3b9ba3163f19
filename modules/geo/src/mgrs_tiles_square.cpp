// SPDX-License-Identifier: Apache-2.0
#include "mgrs_tiles_square.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace cers::geo_detail {
namespace {

constexpr double band_height = 8;
constexpr int samples = 20;  // a side; corners are among them, and they are where a square first meets its zone

struct Span {
  double west = -3;  ///< degrees from the central meridian
  double east = 3;
};

// Zones are 6° wide but for the south of Norway (band V) and Svalbard (band X).
std::optional<Span> span_of(int zone, double lat) {
  if (lat >= 56 && lat < 64) {
    if (zone == 31) return Span{-3, 0};
    if (zone == 32) return Span{-6, 3};
  }
  if (lat >= 72) {
    if (zone == 31) return Span{-3, 6};
    if (zone == 33 || zone == 35) return Span{-6, 6};
    if (zone == 37) return Span{-6, 3};
    if (zone == 32 || zone == 34 || zone == 36) return std::nullopt;
  }
  return Span{};
}

int zone_before(int zone, double lat) {
  const bool skips = lat >= 72 && (zone == 33 || zone == 35 || zone == 37);
  return zone - (skips ? 2 : 1);
}

bool lies_in(int zone, const LonLat& place) {
  const auto span = span_of(zone, place.lat);
  return span && place.lon > span->west && place.lon < span->east && place.lat > south_end && place.lat < north_end;
}

LonLat place_in(const Square& square, int i, int j) {
  return place_of({square_side * (square.column + i / static_cast<double>(samples)),
                   square_side * (square.row + j / static_cast<double>(samples))});
}

// Calls found(place) for points of the square that lie in its zone until it says true.
template <class Found>
bool any_point(const Square& square, Found found) {
  for (int i = 0; i <= samples; ++i) {
    for (int j = 0; j <= samples; ++j) {
      const LonLat place = place_in(square, i, j);
      if (lies_in(square.zone, place) && found(place)) return true;
    }
  }
  return false;
}

bool at_west_edge(const Square& square) {
  return !lies_in(square.zone, place_in(square, 0, 0)) || !lies_in(square.zone, place_in(square, 0, samples));
}

// Zone 1 has no zone before it: the published grid counts from the antimeridian.
bool covered_by_zone_before(const Square& square) {
  if (square.zone == 1 || !at_west_edge(square)) return false;
  return !any_point(square, [&](const LonLat& place) {
    const int before = zone_before(square.zone, place.lat);
    const Utm utm = utm_of({place.lon + central_meridian(square.zone) - central_meridian(before), place.lat});
    return !exists(
        {before, static_cast<int>(std::floor(utm.x / square_side)), static_cast<int>(std::floor(utm.y / square_side))});
  });
}

}  // namespace

int band_at(double lat) {
  const double band = std::floor((lat - south_end) / band_height);
  return static_cast<int>(std::clamp(band, 0.0, static_cast<double>(band_letters.size() - 1)));
}

int band_of(const Square& square) {
  return band_at(place_of({square_side * (square.column + 0.5), square_side * (square.row + 0.5)}).lat);
}

int row_of(int zone, int band, int letter) {
  const double lat = south_end + band_height * band;
  const bool last = band + 1 == static_cast<int>(band_letters.size());
  const double bottom = utm_of({0, lat}).y / square_side;
  const double top = utm_of({0, last ? north_end : lat + band_height}).y / square_side;
  constexpr int cycle = 20;
  constexpr int shift_of_even_zones = 5;
  const int first = letter - (zone % 2 == 0 ? shift_of_even_zones : 0);
  int best = 0;
  double best_gap = std::numeric_limits<double>::infinity();
  double best_distance = best_gap;
  for (int row = first - 5 * cycle; row <= first + 5 * cycle; row += cycle) {
    const double gap = std::max({0.0, bottom - (row + 1), row - top});
    const double distance = std::abs(row + 0.5 - (bottom + top) / 2);
    if (gap > best_gap || (gap == best_gap && distance >= best_distance)) continue;
    best = row;
    best_gap = gap;
    best_distance = distance;
  }
  return best;
}

std::string name_of(const Square& square, int band) {
  constexpr int cycle = 20;
  const int shifted = square.row + (square.zone % 2 == 0 ? 5 : 0);
  const int letter = (shifted % cycle + cycle) % cycle;
  return fmt::format("{:02}{}{}{}", square.zone, band_letters[static_cast<std::size_t>(band)],
                     column_letters(square.zone)[static_cast<std::size_t>(square.column - 1)],
                     row_letters[static_cast<std::size_t>(letter)]);
}

bool exists(const Square& square, std::optional<int> band) {
  if (square.column < 1 || square.column > static_cast<int>(column_letters(square.zone).size())) return false;
  // Beyond the poles the series has no meaning; the grid ends before.
  if (square.row < -90 || square.row > 93) return false;
  return any_point(square, [&](const LonLat& place) { return !band || band_at(place.lat) == *band; });
}

bool listed(const Square& square) {
  return exists(square) && !covered_by_zone_before(square);
}

}  // namespace cers::geo_detail
