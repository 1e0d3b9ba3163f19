// SPDX-License-Identifier: Apache-2.0
// What the user sets of a snow mask, and what follows from it.
#pragma once

#include <optional>
#include <vector>

#include "inputs.hpp"
#include "ring.hpp"

namespace cers::snow {

enum class Shade { automatic, mask, terrain, raster, none };
std::vector<Choice> choices_of(Shade);

/// Unset thresholds are those of the profile.
struct SnowMaskParams {
  Profile profile = Profile::standard;
  int green = 0;
  int red = 0;
  int swir = 0;
  int nir = 0;
  double scale = 1;
  double offset = 0;
  std::optional<double> nodata;
  std::optional<double> ndsi_pass1, red_pass1, ndsi_pass2, red_pass2, swir_ceiling, swir_under_cloud, bright_swir,
      bright_green, bright_ndsi, nir_to_green, ndsi_shade, ice_cloud_share, dz, fsnow, fclear, fsnow_total,
      red_dark_cloud, red_back_to_cloud;
  std::optional<double> glacier_nir, clear_cells, high_cloud_above, high_cloud_swir, shaded_cos, shaded_difference;
  std::optional<int> rf;
  bool strict_cloud = false;
  Shade shade = Shade::automatic;
  std::optional<double> sun_zenith, sun_azimuth;
  double shade_reach = default_shade_reach_m;
  std::vector<int> pixel;
  bool ring = false;
  RingRules ring_rules;
  int ring_radius = ring_rules.radius;
  double ring_share = ring_rules.cloud_share;
  int ring_area = static_cast<int>(ring_rules.least_area);
};

/// The rules of the profile with the user's thresholds.
SnowRules rules_of(const SnowMaskParams& params, const ImageInput& image);

/// Throws UserError for a parameter that would be accepted without effect.
void refuse_options(const SnowMaskParams& params, const Wiring& wiring);

}  // namespace cers::snow
