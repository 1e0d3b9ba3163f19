// SPDX-License-Identifier: Apache-2.0
// Which tiles polygons lie in.
#include <cpl_error.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "cers/core/error.hpp"
#include "cers/geo/mgrs_tiles.hpp"
#include "mgrs_tiles_square.hpp"
#include "ogr.hpp"
#include "osr.hpp"

namespace cers {
namespace {

using namespace geo_detail;

constexpr double metres_a_degree = 110500;  // at least: along a meridian at the equator 110 574 m

void check(const LonLatPolygon& polygon, const Bounds& bounds) {
  for (const auto& ring : polygon.rings) {
    if (ring.size() < 4 || !(ring.front() == ring.back())) {
      throw UserError("an outline has fewer than three corners or is not closed", "give closed rings of polygons");
    }
  }
  if (!(bounds.south >= -90 && bounds.north <= 90 && bounds.west >= -540 && bounds.east <= 540)) {
    throw UserError("a polygon does not lie on Earth", "give longitude, then latitude, in degrees");
  }
}

bool apart(const Bounds& a, const Bounds& b) {
  return a.east < b.west || b.east < a.west || a.north < b.south || b.north < a.south;
}

/// One polygon, ready to be asked often.
class Area {
 public:
  explicit Area(const LonLatPolygon& polygon)
      : bounds_(bounds_of(polygon.rings.front())), geometry_(geometry_of(polygon)) {
    check(polygon, bounds_);
    if (!is_valid(geometry_.get())) {
      throw UserError("an outline crosses itself", "repair it, for example with ogr2ogr -makevalid");
    }
    prepared_.reset(OGRCreatePreparedGeometry(geometry_.get()));
    if (!prepared_) throw DataError("this GDAL cannot compare polygons", "install a GDAL that is built with GEOS");
  }
  const Bounds& bounds() const { return bounds_; }

  bool meets(const std::vector<LonLat>& footprint) const {
    Bounds box = bounds_of(footprint);
    for (const double turn : {-720.0, -360.0, 0.0, 360.0, 720.0}) {
      if (apart({box.west + turn, box.south, box.east + turn, box.north}, bounds_)) continue;
      const Geometry other = geometry_of({{footprint}}, turn);
      if (OGRPreparedGeometryIntersects(prepared_.get(), other.get()) != 0) return true;
    }
    return false;
  }

 private:
  Bounds bounds_;
  Geometry geometry_;
  PreparedGeometry prepared_;
};

/// Zones whose tiles may reach into the longitudes of the box.
bool may_reach(int zone, const Bounds& box) {
  const double lat = std::min(std::max(std::abs(box.south), std::abs(box.north)), north_end);
  const double metres = metres_a_degree * std::cos(lat * std::numbers::pi / 180);
  const double reach = 6 + (square_side + mgrs_tile_side_m) / metres;  // Svalbard's zones reach 6°
  for (const double turn : {-720.0, -360.0, 0.0, 360.0, 720.0}) {
    const double middle = central_meridian(zone) + turn;
    if (middle + reach >= box.west && middle - reach <= box.east) return true;
  }
  return false;
}

void add_tiles(int zone, const Area& area, std::vector<MgrsTile>& tiles) {
  constexpr double margin = 2;  // degrees: parallels bend by less than one within a zone
  const double south = std::max(area.bounds().south - margin, south_end - 1);
  const double north = std::min(area.bounds().north + margin, north_end + 1);
  const int first = static_cast<int>(std::floor(utm_of({0, south}).y / square_side)) - 1;
  const int last = static_cast<int>(std::floor(utm_of({0, north}).y / square_side)) + 1;
  for (int row = first; row <= last; ++row) {
    for (int column = 1; column <= static_cast<int>(column_letters(zone).size()); ++column) {
      const Square square{zone, column, row};
      const int band = band_of(square);
      const MgrsTile tile = tile_of(square, band);
      if (area.meets(footprint_of(tile)) && listed(square)) tiles.push_back(tile);
    }
  }
}

}  // namespace

std::vector<MgrsTile> tiles_over(const std::vector<LonLatPolygon>& polygons) {
  const QuietGdal quiet;
  std::vector<MgrsTile> tiles;
  for (const LonLatPolygon& polygon : polygons) {
    if (polygon.rings.empty() || polygon.rings.front().empty()) continue;
    const Area area(polygon);
    for (int zone = 1; zone <= zones; ++zone) {
      if (may_reach(zone, area.bounds())) add_tiles(zone, area, tiles);
    }
  }
  std::sort(tiles.begin(), tiles.end(), [](const MgrsTile& a, const MgrsTile& b) { return a.name < b.name; });
  tiles.erase(std::unique(tiles.begin(), tiles.end()), tiles.end());
  return tiles;
}

}  // namespace cers
