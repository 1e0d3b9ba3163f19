// SPDX-License-Identifier: Apache-2.0
// ExtractROI: a part of an image, by pixels, by coordinates, around a point or under another image.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/geo/pixel_map.hpp"
#include "lonlat.hpp"
#include "region.hpp"

namespace cers {
namespace {

enum class Mode { standard, fit, extent, radius };
std::vector<Choice> choices_of(Mode) {
  return {{"standard", "First pixel and size."},
          {"fit", "What lies under another image."},
          {"extent", "Between two corners."},
          {"radius", "The square around a point."}};
}

enum class Unit { pxl, phy, lonlat };
std::vector<Choice> choices_of(Unit) {
  return {{"pxl", "Column and line of a pixel, counted from 0."},
          {"phy", "Coordinates in the image's own reference system."},
          {"lonlat", "Longitude and latitude on WGS 84, in degrees."}};
}

enum class LengthUnit { pxl, phy };
std::vector<Choice> choices_of(LengthUnit) {
  return {{"pxl", "Pixels."}, {"phy", "The unit of the image's reference system, mostly metres."}};
}

struct ExtractROI {
  struct Params {
    Mode mode = Mode::standard;
    std::optional<std::string> vector;
    std::optional<double> upper_left_x, upper_left_y, lower_right_x, lower_right_y;
    Unit extent_unit = Unit::pxl;
    double radius = 0;
    LengthUnit radius_unit = LengthUnit::pxl;
    std::optional<double> center_x, center_y;
    Unit center_unit = Unit::pxl;
    int left = 0;
    int top = 0;
    int width = 0;
    int height = 0;
    std::vector<std::string> channels;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = ExtractROI::Params;

void check(const Params& params, Diagnostics& diagnostics) {
  if (params.mode != Mode::fit || !params.vector) return;
  diagnostics.fault({}, "-mode.fit.vect is not supported: Cers reads no vector files",
                    "use -mode extent with the corners of the vectors, or -mode.fit.im with an image of that extent");
}

Declare<Params>& declare_modes(Declare<Params>& app) {
  return app.param("mode", &Params::mode, "How the region is given.")
      .param("mode.fit.vect", &Params::vector, "Not supported: a vector file to fit to.")
      .only_if("mode", "fit")
      .param("mode.extent.ulx", &Params::upper_left_x,
             "x of the upper left corner: a column, a coordinate or a longitude. Default: that of the image.")
      .only_if("mode", "extent")
      .param("mode.extent.uly", &Params::upper_left_y,
             "y of the upper left corner: a line, a coordinate or a latitude.")
      .only_if("mode", "extent")
      .param("mode.extent.lrx", &Params::lower_right_x,
             "x of the lower right corner, whose pixel still belongs to the region.")
      .only_if("mode", "extent")
      .param("mode.extent.lry", &Params::lower_right_y, "y of the lower right corner.")
      .only_if("mode", "extent")
      .param("mode.extent.unit", &Params::extent_unit, "Unit of the corners.")
      .only_if("mode", "extent")
      .param("mode.radius.r", &Params::radius, "Radius: half a side of the square, without the pixel at its centre.")
      .at_least(0)
      .required()
      .only_if("mode", "radius")
      .param("mode.radius.unitr", &Params::radius_unit, "Unit of the radius.")
      .only_if("mode", "radius")
      .param("mode.radius.cx", &Params::center_x, "x of the centre. Default: the middle of the image.")
      .only_if("mode", "radius")
      .param("mode.radius.cy", &Params::center_y, "y of the centre.")
      .only_if("mode", "radius")
      .param("mode.radius.unitc", &Params::center_unit, "Unit of the centre.")
      .only_if("mode", "radius");
}

AppSpec ExtractROI::spec() {
  Declare<Params> app("ExtractROI", "A part of an image.");
  app.doc(
         "Values are kept as they are stored, and converted once to the type of the output.\n\n"
         "- `standard`: `-startx -starty -sizex -sizey`; a size of 0 reaches to the edge of the image.\n"
         "- `extent`: from the pixel that holds one corner to the pixel that holds the other, both included. Pixel "
         "units are rounded to whole ones. A corner on the edge between two pixels belongs to the right and the lower "
         "one. In longitude and latitude the corners may be any two opposite ones; OTB wants the southern one first.\n"
         "- `radius`: the pixels from centre − r to centre + r in both directions. In pixel units both are truncated "
         "to whole ones.\n"
         "- `fit`: the box under the four corners of `-mode.fit.im`, whatever its reference system, rounded to pixel "
         "edges. Where the pixel sizes differ OTB moves the box by half the difference.\n\n"
         "A region that reaches beyond the image is cut there, as in OTB, with a warning; one that lies outside is an "
         "error. OTB rounds coordinates to float, half a metre in a northing; here they are exact. Sensor models, "
         "elevation and vector files are not supported.")
      .tag("Image Manipulation")
      .input("in", "Image to take a part of.")
      .input("mode.fit.im", "Image to fit to, with -mode fit.")
      .optional()
      .output("out", "The part.");
  declare_modes(app);
  return app.param("startx", &Params::left, "First column.")
      .at_least(0)
      .unit("pixel")
      .only_if("mode", "standard")
      .param("starty", &Params::top, "First line.")
      .at_least(0)
      .unit("pixel")
      .only_if("mode", "standard")
      .param("sizex", &Params::width, "Columns; 0: to the right edge.")
      .at_least(0)
      .unit("pixel")
      .only_if("mode", "standard")
      .param("sizey", &Params::height, "Lines; 0: to the bottom edge.")
      .at_least(0)
      .unit("pixel")
      .only_if("mode", "standard")
      .param("cl", &Params::channels, "Channels to keep, in this order: Channel1 is the first band. All by default.")
      .check(check)
      .cites("Inglada and Christophe (2009), The Orfeo Toolbox remote sensing image processing software, IGARSS.")
      .example("300 columns and 200 lines from pixel 100,50 on",
               "cers ExtractROI -in B8.tif -startx 100 -starty 50 -sizex 300 -sizey 200 -out part.tif int16")
      .example(
          "Two bands within two kilometres of a place",
          "cers ExtractROI -in stack.tif -mode radius -mode.radius.r 2000 -mode.radius.unitr phy "
          "-mode.radius.unitc lonlat -mode.radius.cx 4.32 -mode.radius.cy 44.2 -cl Channel3 Channel2 -out place.tif")
      .example("What lies under another image",
               "cers ExtractROI -in B8.tif -mode fit -mode.fit.im B11.tif -out under.tif int16")
      .done();
}

using Place = PixelPlace;

// Coordinates are seldom exact to the last bit: what is this near to an edge lies on it.
constexpr double tolerance = 1e-6;

/// The pixel that holds a point; of two the right or lower one.
Place pixel_of(const Place& point) {
  return {std::floor(point.x + tolerance), std::floor(point.y + tolerance)};
}

Place place_of_map(const Grid& grid, double x, double y) {
  const auto& a = grid.transform.a;
  const double determinant = a[1] * a[5] - a[2] * a[4];
  const double dx = x - a[0];
  const double dy = y - a[3];
  return {(dx * a[5] - dy * a[2]) / determinant, (dy * a[1] - dx * a[4]) / determinant};
}

Place place_of_lonlat(const ImageInput& image, double lon, double lat) {
  if (!lies_on_earth(image.info().grid)) {
    throw UserError(
        fmt::format("{} has no reference system, so longitude and latitude mean nothing in it", image.label()),
        "use the unit pxl or phy, or assign one with gdal_edit.py -a_srs EPSG:…");
  }
  const auto place = place_of(image.info().grid, LonLat{lon, lat});
  if (!place) {
    throw UserError(fmt::format("longitude {:g}, latitude {:g} has no place in the reference system of {}", lon, lat,
                                image.label()),
                    "give degrees, east and north positive: x is the longitude, y the latitude");
  }
  return *place;
}

/// A point given as pixel indices lies at the centre of that pixel.
Place place_given(const ImageInput& image, double x, double y, Unit unit) {
  if (unit == Unit::pxl) return {x + 0.5, y + 0.5};
  return unit == Unit::phy ? place_of_map(image.info().grid, x, y) : place_of_lonlat(image, x, y);
}

/// The pixels that hold these points and what lies between, all included.
PixelBox box_around(const std::vector<Place>& points) {
  const Place first = pixel_of(points.front());
  PixelBox box{first.x, first.y, first.x + 1, first.y + 1};
  for (const Place& point : points) {
    const Place pixel = pixel_of(point);
    box = {std::min(box.left, pixel.x), std::min(box.top, pixel.y), std::max(box.right, pixel.x + 1),
           std::max(box.bottom, pixel.y + 1)};
  }
  return box;
}

/// The values in place of those not given. Map coordinates come all together or not at all: a longitude alone is no
/// place.
template <std::size_t n>
std::array<double, n> completed(const std::array<std::optional<double>, n>& given,
                                const std::array<const char*, n>& keys, const std::array<double, n>& pixels,
                                Unit unit) {
  std::array<double, n> values = pixels;
  for (std::size_t i = 0; i < n; ++i) {
    if (given[i]) {
      values[i] = *given[i];
    } else if (unit != Unit::pxl) {
      throw UserError(fmt::format("-{} is not given", keys[i]), "give all coordinates, or none for the whole image");
    }
  }
  return values;
}

PixelBox extent_box(const Params& params, const ImageInput& image) {
  const Size size = image.info().grid.size;
  const std::array given{params.upper_left_x, params.upper_left_y, params.lower_right_x, params.lower_right_y};
  if (std::none_of(given.begin(), given.end(), [](const auto& value) { return value.has_value(); })) {
    return box_of_size(0, 0, 0, 0, size);
  }
  const Unit unit = params.extent_unit;
  auto corners = completed<4>(given, {"mode.extent.ulx", "mode.extent.uly", "mode.extent.lrx", "mode.extent.lry"},
                              {0, 0, size.width - 1.0, size.height - 1.0}, unit);
  if (unit == Unit::pxl) {
    for (double& corner : corners) corner = std::round(corner);
  }
  const Place first = place_given(image, corners[0], corners[1], unit);
  const Place last = place_given(image, corners[2], corners[3], unit);
  if (unit != Unit::lonlat && (last.x < first.x || last.y < first.y)) {
    throw UserError("the corners of the extent are in the wrong order",
                    "give the upper left corner with ulx and uly, the lower right one with lrx and lry");
  }
  return box_around({first, last});
}

PixelBox radius_box(const Params& params, const ImageInput& image) {
  const Grid& grid = image.info().grid;
  const Unit unit = params.center_unit;
  Place center{0.5 * grid.size.width, 0.5 * grid.size.height};
  if (params.center_x || params.center_y) {
    auto [x, y] = completed<2>({params.center_x, params.center_y}, {"mode.radius.cx", "mode.radius.cy"},
                               {std::floor(center.x), std::floor(center.y)}, unit);
    if (unit == Unit::pxl) {
      x = std::trunc(x);
      y = std::trunc(y);
    }
    center = place_given(image, x, y, unit);
  }
  if (params.radius_unit == LengthUnit::pxl) {
    const double r = std::trunc(params.radius);
    return box_around({{center.x - r, center.y - r}, {center.x + r, center.y + r}});
  }
  const double x = grid.transform.x(center.x, center.y);
  const double y = grid.transform.y(center.x, center.y);
  const double r = params.radius;
  return box_around({place_of_map(grid, x - r, y - r), place_of_map(grid, x + r, y - r),
                     place_of_map(grid, x - r, y + r), place_of_map(grid, x + r, y + r)});
}

PixelBox fitted_box(const ImageInput& image, const ImageInput& reference) {
  const double width = reference.info().grid.size.width;
  const double height = reference.info().grid.size.height;
  std::array<double, 4> x{0, width, 0, width};
  std::array<double, 4> y{0, 0, height, height};
  std::array<int, 4> mapped{};
  PixelMap(reference.info().grid, image.info().grid).map(x, y, mapped);
  if (std::count(mapped.begin(), mapped.end(), 0) > 0) {
    throw UserError(
        fmt::format("a corner of {} has no place in the reference system of {}", reference.label(), image.label()),
        "choose an image nearer to it");
  }
  const auto [left, right] = std::minmax_element(x.begin(), x.end());
  const auto [top, bottom] = std::minmax_element(y.begin(), y.end());
  const auto edge = [](double value) { return std::floor(value + 0.5 + tolerance); };
  return {edge(*left), edge(*top), edge(*right), edge(*bottom)};
}

PixelBox box_of(const Params& params, Wiring& wiring) {
  const ImageInput& image = wiring.image("in");
  const bool reference = wiring.has("mode.fit.im");
  switch (params.mode) {
    case Mode::fit:
      if (!reference) throw UserError("-mode fit needs -mode.fit.im", "name the image to fit to");
      return fitted_box(image, wiring.image("mode.fit.im"));
    case Mode::extent:
      return extent_box(params, image);
    case Mode::radius:
      return radius_box(params, image);
    case Mode::standard:
      break;
  }
  return box_of_size(params.left, params.top, params.width, params.height, image.info().grid.size);
}

void ExtractROI::wire(const Params& params, Wiring& wiring) {
  const ImageInput& image = wiring.image("in");
  if (params.mode != Mode::fit && wiring.has("mode.fit.im")) {
    wiring.warn("-mode.fit.im has no effect without -mode fit");
  }
  const Window window = window_in(image, box_of(params, wiring), wiring);
  wiring.output("out", cut_out(image, channels_named(params.channels, image), window, wiring));
}

}  // namespace

Application cers_app_ExtractROI() {
  return application<ExtractROI>();
}

}  // namespace cers
