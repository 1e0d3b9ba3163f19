// SPDX-License-Identifier: Apache-2.0
// A simulated scene as nodes of a graph: reflectance and masks as tools get them, and the truth behind them.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cers/engine/graph.hpp"
#include "cers/simulator/date.hpp"
#include "cers/simulator/recipe.hpp"

namespace cers::simulator {

/// Surfaces of the truth raster `class`.
enum class Surface : std::uint8_t {
  none,
  winter_cereal,
  rapeseed,
  maize,
  sunflower,
  soy,
  grassland,
  orchard,
  vineyard,
  dense_built,
  diffuse_built,
  industrial,
  road,
  broadleaf,
  conifer,
  moor,
  alpine_grass,
  rock,
  scree,
  glacier,
  clear_water,
  turbid_water,
  lake_ice,
  salt_flat,  // from here on only where the recipe has them
  bare_loess,
  count
};
/// Whether a world of the recipe may have it.
bool has_surface(const Recipe& recipe, Surface surface);
std::string surface_name(Surface surface);
/// "#rrggbb": that of the class of France's land-cover map (Theia OSO) it belongs to, or near it.
std::string surface_colour(Surface surface);

/// Sentinel-2 bands in this order everywhere: B2 B3 B4 B5 B6 B7 B8 B8A B11 B12.
inline constexpr int band_count = 10;
extern const std::array<const char*, band_count> band_names;
/// Which of them have 10 m pixels (group R1) and 20 m pixels (group R2), in the order of the group's edge.
inline constexpr std::array<int, 4> bands_10m = {0, 1, 2, 6};
inline constexpr std::array<int, 6> bands_20m = {3, 4, 5, 7, 8, 9};

/// What is known of a given DEM.
struct GivenDem {
  std::string file;    ///< its name, for the knobs; the caller's to fill in
  double reach = 0;    ///< m beyond the scene that its light, shadows and surroundings ask for
  double missing = 0;  ///< m of these beyond the edge of the DEM, at most: there its edge is repeated
};

/// Edges of one scene. Quantities are f32 with NaN outside the swath.
struct SimulatedScene {
  Recipe recipe;
  SceneDate date;
  SunAngles sun;         ///< at the centre
  double longitude = 0;  ///< of the centre
  double latitude = 0;
  std::optional<GivenDem> given_dem;  ///< none: fractal terrain

  // Given to tools
  Edge sre_r1, sre_r2;  ///< surface reflectance, 4 bands at 10 m and 6 bands at 20 m
  Edge fre_r1, fre_r2;  ///< slope corrected with the degraded DEM
  Edge clm_r1, clm_r2;  ///< u8, the detector's cloud mask, bits 0-7 of MUSCATE
  Edge mg2_r1, mg2_r2;  ///< u8, geophysical mask
  Edge edg_r1, edg_r2;  ///< u8, 1 outside the swath
  Edge sat_r1, sat_r2;  ///< u8, one bit a band
  Edge iab_r1, iab_r2;  ///< u8, bit 0 water vapour, bit 1 aerosol interpolated
  Edge atb_r1, atb_r2;  ///< u8, 2 bands: water vapour × 20, aerosol × 200
  Edge scl;             ///< u8, scene classification of Sen2Cor at 20 m
  Edge dem;             ///< m, 20 m, degraded; NaN in voids
  Edge tree_cover;      ///< u8 percent, 20 m, two years old and with errors

  // Truth: "class" u8 10 m · "snow_viewable", "snow_ground", "snow_canopy" f32 share at 20 m · "tree_cover" f32 ·
  // "cloud" u8 20 m (1: thickness ≥ 0.1 seen from the sensor) · "cloud_thickness" f32 · "shadow" u8 20 m (1: a cloud
  // takes ≥ 25 % of the direct sunlight) · "terrain_shadow" f32 lit share · "dem" f32 20 m · "water" u8 20 m ·
  // "fine" f32: the ten bands at 5 m before the sensor, seen from above.
  std::map<std::string, Edge> truth;
};

/// Adds the nodes. Nothing is computed that no output asks for. `dem`: altitudes to use instead of the fractal terrain
/// (one band, f32, NaN: sea level). It must cover the scene, else UserError, and should reach beyond it by 3 km or
/// more: see SimulatedScene::given_dem.
SimulatedScene simulate(Graph& graph, const Recipe& recipe, const SceneDate& date,
                        std::optional<Edge> dem = std::nullopt);

/// Reflectance at 30 m of the Landsat 8 bands B1…B7 on `grid`, and its quality band QA_PIXEL (u16).
struct LandsatEdges {
  Grid grid;
  Edge bands;
  Edge quality;
};
LandsatEdges landsat_bands(Graph& graph, const SimulatedScene& scene);

}  // namespace cers::simulator
