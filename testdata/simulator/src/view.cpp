// SPDX-License-Identifier: Apache-2.0
#include "view.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace cers::simulator {
namespace {

// Strips are about 24 km wide; they follow the descending orbit, which moves 0.28 m west in 1 m south at 45° north
// (edges of the detectors in the angle grids of SENTINEL2B_20200209, tile 32TLR).
constexpr HalfMetres strip_width = 2 * 24000;
HalfMetres lean(HalfMetres y) {
  return y / 100 * 28;
}

constexpr double orbit = 786000;  // m above ground

// Half of the angle between odd and even detectors, tangent of its part to the north, B2 first: fitted to the same
// grids, residual 0.0005. The part to the east is 0.27 of it, as the orbit leans.
constexpr std::array<double, band_count> stagger = {.0093, .0140, .0184, .0208, .0232,
                                                    .0255, .0116, .0279, .0228, .0285};

/// Shares of the volume and the surface kernel in the isotropic reflectance.
struct Kernels {
  double volume;
  double surface;
};
// f_vol / f_iso and f_geo / f_iso of the MODIS-derived global set of Roy et al.; red edge bands after Roy et al. 2017b.
constexpr std::array<Kernels, band_count> kernels = {{{.0372 / .0774, .0079 / .0774},
                                                      {.0580 / .1306, .0178 / .1306},
                                                      {.0574 / .1690, .0227 / .1690},
                                                      {.0845 / .2085, .0256 / .2085},
                                                      {.1003 / .2316, .0273 / .2316},
                                                      {.1197 / .2599, .0294 / .2599},
                                                      {.1535 / .3093, .0330 / .3093},
                                                      {.1535 / .3093, .0330 / .3093},
                                                      {.1154 / .3430, .0453 / .3430},
                                                      {.0639 / .2658, .0387 / .2658}}};

double phase(double sun, double view, double relative) {
  const double c = std::cos(sun) * std::cos(view) + std::sin(sun) * std::sin(view) * std::cos(relative);
  return std::acos(std::clamp(c, -1.0, 1.0));
}

/// Ross-thick.
double volume_kernel(double sun, double view, double relative) {
  const double xi = phase(sun, view, relative);
  return ((std::numbers::pi / 2 - xi) * std::cos(xi) + std::sin(xi)) / (std::cos(sun) + std::cos(view)) -
         std::numbers::pi / 4;
}

/// Li-sparse, reciprocal, crowns as spheres whose centres lie two radii above the ground.
double surface_kernel(double sun, double view, double relative) {
  const double secants = 1 / std::cos(sun) + 1 / std::cos(view);
  const double ts = std::tan(sun);
  const double tv = std::tan(view);
  const double distance2 = ts * ts + tv * tv - 2 * ts * tv * std::cos(relative);
  const double cross = ts * tv * std::sin(relative);
  const double cos_t = std::clamp(2 * std::sqrt(std::max(0.0, distance2 + cross * cross)) / secants, -1.0, 1.0);
  const double t = std::acos(cos_t);
  const double overlap = (t - std::sin(t) * cos_t) * secants / std::numbers::pi;
  return overlap - secants + 0.5 * (1 + std::cos(phase(sun, view, relative))) / (std::cos(sun) * std::cos(view));
}

double brightness(int band, double sun, double view, double relative) {
  const Kernels& k = kernels[static_cast<std::size_t>(band)];
  return 1 + k.volume * volume_kernel(sun, view, relative) + k.surface * surface_kernel(sun, view, relative);
}

}  // namespace

int strip_at(HalfMetres x, HalfMetres y) {
  return floor_quotient(x - lean(y), strip_width);
}

HalfMetres strip_end(int strip, HalfMetres y) {
  return (strip + 1) * strip_width + lean(y);
}

int detector_of(int strip) {
  constexpr int detectors = 12;
  return ((strip % detectors) + detectors) % detectors + 1;
}

ViewField::ViewField(const Recipe& recipe, const SceneDate& date)
    : centre_x_(recipe.west + 5.0 * recipe.side), centre_y_(recipe.north - 5.0 * recipe.side), tilt_(date.view_tilt) {}

ViewTangent ViewField::at(int band, HalfMetres x, HalfMetres y, int strip) const {
  const ViewTangent level = mean(x, y);
  const double half = (detector_of(strip) % 2 == 0 ? 1 : -1) * stagger[static_cast<std::size_t>(band)];
  return {level.east + 0.27 * half, level.north + half};
}

ViewTangent ViewField::mean(double x, double y) const {
  const double east = (0.5 * x - centre_x_) / orbit;
  const double north = (0.5 * y - centre_y_) / orbit;
  // The plane of view is square to the track; coefficients by the fit above.
  return {-tilt_[0] - 1.0255 * east + 0.305 * north, -tilt_[1] + 0.297 * east - 0.087 * north};
}

double directional_factor(int band, double sun_zenith, double view_zenith, double relative) {
  return brightness(band, sun_zenith, view_zenith, relative) / brightness(band, sun_zenith, 0, 0);
}

DirectionalGain::DirectionalGain(const ViewField& view, const SunField& sun, double strength)
    : view_(view), sun_(sun), strength_(strength) {}

float DirectionalGain::at(int band, HalfMetres x, HalfMetres y, int strip) const {
  if (strength_ <= 0) return 1;
  const ViewTangent view = view_.at(band, x, y, strip);
  const auto sun = sun_.at(x, y);
  const double relative =
      std::atan2(view.east, view.north) - std::atan2(static_cast<double>(sun[0]), static_cast<double>(sun[1]));
  const double sun_zenith = std::acos(std::clamp(static_cast<double>(sun[2]), -1.0, 1.0));
  const double factor = directional_factor(band, sun_zenith, std::atan(std::hypot(view.east, view.north)), relative);
  return static_cast<float>(1 + strength_ * (factor - 1));
}

}  // namespace cers::simulator
