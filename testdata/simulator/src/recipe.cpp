// SPDX-License-Identifier: Apache-2.0
#include "cers/simulator/recipe.hpp"

#include <fmt/format.h>

#include <cmath>
#include <span>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/crs.hpp"

namespace cers::simulator {
namespace {

/// One knob: its name, where it is, the values it may have.
struct Knob {
  const char* key;
  double Recipe::*value;
  double least;
  double most;
};

constexpr Knob all_knobs[] = {
    {"plain_altitude", &Recipe::plain_altitude, -400, 5000},
    {"relief", &Recipe::relief, 0, 9000},
    {"relief_cell", &Recipe::relief_cell, 200, 200000},
    {"finest_cell", &Recipe::finest_cell, 10, 1000},
    {"plain_share", &Recipe::plain_share, 0, 1},
    {"lake_cell", &Recipe::lake_cell, 200, 50000},
    {"lake_share", &Recipe::lake_share, 0, 1},
    {"region_cell", &Recipe::region_cell, 100, 20000},
    {"field_length", &Recipe::field_length, 20, 5000},
    {"field_width", &Recipe::field_width, 10, 5000},
    {"tree_line", &Recipe::tree_line, -500, 9000},
    {"crown_cover", &Recipe::crown_cover, 0.1, 1},
    {"sowing_spread", &Recipe::sowing_spread, 0, 90},
    {"region_gradient", &Recipe::region_gradient, 0, 60},
    {"patch_variation", &Recipe::patch_variation, 0, 1},
    {"pixel_variation", &Recipe::pixel_variation, 0, 1},
    {"brightness_spread", &Recipe::brightness_spread, 0, 1},
    {"snow_spread", &Recipe::snow_spread, 1, 2000},
    {"aspect_effect", &Recipe::aspect_effect, 0, 2000},
    {"patchiness", &Recipe::patchiness, 0, 2000},
    {"interception", &Recipe::interception, 0, 1},
    {"more_wetness", &Recipe::more_wetness, -1, 1},
    {"more_dust", &Recipe::more_dust, 0, 1},
    {"cloud_cell", &Recipe::cloud_cell, 100, 100000},
    {"cloud_height", &Recipe::cloud_height, 0.2, 1.5},
    {"cold_cloud_share", &Recipe::cold_cloud_share, 0, 1},
    {"cloud_lift", &Recipe::cloud_lift, 0, 3},
    {"parallax_rate", &Recipe::parallax_rate, 0, 0.1},
    {"diffuse_blue", &Recipe::diffuse_blue, 0, 0.9},
    {"diffuse_swir", &Recipe::diffuse_swir, 0, 0.9},
    {"mtf_10m", &Recipe::mtf_10m, 0.05, 0.6},
    {"mtf_20m", &Recipe::mtf_20m, 0.05, 0.6},
    {"shift_before_2021", &Recipe::shift_before_2021, 0, 40},
    {"shift_since_2021", &Recipe::shift_since_2021, 0, 40},
    {"band_shift", &Recipe::band_shift, 0, 0.5},
    {"aerosol_blue", &Recipe::aerosol_blue, 0, 0.1},
    {"aerosol_swir", &Recipe::aerosol_swir, 0, 0.1},
    {"noise_floor", &Recipe::noise_floor, 0, 0.1},
    {"noise_slope", &Recipe::noise_slope, 0, 0.1},
    {"view_effect", &Recipe::view_effect, 0, 2},
    {"detector_step", &Recipe::detector_step, 0, 0.1},
    {"dem_smoothing", &Recipe::dem_smoothing, 20, 300},
    {"dem_error", &Recipe::dem_error, 0, 100},
    {"dem_voids", &Recipe::dem_voids, 0, 0.2},
    {"least_cos", &Recipe::least_cos, 0.01, 0.5},
    {"tcd_error", &Recipe::tcd_error, 0, 50},
    {"least_cover", &Recipe::least_cover, 0.05, 1},
    {"scl_opacity", &Recipe::scl_opacity, 0.03, 0.9},
    {"scl_cirrus", &Recipe::scl_cirrus, 0.03, 0.9},
    {"scl_false", &Recipe::scl_false, 0, 1},
    {"miss_thick", &Recipe::miss_thick, 0, 1},
    {"miss_thin", &Recipe::miss_thin, 0, 1},
    {"miss_over_snow", &Recipe::miss_over_snow, 0, 1},
    {"miss_shadow", &Recipe::miss_shadow, 0, 1},
    {"false_snow_edge", &Recipe::false_snow_edge, 0, 1},
    {"false_bright", &Recipe::false_bright, 0, 1},
    {"false_change", &Recipe::false_change, 0, 1},
    {"wide_dilation", &Recipe::wide_dilation, 0, 1},
    {"swath_cut", &Recipe::swath_cut, 0, 0.9},
};

/// Knobs of dry high ranges and of the high north, listed where they are not as in other worlds.
constexpr Knob rare_knobs[] = {
    {"high_plains", &Recipe::high_plains, 0, 0.5},
    {"dry_ground", &Recipe::dry_ground, 0, 1},
    {"glacier_line", &Recipe::glacier_line, 0, 9000},
    {"irrigated", &Recipe::irrigated, 0, 1},
    {"salt_flats", &Recipe::salt_flats, 0, 0.5},
    {"snow_ceiling", &Recipe::snow_ceiling, 0, 5000},
    {"wind_drift", &Recipe::wind_drift, 0, 2000},
    {"wind_streaks", &Recipe::wind_streaks, 0, 2000},
    {"wind_from", &Recipe::wind_from, 0, 360},
    {"crest_cloud", &Recipe::crest_cloud, 0, 1},
    {"glacial_flour", &Recipe::glacial_flour, 0, 1},
    {"vapour", &Recipe::vapour, 0.01, 3},
    {"vapour_height", &Recipe::vapour_height, 500, 10000},
    {"false_cirrus", &Recipe::false_cirrus, 0, 1},
    {"rounded", &Recipe::rounded, 0, 1},
    {"lake_size", &Recipe::lake_size, 0.3, 2},
    {"north_ground", &Recipe::north_ground, 0, 1},
    {"clear_cuts", &Recipe::clear_cuts, 0, 1},
    {"ice_drop", &Recipe::ice_drop, -3000, 3000},
    {"scour", &Recipe::scour, 0, 2000},
    {"sastrugi", &Recipe::sastrugi, 0, 2000},
    {"hummocks", &Recipe::hummocks, 0, 2000},
    {"crown_days", &Recipe::crown_days, 0.5, 60},
    {"valley_fog", &Recipe::valley_fog, 0, 1},
    {"false_flat", &Recipe::false_flat, 0, 1},
    {"false_shadow", &Recipe::false_shadow, 0, 1},
};

}  // namespace

Recipe tile_recipe(std::uint64_t seed) {
  Recipe recipe;
  recipe.seed = seed;
  recipe.tile = "T32TLQ";  // whose corner that is
  return recipe;
}

Recipe small_recipe(std::uint64_t seed) {
  Recipe recipe;
  recipe.name = "small";
  recipe.seed = seed;
  recipe.side = 256;
  recipe.west = 340020;  // inside tile 32TLR
  recipe.north = 5040000;
  recipe.relief = 430;
  recipe.relief_cell = 2560;
  recipe.snow_spread = 55;
  recipe.aspect_effect = 110;
  recipe.patchiness = 40;
  recipe.plain_share = 0.5;
  recipe.lake_cell = 900;
  recipe.region_cell = 620;
  recipe.field_length = 170;
  recipe.field_width = 80;
  recipe.tree_line = 780;
  recipe.cloud_cell = 4000;
  return recipe;
}

Recipe alternative(Recipe base) {
  base.name += " alternative";
  base.seed ^= 0xA17E12A7ULL;
  base.spectra = 1;
  base.relief *= 0.85;
  base.finest_cell *= 1.5;
  base.relief_cell *= 0.75;
  base.region_cell *= 1.6;
  base.field_width *= 1.7;
  // Woods are loose, as in the Alps and not as on the Plateau: in the Swiss Forest Inventory (NFI1, crown closure by
  // production region) 28 % of the forest of the Alps is open or scattered and 17 % stands in groups, 9 % and 2 %
  // there.
  base.crown_cover = 0.62;
  base.snow_spread *= 1.6;
  base.patchiness *= 1.5;
  base.aspect_effect *= 0.6;
  base.interception = 0.3;
  base.cold_cloud_share = 0.5;
  base.diffuse_blue = 0.2;
  base.diffuse_swir = 0.015;
  base.mtf_10m = 0.28;
  base.mtf_20m = 0.18;
  base.aerosol_blue = 0.014;
  base.dem_smoothing = 80;
  base.dem_error = 9;
  base.wide_dilation = 0.3;
  base.miss_thin = 0.9;
  return base;
}

Recipe maritime(Recipe base) {
  base.name += " maritime";
  base.seed ^= 0x5EA51DEULL;
  base.spectra = 2;
  // Rough relief, small fields between hedges, woods that end lower
  base.relief_cell *= 0.9;
  base.finest_cell *= 0.75;
  base.plain_share = 0.28;
  base.region_cell *= 0.6;
  base.field_length *= 0.6;
  base.field_width *= 0.55;
  base.tree_line -= 200;
  base.lake_share = 0.6;
  // Wet snow that sticks to crowns, torn by wind and rain; overcast slopes melt alike whatever they face
  base.snow_spread *= 0.9;
  base.aspect_effect *= 0.4;
  base.patchiness *= 2.2;
  base.interception = 0.75;
  base.more_wetness = 0.3;
  base.more_dust = 0.05;
  // Low broken cloud of droplets under haze
  base.cloud_cell *= 0.8;
  base.cloud_height = 0.6;
  base.cold_cloud_share = 0.15;
  base.diffuse_blue = 0.34;
  base.diffuse_swir = 0.045;
  base.aerosol_blue = 0.012;
  base.aerosol_swir = 0.004;
  base.mtf_10m = 0.18;
  base.mtf_20m = 0.3;
  base.noise_floor = 0.0016;
  base.dem_smoothing = 40;
  base.dem_error = 5;
  base.dem_voids = 0.008;
  base.tcd_error = 15;
  base.miss_thick = 0.05;
  base.miss_thin = 0.6;
  base.miss_over_snow = 0.2;
  base.false_snow_edge = 0.014;
  base.false_bright = 0.01;
  return base;
}

Recipe continental(Recipe base) {
  base.name += " continental";
  base.seed ^= 0xC0471E57ULL;
  base.spectra = 3;
  base.dry_ground = 1;
  // High valleys under steep ridges, with old plains in mid-slope (the syrts of the inner Tien Shan)
  base.plain_altitude += 1580;
  base.relief_cell *= 0.9;
  base.plain_share = 0.3;
  base.high_plains = 0.16;
  base.lake_share = 0.55;
  // Spruce of the Tien Shan (Picea schrenkiana) grows up to about 2900 m, ice lies from about 3700 m on
  base.tree_line = base.plain_altitude + 0.3 * base.relief;
  base.glacier_line = base.plain_altitude + 0.58 * base.relief;
  base.crown_cover = 0.8;
  // Fields in strips along the rivers, narrow; salt and loess in the basins
  base.region_cell *= 0.8;
  base.field_length *= 0.8;
  base.field_width *= 0.4;
  base.irrigated = 0.3;
  base.salt_flats = 0.12;
  base.brightness_spread = 0.3;
  base.patch_variation = 0.16;
  // Thin cold snow under a strong sun: aspect tells, no more of it with altitude, the west wind tears it
  base.snow_ceiling = 1.3 * base.snow_spread;
  base.wind_drift = 1.3 * base.snow_spread;
  base.wind_streaks = 1.2 * base.snow_spread;
  base.wind_from = 285;
  base.aspect_effect *= 1.3;
  base.patchiness *= 0.8;
  base.snow_spread *= 0.75;
  base.interception = 0.35;
  base.more_wetness = -0.15;
  base.more_dust = 0.16;
  base.glacial_flour = 0.35;
  // Cirrus and cold cloud on the crests, few low clouds
  base.crest_cloud = 1;
  base.cold_cloud_share = 0.7;
  base.vapour = 0.3;
  base.false_cirrus = 0.2;
  // A thin clear atmosphere; its aerosol is dust, whose error hardly falls with wavelength
  base.diffuse_blue = 0.13;
  base.diffuse_swir = 0.015;
  base.aerosol_blue = 0.008;
  base.aerosol_swir = 0.005;
  base.mtf_10m = 0.25;
  base.mtf_20m = 0.22;
  base.noise_floor = 0.001;
  base.dem_smoothing = 90;
  base.dem_error = 10;
  base.dem_voids = 0.015;
  base.tcd_error = 10;
  base.miss_thin = 0.7;
  base.miss_over_snow = 0.16;
  base.miss_shadow = 0.4;
  base.false_bright = 0.02;
  base.wide_dilation = 0.1;
  return base;
}

Grid scene_grid(const Recipe& recipe, double spacing) {
  const int pixels = static_cast<int>(std::lround(recipe.side * 10.0 / spacing));
  return {{pixels, pixels}, {{recipe.west, spacing, 0, recipe.north, 0, -spacing}}, crs_from_epsg(recipe.epsg), true};
}

KnobValues knob_values(const Recipe& recipe) {
  KnobValues values = {{"recipe", recipe.name},
                       {"seed", std::to_string(recipe.seed)},
                       {"tile", recipe.tile},
                       {"epsg", std::to_string(recipe.epsg)},
                       {"central_meridian", format_real(recipe.central_meridian)},
                       {"west", format_real(recipe.west)},
                       {"north", format_real(recipe.north)},
                       {"side", std::to_string(recipe.side)},
                       {"spectra", std::to_string(recipe.spectra)},
                       {"dilation", std::to_string(recipe.dilation)}};
  for (const Knob& knob : all_knobs) values.emplace_back(knob.key, format_real(recipe.*knob.value));
  const Recipe elsewhere;
  for (const Knob& knob : rare_knobs) {
    if (recipe.*knob.value != elsewhere.*knob.value) values.emplace_back(knob.key, format_real(recipe.*knob.value));
  }
  return values;
}

std::string knob_lines(const KnobValues& values) {
  std::string text;
  for (const auto& [name, value] : values) text += name + " = " + value + "\n";
  return text;
}

std::string knobs(const Recipe& recipe) {
  return knob_lines(knob_values(recipe));
}

void check(const Recipe& recipe) {
  const auto within = [&](std::span<const Knob> list) {
    for (const Knob& knob : list) {
      const double value = recipe.*knob.value;
      if (value >= knob.least && value <= knob.most) continue;
      throw UserError(fmt::format("scene recipe: {} is {}", knob.key, format_real(value)),
                      fmt::format("give a value from {} to {}", format_real(knob.least), format_real(knob.most)));
    }
  };
  within(all_knobs);
  within(rare_knobs);
  const auto multiple = [](double metres) { return std::fmod(metres, 60) == 0; };
  if (!multiple(recipe.west) || !multiple(recipe.north)) {
    throw UserError(fmt::format("scene recipe: the corner {}, {} does not fit pixels of 10, 20 and 60 m", recipe.west,
                                recipe.north),
                    "choose multiples of 60 m");
  }
  if (recipe.side < 24 || recipe.side % 2 != 0 || recipe.side > 100000) {
    throw UserError(fmt::format("scene recipe: side is {} pixels", recipe.side),
                    "give an even number from 24 to 100000");
  }
  if (recipe.dilation < 0 || recipe.dilation > 4) {
    throw UserError(fmt::format("scene recipe: dilation is {} cells", recipe.dilation), "give a number from 0 to 4");
  }
  if (recipe.spectra < 0 || recipe.spectra > 4) {
    throw UserError(fmt::format("scene recipe: there is no set {} of spectra", recipe.spectra),
                    "choose 0, 1, 2, 3 or 4");
  }
}

}  // namespace cers::simulator
