// SPDX-License-Identifier: Apache-2.0
#include "metadata.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "cers/core/text.hpp"
#include "cers/geo/crs.hpp"
#include "sun.hpp"
#include "view.hpp"

namespace cers::simulator {

const std::array<BandFacts, band_count> band_facts = {{{"B2", "B02", 1, 10, 492.3, 456, 532, 1959.75},
                                                       {"B3", "B03", 2, 10, 559.0, 536, 582, 1824.93},
                                                       {"B4", "B04", 3, 10, 665.0, 646, 685, 1512.79},
                                                       {"B5", "B05", 4, 20, 703.8, 694, 714, 1425.78},
                                                       {"B6", "B06", 5, 20, 739.1, 730, 748, 1291.13},
                                                       {"B7", "B07", 6, 20, 779.7, 766, 794, 1175.57},
                                                       {"B8", "B08", 7, 10, 833.0, 774, 907, 1041.28},
                                                       {"B8A", "B8A", 8, 20, 864.0, 848, 880, 953.93},
                                                       {"B11", "B11", 11, 20, 1610.4, 1538, 1679, 247.08},
                                                       {"B12", "B12", 12, 20, 2185.7, 2065, 2303, 87.75}}};

namespace {

constexpr double degree = std::numbers::pi / 180;

/// Seconds of the day, whole.
int second_of_day(const SceneDate& date) {
  return static_cast<int>(std::lround(date.hour * 3600));
}

int nodes_of(const Recipe& recipe) {
  return static_cast<int>(std::ceil(recipe.side * 10.0 / angle_step)) + 1;
}

/// Calls f(x, y) for the nodes of a line, joins what it gives.
template <class F>
std::vector<std::string> lattice(const SimulatedScene& scene, F f) {
  const int nodes = nodes_of(scene.recipe);
  std::vector<std::string> lines;
  for (int row = 0; row < nodes; ++row) {
    std::string line;
    for (int column = 0; column < nodes; ++column) {
      if (column > 0) line += ' ';
      line += f(scene.recipe.west + column * angle_step, scene.recipe.north - row * angle_step);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

HalfMetres half(double metres) {
  return static_cast<HalfMetres>(std::lround(2 * metres));
}

int detector_at(double x, double y) {
  return detector_of(strip_at(half(x), half(y)));
}

ViewTangent view_tangent(const SimulatedScene& scene, int band, double x, double y) {
  return ViewField(scene.recipe, scene.date).at(band, half(x), half(y), strip_at(half(x), half(y)));
}

ViewMean angles_of(const ViewTangent& tangent) {
  const double azimuth = std::atan2(tangent.east, tangent.north) / degree;
  return {std::atan(std::hypot(tangent.east, tangent.north)) / degree, azimuth < 0 ? azimuth + 360 : azimuth};
}

}  // namespace

std::array<Corner, 5> corners_of(const SimulatedScene& scene) {
  const Recipe& r = scene.recipe;
  const double width = 10.0 * r.side;
  std::array<Corner, 5> corners = {{{"upperLeft", r.west, r.north, 0, 0},
                                    {"upperRight", r.west + width, r.north, 0, 0},
                                    {"lowerRight", r.west + width, r.north - width, 0, 0},
                                    {"lowerLeft", r.west, r.north - width, 0, 0},
                                    {"center", r.west + width / 2, r.north - width / 2, 0, 0}}};
  // The ring runs counter-clockwise from a corner with 21 points a side; the corner nearest in longitude and latitude
  // to each expected place is found by its position in the ring.
  const Grid grid = scene_grid(r, 10);
  const std::vector<LonLat> ring = footprint_lonlat(grid);
  const auto extreme = [&](double east, double north) {
    return *std::max_element(ring.begin(), ring.end(), [&](const LonLat& a, const LonLat& b) {
      const auto score = [&](const LonLat& p) {
        return east * (p.lon - scene.longitude) * std::cos(scene.latitude * degree) + north * (p.lat - scene.latitude);
      };
      return score(a) < score(b);
    });
  };
  const std::array<std::array<double, 2>, 4> sides = {{{-1, 1}, {1, 1}, {1, -1}, {-1, -1}}};
  for (std::size_t i = 0; i < sides.size(); ++i) {
    const LonLat place = extreme(sides[i][0], sides[i][1]);
    corners[i].longitude = place.lon;
    corners[i].latitude = place.lat;
  }
  corners[4].longitude = scene.longitude;
  corners[4].latitude = scene.latitude;
  return corners;
}

std::string muscate_time(const SceneDate& date) {
  const int s = second_of_day(date);
  return fmt::format("{:04}{:02}{:02}-{:02}{:02}{:02}-000", date.year, date.month, date.day, s / 3600, s / 60 % 60,
                     s % 60);
}

std::string iso_time(const SceneDate& date, int decimals) {
  const int s = second_of_day(date);
  return fmt::format("{}T{:02}:{:02}:{:02}.{}Z", date.iso(), s / 3600, s / 60 % 60, s % 60,
                     std::string(static_cast<std::size_t>(decimals), '0'));
}

std::string compact_time(const SceneDate& date) {
  const int s = second_of_day(date);
  return fmt::format("{:04}{:02}{:02}T{:02}{:02}{:02}", date.year, date.month, date.day, s / 3600, s / 60 % 60, s % 60);
}

KnobValues knob_values(const SimulatedScene& scene) {
  const SceneDate& date = scene.date;
  KnobValues values = knob_values(scene.recipe);
  values.emplace_back("terrain", scene.given_dem ? "given" : "fractal");
  if (scene.given_dem) values.emplace_back("dem_file", scene.given_dem->file);
  values.emplace_back("date", date.iso());
  const auto add = [&](const std::string& name, double value) { values.emplace_back(name, format_real(value)); };
  add("hour", date.hour);
  add("sun_zenith", scene.sun.zenith);
  add("sun_azimuth", scene.sun.azimuth);
  add("view_tilt_east", date.view_tilt[0]);
  add("view_tilt_north", date.view_tilt[1]);
  add("snow_line", date.snow_line);
  add("days_since_snowfall", date.days_since_snowfall);
  add("wetness", date.wetness);
  add("dust", date.dust);
  add("freezing_level", date.freezing_level);
  add("turbidity", date.turbidity);
  add("aerosol", date.aerosol);
  add("water_vapour", date.water_vapour);
  add("revisit", date.revisit);
  for (std::size_t i = 0; i < date.clouds.size(); ++i) {
    const CloudLayer& layer = date.clouds[i];
    const std::string prefix = fmt::format("cloud_{}_", i + 1);
    add(prefix + "height", layer.height);
    add(prefix + "cover", layer.cover);
    add(prefix + "thickness", layer.thickness);
    add(prefix + "cell", layer.cell);
    add(prefix + "cold", layer.cold ? 1 : 0);
    add(prefix + "lift", layer.lift);
    add(prefix + "level", layer.level);
  }
  return values;
}

AngleLines sun_lines(const SimulatedScene& scene) {
  const auto angles = [&](double x, double y) {
    return sun_angles(scene.recipe, scene.date, scene.longitude, scene.latitude, x, y);
  };
  return {lattice(scene, [&](double x, double y) { return fmt::format("{:.4f}", angles(x, y).zenith); }),
          lattice(scene, [&](double x, double y) { return fmt::format("{:.4f}", angles(x, y).azimuth); })};
}

std::vector<int> detectors_of(const SimulatedScene& scene) {
  std::vector<int> found;
  const int nodes = nodes_of(scene.recipe);
  for (int row = 0; row < nodes; ++row) {
    for (int column = 0; column < nodes; ++column) {
      found.push_back(detector_at(scene.recipe.west + column * angle_step, scene.recipe.north - row * angle_step));
    }
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

AngleLines view_lines(const SimulatedScene& scene, int band, int detector) {
  const auto value = [&](double x, double y, bool zenith) -> std::string {
    if (detector_at(x, y) != detector) return "NaN";
    const ViewMean view = angles_of(view_tangent(scene, band, x, y));
    return fmt::format("{:.4f}", zenith ? view.zenith : view.azimuth);
  };
  return {lattice(scene, [&](double x, double y) { return value(x, y, true); }),
          lattice(scene, [&](double x, double y) { return value(x, y, false); })};
}

ViewMean view_mean(const SimulatedScene& scene, int band) {
  const double centre = 5.0 * scene.recipe.side;
  return angles_of(view_tangent(scene, band, scene.recipe.west + centre, scene.recipe.north - centre));
}

}  // namespace cers::simulator
