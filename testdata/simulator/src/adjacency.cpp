// SPDX-License-Identifier: Apache-2.0
#include "adjacency.hpp"

#include <algorithm>

namespace cers::simulator {
namespace {

constexpr int spacing = 6;  // pixels of 20 m between samples
constexpr int reach = 4;    // samples on each side: 48 pixels in all, 960 m
constexpr int anchor = 12;  // columns between exact values; linear between

// Share of a band's signal that comes from the surroundings over land with an aerosol thickness of 0.12: diffuse upward
// transmission after Vermote et al. (1997, 6S), of which the correction removes about two thirds.
constexpr std::array<float, band_count> scattered = {.045F, .036F, .028F, .025F, .022F,
                                                     .020F, .018F, .017F, .006F, .003F};

}  // namespace

Surroundings::Surroundings(const Recipe& recipe, const SceneDate& date, const Nest& terrain)
    : terrain_(terrain),
      line_(static_cast<float>(date.snow_line)),
      per_metre_(static_cast<float>(0.5 / (recipe.snow_spread + 0.5 * recipe.aspect_effect))) {
  const Spectra& spectra = spectra_of(recipe.spectra);
  const auto thick = static_cast<float>(date.aerosol / 0.12);
  const auto at = [](Surface surface) { return static_cast<std::size_t>(surface); };
  for (std::size_t b = 0; b < band_count; ++b) {
    strength_[b] = clamped(scattered[b] * thick, 0, 0.3F);
    land_[b] =
        0.5F * (spectra.surfaces[at(Surface::grassland)].green[b] + spectra.surfaces[at(Surface::maize)].bare[b]);
    snow_[b] = 0.75F * spectra.old_snow[b];  // woods, rocks and shade in between
  }
}

float Surroundings::around(const Plane<const float>& altitude, int x, int y) const {
  float sum = 0;
  for (int j = -reach; j <= reach; ++j) {
    for (int i = -reach; i <= reach; ++i) {
      sum += clamped(0.5F + (altitude.at(x + i * spacing, y + j * spacing) - line_) * per_metre_, 0, 1);
    }
  }
  return sum * (1.0F / ((2 * reach + 1) * (2 * reach + 1)));
}

void Surroundings::white_share(const Block& terrain, int x, int y, std::span<float> out) const {
  const auto altitude = terrain.plane<float>(0);
  const int ty = y + terrain_.row;
  const int end = x + static_cast<int>(out.size());
  for (int first = floor_quotient(x, anchor) * anchor; first < end; first += anchor) {
    const float left = around(altitude, first + terrain_.column, ty);
    const float step = (around(altitude, first + anchor + terrain_.column, ty) - left) * (1.0F / anchor);
    for (int column = std::max(first, x); column < std::min(first + anchor, end); ++column) {
      out[static_cast<std::size_t>(column - x)] = left + step * static_cast<float>(column - first);
    }
  }
}

void Surroundings::add_light(std::size_t band, std::span<const float> white, std::span<float> through,
                             std::span<float> added) const {
  const float strength = strength_[band];
  for (std::size_t i = 0; i < white.size(); ++i) {
    through[i] = 1.0F - strength;
    added[i] += strength * (land_[band] + white[i] * (snow_[band] - land_[band]));
  }
}

}  // namespace cers::simulator
