// SPDX-License-Identifier: Apache-2.0
// Names and texts of a Landsat product.
#pragma once

#include <string>

#include "cers/simulator/scene.hpp"
#include "cover.hpp"

namespace cers::simulator {

inline constexpr int landsat_bands_count = 7;
inline constexpr double landsat_scale = 2.75e-5;
inline constexpr double landsat_offset = -0.2;

/// LC08_L2SR_195028_20180211_20180211_02_T1: path and row are those whose middle is nearest to the scene's.
std::string landsat_id(const SimulatedScene& scene);

/// The metadata in its three forms, of equal content, with a group SIMULATION_KNOBS.
struct LandsatTexts {
  std::string odl;
  std::string xml;
  std::string json;
};
LandsatTexts landsat_metadata(const SimulatedScene& scene, const Grid& grid, const Cover& cover);
/// Header, projection and mean vectors to satellite and sun of each band; no ephemeris and no coefficients.
std::string landsat_angles(const SimulatedScene& scene, const Grid& grid);

}  // namespace cers::simulator
