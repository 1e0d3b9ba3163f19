// SPDX-License-Identifier: Apache-2.0
// From what the user gives, a product or bands and masks, to the edges that the snow tests read, all on one grid.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>

#include "altitude.hpp"
#include "cers/app/wiring.hpp"
#include "cers/ops/warp.hpp"
#include "snow_rules.hpp"

namespace cers::snow {

/// Numbers of the bands of an image that is no product (counted from 1), and how to scale them.
struct PlainBands {
  int green = 0;
  int red = 0;
  int swir = 0;
  int nir = 0;  ///< 0: none
  Calibration calibration;
};

/// On the coarsest grid of the three bands.
struct Inputs {
  Edge green;
  Edge red;
  Edge swir;
  std::optional<Edge> nir;               ///< when there is one and the rules ask for it
  Edge flags;                            ///< uint8, see Flag
  std::optional<Edge> glacier;           ///< uint8, 1 on glaciers
  std::optional<Edge> shaded_snow;       ///< uint8, 1 where the pass for shaded slopes sees snow
  Edge altitude;                         ///< float, metres, NaN where unknown
  double unit = 1;                       ///< numbers per unit of reflectance: 1, or 10 000 for raw numbers
  std::optional<double> missing_number;  ///< of raw numbers; NaN means missing otherwise
  Grid grid;
  bool offset_known = true;  ///< false of plain bands whose offset nobody tells, and of which nothing was said yet
};

/// What an application needs beside green and the short-wave infrared.
struct Needs {
  bool red = true;
  bool nir = true;    ///< if there is one
  bool cloud = true;  ///< without a product a mask must be given; otherwise no flag is set then
};

/// Bands and flags from inputs "in", "cloud", "water" and "glacier", as far as the application has them. `altitude` is
/// left unset. Throws UserError for what is lacking.
/// Of plain Sentinel-2 bands whose offset is not given it warns, or throws where a product beside them or a tag of the
/// file tells it; of values that are no reflectance, and with `needs.cloud` of an offset left in
/// (warn_of_left_offset()), it warns after the run.
Inputs gather_bands(Wiring& wiring, Graph& graph, const SnowRules& rules, const PlainBands& bands,
                    const Needs& needs = {});
/// The same of a product with its own masks, and of nothing else.
Inputs product_inputs(Graph& graph, const Scene& scene, const SnowRules& rules, const Needs& needs = {});

/// How far beyond a scene the DEM is looked at towards the sun: in the Alps of February shadows reach 9 km.
inline constexpr double default_shade_reach_m = 10000;
/// `flags` with Flag::shade set by the terrain: cast shadow of `dem`, within its raster as far as `reach_m` towards the
/// sun beyond the scene, and ground turned away from the sun. Throws UserError when the sun's place is not known:
/// `sun_zenith_deg` and `sun_azimuth_deg` (from true north) are the user's, else that of the product `image`.
Edge shaded_by_terrain(const ImageInput& image, const ImageInput& dem, Graph& graph, const Inputs& inputs,
                       std::optional<double> sun_zenith_deg, std::optional<double> sun_azimuth_deg, double reach_m);
/// The same without what is turned away or lies beyond the scene, as Let-it-snow 1.11 casts shadow on request: uint8, 1
/// in shadow, by each pixel's walk towards the sun (add_walked_shadow()) over `inputs.altitude`, with the mean angles
/// of the product `image` from the grid's north. Throws UserError when it does not tell them.
Edge shadow_of_the_scene(const ImageInput& image, Graph& graph, const Inputs& inputs);
/// uint8: 1 where the first band of `shade` is neither 0 nor missing. Throws UserError unless it lies on `grid`.
Edge given_shade(const ImageInput& shade, Graph& graph, const Grid& grid);
/// `flags` with Flag::shade set where `shade` (uint8) is not 0.
Edge with_shade(Graph& graph, Edge flags, Edge shade);
/// Whether the product's own masks tell shade, or its sun is known.
bool has_own_shade(const ImageInput& image);
bool knows_sun(const ImageInput& image);

/// Red averaged over `rules.coarse_factor` pixels and brought back, for the test of dark clouds.
Edge coarse_red(Graph& graph, Edge red, const SnowRules& rules);

/// `edge` on `grid`, as it is when it lies there.
Edge warped(Graph& graph, Edge edge, const Grid& grid, Resampling resampling);

/// Throws UserError when the user set one of `keys`, which would have no effect: "-scale has no effect: " + why.
void refuse_keys(const Wiring& wiring, std::initializer_list<const char*> keys, const std::string& why,
                 const std::string& remedy);
/// Of a product its bands and their scale are known: options of plain images are refused.
void refuse_plain_options(const Wiring& wiring);

/// Throws UserError naming `key` unless `image` lies on `grid`.
void check_on_grid(const ImageInput& image, const char* key, const Grid& grid);

}  // namespace cers::snow
