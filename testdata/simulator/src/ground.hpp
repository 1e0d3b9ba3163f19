// SPDX-License-Identifier: Apache-2.0
// Which surface lies where: rules common to the raster of surfaces and to reference polygons.
#pragma once

#include <cmath>

#include "cers/simulator/scene.hpp"
#include "noise.hpp"
#include "parcels.hpp"
#include "terrain.hpp"

namespace cers::simulator {

/// Seed of everything that varies on the ground.
std::uint32_t ground_seed(const Recipe& recipe);

/// Slow noise that shapes the ground, standard deviation 1.
struct GroundNoise {
  HalfMetres cell;
  int octaves;
  float gain;
  std::uint32_t use;  ///< added to the ground's seed
  void row(std::uint32_t seed, HalfMetres x0, HalfMetres step, HalfMetres y, std::span<float> out) const {
    fractal_row(seed + use, cell, octaves, gain, x0, step, y, out);
  }
  float at(std::uint32_t seed, HalfMetres x, HalfMetres y) const {
    return fractal_at(seed + use, cell, octaves, gain, x, y);
  }
};
inline constexpr GroundNoise stand_noise{1280, 4, 0.5F, 1};  ///< woods and meadows, 600 m
inline constexpr GroundNoise patch_noise{480, 4, 0.6F, 2};   ///< 160 m
inline constexpr GroundNoise crown_noise{120, 2, 0.5F, 3};   ///< 60 m
// Of dry ground alone
inline constexpr GroundNoise basin_noise{5200, 4, 0.45F, 31};  ///< salt and loess, 2.6 km
// Of the high north alone
inline constexpr GroundNoise bog_noise{2400, 3, 0.5F, 41};      ///< bogs and lichen woods, 1.2 km
inline constexpr GroundNoise hummock_noise{40, 2, 0.7F, 42};    ///< tussocks and hollows, 20 m
inline constexpr GroundNoise valley_noise{14000, 3, 0.4F, 32};  ///< near 0 along rivers, 7 km

struct GroundPlace {
  float altitude;
  float slope_x;
  float slope_y;
  float shore;  ///< as Terrain::add_lakes tells it
  bool turbid;
  float stand;
  float patches;
  float crowns;
  float basin = 0;     ///< of dry ground; of the high north bogs
  float hummocks = 0;  ///< of the high north
  bool cut = false;    ///< its spruce, lately
};

struct WildSurface {
  Surface surface;
  float cover;  ///< share under crowns
};

/// Surfaces that follow the terrain.
class WildRules {
 public:
  /// `freezing_level`: altitude above which lakes bear ice.
  WildRules(const Recipe& recipe, double freezing_level);
  WildSurface at(const GroundPlace& place) const;

  /// Whether places must tell of basins.
  bool dry() const { return dry_; }
  /// Whether places must tell of bogs, hummocks and cuts.
  bool north() const { return north_; }

 private:
  WildSurface dry_at(const GroundPlace& place) const;
  WildSurface north_at(const GroundPlace& place) const;

  float tree_line_;
  float crown_cover_;
  float freezing_level_;
  bool dry_;
  bool north_;
  float low_;      ///< up to here basins
  float glacier_;  ///< altitude from which ice lies on gentle ground
  float bare_;     ///< metres of meadows above the woods
  float belt_;     ///< metres of woods below the tree line
  float salt_;     ///< of the basin's noise, above it salt
  float birch_;    ///< metres of birch below the tree line, in the north
  float heath_;    ///< metres of heath above it
};

/// Blocks of spruce that were cut lately: 240 by 160 m, in rows that a slow noise bends.
class ClearCuts {
 public:
  explicit ClearCuts(const Recipe& recipe);
  bool any() const { return share_ > 0; }
  /// `bend`: noise of 1.2 km, standard deviation 1.
  bool at(HalfMetres x, HalfMetres y, float bend) const;

 private:
  std::uint32_t seed_;
  float share_;
};

/// Whether fields may lie there: gentle low ground off the shore.
class FarmRules {
 public:
  explicit FarmRules(const Recipe& recipe);
  bool low(float altitude) const { return altitude < limit_; }
  /// `valley`: noise that is near 0 along rivers.
  bool farmed(float altitude, float slope2, float shore, float valley = 0) const {
    return low(altitude) && slope2 <= steepest * steepest && shore >= 0.12F && std::abs(valley) <= strip_;
  }
  /// Whether farmed() must know the valley.
  bool along_rivers() const { return strip_ < everywhere; }

 private:
  static constexpr float steepest = 0.21F;  // tangent of 12°
  static constexpr float everywhere = 1e9F;
  float limit_;
  float strip_;  ///< of the valley's noise
};

/// Surfaces by place, one at a time; lakes are never frozen, fields have neither hedges nor tracks.
class Ground {
 public:
  Ground(const Recipe& recipe, int year);
  struct Found {
    Surface surface;
    std::uint32_t field;  ///< of the parcel; 0 on ground that nobody farms
  };
  Found at(HalfMetres x, HalfMetres y) const;
  const Parcels& parcels() const { return parcels_; }

 private:
  Terrain terrain_;
  Parcels parcels_;
  WildRules wild_;
  FarmRules farm_;
  ClearCuts cuts_;
  std::uint32_t seed_;
  int year_;
};

}  // namespace cers::simulator
