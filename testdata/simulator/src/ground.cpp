// SPDX-License-Identifier: Apache-2.0
#include "ground.hpp"

#include <array>
#include <cmath>
#include <limits>

#include "clouds.hpp"

namespace cers::simulator {

std::uint32_t ground_seed(const Recipe& recipe) {
  return seed_of(recipe.seed, 20);
}

WildRules::WildRules(const Recipe& recipe, double freezing_level)
    : tree_line_(static_cast<float>(recipe.tree_line)),
      crown_cover_(static_cast<float>(recipe.crown_cover)),
      freezing_level_(static_cast<float>(freezing_level)),
      dry_(recipe.dry_ground > 0),
      north_(recipe.north_ground > 0),
      low_(static_cast<float>(recipe.plain_altitude + 0.05 * recipe.relief)),
      // Lines of equilibrium of the inner Tien Shan lie about 4100 m high; tongues reach some hundred metres lower.
      glacier_(static_cast<float>(recipe.glacier_line)),
      bare_(static_cast<float>(0.7 * (recipe.glacier_line - recipe.tree_line))),
      belt_(static_cast<float>(0.8 * (recipe.tree_line - recipe.plain_altitude))),
      salt_(recipe.salt_flats > 0 ? static_cast<float>(-normal_quantile(recipe.salt_flats)) : 1e9F),
      birch_(static_cast<float>(0.15 * (recipe.tree_line - recipe.plain_altitude))),
      heath_(static_cast<float>(0.25 * recipe.relief)) {}

// Steppe below and above a belt of spruce that shaded slopes alone bear (Picea schrenkiana), juniper scattered around
// it; debris from old moraines and on the tongues; salt with a rim of loess where basins are level.
WildSurface WildRules::dry_at(const GroundPlace& p) const {
  const float z = p.altitude;
  const float slope = std::sqrt(p.slope_x * p.slope_x + p.slope_y * p.slope_y);
  const float shaded = -p.slope_y / std::sqrt(1.0F + slope * slope);
  const float line = tree_line_ + 70.0F * p.stand;
  if (slope > 0.95F + 0.15F * p.crowns) return {p.stand > 0.9F ? Surface::scree : Surface::rock, 0};
  const float boulders = clamped(0.15F + 0.1F * p.crowns, 0, 0.4F);
  const float ice = glacier_ + bare_ * (0.2F * p.stand - 0.4F * shaded);
  if (z > ice && slope < 0.5F)
    return p.patches < -0.6F || z < ice + 40.0F ? WildSurface{Surface::scree, boulders}
                                                : WildSurface{Surface::glacier, 0};
  if (z > line) {
    if (z - line > bare_ * (1.0F - 0.15F * p.patches)) return {slope > 0.6F ? Surface::rock : Surface::scree, boulders};
    if (slope > 0.6F || p.patches < -1.1F) return {Surface::scree, boulders};
    return {p.patches > 1.2F ? Surface::moor : Surface::alpine_grass, clamped(0.18F + 0.1F * p.crowns, 0, 0.5F)};
  }
  const float below = line - z;
  if (below < belt_ && slope > 0.15F) {
    if (shaded > 0.05F && p.stand + 0.4F * p.crowns + 4.0F * shaded > 0.2F) {
      const float edge = smooth_step(0, 0.12F * belt_, below) * smooth_step(0, 0.2F * belt_, belt_ - below);
      return {Surface::conifer, edge * clamped(crown_cover_ + 0.2F * p.crowns + 0.4F * shaded - 0.1F, 0.1F, 0.95F)};
    }
    // Mats of juniper
    if (p.patches + 0.5F * p.crowns > 0.8F) return {Surface::conifer, clamped(0.6F + 0.25F * p.crowns, 0.1F, 0.9F)};
  }
  if (slope < 0.06F && z < low_) {
    if (p.basin > salt_) return {Surface::salt_flat, 0};
    if (p.basin > salt_ - 0.35F) return {Surface::bare_loess, 0};
  }
  if (p.stand < -1.1F || (slope > 0.12F && p.patches < -1.0F)) return {Surface::bare_loess, 0};
  // Shrubs of some decimetres and tussocks stand out of thin snow: the share of them is crown.
  if (p.patches > 0.1F) return {Surface::moor, clamped(0.65F + 0.2F * p.crowns, 0.1F, 0.92F)};
  return {Surface::grassland, clamped(0.2F + 0.1F * p.crowns, 0, 0.5F)};
}

// From the bottom up: bogs of strings and pools on level ground, dense spruce and loose lichen woods with blocks cut
// out, a belt of mountain birch, heath of dwarf birch and of lichen, boulder fields. Nothing is steep.
WildSurface WildRules::north_at(const GroundPlace& p) const {
  const float z = p.altitude;
  const float slope = std::sqrt(p.slope_x * p.slope_x + p.slope_y * p.slope_y);
  const float line = tree_line_ + 50.0F * p.stand;
  if (slope > 0.95F + 0.1F * p.crowns) return {Surface::rock, 0};
  if (z > line) {
    if (z - line > heath_ * (1.0F - 0.25F * p.patches) || (slope > 0.5F && p.patches > 0.3F))
      return {Surface::scree, clamped(0.3F + 0.12F * p.crowns, 0, 0.6F)};
    if (p.patches + 0.5F * p.stand > 0.1F) return {Surface::alpine_grass, clamped(0.12F + 0.08F * p.crowns, 0, 0.3F)};
    return {Surface::moor, clamped(0.45F + 0.2F * p.crowns, 0, 0.85F)};
  }
  const float below = line - z;
  if (below < birch_ * (1.0F + 0.3F * p.stand)) {
    const float edge = smooth_step(0, 0.4F * birch_, below);
    return {Surface::broadleaf, edge * clamped(0.5F + 0.15F * p.crowns, 0.1F, 0.85F)};
  }
  if (slope < 0.06F && p.basin > 0.55F)
    return p.hummocks > 0.3F ? WildSurface{Surface::moor, clamped(0.2F + 0.1F * p.crowns, 0, 0.5F)}
                             : WildSurface{Surface::grassland, 0};
  if (p.cut) return {Surface::grassland, clamped(0.15F + 0.1F * p.crowns, 0, 0.4F)};
  if (p.basin + 0.3F * p.stand < -0.2F) return {Surface::conifer, clamped(0.3F + 0.13F * p.crowns, 0.05F, 0.6F)};
  return {Surface::conifer, clamped(crown_cover_ + 0.13F * p.crowns + 0.06F * p.stand, 0.1F, 0.98F)};
}

ClearCuts::ClearCuts(const Recipe& recipe)
    : seed_(seed_of(recipe.seed, 44)), share_(static_cast<float>(recipe.clear_cuts)) {}

bool ClearCuts::at(HalfMetres x, HalfMetres y, float bend) const {
  constexpr HalfMetres length = 480;
  constexpr HalfMetres width = 320;
  constexpr float reach = 160;
  const auto off = static_cast<HalfMetres>(std::floor(reach * bend));
  return unit(hashed(seed_, floor_quotient(x + off, length), floor_quotient(y - off, width))) < share_;
}

WildSurface WildRules::at(const GroundPlace& p) const {
  const float z = p.altitude;
  const float slope = std::sqrt(p.slope_x * p.slope_x + p.slope_y * p.slope_y);
  const float line = tree_line_ + 90.0F * p.stand;
  if (p.shore <= 0) {
    const Surface open = p.turbid ? Surface::turbid_water : Surface::clear_water;
    return {z > freezing_level_ ? Surface::lake_ice : open, 0};
  }
  if (dry_) return dry_at(p);
  if (north_) return north_at(p);
  if (slope > 1.0F + 0.15F * p.crowns) return {z > 2300 && p.patches < 0 ? Surface::scree : Surface::rock, 0};
  if (z > line) {
    const float high = z - line + 80.0F * p.patches;
    if (z > 3000.0F + 150.0F * p.stand && slope < 0.55F) return {Surface::glacier, 0};
    if (high > 650) return {slope > 0.6F ? Surface::rock : Surface::scree, 0};
    return {high < 150 ? Surface::moor : (slope > 0.75F ? Surface::scree : Surface::alpine_grass), 0};
  }
  if (p.stand > -1.15F + (slope < 0.3F ? 0.55F : 0.0F)) {
    const float cold = (z - 1050.0F) * (1.0F / 350.0F) + 0.5F * p.crowns + 0.7F * p.stand - (p.slope_y > 0 ? 0.3F : 0);
    const float edge = smooth_step(0, 250, line - z);  // woods thin out towards the tree line
    return {cold > 0 ? Surface::conifer : Surface::broadleaf,
            edge * clamped(crown_cover_ + 0.13F * p.crowns + 0.05F * p.stand, 0.1F, 0.99F)};
  }
  if (z > 1500 && p.patches > 0.5F) return {Surface::moor, 0};
  return {Surface::grassland, 0};
}

FarmRules::FarmRules(const Recipe& recipe)
    : limit_(static_cast<float>(recipe.plain_altitude) + (recipe.north_ground > 0 ? 60.0F : 420.0F)),
      strip_(recipe.irrigated > 0 && recipe.irrigated < 1
                 ? static_cast<float>(normal_quantile(0.5 + 0.5 * recipe.irrigated))
                 : everywhere) {}

Ground::Ground(const Recipe& recipe, int year)
    : terrain_(recipe),
      parcels_(recipe),
      wild_(recipe, std::numeric_limits<float>::max()),
      farm_(recipe),
      cuts_(recipe),
      seed_(ground_seed(recipe)),
      year_(year) {}

Ground::Found Ground::at(HalfMetres x, HalfMetres y) const {
  constexpr HalfMetres step = 10;  // slopes over two pixels of 5 m, as the raster has them
  const auto lakes = terrain_.lakes_in(x - step, y - step, x + step, y + step);
  std::array<float, 3> shore{};
  std::array<std::uint8_t, 3> turbid{};
  const auto row = [&](HalfMetres py) {
    std::array<float, 3> z{};
    turbid.fill(0);
    terrain_.dry_row(x - step, step, py, z);
    terrain_.add_lakes(lakes, x - step, step, py, z, shore, turbid);
    return z;
  };
  const auto above = row(y + step);
  const auto below = row(y - step);
  const auto here = row(y);  // last: what it says of water is kept
  constexpr float per_metre = 1.0F / static_cast<float>(step);
  const float bog = wild_.north() ? bog_noise.at(seed_, x, y) : 0;
  const GroundPlace place{here[1],
                          (here[2] - here[0]) * per_metre,
                          (above[1] - below[1]) * per_metre,
                          shore[1],
                          turbid[1] > 0,
                          stand_noise.at(seed_, x, y),
                          patch_noise.at(seed_, x, y),
                          crown_noise.at(seed_, x, y),
                          wild_.dry() ? basin_noise.at(seed_, x, y) : bog,
                          wild_.north() ? hummock_noise.at(seed_, x, y) : 0,
                          cuts_.any() && cuts_.at(x, y, bog)};
  const float valley = farm_.along_rivers() ? valley_noise.at(seed_, x, y) : 0;
  const float slope2 = place.slope_x * place.slope_x + place.slope_y * place.slope_y;
  if (!farm_.farmed(place.altitude, slope2, place.shore, valley)) return {wild_.at(place).surface, 0};
  const Parcel parcel = parcels_.at(x, y);
  return {parcels_.crop(parcel, year_), parcel.id};
}

}  // namespace cers::simulator
