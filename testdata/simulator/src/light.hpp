// SPDX-License-Identifier: Apache-2.0
// Light on the ground: cast shadow, sky view, incidence.
#pragma once

#include <array>
#include <memory>
#include <optional>

#include "cers/engine/node.hpp"
#include "cers/simulator/date.hpp"
#include "cers/simulator/scene.hpp"
#include "sun.hpp"
#include "view.hpp"

namespace cers::simulator {

/// Metres on the map over which ground that is `drop` metres higher can stand between a place of `grid` and the lower
/// rim of the sun, where that stands lowest.
double shadow_reach(double drop, const SunField& sun, const Grid& grid);
/// Pixels of 20 m around a tile that shadows and horizons may come from. `relief`: metres from the lowest to the
/// highest ground; no shadow within is cut.
int light_halo(double relief, const SunField& sun, const Grid& grid);

/// Two bands f32 at 20 m: share of the sun's disc above the terrain's horizon, share of the sky seen. Input: altitude
/// at 20 m over `grid` grown by light_halo.
std::unique_ptr<const Node> make_light(double relief, const SunField& sun, const Grid& grid, const Grid& terrain);

/// Share of diffuse light of each band on open flat ground.
std::array<float, band_count> diffuse_shares(const Recipe& recipe, double scale = 1);

/// The ten bands at 5 m before the sensor: surfaces under their light, seen through the clouds. Inputs: terrain (5 m,
/// one pixel more), surface (5 m), light (20 m), sky (20 m), veil (20 m).
struct RenderGrids {
  Grid fine;
  Grid terrain;
  Grid surface;
  Grid light;
  Grid sky;
  Grid veil;
};
/// `view`: what the angle of the view does to the brightness of land; without it the ground is seen from above.
std::unique_ptr<const Node> make_render(const Recipe& recipe, const SunField& sun, const RenderGrids& grids,
                                        const std::optional<DirectionalGain>& view = std::nullopt);

}  // namespace cers::simulator
