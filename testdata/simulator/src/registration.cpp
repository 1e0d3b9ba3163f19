// SPDX-License-Identifier: Apache-2.0
#include "registration.hpp"

#include <cmath>

namespace cers::simulator {
namespace {

std::uint32_t seed_of_day(const Recipe& recipe, const SceneDate& date) {
  return hashed(seed_of(recipe.seed, 90), date.year, date.day_of_year());
}

}  // namespace

Shift date_shift(const Recipe& recipe, const SceneDate& date, int instrument) {
  const bool early = date.year < 2021 || (date.year == 2021 && date.month < 4);
  const double apart = early ? recipe.shift_before_2021 : recipe.shift_since_2021;
  // 95 % of a circular normal law lie within sqrt(-2 ln 0.05) deviations; a difference of two dates has sqrt(2) of one.
  const double deviation = apart / (std::sqrt(-2 * std::log(0.05)) * std::sqrt(2.0));
  const std::uint32_t seed = seed_of_day(recipe, date);
  const auto drawn = [&](int axis) { return deviation * static_cast<double>(normal(hashed(seed, instrument, axis))); };
  return {drawn(100), drawn(101)};
}

BandOptics optics_of(const Recipe& recipe, const SceneDate& date, int band, double pixel, double mtf) {
  const Shift shift = date_shift(recipe, date);
  const std::uint32_t seed = seed_of_day(recipe, date);
  const double most = 0.5 * recipe.band_shift * 10;  // in 10 m pixels, two bands at most twice that apart
  // Evenly over a disc: the first of the draws from the square around it that lies inside.
  double east = 0;
  double north = 0;
  for (int draw = 0; draw < 64; draw += 2) {
    const auto axis = [&](int k) { return 2 * static_cast<double>(unit(hashed(seed, band, draw + k))) - 1; };
    east = axis(0);
    north = axis(1);
    if (east * east + north * north <= 1) break;
    east = north = 0;
  }
  return {band, psf_sigma(pixel, mtf), shift.east + most * east, shift.north + most * north};
}

}  // namespace cers::simulator
