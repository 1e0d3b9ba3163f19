// SPDX-License-Identifier: Apache-2.0
#include "lonlat.hpp"

#include <array>

#include "cers/geo/pixel_map.hpp"

namespace cers {
namespace {

constexpr double west = -180;
constexpr double north = 90;

/// One pixel a degree.
Grid whole_earth() {
  Grid grid;
  grid.size = {360, 180};
  grid.transform.a = {west, 1, 0, north, 0, -1};
  grid.crs = crs_from_epsg(4326);
  grid.georeferenced = true;
  return grid;
}

std::optional<PixelPlace> mapped(const Grid& from, const Grid& to, const PixelPlace& place) {
  std::array<double, 1> x{place.x};
  std::array<double, 1> y{place.y};
  std::array<int, 1> found{};
  PixelMap(from, to).map(x, y, found);
  if (!found[0]) return std::nullopt;
  return PixelPlace{x[0], y[0]};
}

}  // namespace

bool lies_on_earth(const Grid& grid) {
  return grid.georeferenced && !grid.crs.empty();
}

std::optional<LonLat> lonlat_at(const Grid& grid, const PixelPlace& place) {
  const auto found = mapped(grid, whole_earth(), place);
  if (!found) return std::nullopt;
  return LonLat{west + found->x, north - found->y};
}

std::optional<PixelPlace> place_of(const Grid& grid, const LonLat& lonlat) {
  return mapped(whole_earth(), grid, {lonlat.lon - west, north - lonlat.lat});
}

}  // namespace cers
