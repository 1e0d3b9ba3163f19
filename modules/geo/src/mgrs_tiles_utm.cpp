// SPDX-License-Identifier: Apache-2.0
// Krüger's series in n to the fourth power, as in Karney (2011), Transverse Mercator with an accuracy of a few
// nanometers, Journal of Geodesy 85, eq. 35 and 36. The terms left out are below a tenth of a millimetre within 10° of
// the central meridian.
#include "mgrs_tiles_utm.hpp"

#include <array>
#include <cmath>
#include <complex>
#include <numbers>

namespace cers::geo_detail {
namespace {

constexpr double equator = 6378137;
constexpr double flattening = 1 / 298.257223563;
constexpr double n = flattening / (2 - flattening);
constexpr double scale = 0.9996;
constexpr double false_easting = 500000;
constexpr double radius = scale * equator / (1 + n) * (1 + n * n / 4 + n * n * n * n / 64);
constexpr double degrees = 180 / std::numbers::pi;

constexpr double power(double x, int exponent) {
  return exponent == 0 ? 1 : x * power(x, exponent - 1);
}
constexpr std::array forwards{
    n / 2 - 2 * power(n, 2) / 3 + 5 * power(n, 3) / 16 + 41 * power(n, 4) / 180,
    13 * power(n, 2) / 48 - 3 * power(n, 3) / 5 + 557 * power(n, 4) / 1440,
    61 * power(n, 3) / 240 - 103 * power(n, 4) / 140,
    49561 * power(n, 4) / 161280,
};
constexpr std::array backwards{
    n / 2 - 2 * power(n, 2) / 3 + 37 * power(n, 3) / 96 - power(n, 4) / 360,
    power(n, 2) / 48 + power(n, 3) / 15 - 437 * power(n, 4) / 1440,
    17 * power(n, 3) / 480 - 37 * power(n, 4) / 840,
    4397 * power(n, 4) / 161280,
};

const double eccentricity = std::sqrt(flattening * (2 - flattening));

// Tangent of the conformal latitude from that of the geographic one.
double conformal(double tangent) {
  const double sine = tangent / std::hypot(1, tangent);
  const double sigma = std::sinh(eccentricity * std::atanh(eccentricity * sine));
  return tangent * std::hypot(1, sigma) - sigma * std::hypot(1, tangent);
}

std::complex<double> with_series(std::complex<double> z, const std::array<double, 4>& terms, double sign) {
  std::complex<double> sum = z;
  double multiple = 2;
  for (const double term : terms) {
    sum += sign * term * std::sin(multiple * z);
    multiple += 2;
  }
  return sum;
}

}  // namespace

Utm utm_of(const LonLat& place) {
  const double lon = place.lon / degrees;
  const double tangent = conformal(std::tan(place.lat / degrees));
  const std::complex<double> sphere{std::atan2(tangent, std::cos(lon)),
                                    std::asinh(std::sin(lon) / std::hypot(tangent, std::cos(lon)))};
  const std::complex<double> z = with_series(sphere, forwards, 1);
  return {false_easting + radius * z.imag(), radius * z.real()};
}

LonLat place_of(const Utm& utm) {
  const std::complex<double> z{utm.y / radius, (utm.x - false_easting) / radius};
  const std::complex<double> sphere = with_series(z, backwards, -1);
  const double wanted = std::sin(sphere.real()) / std::hypot(std::sinh(sphere.imag()), std::cos(sphere.real()));
  // Newton from the conformal latitude: each step squares an error that starts at the flattening.
  double tangent = wanted;
  for (int step = 0; step < 4; ++step) {
    const double found = conformal(tangent);
    const double slope = (1 - eccentricity * eccentricity) /
                         (1 + (1 - eccentricity * eccentricity) * tangent * tangent) *
                         (std::hypot(1, found) * std::hypot(1, tangent));
    tangent += (wanted - found) / slope;
  }
  return {std::atan2(std::sinh(sphere.imag()), std::cos(sphere.real())) * degrees, std::atan(tangent) * degrees};
}

}  // namespace cers::geo_detail
