// SPDX-License-Identifier: Apache-2.0
// Altitudes: ridged noise, plains and lakes.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "cers/engine/node.hpp"
#include "cers/simulator/date.hpp"
#include "cers/simulator/recipe.hpp"
#include "frame.hpp"

namespace cers::simulator {

/// A round hollow filled with water; its outline is bent by noise.
struct Lake {
  HalfMetres x;
  HalfMetres y;
  float radius;  ///< half metres
  float level;   ///< m
  bool turbid;
};

/// Altitudes of all ground that takes part in a scene.
struct AltitudeRange {
  double low = 0;
  double high = 0;
};
/// No terrain of the recipe lies outside.
AltitudeRange altitude_bound(const Recipe& recipe);

class Terrain {
 public:
  /// `turbidity`: share of lakes that are turbid.
  explicit Terrain(const Recipe& recipe, double turbidity = SceneDate().turbidity);

  /// Altitudes without lakes.
  void dry_row(HalfMetres x0, HalfMetres step, HalfMetres y, std::span<float> out) const;
  /// Lakes whose surroundings meet the box.
  std::vector<Lake> lakes_in(HalfMetres west, HalfMetres south, HalfMetres east, HalfMetres north) const;
  /// Flattens the row where lakes are; `water`, when not empty, receives the distance outside the shore as a share
  /// of the radius (≤ 0 in the water) of the nearest lake, or 1.
  void add_lakes(const std::vector<Lake>& lakes, HalfMetres x0, HalfMetres step, HalfMetres y,
                 std::span<float> altitude, std::span<float> water, std::span<std::uint8_t> turbid) const;

 private:
  std::uint32_t seed_;
  std::uint32_t lake_seed_;
  float plain_;
  float relief_;
  float level_;  ///< of the massif below which land is plain
  HalfMetres cell_;
  HalfMetres finest_;
  HalfMetres lake_cell_;
  float lake_share_;
  float turbidity_;
  float planed_;  ///< share of the relief that high plains take
  float rounded_;
  float lake_size_;
};

/// Altitude on `grid`; band 1 (when `with_water`) the distance to the shore of add_lakes, band 2 whether it is turbid.
std::unique_ptr<const Node> make_terrain(const Recipe& recipe, const Grid& grid, bool with_water,
                                         double turbidity = SceneDate().turbidity);

}  // namespace cers::simulator
