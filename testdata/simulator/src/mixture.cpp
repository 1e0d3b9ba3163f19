// SPDX-License-Identifier: Apache-2.0
#include "mixture.hpp"

#include <algorithm>

#include "cers/core/vector_clones.hpp"
#include "light.hpp"

namespace cers::simulator {
namespace {

constexpr std::array<float, band_count> wavelengths = {492, 560, 665, 704, 740, 782, 833, 865, 1612, 2200};  // nm

CERS_VECTOR_CLONES void band_row(BandModel m, SurfaceRows s, const float* bare, const float* green,
                                 const float* crown_bare, const float* crown_green, const float* direct,
                                 const float* diffuse, const float* terrain, const float* through, const float* added,
                                 const float* view, float* __restrict out, int count) {
  for (int i = 0; i < count; ++i) {
    const float white = snow_reflectance(m, s.age[i], s.dirt[i]);
    // The kernels of the view are those of land; snow is near enough the same from all angles within the swath.
    const float seen = 1.0F + view[i];
    float ground = (bare[i] + s.green[i] * (green[i] - bare[i])) * s.brightness[i] * seen;
    ground += s.snow[i] * (white - ground);
    float crown = (crown_bare[i] + s.leaves[i] * (crown_green[i] - crown_bare[i])) * seen;
    crown += s.canopy[i] * (m.crown_snow - crown);
    // Between crowns of 20 m the ground of gaps lies mostly in their shade under a winter sun.
    const float shaded = ground * (1.0F - 0.85F * s.trees[i]);
    const float surface = shaded + s.trees[i] * (crown - shaded);
    const float opposite = m.land + s.snow[i] * (0.8F * white - m.land);
    const float light = (1.0F - m.diffuse) * direct[i] + m.diffuse * diffuse[i] + 0.8F * opposite * terrain[i];
    out[i] = surface * light * through[i] + added[i];
  }
}

void look_up_row(const std::array<float, surface_count>& table, const std::vector<int>& kind, std::vector<float>& out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = table[static_cast<std::size_t>(kind[i])];
}

}  // namespace

Materials::Materials(const Recipe& recipe, double sun_up) {
  const Spectra& spectra = spectra_of(recipe.spectra);
  const auto shares = diffuse_shares(recipe);
  // Oblique light meets fewer crystals before it leaves again: snow is brighter in the SWIR under a low sun.
  const auto low_sun = static_cast<float>(1 + 0.5 * (1 - sun_up));
  for (std::size_t b = 0; b < band_count; ++b) {
    const float gain = b < 8 ? 1.0F : low_sun;
    models_[b] = {shares[b],
                  spectra.fresh_snow[b] * (b < 8 ? 1.0F : std::min(low_sun, 1.15F)),
                  spectra.old_snow[b] * gain,
                  spectra.dirty_snow[b] * gain,
                  spectra.crown_snow[b],
                  0.5F * (spectra.surfaces[static_cast<std::size_t>(Surface::rock)].bare[b] +
                          spectra.surfaces[static_cast<std::size_t>(Surface::grassland)].green[b])};
    for (std::size_t c = 0; c < surface_count; ++c) {
      const Mixture& mixture = spectra.surfaces[c];
      bare_[b][c] = mixture.bare[b];
      green_[b][c] = mixture.green[b];
      crown_bare_[b][c] = mixture.crown_bare[b];
      crown_green_[b][c] = mixture.crown_green[b];
    }
  }
}

void Materials::look_up(std::size_t band, const std::vector<int>& kind, Rows& rows) const {
  look_up_row(bare_[band], kind, rows.bare);
  look_up_row(green_[band], kind, rows.green);
  look_up_row(crown_bare_[band], kind, rows.crown_bare);
  look_up_row(crown_green_[band], kind, rows.crown_green);
}

void mix_row(const BandModel& model, const SurfaceRows& surface, const Materials::Rows& materials,
             const LightRows& light, float* out, int count) {
  band_row(model, surface, materials.bare.data(), materials.green.data(), materials.crown_bare.data(),
           materials.crown_green.data(), light.direct, light.diffuse, light.terrain, light.through, light.added,
           light.view, out, count);
}

std::array<float, band_count> diffuse_shares(const Recipe& recipe, double scale) {
  std::array<float, band_count> shares{};
  const auto weight = [](float wavelength) {
    const auto um = static_cast<double>(wavelength) / 1000;
    return 1 / (um * um);
  };
  const double blue = weight(wavelengths.front());
  const double swir = weight(wavelengths.back());
  for (std::size_t b = 0; b < band_count; ++b) {
    const double t = (weight(wavelengths[b]) - swir) / (blue - swir);
    shares[b] = static_cast<float>(scale * (recipe.diffuse_swir + t * (recipe.diffuse_blue - recipe.diffuse_swir)));
  }
  return shares;
}

}  // namespace cers::simulator
