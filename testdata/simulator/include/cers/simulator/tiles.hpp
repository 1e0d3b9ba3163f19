// SPDX-License-Identifier: Apache-2.0
// Several tiles of one world: terrain, parcels, weather and swath are functions of the map, so neighbours agree.
#pragma once

#include <string>
#include <vector>

#include "cers/simulator/date.hpp"
#include "cers/simulator/recipe.hpp"

namespace cers::simulator {

/// `base` moved to each of the named Sentinel-2 tiles ("31TCH" or "T31TCH"), the edge of its swath continued over them.
/// A side of less than 10 980 pixels gives a small copy of the arrangement: it starts at the corner of the first tile
/// and keeps the share by which neighbours overlap. Throws UserError for unknown or repeated names, tiles of several
/// UTM zones and a tile outside the swath.
std::vector<Recipe> tile_recipes(const Recipe& base, const std::vector<std::string>& names);

/// `date`, whose view angles hold at the centre of `first`, as the same pass sees the centre of `tile`.
SceneDate seen_over(const SceneDate& date, const Recipe& first, const Recipe& tile);

}  // namespace cers::simulator
