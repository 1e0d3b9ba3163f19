// SPDX-License-Identifier: Apache-2.0
#include "wrs.hpp"

#include <cmath>
#include <numbers>

namespace cers::simulator {
namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr double inclination = 98.2 * degree;
constexpr int paths = 233;
constexpr int rows = 122;
constexpr double orbits_per_day = 233.0 / 16;
constexpr double row_arc = 360.0 / 248 * degree;
constexpr double first_node = -64.60;            // degrees
constexpr double eccentricity2 = 0.00669437999;  // of WGS 84

double turned(double degrees) {
  return degrees - 360 * std::floor((degrees + 180) / 360);
}

}  // namespace

WrsPlace wrs_middle(const WrsScene& scene) {
  const double arc = (scene.row - 60) * row_arc;  // along the orbit from the descending node
  const double latitude = -std::asin(std::sin(inclination) * std::sin(arc));
  const double east = std::atan2(std::cos(inclination) * std::sin(arc), std::cos(arc));
  const double earth = arc / orbits_per_day;  // turned meanwhile
  return {turned(first_node - (scene.path - 1) * 360.0 / paths + (east - earth) / degree),
          std::atan(std::tan(latitude) / (1 - eccentricity2)) / degree};
}

WrsScene nearest_wrs(double longitude, double latitude) {
  WrsScene nearest;
  double most = -2;
  const double sine = std::sin(latitude * degree);
  const double cosine = std::cos(latitude * degree);
  for (int row = 1; row <= rows; ++row) {
    for (int path = 1; path <= paths; ++path) {
      const WrsPlace middle = wrs_middle({path, row});
      const double closeness =
          sine * std::sin(middle.latitude * degree) +
          cosine * std::cos(middle.latitude * degree) * std::cos((longitude - middle.longitude) * degree);
      if (closeness <= most) continue;
      most = closeness;
      nearest = {path, row};
    }
  }
  return nearest;
}

}  // namespace cers::simulator
