// SPDX-License-Identifier: Apache-2.0
// One vocabulary for the bands and masks of every product, whatever its files are called.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace cers {

/// What a band measures. Sentinel-2: coastal B1, blue B2, green B3, red B4, red_edge1..3 B5..B7, nir B8, nir_narrow
/// B8A, water_vapour B9, cirrus B10, swir1 B11, swir2 B12. Landsat 8: nir_narrow B5, pan B8, cirrus B9, thermal1/2
/// B10/B11. Sentinel-1: vv, vh, hh, hv.
enum class BandRole : std::uint8_t {
  // clang-format off
  coastal, blue, green, yellow, red, red_edge1, red_edge2, red_edge3, nir, nir_narrow, water_vapour, cirrus, swir1, swir2,
  pan, thermal1, thermal2, vv, vh, hh, hv,
  // clang-format on
};

/// What a mask says of a pixel.
enum class MaskMeaning : std::uint8_t {
  nodata,              ///< outside the swath, fill
  cloud,               ///< any cloud, thin ones included where the product tells them
  cloud_shadow,        ///< shadow of a cloud
  cirrus,              ///< high cloud seen in the 1.38 µm band
  snow,                ///< snow or ice by the product's own screening: a hint, no snow map
  water,               ///< open water
  topographic_shadow,  ///< shadow of the terrain, or hidden from the sensor
  saturated,           ///< saturated in any band of its group
  defective,           ///< measured by a defective detector in any band of its group
  below_noise,         ///< radar: backscatter below the noise floor in any polarisation
};

const std::vector<BandRole>& all_band_roles();
const std::vector<MaskMeaning>& all_mask_meanings();
/// "red_edge1", "cloud_shadow".
std::string_view name_of(BandRole role);
std::string_view name_of(MaskMeaning meaning);
std::optional<BandRole> band_role_named(std::string_view name);
std::optional<MaskMeaning> mask_meaning_named(std::string_view name);
/// The name in STAC's eo extension ("rededge071", "nir08"); empty for roles it has no name for (radar).
std::string_view stac_common_name(BandRole role);
/// True for reflectance and brightness temperature bands, false for radar.
bool is_optical(BandRole role);

}  // namespace cers
