// SPDX-License-Identifier: Apache-2.0
// The terrain and tree cover that tools are given, with their errors, and the slope correction made with them.
#pragma once

#include <memory>

#include "cers/engine/node.hpp"
#include "cers/simulator/date.hpp"
#include "sun.hpp"

namespace cers::simulator {

/// Pixels of 20 m that the degraded DEM needs around itself.
int degraded_halo(const Recipe& recipe);
/// Smoothed, moved by half a pixel, with correlated errors; no voids yet. Input: true altitude at 20 m.
std::unique_ptr<const Node> make_degraded_dem(const Recipe& recipe, const Grid& grid, const Grid& terrain);
/// NaN in patches. Input: the degraded DEM.
std::unique_ptr<const Node> make_voids(const Recipe& recipe, const Grid& grid);

/// Bands of the incidence node, f32 at 20 m: cosine of the sun's incidence on the degraded DEM; altitude of the sun
/// as the sine. Input: degraded DEM (one pixel around).
std::unique_ptr<const Node> make_incidence(const SunField& sun, const Grid& grid, const Grid& dem);

/// Flat reflectance: the image divided by the light that the degraded DEM gives. Inputs: reflectance on `grid`,
/// incidence at 20 m. `bands`: which of the ten bands the image holds.
std::unique_ptr<const Node> make_slope_correction(const Recipe& recipe, const SunField& sun,
                                                  const std::vector<int>& bands, const Grid& grid,
                                                  const Grid& incidence);

/// Percent as a map two years old gives it. Inputs: true tree cover 0..1 on `grid` (20 m), truth classes at 10 m.
std::unique_ptr<const Node> make_tree_cover_map(const Recipe& recipe, const Grid& grid);

}  // namespace cers::simulator
