// SPDX-License-Identifier: Apache-2.0
#include "snow_rules.hpp"

namespace cers::snow {

std::vector<Choice> choices_of(Profile) {
  return {{"standard", "The published method with its known defects mended"},
          {"lis15", "Let-it-snow 1.5, pixel for pixel"},
          {"lis", "The same"},
          {"lis111", "Let-it-snow 1.11 by its documented steps: pass for shaded slopes, codes 255 and −1000"}};
}

SnowRules rules_of(Profile profile) {
  SnowRules rules;
  if (profile == Profile::standard) {
    rules.bright_green = 0.6;
    rules.bright_swir = 0.35;
    rules.swir_under_cloud = 0.15;
    rules.ndsi_shade = 0.4;
    rules.nir_to_green = 1.5;
    rules.ice_cloud_share = 0.4;
    rules.least_clear_cells = 2.8;
    return rules;
  }
  rules.lis_numbers = true;
  rules.lis_bands = true;
  rules.missing_by_swir = true;
  rules.water_known = false;
  if (profile == Profile::lis111) {
    rules.water_is_missing = true;
    rules.shaded_pass = true;
    return rules;
  }
  rules.nodata = SnowCode::nodata_lis15;
  rules.no_snowline = -1;
  return rules;
}

}  // namespace cers::snow
