// SPDX-License-Identifier: Apache-2.0
#include "snow_mask_params.hpp"

#include <fmt/format.h>

#include "cers/core/error.hpp"
#include "high_cloud.hpp"
#include "scene_mask.hpp"

namespace cers::snow {

std::vector<Choice> choices_of(Shade) {
  return {{"auto",
           "The product's mask of topographic shadow; without one the terrain, if the sun's place is known. In profile "
           "lis111 the slopes whose cosine of the sun's incidence is below -shaded.cos"},
          {"mask", "The product's mask only; not of profile lis111"},
          {"terrain",
           "Cast and self shadow of the DEM, beside the product's mask. In profile lis111 that alone, as rastertools "
           "casts it: without ground beyond the scene, by the mean angles of the product"},
          {"raster", "-shade.raster, beside the product's mask. In profile lis111 that alone"},
          {"none", "No pixel counts as shaded"}};
}

SnowRules rules_of(const SnowMaskParams& params, const ImageInput& image) {
  SnowRules rules = rules_for(params.profile, image);
  const auto set = [](auto& rule, const auto& given) {
    if (given) rule = *given;
  };
  set(rules.ndsi_pass1, params.ndsi_pass1);
  set(rules.red_pass1, params.red_pass1);
  set(rules.ndsi_pass2, params.ndsi_pass2);
  set(rules.red_pass2, params.red_pass2);
  set(rules.swir_ceiling, params.swir_ceiling);
  set(rules.swir_under_cloud, params.swir_under_cloud);
  set(rules.bright_green, params.bright_green);
  set(rules.nir_to_green, params.nir_to_green);
  set(rules.bright_ndsi, params.bright_ndsi);
  set(rules.bright_swir, params.bright_swir);
  if (params.ndsi_shade) rules.ndsi_shade = params.ndsi_shade;
  if (params.shade == Shade::none) rules.ndsi_shade.reset();
  if (params.ice_cloud_share) rules.ice_cloud_share = params.ice_cloud_share;
  set(rules.high_cloud_above_m, params.high_cloud_above);
  set(rules.high_cloud_swir, params.high_cloud_swir);
  set(rules.glacier_nir_to_green, params.glacier_nir);
  set(rules.band_height_m, params.dz);
  set(rules.least_snow_share, params.fsnow);
  set(rules.least_clear_share, params.fclear);
  set(rules.least_clear_cells, params.clear_cells);
  set(rules.least_total_share, params.fsnow_total);
  set(rules.shaded_cos, params.shaded_cos);
  set(rules.shaded_difference, params.shaded_difference);
  if (params.shade == Shade::none) rules.shaded_pass = false;
  set(rules.red_dark_cloud, params.red_dark_cloud);
  set(rules.red_back_to_cloud, params.red_back_to_cloud);
  rules.strict_cloud = params.strict_cloud;
  set(rules.coarse_factor, params.rf);
  return rules;
}

namespace {

void refuse_for_lis(const SnowMaskParams& params, const Wiring& wiring) {
  const bool shaded_pass = params.profile == Profile::lis111;
  if (wiring.has("water") && !shaded_pass)
    throw UserError("Let-it-snow 1.5 knows no water mask, and -water is given",
                    "leave -water out, or take -profile standard or lis111");
  if (wiring.has("glacier"))
    throw UserError("Let-it-snow knows no glacier mask, and -glacier is given",
                    "leave -glacier out, or take -profile standard");
  refuse_keys(wiring,
              {"pass1.nir", "pass2.shade", "pass2.cloudswir", "cloud.swir", "cloud.iceshare", "channels.nir",
               "glacier.nir", "fclear.cells", "cloud.highabove", "cloud.highswir"},
              "Let-it-snow has no such test", "leave it out, or take -profile standard");
  refuse_keys(wiring, {"shade.reach", "sun.zenith", "sun.azimuth"},
              shaded_pass ? "Let-it-snow takes the sun's angles of the product and no ground beyond the scene"
                          : "Let-it-snow 1.5 knows no shade",
              "leave it out, or take -profile standard");
  if (!shaded_pass) {
    refuse_keys(wiring, {"shade"}, "Let-it-snow 1.5 knows no shade",
                "leave it out, or take -profile standard or lis111");
    if (wiring.has("shade.raster"))
      throw UserError("Let-it-snow 1.5 knows no shade, and -shade.raster is given",
                      "leave it out, or take -profile standard or lis111");
  }
  if (params.shade == Shade::mask)
    throw UserError("Let-it-snow 1.11 does not look at the product's mask of topographic shadow",
                    "take -shade auto, terrain or raster, or none for no pass over shaded slopes");
}

}  // namespace

void refuse_options(const SnowMaskParams& params, const Wiring& wiring) {
  refuse_plain_options(wiring);
  if (params.profile != Profile::standard) refuse_for_lis(params, wiring);
  if (params.shade == Shade::raster && !wiring.has("shade.raster"))
    throw UserError("-shade is raster, and -shade.raster is not given",
                    "give a raster on the grid of the short-wave infrared: 0 in the sun, anything else in the shade");
  if (params.shade != Shade::raster && wiring.has("shade.raster"))
    throw UserError("-shade.raster has no effect: the shade is not taken from a raster",
                    "add -shade raster, or leave it out");
  const bool shaded_pass = params.profile == Profile::lis111;
  if (!shaded_pass || params.shade == Shade::none)
    refuse_keys(wiring, {"shaded.cos", "shaded.difference"}, "there is no pass over shaded slopes",
                "take -profile lis111, or leave it out");
  if (params.shade == Shade::terrain || params.shade == Shade::raster)
    refuse_keys(wiring, {"shaded.cos"}, "the shade is not taken from the sun's incidence",
                "take -shade auto, or leave it out");
  const Scene* scene = wiring.image("in").scene();
  if (scene == nullptr || wiring.has("cloud") || !tells_high_cloud_apart(*scene))
    refuse_keys(wiring, {"cloud.highabove", "cloud.highswir"},
                "the cloud mask does not tell high cloud from what other tests see", "leave it out");
  if (!params.high_cloud_above)
    refuse_keys(wiring, {"cloud.highswir"}, "high cloud is judged again with -cloud.highabove only",
                "add -cloud.highabove, or leave it out");
  if (!wiring.has("glacier"))
    refuse_keys(wiring, {"glacier.nir"}, "no glaciers are given", "add -glacier, or leave it out");
  if (!params.ring)
    refuse_keys(wiring, {"ring.radius", "ring.share", "ring.area"}, "patches inside cloud are not looked for",
                "add -ring 1, or leave it out");
  if (params.shade == Shade::none)
    refuse_keys(wiring, {"pass2.shade"}, "no pixel counts as shaded", "leave it out, or take another -shade");
  if (params.shade == Shade::mask && !has_own_shade(wiring.image("in")))
    throw UserError(fmt::format("{} has no mask of topographic shadow", wiring.image("in").label()),
                    "take -shade terrain or auto");
}

}  // namespace cers::snow
