// SPDX-License-Identifier: Apache-2.0
#include "cers/simulator/tiles.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "cers/core/error.hpp"
#include "cers/geo/mgrs_tiles.hpp"
#include "view.hpp"

namespace cers::simulator {
namespace {

constexpr int tile_pixels = 10980;

/// Metres by which a copy of `side` pixels is moved for tiles `metres` apart; a multiple of 60.
double moved(double metres, int side) {
  return std::round(metres * side / tile_pixels / 60) * 60;
}

}  // namespace

std::vector<Recipe> tile_recipes(const Recipe& base, const std::vector<std::string>& names) {
  std::vector<Recipe> recipes;
  std::set<std::string> taken;
  std::optional<MgrsTile> first;
  for (const std::string& name : names) {
    const MgrsTile tile = mgrs_tile_named(name);
    if (!first) first = tile;
    if (!taken.insert(tile.name).second)
      throw UserError(fmt::format("tile {} is named twice", tile.name), "name each tile once");
    if (tile.epsg != first->epsg) {
      throw UserError(fmt::format("tiles {} and {} lie in different UTM zones", first->name, tile.name),
                      "simulate each zone by a run of its own: the ground is made in the map of one zone");
    }
    const double east = moved(tile.ulx - first->ulx, base.side);
    const double north = moved(tile.uly - first->uly, base.side);
    Recipe recipe = base;
    recipe.tile = "T" + tile.name;
    recipe.epsg = tile.epsg;
    recipe.central_meridian = 6 * (tile.epsg % 100) - 183;
    recipe.west = first->ulx + east;
    recipe.north = first->uly + north;
    if (base.swath_cut > 0) {
      // The edge of outside_swath(), which moves 0.2 m west in 1 m south, told from this tile's corner.
      const double cut = base.swath_cut - (east - 0.2 * north) / (10.0 * base.side);
      recipe.swath_cut = std::max(0.0, cut);
      if (cut > 0.9) {
        throw UserError(fmt::format("tile {} lies outside the swath", tile.name),
                        "leave it out, or make -knob.swathcut smaller");
      }
    }
    check(recipe);
    recipes.push_back(recipe);
  }
  return recipes;
}

SceneDate seen_over(const SceneDate& date, const Recipe& first, const Recipe& tile) {
  const ViewField field(first, date);
  const double half = 5.0 * tile.side;
  const ViewTangent level = field.mean(2 * (tile.west + half), 2 * (tile.north - half));
  SceneDate seen = date;
  seen.view_tilt = {-level.east, -level.north};
  return seen;
}

}  // namespace cers::simulator
