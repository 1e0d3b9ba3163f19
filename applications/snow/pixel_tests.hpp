// SPDX-License-Identifier: Apache-2.0
// The tests of snow on one row of pixels. Pure arithmetic: no raster, no product.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "snow_rules.hpp"

namespace cers::snow {

/// What the product's masks say of a pixel.
enum class Flag : std::uint8_t {
  cloud = 1,          ///< anything the producer calls cloud, or its shadow where the producer's "all clouds" holds it
  shadow = 2,         ///< of a cloud
  high_cloud = 4,     ///< cirrus
  water = 8,          ///< open water
  low_sun = 16,       ///< too low for a correction of reflectance for slope
  tangent_sun = 128,  ///< along the slope: reflectance corrected for it is not reliable
  missing = 32,       ///< the producer says that nothing was seen
  shade = 64,         ///< the sun does not reach the ground: behind a ridge or turned away
};
constexpr std::uint8_t bit(Flag flag) {
  return static_cast<std::uint8_t>(flag);
}

/// What the strict test takes for cloud: all the producer's, and high cloud that only the test of snow inside cloud
/// saw.
inline constexpr std::uint8_t cloud_in_pass1 = bit(Flag::cloud) | bit(Flag::high_cloud);

/// The rules in the unit of the pixels: DN or reflectance.
struct Thresholds {
  Thresholds(const SnowRules& rules, double unit, std::optional<double> missing)
      : ndsi_pass1(rules.ndsi_pass1),
        red_pass1(rules.red_pass1 * unit),
        ndsi_pass2(rules.ndsi_pass2),
        red_pass2(rules.red_pass2 * unit),
        dark_cloud(rules.red_dark_cloud * unit),
        back_to_cloud(rules.red_back_to_cloud * unit),
        swir_ceiling(rules.swir_ceiling * unit),
        swir_under_cloud(rules.swir_under_cloud * unit),
        missing_by_swir(rules.missing_by_swir),
        bright_green(rules.bright_green * unit),
        bright_ndsi(rules.bright_ndsi),
        bright_swir(rules.bright_swir * unit),
        ndsi_shade(rules.ndsi_shade.value_or(rules.ndsi_pass2)),
        nir_to_green(rules.nir_to_green),
        ice_swir(0.18 * unit),
        frozen_ndsi(rules.ice_ndsi),
        frozen_green(rules.ice_green * unit),
        frozen_nir(rules.ice_nir * unit),
        glacier_nir_to_green(rules.glacier_nir_to_green),
        missing_number(missing.value_or(0)),
        has_missing_number(missing.has_value()) {}
  double ndsi_pass1;
  double red_pass1;
  double ndsi_pass2;
  double red_pass2;
  double dark_cloud;
  double back_to_cloud;
  double swir_ceiling;
  double swir_under_cloud;
  bool missing_by_swir;
  double bright_green;
  double bright_ndsi;
  double bright_swir;
  double ndsi_shade;
  double nir_to_green;
  // Cold cloud over the south-east of the USA beside clear snow in Greenland (Landsat 8): docs/design/snow-guards.md.
  double ice_swir;
  static constexpr double ice_flatness = 0.92;  ///< near infrared over green: cloud is above
  static constexpr double ice_redness = 0.99;   ///< red over green: cloud is below
  double frozen_ndsi;
  double frozen_green;
  double frozen_nir;
  double glacier_nir_to_green;
  double missing_number;
  bool has_missing_number;
};

/// A row of reflectance (or DN) in double, NaN or the missing number where there is none.
struct Reflectances {
  const double* green;
  const double* red;
  const double* swir;
  const double* nir;  ///< null when it is not known
  const std::uint8_t* flags;
  std::size_t count;
};

/// out = 1 where the strict test calls a pixel snow: not cloud, NDSI and red above their limits, near infrared (if it
/// is known) not far above green. Comparisons are IEEE: NaN fails, and so does a ratio that equals its limit.
void pass1_row(const Thresholds& limits, const Reflectances& row, std::uint8_t* out);
/// out = 1 where the permissive test would call a pixel snow if it is high enough and not cloud. What the producer
/// calls cloud must also be dark at 1.6 µm.
void permissive_row(const Thresholds& limits, const Reflectances& row, std::uint8_t* out);
/// out = 1 where nothing was seen.
void missing_row(const Thresholds& limits, const Reflectances& row, std::uint8_t* out);
/// out = 1 where a pixel has the colour of cloud, not of snow, whatever the cloud mask says.
void cloud_colour_row(const Thresholds& limits, const Reflectances& row, std::uint8_t* out);
/// out = 1 where a pixel is as flat, white and bright as ice cloud; all 0 without near infrared.
void ice_cloud_row(const Thresholds& limits, const Reflectances& row, std::uint8_t* out);

}  // namespace cers::snow
