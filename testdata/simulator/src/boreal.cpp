// SPDX-License-Identifier: Apache-2.0
// The recipe of the high north.
#include <string>

#include "cers/simulator/recipe.hpp"

namespace cers::simulator {

Recipe boreal(Recipe base) {
  base.name += " boreal";
  base.seed ^= 0xB0EA15EEDULL;
  base.spectra = 4;
  base.north_ground = 1;
  // Eleven rows of squares of 100 km further north, at 55°: the sun of December still stands 11° high at the time of
  // the overpass. Names of tiles: U for the band, and the letter of the row, which goes round after twenty.
  base.north += 1099980;
  base.tile = base.tile == "T32TLQ" ? "T32ULF" : "T32ULG";
  // Rounded fells over wide plains strewn with lakes (Labrador, Finnmark: 300 to 500 m, fells of 600 to 1000 m above)
  base.rounded = 1;
  base.relief *= 0.42;
  base.relief_cell *= 0.7;
  base.finest_cell *= 2;
  base.plain_share = 0.38;
  base.lake_cell *= 0.55;
  base.lake_share = 0.9;
  base.lake_size = 1.6;
  base.tree_line = base.plain_altitude + 0.42 * base.relief;
  base.crown_cover = 0.81;
  base.clear_cuts = 0.16;
  // Hay and barley in clearings
  base.region_cell *= 0.7;
  base.field_length *= 0.7;
  base.field_width *= 0.7;
  base.irrigated = 0.16;
  base.brightness_spread = 0.18;
  // Snow by tussocks and hollows rather than by altitude, packed and swept on the fells, long in the crowns
  base.snow_spread *= 0.28;
  base.hummocks = 0.9 * base.snow_spread;
  base.aspect_effect *= 0.35;
  base.patchiness *= 0.45;
  base.scour = 2.3 * base.snow_spread;
  base.sastrugi = 1.2 * base.snow_spread;
  base.wind_from = 320;
  base.interception = 0.4;
  base.crown_days = 16;
  base.more_wetness = -0.1;
  base.ice_drop = 0.4 * base.relief;
  // Fog in the valleys, thin ice above
  base.valley_fog = 1;
  base.cold_cloud_share = 0.4;
  base.vapour = 0.6;
  base.diffuse_blue = 0.4;
  base.diffuse_swir = 0.055;
  base.aerosol_blue = 0.009;
  base.aerosol_swir = 0.0025;
  base.mtf_10m = 0.2;
  base.mtf_20m = 0.24;
  base.noise_floor = 0.0014;
  base.dem_smoothing = 65;
  base.dem_error = 7;
  base.tcd_error = 14;
  // Detectors take white plains for cloud and dark woods for its shadow, and miss fog over snow
  base.miss_thick = 0.06;
  base.miss_thin = 0.9;
  base.miss_over_snow = 0.35;
  base.miss_shadow = 0.25;
  base.false_snow_edge = 0.004;
  base.false_bright = 0.004;
  base.false_flat = 0.045;
  base.false_shadow = 0.03;
  base.wide_dilation = 0.25;
  return base;
}

}  // namespace cers::simulator
