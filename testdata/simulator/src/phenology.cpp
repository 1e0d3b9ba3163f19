// SPDX-License-Identifier: Apache-2.0
#include "phenology.hpp"

#include "parcels.hpp"

namespace cers::simulator {
namespace {

float logistic(float x) {
  return 1.0F / (1.0F + exponential(clamped(-x, -40.0F, 40.0F)));
}

float double_logistic(const Season& s, float day) {
  return s.least + (s.most - s.least) * (logistic((day - s.up) / s.rate) - logistic((day - s.down) / s.rate));
}

}  // namespace

// Days of emergence and ripeness after the crop calendars of south-west France (Agreste) and MODIS phenology of
// European forests; winter levels from Sentinel-2 NDVI of the same crops.
Season season_of(Surface surface) {
  switch (surface) {
    case Surface::winter_cereal:
      return {0.22F, 0.92F, 70, 168, 11};
    case Surface::rapeseed:
      return {0.38F, 0.93F, 62, 165, 11};
    case Surface::maize:
      return {0.04F, 0.92F, 160, 262, 10};
    case Surface::sunflower:
      return {0.04F, 0.85F, 152, 235, 9};
    case Surface::soy:
      return {0.04F, 0.95F, 166, 255, 9};
    case Surface::grassland:
      return {0.42F, 0.88F, 78, 285, 18};
    case Surface::orchard:
      return {0.35F, 0.75F, 95, 300, 14};
    case Surface::vineyard:
      return {0.12F, 0.52F, 128, 288, 13};
    case Surface::diffuse_built:
      return {0.30F, 0.55F, 85, 295, 18};
    case Surface::dense_built:
    case Surface::industrial:
      return {0.35F, 0.42F, 100, 290, 20};  // here: the share of the second, darker material
    case Surface::broadleaf:
      return {0.04F, 0.97F, 112, 300, 9};
    case Surface::conifer:
      return {0.88F, 0.97F, 120, 300, 20};
    case Surface::moor:
      return {0.35F, 0.85F, 130, 285, 18};
    case Surface::alpine_grass:
      return {0.15F, 0.80F, 158, 262, 13};
    default:
      return {0, 0, 100, 300, 10};
  }
}

SeasonDay season_day(Surface surface, const SceneDate& date) {
  const int year = rotates(surface) ? date.harvest_year() : date.year;
  if (year == date.year) return {year, date.day_of_year()};
  SceneDate last = date;
  last.month = 12;
  last.day = 31;
  return {year, date.day_of_year() - last.day_of_year()};
}

float season_lag(const Recipe& recipe, HalfMetres x, HalfMetres y) {
  constexpr HalfMetres cell = 2 * 120000;  // as wide as a tile: a gradient within one, other seasons in the next
  return static_cast<float>(recipe.region_gradient) * fractal_at(seed_of(recipe.seed, 12), cell, 2, 0.4F, x, y);
}

float green_cover(Surface surface, std::uint32_t field, std::uint32_t region, int year, int day, double sowing_spread,
                  float lag) {
  Season s = season_of(surface);
  if (s.most <= 0) return 0;
  const auto centred = [](std::uint32_t h) { return 2.0F * unit(h) - 1.0F; };
  const auto spread = static_cast<float>(sowing_spread);
  const std::uint32_t this_year = mixed(static_cast<std::uint32_t>(year) * 0x9E3779B1U);
  const float common = 7.0F * centred(this_year) + 5.0F * centred(mixed(region + 21));
  const bool sown = surface >= Surface::winter_cereal && surface <= Surface::soy;
  const float own = (sown ? spread : 0.35F * spread) * centred(mixed(field ^ this_year));
  const float at = static_cast<float>(day) - common - own - lag;
  s.most *= 1.0F - 0.22F * unit(mixed(field + 31 + this_year));
  s.least *= 0.6F + 0.8F * unit(mixed(field + 32 + this_year));
  float cover = double_logistic(s, at);
  // A fifth of cereal and rape fields carries a second crop or regrowth after harvest; others a winter cover before.
  const float after = unit(mixed(field + 33 + this_year));
  if ((surface == Surface::winter_cereal || surface == Surface::rapeseed) && after < 0.2F) {
    cover += double_logistic({0, 0.7F, 222, 292, 9}, at);
  }
  const bool summer_crop = surface == Surface::maize || surface == Surface::sunflower || surface == Surface::soy;
  if (summer_crop && after < 0.35F) cover += double_logistic({0, 0.6F, -20, 102, 14}, at);
  // Mowing: grassland loses half of its cover for some weeks.
  if (surface == Surface::grassland && after > 0.5F) {
    const float cut = 140.0F + 70.0F * unit(mixed(field + 34 + this_year));
    const float since = at - cut;
    if (since > 0 && since < 50) cover *= 0.45F + 0.011F * since;
  }
  return clamped(cover, 0.0F, 1.0F);
}

}  // namespace cers::simulator
