// SPDX-License-Identifier: Apache-2.0
// Altitudes from the user's DEM.
#pragma once

#include "cers/app/wiring.hpp"

namespace cers::snow {

/// Altitudes that ground on Earth has, with some room: the shore of the Dead Sea lies at −430 m, Mount Everest at
/// 8849 m. Numbers beyond, such as −32768, are voids that no nodata tag names.
inline constexpr double lowest_altitude_m = -500;
inline constexpr double highest_altitude_m = 9000;

/// `dem` on `grid` in metres, NaN where unknown. With `voids` the DEM's nodata and numbers that are no altitude of
/// Earth are unknown, before anything is interpolated and after; without, they are altitudes like others, as
/// Let-it-snow has them. Throws UserError when `grid` has a reference system and the DEM has none.
Edge altitude_on(const ImageInput& dem, Graph& graph, const Grid& grid, bool voids);

}  // namespace cers::snow
