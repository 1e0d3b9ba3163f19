// SPDX-License-Identifier: Apache-2.0
#include "cers/geo/crs.hpp"

#include <cpl_conv.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "osr.hpp"

namespace cers {
namespace geo_detail {

Reference reference_of(const std::string& wkt) {
  const QuietGdal quiet;
  Reference reference(OSRNewSpatialReference(nullptr));
  if (!reference || OSRSetFromUserInput(reference.get(), wkt.c_str()) != OGRERR_NONE) {
    throw DataError(fmt::format("not a coordinate reference system: {}", wkt.substr(0, 60)),
                    "assign the right one to the file, for example with gdal_edit.py -a_srs EPSG:32631");
  }
  if (OSRIsCompound(reference.get())) OSRStripVertical(reference.get());
  OSRSetAxisMappingStrategy(reference.get(), OAMS_TRADITIONAL_GIS_ORDER);
  return reference;
}

}  // namespace geo_detail

namespace {

using geo_detail::QuietGdal;
using geo_detail::Reference;
using geo_detail::reference_of;
using geo_detail::Transformation;

constexpr int points_a_side = 21;
constexpr int certain_match = 90;  // percent; OSR gives 100 or 90 to definitions equal but for their names

std::optional<int> code_in(OGRSpatialReferenceH reference) {
  const char* authority = OSRGetAuthorityName(reference, nullptr);
  const char* code = OSRGetAuthorityCode(reference, nullptr);
  if (!authority || !code || std::strcmp(authority, "EPSG") != 0) return std::nullopt;
  const auto number = parse_integer(code);
  if (!number || *number <= 0 || *number > 1'000'000) return std::nullopt;
  return static_cast<int>(*number);
}

std::string wkt_of(OGRSpatialReferenceH reference) {
  char* text = nullptr;
  const char* options[] = {"FORMAT=WKT2_2019", "MULTILINE=NO", nullptr};
  const OGRErr error = OSRExportToWktEx(reference, &text, options);
  std::string wkt = text ? text : "";
  CPLFree(text);
  if (error != OGRERR_NONE || wkt.empty())
    throw InternalError("a coordinate reference system cannot be written as WKT");
  return wkt;
}

// Pixel coordinates of the outline, clockwise from the first corner, not closed.
std::vector<std::array<double, 2>> outline(Size size) {
  std::vector<std::array<double, 2>> points;
  const double width = size.width;
  const double height = size.height;
  const std::array<std::array<double, 4>, 4> sides{
      {{0, 0, width, 0}, {width, 0, width, height}, {width, height, 0, height}, {0, height, 0, 0}}};
  for (const auto& side : sides) {
    for (int i = 0; i + 1 < points_a_side; ++i) {
      const double t = static_cast<double>(i) / (points_a_side - 1);
      points.push_back({side[0] + t * (side[2] - side[0]), side[1] + t * (side[3] - side[1])});
    }
  }
  return points;
}

double signed_area(const std::vector<LonLat>& ring) {
  double twice = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const LonLat& a = ring[i];
    const LonLat& b = ring[(i + 1) % ring.size()];
    twice += a.lon * b.lat - b.lon * a.lat;
  }
  return twice / 2;
}

}  // namespace

bool same_crs(const std::string& wkt_a, const std::string& wkt_b) {
  if (wkt_a == wkt_b) return true;
  if (wkt_a.empty() || wkt_b.empty()) return false;
  const Reference a = reference_of(wkt_a);
  const Reference b = reference_of(wkt_b);
  const QuietGdal quiet;
  const char* options[] = {"IGNORE_DATA_AXIS_TO_SRS_AXIS_MAPPING=YES", "CRITERION=EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS",
                           nullptr};
  return OSRIsSameEx(a.get(), b.get(), options) != 0;
}

std::string crs_from_epsg(int code) {
  const QuietGdal quiet;
  const Reference reference(OSRNewSpatialReference(nullptr));
  if (!reference || OSRImportFromEPSG(reference.get(), code) != OGRERR_NONE) {
    throw UserError(fmt::format("there is no coordinate reference system EPSG:{}", code),
                    "look the code up on https://epsg.io");
  }
  return wkt_of(reference.get());
}

std::optional<int> epsg_of(const std::string& wkt) {
  if (wkt.empty()) return std::nullopt;
  const Reference reference = reference_of(wkt);
  const QuietGdal quiet;
  if (const auto code = code_in(reference.get())) return code;
  int count = 0;
  int* confidence = nullptr;
  OGRSpatialReferenceH* matches = OSRFindMatches(reference.get(), nullptr, &count, &confidence);
  std::optional<int> code;
  if (matches && count > 0 && confidence[0] >= certain_match) code = code_in(matches[0]);
  OSRFreeSRSArray(matches);
  CPLFree(confidence);
  return code;
}

std::optional<double> metres_per_unit(const std::string& wkt) {
  if (wkt.empty()) return std::nullopt;
  const QuietGdal quiet;
  const Reference reference = reference_of(wkt);
  if (!OSRIsProjected(reference.get())) return std::nullopt;
  return OSRGetLinearUnits(reference.get(), nullptr);
}

std::string crs_label(const std::string& wkt) {
  if (wkt.empty()) return "no CRS";
  if (const auto code = epsg_of(wkt)) return fmt::format("EPSG:{}", *code);
  const Reference reference = reference_of(wkt);
  const char* name = OSRGetName(reference.get());
  return name && *name ? name : "unnamed CRS";
}

std::vector<LonLat> footprint_lonlat(const Grid& grid) {
  if (!grid.georeferenced || grid.crs.empty()) {
    throw DataError("the raster has no coordinate reference system, so its place on Earth is unknown",
                    "assign one with gdal_edit.py -a_srs");
  }
  const Reference from = reference_of(grid.crs);
  const Reference to = reference_of("EPSG:4326");
  const QuietGdal quiet;
  const Transformation transformation(OCTNewCoordinateTransformation(from.get(), to.get()));
  if (!transformation) throw DataError("no way from the raster's CRS to longitude and latitude: " + quiet.message());
  std::vector<LonLat> ring;
  for (const auto& [column, row] : outline(grid.size)) {
    double x = grid.transform.x(column, row);
    double y = grid.transform.y(column, row);
    int mapped = 0;
    OCTTransformEx(transformation.get(), 1, &x, &y, nullptr, &mapped);
    if (!mapped || !std::isfinite(x) || !std::isfinite(y)) continue;
    if (!ring.empty()) x -= 360 * std::round((x - ring.back().lon) / 360);
    ring.push_back({x, y});
  }
  if (ring.size() < 4) {
    throw DataError("the outline of the raster does not lie on Earth", "check its CRS and geotransform");
  }
  if (signed_area(ring) < 0) std::reverse(ring.begin(), ring.end());
  ring.push_back(ring.front());
  return ring;
}

Bounds bounds_of(const std::vector<LonLat>& ring) {
  CERS_EXPECT(!ring.empty());
  Bounds bounds{ring[0].lon, ring[0].lat, ring[0].lon, ring[0].lat};
  for (const LonLat& point : ring) {
    bounds.west = std::min(bounds.west, point.lon);
    bounds.east = std::max(bounds.east, point.lon);
    bounds.south = std::min(bounds.south, point.lat);
    bounds.north = std::max(bounds.north, point.lat);
  }
  return bounds;
}

}  // namespace cers
