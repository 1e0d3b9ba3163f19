// SPDX-License-Identifier: Apache-2.0
#include "sun.hpp"

#include <cmath>
#include <numbers>

namespace cers::simulator {
namespace {

constexpr double degree = std::numbers::pi / 180;
constexpr double metres_per_degree = 111320;

double wrapped(double degrees) {
  degrees = std::fmod(degrees, 360);
  return degrees < 0 ? degrees + 360 : degrees;
}

/// Days since noon of 1 January 2000 (J2000.0).
double days_since_2000(int year, int month, int day, double hour) {
  const int a = (14 - month) / 12;
  const int y = year + 4800 - a;
  const int m = month + 12 * a - 3;
  const int julian_day = day + (153 * m + 2) / 5 + 365 * y + y / 4 - y / 100 + y / 400 - 32045;
  return julian_day - 2451545 + (hour - 12) / 24;
}

std::array<double, 3> vector_of(const SunAngles& sun, double turn) {
  const double z = sun.zenith * degree;
  const double a = (sun.azimuth - turn) * degree;
  return {std::sin(z) * std::sin(a), std::sin(z) * std::cos(a), std::cos(z)};
}

struct Place {
  double longitude;
  double latitude;
};

Place place_of(const Recipe& recipe, double longitude, double latitude, double x, double y) {
  const double half = 5.0 * recipe.side;
  const double east = x - (recipe.west + half);
  const double north = y - (recipe.north - half);
  const double turn = convergence(longitude, latitude, recipe.central_meridian) * degree;
  const double true_east = east * std::cos(turn) + north * std::sin(turn);
  const double true_north = north * std::cos(turn) - east * std::sin(turn);
  return {longitude + true_east / (metres_per_degree * std::cos(latitude * degree)),
          latitude + true_north / metres_per_degree};
}

}  // namespace

SunAngles sun_at(int year, int month, int day, double hour, double longitude, double latitude) {
  const double n = days_since_2000(year, month, day, hour);
  const double mean_longitude = wrapped(280.460 + 0.9856474 * n);
  const double anomaly = wrapped(357.528 + 0.9856003 * n) * degree;
  const double ecliptic = (mean_longitude + 1.915 * std::sin(anomaly) + 0.020 * std::sin(2 * anomaly)) * degree;
  const double obliquity = (23.439 - 0.0000004 * n) * degree;
  const double ascension = std::atan2(std::cos(obliquity) * std::sin(ecliptic), std::cos(ecliptic));
  const double declination = std::asin(std::sin(obliquity) * std::sin(ecliptic));
  const double sidereal = wrapped((6.697375 + 0.0657098242 * n + hour) * 15 + longitude) * degree;
  const double angle = sidereal - ascension;
  const double phi = latitude * degree;
  const double up = std::sin(declination) * std::sin(phi) + std::cos(declination) * std::cos(phi) * std::cos(angle);
  const double east = -std::cos(declination) * std::sin(angle);
  const double north = std::sin(declination) * std::cos(phi) - std::cos(declination) * std::sin(phi) * std::cos(angle);
  return {std::acos(up) / degree, wrapped(std::atan2(east, north) / degree)};
}

double convergence(double longitude, double latitude, double central_meridian) {
  return std::atan(std::tan((longitude - central_meridian) * degree) * std::sin(latitude * degree)) / degree;
}

SunAngles sun_angles(const Recipe& recipe, const SceneDate& date, double longitude, double latitude, double x,
                     double y) {
  const SunField field = sun_field(recipe, date, longitude, latitude);
  std::array<double, 3> s{};
  for (std::size_t i = 0; i < 3; ++i) {
    s[i] = field.centre[i] + field.per_x[i] * (2 * x - field.x) + field.per_y[i] * (2 * y - field.y);
  }
  const double turn = convergence(longitude, latitude, recipe.central_meridian);
  return {std::atan2(std::hypot(s[0], s[1]), s[2]) / degree, wrapped(std::atan2(s[0], s[1]) / degree + turn)};
}

SunField sun_field(const Recipe& recipe, const SceneDate& date, double longitude, double latitude) {
  const double half = 5.0 * recipe.side;
  const double turn = convergence(longitude, latitude, recipe.central_meridian);
  const double cx = recipe.west + half;
  const double cy = recipe.north - half;
  const auto vector_at = [&](double x, double y) {
    const Place p = place_of(recipe, longitude, latitude, x, y);
    return vector_of(sun_at(date.year, date.month, date.day, date.hour, p.longitude, p.latitude), turn);
  };
  SunField field;
  field.x = static_cast<HalfMetres>(std::lround(2 * cx));
  field.y = static_cast<HalfMetres>(std::lround(2 * cy));
  field.centre = vector_at(cx, cy);
  constexpr double reach = 10000;
  const auto east = vector_at(cx + reach, cy);
  const auto west = vector_at(cx - reach, cy);
  const auto north = vector_at(cx, cy + reach);
  const auto south = vector_at(cx, cy - reach);
  for (std::size_t i = 0; i < 3; ++i) {
    field.per_x[i] = (east[i] - west[i]) / (4 * reach);
    field.per_y[i] = (north[i] - south[i]) / (4 * reach);
  }
  return field;
}

}  // namespace cers::simulator
