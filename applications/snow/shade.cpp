// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "cers/core/error.hpp"
#include "cers/geo/align.hpp"
#include "cers/ops/terrain_shadow.hpp"
#include "inputs.hpp"
#include "pixel_tests.hpp"

namespace cers::snow {
namespace {

/// Inputs: flags, cast shadow, incidence.
class AddShade final : public PixelwiseNode {
 public:
  std::string name() const override { return "shade"; }
  std::string signature() const override { return name(); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto flags = row.in<std::uint8_t>(0);
    const auto cast = row.in<std::uint8_t>(1);
    const auto incidence = row.in<float>(2);
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const unsigned turned_away = incidence[i] <= 0.0F ? 1U : 0U;
      const unsigned shade = (cast[i] | turned_away) != 0 ? bit(Flag::shade) : 0U;
      out[i] = static_cast<std::uint8_t>(flags[i] | shade);
    }
  }
};

/// Inputs: flags, shade.
class WithShade final : public PixelwiseNode {
 public:
  std::string name() const override { return "given shade"; }
  std::string signature() const override { return name(); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto flags = row.in<std::uint8_t>(0);
    const auto shade = row.in<std::uint8_t>(1);
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i)
      out[i] = static_cast<std::uint8_t>(flags[i] | (shade[i] != 0 ? bit(Flag::shade) : 0U));
  }
};

/// Input: any number, NaN where missing.
class NotZero final : public PixelwiseNode {
 public:
  std::string name() const override { return "not 0"; }
  std::string signature() const override { return name(); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {BandInfo{}}, PixelType::u8};
    info.bands[0].name = "shade";
    return info;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<float>(0);
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i) out[i] = in[i] < 0 || in[i] > 0 ? 1 : 0;
  }
};

/// Pixels to add to `grid` on each side so that ground `reach_m` towards the sun takes part, and nothing more.
struct Margin {
  int left = 0;
  int right = 0;
  int top = 0;
  int bottom = 0;
};

Margin margin_towards(const SunPosition& sun, double pixel_m, double reach_m) {
  const double azimuth = sun.azimuth_deg * std::numbers::pi / 180;
  const double x = reach_m * std::sin(azimuth) / pixel_m;
  const double y = -reach_m * std::cos(azimuth) / pixel_m;
  const auto pixels = [](double length) { return static_cast<int>(std::ceil(std::max(0.0, length))); };
  return {pixels(-x), pixels(x), pixels(-y), pixels(y)};
}

/// A margin outside the DEM would only be missing pixels. In another CRS that is not known here: all is kept.
void clip_to(const Grid& dem, const Grid& grid, Margin& margin) {
  if (!dem.transform.north_up() || !grid.transform.north_up() || dem.crs != grid.crs) return;
  const auto& a = grid.transform.a;
  const auto& d = dem.transform.a;
  const auto at_most = [](int& pixels, double space) {
    pixels = std::clamp(static_cast<int>(std::ceil(space)), 0, pixels);
  };
  at_most(margin.left, (a[0] - d[0]) / a[1]);
  at_most(margin.right, (dem.transform.x(dem.size.width, 0) - grid.transform.x(grid.size.width, 0)) / a[1]);
  at_most(margin.top, (a[3] - d[3]) / a[5]);
  at_most(margin.bottom, (dem.transform.y(0, dem.size.height) - grid.transform.y(0, grid.size.height)) / a[5]);
}

}  // namespace

bool has_own_shade(const ImageInput& image) {
  const Scene* scene = image.scene();
  return scene != nullptr && scene->product().mask(MaskMeaning::topographic_shadow) != nullptr;
}

bool knows_sun(const ImageInput& image) {
  const Scene* scene = image.scene();
  return scene != nullptr && scene->product().sun_zenith_deg && scene->product().sun_azimuth_deg;
}

Edge shadow_of_the_scene(const ImageInput& image, Graph& graph, const Inputs& inputs) {
  if (!knows_sun(image))
    throw UserError(fmt::format("{} does not tell the sun's mean angles, and -shade is terrain", image.label()),
                    "take -shade auto or raster");
  const Product& product = image.scene()->product();
  return add_walked_shadow(graph, inputs.altitude, {90 - *product.sun_zenith_deg, *product.sun_azimuth_deg});
}

Edge given_shade(const ImageInput& shade, Graph& graph, const Grid& grid) {
  check_on_grid(shade, "shade.raster", grid);
  Calibration missing;
  missing.nodata = shade.info().bands[0].nodata;
  return graph.add(std::make_unique<NotZero>(), {shade.bands({0}, PixelType::f32, missing)});
}

Edge with_shade(Graph& graph, Edge flags, Edge shade) {
  return graph.add(std::make_unique<WithShade>(), {flags, shade});
}

Edge shaded_by_terrain(const ImageInput& image, const ImageInput& dem, Graph& graph, const Inputs& inputs,
                       std::optional<double> sun_zenith_deg, std::optional<double> sun_azimuth_deg, double reach_m) {
  if (!sun_zenith_deg && !sun_azimuth_deg && knows_sun(image)) {
    sun_zenith_deg = image.scene()->product().sun_zenith_deg;
    sun_azimuth_deg = image.scene()->product().sun_azimuth_deg;
  }
  if (!sun_zenith_deg || !sun_azimuth_deg)
    throw UserError(fmt::format("where the sun stood over {} is not known", image.label()),
                    "give -sun.zenith and -sun.azimuth in degrees, or -shade none");
  const SunPosition sun = sun_over(inputs.grid, *sun_zenith_deg, *sun_azimuth_deg);
  const double pixel = inputs.grid.transform.a[1];
  Margin margin = margin_towards(sun, pixel, reach_m);
  clip_to(dem.info().grid, inputs.grid, margin);
  Grid wide = inputs.grid;
  wide.transform = inputs.grid.transform.shifted(-margin.left, -margin.top);
  wide.size = {inputs.grid.size.width + margin.left + margin.right,
               inputs.grid.size.height + margin.top + margin.bottom};
  const Edge ground = altitude_on(dem, graph, wide, true);
  const auto shadow = add_cast_shadow(graph, ground, sun);
  const Edge cast =
      graph.add(make_pixel_bits(inputs.grid, shadow, margin.left, margin.top, "cast shadow"), {}, {shadow});
  const Edge incidence = graph.add(make_incidence(graph.info(inputs.altitude), sun), {inputs.altitude});
  return graph.add(std::make_unique<AddShade>(), {inputs.flags, cast, incidence});
}

}  // namespace cers::snow
