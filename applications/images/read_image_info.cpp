// SPDX-License-Identifier: Apache-2.0
// ReadImageInfo: size, place and bands of an image, as lines on stdout.
#include <cpl_error.h>
#include <fmt/format.h>
#include <gdal.h>

#include <array>
#include <cmath>
#include <memory>
#include <numbers>

#include "cers/app/application.hpp"
#include "cers/core/text.hpp"
#include "lonlat.hpp"

namespace cers {
namespace {

struct ReadImageInfo {
  struct Params {};
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};

AppSpec ReadImageInfo::spec() {
  return Declare<Params>("ReadImageInfo", "Prints the size, place and bands of an image.")
      .doc(
          "Lines `key: value` on stdout, under the keys and in the order of OTB; only the header of the file is read. "
          "`originx` and `originy` are the coordinates of the centre of the first pixel. `rgb.r`, `rgb.g` and `rgb.b` "
          "are bands counted from 0. A value that is not known is empty.\n\n"
          "`estimatedgroundspacing` is the length of the middle pixel on a sphere of 6371 km, in metres, by the "
          "haversine formula. OTB measures from a pixel it chooses by chance, and takes coordinates for degrees when "
          "the image has no reference system; then nothing is printed here.\n\n"
          "OTB rounds coordinates to float, here they are printed in full. Its `-imagemetadata` and `-outgeom` are not "
          "supported.")
      .tag("Image Manipulation")
      .tag("Utilities")
      .tag("Image MetaData")
      .input("in", "Image to describe.")
      .reports("indexx", "indexy", "sizex", "sizey", "spacingx", "spacingy", "originx", "originy",
               "estimatedgroundspacingx", "estimatedgroundspacingy", "numberbands", "datatype", "id", "time", "town",
               "country", "rgb.r", "rgb.g", "rgb.b", "projectionref", "gcp.count", "gcp.proj", "gcp.ids", "gcp.info",
               "gcp.imcoord", "gcp.geocoord", "metadata")
      .cites("Inglada and Christophe (2009), The Orfeo Toolbox remote sensing image processing software, IGARSS.")
      .example("What an image is", "cers ReadImageInfo -in B8.tif")
      .done();
}

/// Names of pixel types in OTB's metadata.
std::string_view otb_name(PixelType type) {
  switch (type) {
    case PixelType::u8:
      return "unsigned_char";
    case PixelType::u16:
      return "unsigned_short";
    case PixelType::i16:
      return "short";
    case PixelType::u32:
      return "unsigned_int";
    case PixelType::i32:
      return "int";
    case PixelType::f32:
      return "float";
    case PixelType::f64:
      break;
  }
  return "double";
}

double metres_between(const LonLat& a, const LonLat& b) {
  constexpr double earth_radius = 6371000;
  constexpr double radians = std::numbers::pi / 180;
  const double north = std::sin((b.lat - a.lat) * radians / 2);
  const double east = std::sin((b.lon - a.lon) * radians / 2);
  const double h = north * north + std::cos(a.lat * radians) * std::cos(b.lat * radians) * east * east;
  return 2 * earth_radius * std::atan2(std::sqrt(h), std::sqrt(1 - h));
}

/// Metres across and down the middle pixel, as text; empty when it has no known place on Earth.
std::array<std::string, 2> ground_spacing(const Grid& grid) {
  if (!lies_on_earth(grid)) return {};
  const double x = 0.5 * grid.size.width;
  const double y = 0.5 * grid.size.height;
  const auto left = lonlat_at(grid, {x - 0.5, y});
  const auto right = lonlat_at(grid, {x + 0.5, y});
  const auto top = lonlat_at(grid, {x, y - 0.5});
  const auto bottom = lonlat_at(grid, {x, y + 0.5});
  if (!left || !right || !top || !bottom) return {};
  return {fmt::format("{:.10g}", metres_between(*left, *right)), fmt::format("{:.10g}", metres_between(*top, *bottom))};
}

struct ControlPoints {
  int count = 0;
  std::string crs;
  std::vector<std::string> ids, infos, pixels, places;
};

/// Asked of GDAL here, because no node and no other application deals in control points.
ControlPoints control_points_of(const ImageInput& image) {
  ControlPoints points;
  if (!image.is_file()) return points;
  CPLPushErrorHandler(CPLQuietErrorHandler);
  const std::unique_ptr<void, void (*)(void*)> file(
      GDALOpenEx(image.label().c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY, nullptr, nullptr, nullptr),
      [](void* dataset) {
        if (dataset != nullptr) GDALClose(dataset);
      });
  CPLPopErrorHandler();
  if (!file) return points;
  points.count = GDALGetGCPCount(file.get());
  if (points.count > 0) points.crs = GDALGetGCPProjection(file.get());
  for (const GDAL_GCP* gcp = GDALGetGCPs(file.get()); std::ssize(points.ids) < points.count; ++gcp) {
    points.ids.emplace_back(gcp->pszId);
    points.infos.emplace_back(gcp->pszInfo);
    points.pixels.push_back(fmt::format("[{}, {}]", format_real(gcp->dfGCPPixel), format_real(gcp->dfGCPLine)));
    points.places.push_back(
        fmt::format("[{}, {}, {}]", format_real(gcp->dfGCPX), format_real(gcp->dfGCPY), format_real(gcp->dfGCPZ)));
  }
  return points;
}

void ReadImageInfo::wire(const Params&, Wiring& wiring) {
  const ImageInput& image = wiring.image("in");
  const Grid& grid = image.info().grid;
  const GeoTransform& transform = grid.transform;
  wiring.report("indexx", "0");
  wiring.report("indexy", "0");
  wiring.report("sizex", std::to_string(grid.size.width));
  wiring.report("sizey", std::to_string(grid.size.height));
  wiring.report("spacingx", format_real(transform.a[1]));
  wiring.report("spacingy", format_real(transform.a[5]));
  wiring.report("originx", format_real(transform.x(0.5, 0.5)));
  wiring.report("originy", format_real(transform.y(0.5, 0.5)));
  const auto spacing = ground_spacing(grid);
  wiring.report("estimatedgroundspacingx", spacing[0]);
  wiring.report("estimatedgroundspacingy", spacing[1]);
  wiring.report("numberbands", std::to_string(image.band_count()));
  wiring.report("datatype", std::string(otb_name(image.info().type)));
  for (const char* unknown : {"id", "time", "town", "country"}) wiring.report(unknown, "");
  wiring.report("rgb.r", "0");
  wiring.report("rgb.g", "1");
  wiring.report("rgb.b", "2");
  wiring.report("projectionref", grid.crs);
  const ControlPoints points = control_points_of(image);
  wiring.report("gcp.count", std::to_string(points.count));
  wiring.report("gcp.proj", points.crs);
  wiring.report("gcp.ids", join(points.ids, " "));
  wiring.report("gcp.info", join(points.infos, " "));
  wiring.report("gcp.imcoord", join(points.pixels, " "));
  wiring.report("gcp.geocoord", join(points.places, " "));
  wiring.report("metadata", "");
}

}  // namespace

Application cers_app_ReadImageInfo() {
  return application<ReadImageInfo>();
}

}  // namespace cers
