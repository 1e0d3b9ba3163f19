// SPDX-License-Identifier: Apache-2.0
// Every knob of a simulated scene. A recipe and a date determine every pixel: no state, no clock.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cers/core/grid.hpp"

namespace cers::simulator {

/// Lengths in metres of the map's CRS, reflectance 0..1, angles in degrees, shares 0..1 unless said otherwise.
struct Recipe {
  std::string name = "tile";
  std::uint64_t seed = 1;  ///< of the world: terrain, parcels, weather and errors

  // Place
  int epsg = 32632;             ///< a UTM zone
  double central_meridian = 9;  ///< of that zone, for the convergence of its grid
  std::string tile = "T32TLR";  ///< name in product ids
  double west = 300000;         ///< left edge; a multiple of 60
  double north = 5000040;       ///< top edge; a multiple of 60
  int side = 10980;             ///< width and height in 10 m pixels; even
  double swath_cut = 0;         ///< share of the top line outside the swath (left side); the edge is slanted

  // Terrain: ridged noise in octaves, flattened into plains below a level
  double plain_altitude = 420;  ///< of plains
  double relief = 2900;         ///< from plains to the highest peaks
  double relief_cell = 20480;   ///< largest wavelength
  double finest_cell = 40;      ///< smallest wavelength
  double plain_share = 0.35;    ///< rough share of the area that is plain
  double lake_cell = 2600;      ///< one candidate lake per square of this side
  double lake_share = 0.45;     ///< share of the candidates, the steep ones drop out

  // Land
  double region_cell = 1300;        ///< side of a region: one orientation of fields, one kind of farming
  double field_length = 230;        ///< mean
  double field_width = 110;         ///< mean
  double tree_line = 1850;          ///< altitude
  double crown_cover = 0.8;         ///< of closed woods, mean
  double sowing_spread = 20;        ///< ± days between fields
  double region_gradient = 7;       ///< days that seasons differ over a tile, one standard deviation
  double patch_variation = 0.11;    ///< of green cover within a field
  double pixel_variation = 0.05;    ///< of green cover at 5 m
  double brightness_spread = 0.22;  ///< relative, between fields
  int spectra = 0;                  ///< set of surface spectra: 0 to 4

  // Snow. The lower limit of the date is SceneDate::snow_line.
  double snow_spread = 140;    ///< half width in altitude from bare to full cover
  double aspect_effect = 260;  ///< altitude between north and south slopes
  double patchiness = 130;     ///< altitude equivalent of patches, one standard deviation
  double interception = 0.55;  ///< share of the canopy white just after a snowfall

  double more_wetness = 0;  ///< added to the wetness of the date; negative: drier
  double more_dust = 0;     ///< added to the dust of the date

  // Clouds. Cover and layers of the date are in SceneDate.
  double cloud_cell = 6000;       ///< largest structure
  double cloud_height = 1;        ///< of low and middle clouds above the plain, times the date's
  double cold_cloud_share = 0.3;  ///< of low and middle clouds whose SWIR looks like snow
  double cloud_lift = 0.8;        ///< how much cloud gathers by altitude, standard deviations of the clouds' noise
  double parallax_rate = 0.02;    ///< displacement between extreme bands per metre of cloud height (200 m at 10 km)

  // Light: share of diffuse light at 490 nm and 2200 nm over a black horizon, interpolated as 1/wavelength²
  double diffuse_blue = 0.28;
  double diffuse_swir = 0.03;

  // Sensor and its processing
  double mtf_10m = 0.22;  ///< modulation at the Nyquist frequency of the 10 m bands
  double mtf_20m = 0.26;  ///< and of the 20 m bands
  // Two dates lie within this distance of each other in 95 % of cases (Sentinel-2 data quality reports: 12 m, and 5 m
  // since the global reference image came into use at the end of March 2021)
  double shift_before_2021 = 12;  ///< acquisitions before April 2021
  double shift_since_2021 = 5;    ///< later ones
  double band_shift = 0.25;       ///< largest misregistration of a band, in its pixels
  double aerosol_blue = 0.010;    ///< error in space, one standard deviation, blue …
  double aerosol_swir = 0.003;    ///< … to short-wave infrared
  double noise_floor = 0.0012;    ///< sensor noise, one standard deviation, plus
  double noise_slope = 0.004;     ///< this times the reflectance
  double view_effect = 1;         ///< of the view angle on brightness: 0 none, 1 as published for land
  double detector_step = 0.002;   ///< relative calibration error of a detector, one standard deviation

  // What the tools are given
  double dem_smoothing = 55;  ///< resolution (full width of a Gaussian) of the degraded DEM
  double dem_error = 6;       ///< correlated error, one standard deviation
  double dem_voids = 0.004;   ///< share of the area
  double least_cos = 0.2;     ///< clamp of cos(incidence) in the slope correction
  double tcd_error = 12;      ///< percent of tree cover, one standard deviation

  // The cloud detectors: MAJA's works on cells of 240 m, Sen2Cor's on pixels
  double least_cover = 0.99;       ///< share of a cell that must be cloud to be found; dilation covers the rims
  double miss_thick = 0.03;        ///< share of cells with thick cloud it misses
  double miss_thin = 0.8;          ///< … and with the thinnest: between them by opacity
  double miss_over_snow = 0.12;    ///< added over snow
  double miss_shadow = 0.3;        ///< share of shadow cells missed
  double false_snow_edge = 0.008;  ///< share of half-snowy cells called cloud
  double false_bright = 0.006;     ///< share of cells of bright bare soil called cloud
  double false_change = 0.012;     ///< share of cells called cloud whose fields lost their green since the last date
  int dilation = 1;                ///< cells around a detected cloud
  double scl_opacity = 0.3;        ///< opacity of low and middle cloud from which Sen2Cor sees it
  double scl_cirrus = 0.16;        ///< … and of high cloud
  double scl_false = 0.12;         ///< share of snow edges and of bright or changed ground that it calls cloud
  double wide_dilation = 0.2;      ///< share of clouds with one more

  // Structure of dry high ranges. As given here none of it is there, and the metadata do not tell of it.
  double high_plains = 0;       ///< share of the relief that an old surface in mid-slope planes down
  double dry_ground = 0;        ///< above 0: steppe, woods on shaded slopes alone, glaciers by the relief
  double glacier_line = 0;      ///< of dry ground: altitude from which ice lies on gentle slopes
  double irrigated = 0;         ///< share of low ground with fields, in strips along valleys; 0: all of it
  double salt_flats = 0;        ///< share of level low ground that is salt, with bare loess around
  double snow_ceiling = 0;      ///< metres above the snow line from which snow gets no thicker; 0: it always does
  double wind_drift = 0;        ///< altitude between lee and windward slopes
  double wind_streaks = 0;      ///< altitude equivalent of drifts along the wind, one standard deviation
  double wind_from = 0;         ///< azimuth
  double crest_cloud = 0;       ///< 1: middle cloud is cold and hugs the crests, low cloud rare, high cloud common
  double glacial_flour = 0;     ///< added to the share of lakes that are turbid
  double vapour = 1;            ///< water vapour, times the date's
  double vapour_height = 2000;  ///< metres over which it falls to 1/e
  double false_cirrus = 0;      ///< share of ground that is called high cloud where its light at 1.38 µm gets through

  // Structure of the high north: as above
  double rounded = 0;       ///< 1: hills without crests
  double lake_size = 1;     ///< of lakes, times what the side of their squares gives
  double north_ground = 0;  ///< above 0: spruce below birch below heath, lichen, bogs, hay; snow that wind packed
  double clear_cuts = 0;    ///< share of the spruce that is cut, in blocks
  double ice_drop = 0;      ///< metres by which the level from which lakes bear ice lies lower
  double scour = 0;         ///< altitude equivalent of what wind takes from open fells
  double sastrugi = 0;      ///< of ridges along the wind, one standard deviation
  double hummocks = 0;      ///< of tussocks and hollows of some metres, one standard deviation
  double crown_days = 4;    ///< after which snow has left the crowns in the cold
  double valley_fog = 0;    ///< 1: low cloud fills valleys up to its top, smooth; middle cloud thin, high cloud wide
  double false_flat = 0;    ///< share of level white cells called cloud, in patches
  double false_shadow = 0;  ///< share of dark cells called cloud shadow
};

/// About 2.6 km: everything on one picture, a second to make.
Recipe small_recipe(std::uint64_t seed = 1);
/// A whole Sentinel-2 tile.
Recipe tile_recipe(std::uint64_t seed = 1);
/// The same size as `base` with other spectra, structure and errors: a check of robustness, not a hold-out.
Recipe alternative(Recipe base);
/// A third: wet, torn snow, low broken cloud, small fields, basalt; as hard for Let-it-snow 1.5 as is published.
/// Written after the snow tests were fixed and never used to choose them.
Recipe maritime(Recipe base);
/// A fourth: dry high ranges of an interior; a hold-out for snow masks, written blind to them.
Recipe continental(Recipe base);
/// A fifth: fells and forest of the high north under a low sun; a hold-out for snow masks, written blind to them.
Recipe boreal(Recipe base);

/// Grid of pixels of `spacing` metres over the recipe's square.
Grid scene_grid(const Recipe& recipe, double spacing);

/// Names and values, as text that gives the same numbers back.
using KnobValues = std::vector<std::pair<std::string, std::string>>;
/// Every knob of the recipe: what the world, the instrument and the detector are.
KnobValues knob_values(const Recipe& recipe);
/// "name = value", one a line.
std::string knob_lines(const KnobValues& values);
/// knob_lines(knob_values(recipe)); products want those of the date too: metadata.hpp.
std::string knobs(const Recipe& recipe);

/// Throws UserError when a knob is out of range.
void check(const Recipe& recipe);

}  // namespace cers::simulator
