// SPDX-License-Identifier: Apache-2.0
// Superimpose: an image brought onto the grid of another one.
#include <fmt/format.h>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/ops/control_warp.hpp"
#include "cers/raster-io/control_points.hpp"
#include "values.hpp"

namespace cers {
namespace {

enum class Mode { standard, phr };
std::vector<Choice> choices_of(Mode) {
  return {{"default", "By the georeference of both images."},
          {"phr", "Not supported: sensor models of Pleiades pairs."}};
}

enum class Interpolator { bco, nn, linear };
std::vector<Choice> choices_of(Interpolator) {
  return {{"bco", "Cubic convolution over 16 pixels."},
          {"nn", "Value of the nearest pixel: for classes and masks."},
          {"linear", "Weighted mean of the 4 nearest pixels."}};
}

struct Superimpose {
  struct Params {
    double spacing = 4;
    double fill = 0;
    Mode mode = Mode::standard;
    Interpolator interpolator = Interpolator::bco;
    int radius = 2;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};
using Params = Superimpose::Params;

void check(const Params& params, Diagnostics& diagnostics) {
  if (params.mode == Mode::phr) {
    diagnostics.fault({}, "-mode phr is not supported: Cers has no sensor models",
                      "use -mode default with orthorectified images");
  }
  if (params.interpolator == Interpolator::bco && params.radius != 2) {
    diagnostics.fault({}, fmt::format("-interpolator.bco.radius {} is not supported", params.radius),
                      "the supported radius is 2");
  }
}

AppSpec Superimpose::spec() {
  return Declare<Params>("Superimpose", "Brings an image onto the grid of another one.")
      .doc(
          "The result has the size, place, pixel size and coordinate reference system of `-inr` and the bands of "
          "`-inm`. Every pixel is transformed by itself; the pixels are those of `gdalwarp -et 0`.\n\n"
          "Where `-inm` has no data the result has the value `-fv`, which becomes the nodata value of the output. When "
          "`-fv` is not given and `-inm` has a nodata value, that one is kept instead of 0. Nodata pixels and NaN take "
          "no part in the interpolation.\n\n"
          "An image that only ground control points place, such as Sentinel-1 GRD, is brought there by thin-plate "
          "splines "
          "through all of them, as `gdalwarp -tps -et 0` does. Terrain is not corrected: in mountains such an image is "
          "50 to 100 m off.\n\n"
          "Differences from OTB: it interpolates between transformed points, `-lms` apart, so that pixels of another "
          "reference system may come from a neighbour; here `-lms` has no effect. `bco` is the same kernel, but at the "
          "edge of the image and beside missing pixels it is weighted by the pixels there are, and both `bco` and "
          "`linear` widen to all pixels underneath when pixels grow. OTB interpolates nodata values like any other "
          "number, copies them with `nn` whatever `-fv` is, and fills with 0 beside the nodata value of `-inm`. Sensor "
          "models and elevation are not supported.\n\n"
          "Values are interpolated in float, or double for 32-bit integers and double images; integer outputs are "
          "truncated as in OTB, `out.tif?&round=true` rounds.")
      .tag("Geometry")
      .tag("Superimposition")
      .input("inr", "Image whose grid is wanted; its pixels are not read.")
      .input("inm", "Image to bring there.")
      .output("out", "The second image on the grid of the first.")
      .param("lms", &Params::spacing, "Without effect: every pixel is transformed exactly.")
      .advanced()
      .param("fv", &Params::fill, "Value of pixels without data.")
      .param("mode", &Params::mode, "How the images are linked.")
      .advanced()
      .param("interpolator", &Params::interpolator, "How values between pixels are found.")
      .param("interpolator.bco.radius", &Params::radius, "Radius of the cubic interpolation: 2.")
      .only_if("interpolator", "bco")
      .advanced()
      .check(check)
      .cites(
          "Keys (1981), Cubic convolution interpolation for digital image processing, IEEE Transactions on "
          "Acoustics, Speech, and Signal Processing 29 (6).")
      .example("A 20 m band on the 10 m grid",
               "cers Superimpose -inr B8.tif -inm B11.tif -interpolator linear -out B11_10m.tif int16")
      .example("A 10 m stack on the 20 m grid",
               "cers Superimpose -inr B11.tif -inm stack.tif -interpolator nn -fv -1 -out stack_20m.tif")
      .done();
}

Resampling resampling_of(Interpolator interpolator) {
  if (interpolator == Interpolator::nn) return Resampling::nearest;
  return interpolator == Interpolator::linear ? Resampling::bilinear : Resampling::cubic;
}

/// One value for all missing pixels: asked for, or the nodata value of the input, or the default.
double fill_of(const Params& params, const ImageInput& image, Wiring& wiring) {
  const PixelType type = wiring.output_type("out");
  if (wiring.user_set("fv")) {
    check_fits("fv", params.fill, type);
    return as_stored(params.fill, type);
  }
  for (const BandInfo& band : image.info().bands) {
    if (const auto nodata = nodata_of(band, image.info().type)) return *nodata;
  }
  return params.fill;
}

/// Nearest neighbours stay what they are; what is computed needs room for fractions.
PixelType working_type(PixelType stored, Interpolator interpolator, double fill) {
  if (interpolator == Interpolator::nn && holds(stored, fill)) return stored;
  const bool wide = stored == PixelType::f64 || stored == PixelType::i32 || stored == PixelType::u32;
  return wide ? PixelType::f64 : PixelType::f32;
}

std::optional<ControlPoints> control_of(const ImageInput& image) {
  if (image.scene()) return image.scene()->control() ? std::optional(*image.scene()->control()) : std::nullopt;
  if (!image.is_file()) return std::nullopt;
  HandlePool pool;
  return read_control_points(image.label(), pool);
}

void Superimpose::wire(const Params& params, Wiring& wiring) {
  if (wiring.user_set("lms")) wiring.warn("-lms has no effect: every pixel is transformed exactly");
  const ImageInput& image = wiring.image("inm");
  const double fill = fill_of(params, image, wiring);
  const PixelType type = working_type(image.info().type, params.interpolator, fill);
  WarpOptions options;
  options.fill = as_stored(fill, type);
  Graph& graph = wiring.graph();
  const Edge pixels = image.all(type);
  const Grid& target = wiring.image("inr").info().grid;
  const Resampling how = resampling_of(params.interpolator);
  const RasterInfo& info = graph.info(pixels);
  const auto control = target.georeferenced && !info.grid.georeferenced ? control_of(image) : std::nullopt;
  if (control)
    wiring.warn(image.label() +
                " is placed by its control points: terrain is not corrected, which in mountains is 50 "
                "to 100 m of a radar image");
  wiring.output("out", graph.add(control ? make_control_warp(info, *control, target, how, options)
                                         : make_warp(info, target, how, options),
                                 {pixels}));
}

}  // namespace

Application cers_app_Superimpose() {
  return application<Superimpose>();
}

}  // namespace cers
