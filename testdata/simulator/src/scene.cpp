// SPDX-License-Identifier: Apache-2.0
// Wires the nodes of a scene.
#include "cers/simulator/scene.hpp"

#include <algorithm>
#include <cmath>

#include "adjacency.hpp"
#include "align.hpp"
#include "cers/geo/crs.hpp"
#include "cers/ops/bands.hpp"
#include "detector.hpp"
#include "given_dem.hpp"
#include "given_lakes.hpp"
#include "given_terrain.hpp"
#include "light.hpp"
#include "registration.hpp"
#include "sensor.hpp"
#include "sky.hpp"
#include "sun.hpp"
#include "surface.hpp"
#include "terrain.hpp"
#include "truth.hpp"

namespace cers::simulator {

const std::array<const char*, band_count> band_names = {"B2", "B3", "B4", "B5", "B6", "B7", "B8", "B8A", "B11", "B12"};

bool has_surface(const Recipe& recipe, Surface surface) {
  return surface < Surface::salt_flat || recipe.dry_ground > 0;
}

std::string surface_name(Surface surface) {
  constexpr std::array<const char*, 25> names = {
      "none",      "winter cereal", "rapeseed",    "maize",          "sunflower",        "soy",
      "grassland", "orchard",       "vineyard",    "dense built-up", "diffuse built-up", "industrial",
      "road",      "broadleaf",     "conifer",     "moor",           "alpine grass",     "rock",
      "scree",     "glacier",       "clear water", "turbid water",   "lake ice",         "salt flat",
      "bare loess"};
  return names.at(static_cast<std::size_t>(surface));
}

std::string surface_colour(Surface surface) {
  constexpr std::array<const char*, 25> colours = {
      "#000000", "#d0ff00", "#ffff00", "#ff5500", "#d6d600", "#ffab44", "#aaaa00", "#aaaaff", "#550000",
      "#ff00ff", "#ff55ff", "#ffaaff", "#00ffff", "#009c00", "#003200", "#55aa7f", "#aaff00", "#ff0000",
      "#ffb802", "#bebebe", "#0000ff", "#0055ff", "#e0f0ff", "#f2efe6", "#d9b77c"};
  return colours.at(static_cast<std::size_t>(surface));
}

namespace {

// Pixels of 5 m beyond the scene that sensors reach (30 m pixels, half a pixel off, with their point spread).
constexpr int fine_margin = 24;
constexpr int coarse_margin = fine_margin / 4 + 2;

Edge single(Graph& graph, Edge edge, int band) {
  return graph.add(make_select_bands(graph.info(edge), {band}), {edge});
}

// What a given DEM spans, unless the recipe says more: the French Alps from the Rhone to the ridges around Mont Blanc.
constexpr double given_relief = 3500;  // m

double relief_of(const Recipe& recipe, bool given) {
  const AltitudeRange range = altitude_bound(recipe);
  return given ? std::max(given_relief, recipe.relief) : range.high - range.low;
}

}  // namespace

SimulatedScene simulate(Graph& graph, const Recipe& recipe, const SceneDate& date, std::optional<Edge> dem) {
  check(recipe);
  SimulatedScene scene;
  scene.recipe = recipe;
  scene.date = date;
  const Grid r1 = scene_grid(recipe, 10);
  const Grid r2 = scene_grid(recipe, 20);
  const Bounds bounds = bounds_of(footprint_lonlat(r1));
  scene.longitude = 0.5 * (bounds.west + bounds.east);
  scene.latitude = 0.5 * (bounds.south + bounds.north);
  scene.sun = sun_at(date.year, date.month, date.day, date.hour, scene.longitude, scene.latitude);
  constexpr double least_elevation = 5;
  if (scene.sun.zenith > 90 - least_elevation) {
    throw UserError("the sun is less than 5 degrees above the horizon on " + date.iso(), "choose another date or hour");
  }
  const SunField sun = sun_field(recipe, date, scene.longitude, scene.latitude);

  RenderGrids grids;
  grids.fine = with_margin(scene_grid(recipe, 5), fine_margin);
  grids.surface = grids.fine;
  grids.terrain = with_margin(grids.fine, 1);
  grids.light = with_margin(r2, coarse_margin);
  grids.veil = grids.light;
  grids.sky = with_margin(grids.veil, veil_halo(recipe, date));
  const double relief = relief_of(recipe, dem.has_value());
  const Grid terrain20 = with_margin(
      grids.sky, std::max(light_halo(std::max(relief, cloud_depth(recipe, date, relief)), sun, grids.sky) * 11 / 10 + 2,
                          degraded_halo(recipe) + 2));

  if (dem) {
    const Grid& given = graph.info(*dem).grid;
    check_dem_covers(recipe, given);
    scene.given_dem = GivenDem{{}, r1.transform.a[0] - terrain20.transform.a[0], beyond_dem(terrain20, given)};
  }
  const auto ground_on = [&](const Grid& grid) {
    return dem ? given_terrain(graph, recipe, *dem, grid, date.turbidity)
               : graph.add(make_terrain(recipe, grid, true, date.turbidity), {});
  };
  const Edge ground = ground_on(grids.terrain);
  const Edge ground20 = dem ? ground_on(terrain20) : graph.add(make_terrain(recipe, terrain20, false), {});
  const Edge surface = graph.add(make_surface(recipe, date, grids.surface, grids.terrain), {ground});
  const Edge light = graph.add(make_light(relief, sun, grids.light, terrain20), {ground20});
  const Edge sky = graph.add(make_sky(recipe, date, relief, sun, grids.sky, terrain20), {ground20});
  const Grid around = albedo_grid(grids.veil, 1);
  const Grid albedo_cells = albedo_grid(around, surroundings_reach);
  const Grid samples = sample_grid(albedo_cells);
  const Grid sampled_terrain = with_margin(samples, 1);
  const auto beside = [&](double east, double north) {
    Grid grid = sampled_terrain;
    grid.transform.a[0] += east;
    grid.transform.a[3] += north;
    return ground_on(grid);
  };
  if (scene.given_dem)
    scene.given_dem->missing = std::max(scene.given_dem->missing, beyond_dem(sampled_terrain, graph.info(*dem).grid));
  const Edge sampled = graph.add(make_surface(recipe, date, samples, sampled_terrain),
                                 {ground_on(sampled_terrain), beside(-slope_reach, 0), beside(slope_reach, 0),
                                  beside(0, slope_reach), beside(0, -slope_reach)});
  const Edge albedo = graph.add(make_albedo(recipe, sun, albedo_cells, samples), {sampled});
  const Edge surroundings = graph.add(make_surroundings(around, albedo_cells), {albedo});
  const Edge veil =
      graph.add(make_veil(recipe, date, grids.veil, grids.sky, terrain20, around), {sky, ground20, surroundings});
  const std::vector<Edge> lit{ground, surface, light, sky, veil};
  const DirectionalGain view(ViewField(recipe, date), sun, recipe.view_effect);
  const Edge fine = graph.add(make_render(recipe, sun, grids, view), lit);

  std::vector<BandOptics> optics1;
  std::vector<BandOptics> optics2;
  for (int band : bands_10m) optics1.push_back(optics_of(recipe, date, band, 10, recipe.mtf_10m));
  for (int band : bands_20m) optics2.push_back(optics_of(recipe, date, band, 20, recipe.mtf_20m));
  scene.sre_r1 = graph.add(make_sensor(recipe, date, optics1, r1, grids.fine, true), {fine});
  scene.sre_r2 = graph.add(make_sensor(recipe, date, optics2, r2, grids.fine, true), {fine});

  // What is given: a worse DEM, and the slope correction made with it.
  const Grid dem_grid = with_margin(r2, 2);
  const Grid incidence_grid = with_margin(r2, 1);
  const Edge degraded = graph.add(make_degraded_dem(recipe, dem_grid, terrain20), {ground20});
  const Edge incidence = graph.add(make_incidence(sun, incidence_grid, dem_grid), {degraded});
  const auto corrected = [&](Edge image, std::span<const int> bands, const Grid& grid) {
    const std::vector<int> list(bands.begin(), bands.end());
    return graph.add(make_slope_correction(recipe, sun, list, grid, incidence_grid), {image, incidence});
  };
  scene.fre_r1 = corrected(scene.sre_r1, bands_10m, r1);
  scene.fre_r2 = corrected(scene.sre_r2, bands_20m, r2);
  const Edge given = graph.add(make_align(graph.info(degraded), r2), {degraded});
  scene.dem = graph.add(make_voids(recipe, r2), {given});

  // Truth.
  const Edge truth =
      graph.add(make_truth(r2, grids.surface, recipe.dry_ground > 0 || recipe.north_ground > 0), {surface});
  const Edge sky20 = graph.add(make_align(graph.info(sky), r2), {sky});
  const Edge thickness = graph.add(make_sum("cloud thickness", 3), {sky20});
  scene.truth["snow_ground"] = single(graph, truth, truth_ground);
  scene.truth["snow_canopy"] = single(graph, truth, truth_canopy);
  scene.truth["snow_viewable"] = single(graph, truth, truth_viewable);
  scene.truth["tree_cover"] = single(graph, truth, truth_trees);
  scene.truth["class"] = graph.add(make_truth_class(r1, grids.surface), {surface});
  scene.truth["water"] = graph.add(make_threshold("water", truth_water, Side::at_least, 0.5F), {truth});
  scene.truth["cloud_thickness"] = thickness;
  scene.truth["cloud"] = graph.add(make_threshold("cloud", 0, Side::at_least, least_cloud), {thickness});
  scene.truth["shadow"] = graph.add(make_threshold("cloud shadow", sky_sun, Side::below, most_sunlight), {sky20});
  const Edge light20 = graph.add(make_align(graph.info(light), r2), {light});
  scene.truth["lit"] = single(graph, light20, 0);
  scene.truth["terrain_shadow"] = graph.add(make_threshold("terrain shadow", 0, Side::below, 0.5F), {light20});
  const Edge ground_r2 = graph.add(make_align(graph.info(ground20), r2), {ground20});
  scene.truth["dem"] = single(graph, ground_r2, 0);
  scene.truth["fine"] = graph.add(make_render(recipe, sun, grids), lit);
  scene.tree_cover = graph.add(make_tree_cover_map(recipe, r2), {scene.truth["tree_cover"], scene.truth["class"]});

  add_detector(graph, scene, {truth, sky20, light20, incidence});
  return scene;
}

}  // namespace cers::simulator
