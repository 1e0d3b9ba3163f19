// SPDX-License-Identifier: Apache-2.0
#include "cers/geo/mgrs_tiles.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "mgrs_tiles_square.hpp"

namespace cers {
namespace geo_detail {

MgrsTile tile_of(const Square& square, int band) {
  constexpr double lattice = 60;  // metres; all ground sampling distances of Sentinel-2 divide it
  constexpr double false_northing = 10000000;
  const bool south = band < static_cast<int>(band_letters.find('N'));
  MgrsTile tile;
  tile.name = name_of(square, band);
  tile.epsg = (south ? 32700 : 32600) + square.zone;
  tile.ulx = std::floor(square.column * square_side / lattice) * lattice;
  tile.uly = std::ceil((square.row + 1) * square_side / lattice) * lattice + (south ? false_northing : 0);
  return tile;
}

}  // namespace geo_detail

namespace {

using namespace geo_detail;

constexpr int points_a_side = 41;

struct Letters {
  int zone = 0;
  char band = 0;
  char column = 0;
  char row = 0;
};

/// Which part of a name is wrong, and what it may be.
struct NameFault {
  enum class Part { form, zone, band, column, row, place } part = Part::form;
  std::string fault;
  std::string rule;
};

bool digit(char c) {
  return c >= '0' && c <= '9';
}

std::string upper(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return result;
}

std::optional<Letters> letters_of(std::string_view name) {
  std::string text = upper(trimmed(name));
  if (text.size() > 1 && text[0] == 'T' && digit(text[1])) text.erase(0, 1);
  if (text.size() == 4 && digit(text[0])) text.insert(0, 1, '0');
  if (text.size() != 5 || !digit(text[0]) || !digit(text[1])) return std::nullopt;
  if (!std::all_of(text.begin() + 2, text.end(), [](char c) { return c >= 'A' && c <= 'Z'; })) return std::nullopt;
  return Letters{(text[0] - '0') * 10 + text[1] - '0', text[2], text[3], text[4]};
}

std::string spelled(const Letters& letters) {
  return fmt::format("{:02}{}{}{}", letters.zone, letters.band, letters.column, letters.row);
}

/// The tile, or what is wrong.
std::optional<MgrsTile> tile_spelled(const Letters& letters, NameFault& fault) {
  using Part = NameFault::Part;
  const auto wrong = [&](Part part, std::string text, std::string rule) {
    fault = {part, std::move(text), std::move(rule)};
    return std::nullopt;
  };
  if (letters.zone < 1 || letters.zone > zones) {
    return wrong(Part::zone, fmt::format("there is no UTM zone {:02}", letters.zone), "zones run from 01 to 60");
  }
  const auto band = band_letters.find(letters.band);
  if (band == std::string_view::npos) {
    return wrong(Part::band, fmt::format("{} is no latitude band", letters.band),
                 "bands run from C (80° south) to X (84° north) without I and O");
  }
  const std::string_view columns = column_letters(letters.zone);
  const auto column = columns.find(letters.column);
  if (column == std::string_view::npos) {
    return wrong(Part::column, fmt::format("{} is no column of zone {:02}", letters.column, letters.zone),
                 fmt::format("its columns are {}", columns));
  }
  const auto row = row_letters.find(letters.row);
  if (row == std::string_view::npos) {
    return wrong(Part::row, fmt::format("{} is no row", letters.row), "rows run from A to V without I and O");
  }
  const int in_band = static_cast<int>(band);
  const Square square{letters.zone, static_cast<int>(column) + 1, row_of(letters.zone, in_band, static_cast<int>(row))};
  if (!exists(square, in_band) && !(exists(square) && band_of(square) == in_band)) {
    return wrong(Part::place,
                 fmt::format("no part of square {}{} lies in zone {:02} and band {}", letters.column, letters.row,
                             letters.zone, letters.band),
                 "`cers Tiles -point LON LAT` names the tiles of a place");
  }
  return tile_of(square, in_band);
}

/// Tiles that differ from `letters` in the wrong part only.
std::vector<std::string> neighbours(const Letters& letters, NameFault::Part part) {
  std::vector<std::string> names;
  const auto add = [&](const Letters& other) {
    NameFault ignored;
    if (other.zone >= 1 && tile_spelled(other, ignored)) names.push_back(spelled(other));
  };
  const auto add_all = [&](std::string_view choices, char Letters::*member) {
    for (const char choice : choices) {
      Letters other = letters;
      other.*member = choice;
      add(other);
    }
  };
  if (part == NameFault::Part::band || part == NameFault::Part::place) add_all(band_letters, &Letters::band);
  if (part == NameFault::Part::column) add_all(column_letters(letters.zone), &Letters::column);
  if (part == NameFault::Part::row) add_all(row_letters, &Letters::row);
  return names;
}

double longitude_near_zero(double lon) {
  return lon - 360 * std::round(lon / 360);
}

}  // namespace

std::optional<MgrsTile> mgrs_tile(std::string_view name) {
  const auto letters = letters_of(name);
  NameFault ignored;
  return letters ? tile_spelled(*letters, ignored) : std::nullopt;
}

MgrsTile mgrs_tile_named(std::string_view name) {
  const auto letters = letters_of(name);
  if (!letters) {
    throw UserError(fmt::format("'{}' is no name of a tile", name),
                    "a name is zone, latitude band, column and row, such as 31TCJ");
  }
  NameFault fault;
  if (const auto tile = tile_spelled(*letters, fault)) return *tile;
  const std::vector<std::string> names = neighbours(*letters, fault.part);
  const std::string near = names.empty() ? "" : fmt::format("; did you mean {}?", join(names, ", "));
  throw UserError(fmt::format("there is no tile '{}': {}", name, fault.fault), fault.rule + near);
}

std::vector<MgrsTile> tiles_at(double lon, double lat) {
  if (!(lat >= south_end && lat <= north_end && std::abs(lon) <= 540)) {
    throw UserError(fmt::format("there is no tile at longitude {}, latitude {}", format_real(lon), format_real(lat)),
                    "give longitude, then latitude, in degrees; tiles reach from 80° south to 84° north");
  }
  // A tile reaches 110 km into the next zone, and zones are 70 km wide near their northern end.
  constexpr int most_zones_away = 4;
  const int home = static_cast<int>(std::floor((longitude_near_zero(lon) + 180) / 6));  // from 0
  std::vector<MgrsTile> tiles;
  for (int away = -most_zones_away; away <= most_zones_away; ++away) {
    const int zone = (home + away + zones) % zones + 1;
    const Utm utm = utm_of({longitude_near_zero(lon - central_meridian(zone)), lat});
    const int column = static_cast<int>(std::floor(utm.x / square_side));
    const int row = static_cast<int>(std::floor(utm.y / square_side));
    for (int c = std::max(column - 2, 1); c <= column + 1; ++c) {
      for (int r = row - 1; r <= row + 2; ++r) {
        const Square square{zone, c, r};
        const double left = std::floor(c * square_side / 60) * 60;
        const double top = std::ceil((r + 1) * square_side / 60) * 60;
        if (utm.x < left || utm.x > left + mgrs_tile_side_m) continue;
        if (utm.y > top || utm.y < top - mgrs_tile_side_m) continue;
        if (listed(square)) tiles.push_back(tile_of(square, band_of(square)));
      }
    }
  }
  std::sort(tiles.begin(), tiles.end(), [](const MgrsTile& a, const MgrsTile& b) { return a.name < b.name; });
  return tiles;
}

std::vector<LonLat> footprint_of(const MgrsTile& tile) {
  const bool south = tile.epsg > 32700;
  const int zone = tile.epsg % 100;
  std::vector<LonLat> ring;
  // Counter-clockwise from the upper left corner: down, right, up, left.
  const auto walk = [&](double from_x, double from_y, double to_x, double to_y) {
    for (int i = 0; i + 1 < points_a_side; ++i) {
      const double t = i / static_cast<double>(points_a_side - 1);
      const double x = tile.ulx + mgrs_tile_side_m * (from_x + t * (to_x - from_x));
      const double y = tile.uly - mgrs_tile_side_m * (from_y + t * (to_y - from_y)) - (south ? 1e7 : 0);
      const LonLat place = place_of({x, y});
      ring.push_back({place.lon + central_meridian(zone), place.lat});
    }
  };
  walk(0, 0, 0, 1);
  walk(0, 1, 1, 1);
  walk(1, 1, 1, 0);
  walk(1, 0, 0, 0);
  ring.push_back(ring.front());
  return ring;
}

Grid grid_of(const MgrsTile& tile, int gsd_m) {
  if (gsd_m != 10 && gsd_m != 20 && gsd_m != 30 && gsd_m != 60) {
    throw UserError(fmt::format("tiles have no grid of {} m", gsd_m), "choose 10, 20, 30 or 60");
  }
  const int side = static_cast<int>(mgrs_tile_side_m) / gsd_m;
  const double pixel = gsd_m;
  Grid grid;
  grid.size = {side, side};
  grid.georeferenced = true;
  grid.transform.a = {tile.ulx, pixel, 0, tile.uly, 0, -pixel};
  grid.crs = crs_from_epsg(tile.epsg);
  return grid;
}

}  // namespace cers
