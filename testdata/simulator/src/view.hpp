// SPDX-License-Identifier: Apache-2.0
// Where the sensor stands: twelve staggered detectors, the view angle of each band, and what it does to brightness.
#pragma once

#include <array>

#include "cers/simulator/scene.hpp"
#include "frame.hpp"
#include "sun.hpp"

namespace cers::simulator {

/// Number of the detector's strip at a place, ascending to the east without end.
int strip_at(HalfMetres x, HalfMetres y);
/// First place east of the strip on the line of `y`.
HalfMetres strip_end(int strip, HalfMetres y);
/// 1 … 12, as products number them.
int detector_of(int strip);

/// Tangents of the view angle towards the sensor, east and north part.
struct ViewTangent {
  double east = 0;
  double north = 0;
};

class ViewField {
 public:
  ViewField(const Recipe& recipe, const SceneDate& date);
  ViewTangent at(int band, HalfMetres x, HalfMetres y, int strip) const;
  /// Between odd and even detectors. Half metres.
  ViewTangent mean(double x, double y) const;

 private:
  double centre_x_;  ///< m
  double centre_y_;
  std::array<double, 2> tilt_;
};

/// Reflectance seen from a direction over reflectance seen from above, by the kernels of Ross and Li with one set of
/// coefficients a band for all land (Roy et al., Remote Sensing of Environment 176, 2016, and 199, 2017).
class DirectionalGain {
 public:
  /// `strength`: 0 none, 1 as published.
  DirectionalGain(const ViewField& view, const SunField& sun, double strength);
  float at(int band, HalfMetres x, HalfMetres y, int strip) const;

 private:
  ViewField view_;
  SunField sun_;
  double strength_;
};

/// The factor itself. Angles in radians; `relative`: azimuth of the sensor against that of the sun.
double directional_factor(int band, double sun_zenith, double view_zenith, double relative);

}  // namespace cers::simulator
