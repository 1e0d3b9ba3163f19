// SPDX-License-Identifier: Apache-2.0
// Reflectance of pure surfaces in the ten Sentinel-2 bands.
#pragma once

#include <array>

#include "cers/simulator/scene.hpp"

namespace cers::simulator {

using Spectrum = std::array<float, band_count>;  ///< B2 B3 B4 B5 B6 B7 B8 B8A B11 B12
constexpr std::size_t surface_count = static_cast<std::size_t>(Surface::count);

/// What a surface is mixed from: bare ground and green cover below, leafless and leafy crowns above.
struct Mixture {
  Spectrum bare;
  Spectrum green;
  Spectrum crown_bare;
  Spectrum crown_green;
};

struct Spectra {
  std::array<Mixture, surface_count> surfaces;
  Spectrum fresh_snow;  ///< fine dry grains (radius about 0.1 mm)
  Spectrum old_snow;    ///< coarse grains (1 mm)
  Spectrum dirty_snow;  ///< coarse, wet, with dust
  Spectrum crown_snow;  ///< snow held by a canopy, with the shadow inside it
  Spectrum warm_cloud;  ///< thick, of droplets
  Spectrum cold_cloud;  ///< thick, of ice crystals
  Spectrum cirrus;      ///< thin, high
};

/// Set 0, set 1 with other values (darker soils, yellower vegetation, bluer rock, older snow), or set 2 (moist soils,
/// greener vegetation, basalt, coarse wet snow), or set 3 (bright dry soils, loess and salt, sparse grey vegetation,
/// fine wind-packed snow, yellow dust, flour of glaciers), or set 4 (peat, bog moss, pale lichen, brown lakes, glazed
/// snow shaded by its own ridges, ponds on ice).
const Spectra& spectra_of(int set);

}  // namespace cers::simulator
