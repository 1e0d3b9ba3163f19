// SPDX-License-Identifier: Apache-2.0
// Which surface lies where: rules common to the raster of surfaces and to reference polygons.
#pragma once

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

struct GroundPlace {
  float altitude;
  float slope_x;
  float slope_y;
  float shore;  ///< as Terrain::add_lakes tells it
  bool turbid;
  float stand;
  float patches;
  float crowns;
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

 private:
  float tree_line_;
  float crown_cover_;
  float freezing_level_;
};

/// Whether fields may lie there: gentle low ground off the shore.
class FarmRules {
 public:
  explicit FarmRules(const Recipe& recipe);
  bool low(float altitude) const { return altitude < limit_; }
  bool farmed(float altitude, float slope2, float shore) const {
    return low(altitude) && slope2 <= steepest * steepest && shore >= 0.12F;
  }

 private:
  static constexpr float steepest = 0.21F;  // tangent of 12°
  float limit_;
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
  std::uint32_t seed_;
  int year_;
};

}  // namespace cers::simulator
