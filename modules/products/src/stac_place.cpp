// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "stac_parts.hpp"

namespace cers::products {
namespace {

struct Point {
  double lon;
  double lat;
};
using Ring = std::vector<Point>;  // not closed

constexpr double date_line = 180;

Ring unwrapped(const std::vector<std::pair<double, double>>& footprint) {
  Ring ring;
  for (const auto& [lon, lat] : footprint) {
    // Longitudes as written unless a side would go the long way round.
    const double turn = ring.empty() ? 0 : 360 * std::round((lon - ring.back().lon) / 360);
    const Point point{lon - turn, lat};
    if (!ring.empty() && point.lon == ring.back().lon && point.lat == ring.back().lat) continue;
    ring.push_back(point);
  }
  if (ring.size() > 1 && ring.front().lon == ring.back().lon && ring.front().lat == ring.back().lat) ring.pop_back();
  return ring;
}

double twice_area(const Ring& ring) {
  double sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[(i + 1) % ring.size()];
    sum += a.lon * b.lat - b.lon * a.lat;
  }
  return sum;
}

// The part of the ring on one side of a meridian: Sutherland and Hodgman (1974), one edge.
Ring clipped(const Ring& ring, double meridian, bool west) {
  const auto inside = [&](const Point& p) { return west ? p.lon <= meridian : p.lon >= meridian; };
  Ring part;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[(i + 1) % ring.size()];
    if (inside(a)) part.push_back(a);
    if (inside(a) == inside(b) || a.lon == meridian || b.lon == meridian) continue;
    part.push_back({meridian, a.lat + (b.lat - a.lat) * (meridian - a.lon) / (b.lon - a.lon)});
  }
  return part;
}

Json coordinates_of(const Ring& ring, double shift) {
  Json points = Json::array();
  for (const Point& point : ring) points.push_back(Json::array({point.lon + shift, point.lat}));
  points.push_back(points.front());
  return Json::array({std::move(points)});
}

}  // namespace

StacPlace stac_place(const std::vector<std::pair<double, double>>& footprint) {
  Ring ring = unwrapped(footprint);
  if (twice_area(ring) < 0) std::reverse(ring.begin(), ring.end());
  const auto [west_most, east_most] =
      std::minmax_element(ring.begin(), ring.end(), [](const Point& a, const Point& b) { return a.lon < b.lon; });
  const auto [south_most, north_most] =
      std::minmax_element(ring.begin(), ring.end(), [](const Point& a, const Point& b) { return a.lat < b.lat; });
  double west = west_most->lon;
  double east = east_most->lon;
  const double south = south_most->lat;
  const double north = north_most->lat;
  const double edge = west < -date_line ? -date_line : date_line;
  if (!(west < edge && east > edge)) {
    return {Json{{"type", "Polygon"}, {"coordinates", coordinates_of(ring, 0)}},
            Json::array({west, south, east, north})};
  }
  // Longitudes of the part beyond the date line come back by one turn.
  const double west_shift = edge < 0 ? 360 : 0;
  const double east_shift = edge < 0 ? 0 : -360;
  Json parts = Json::array(
      {coordinates_of(clipped(ring, edge, true), west_shift), coordinates_of(clipped(ring, edge, false), east_shift)});
  return {Json{{"type", "MultiPolygon"}, {"coordinates", std::move(parts)}},
          Json::array({west + west_shift, south, east + east_shift, north})};
}

}  // namespace cers::products
