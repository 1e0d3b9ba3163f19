// SPDX-License-Identifier: Apache-2.0
#include "cers/products/roles.hpp"

#include <algorithm>
#include <array>

namespace cers {
namespace {

struct RoleName {
  BandRole role;
  std::string_view name;
  std::string_view stac;  ///< STAC eo extension 2.0.0, common band names
};

constexpr std::array role_names{
    RoleName{BandRole::coastal, "coastal", "coastal"},
    RoleName{BandRole::blue, "blue", "blue"},
    RoleName{BandRole::green, "green", "green"},
    RoleName{BandRole::yellow, "yellow", "yellow"},
    RoleName{BandRole::red, "red", "red"},
    RoleName{BandRole::red_edge1, "red_edge1", "rededge071"},
    RoleName{BandRole::red_edge2, "red_edge2", "rededge075"},
    RoleName{BandRole::red_edge3, "red_edge3", "rededge078"},
    RoleName{BandRole::nir, "nir", "nir"},
    RoleName{BandRole::nir_narrow, "nir_narrow", "nir08"},
    RoleName{BandRole::water_vapour, "water_vapour", "nir09"},
    RoleName{BandRole::cirrus, "cirrus", "cirrus"},
    RoleName{BandRole::swir1, "swir1", "swir16"},
    RoleName{BandRole::swir2, "swir2", "swir22"},
    RoleName{BandRole::pan, "pan", "pan"},
    RoleName{BandRole::thermal1, "thermal1", "lwir11"},
    RoleName{BandRole::thermal2, "thermal2", "lwir12"},
    RoleName{BandRole::vv, "vv", ""},
    RoleName{BandRole::vh, "vh", ""},
    RoleName{BandRole::hh, "hh", ""},
    RoleName{BandRole::hv, "hv", ""},
};

struct MeaningName {
  MaskMeaning meaning;
  std::string_view name;
};

constexpr std::array meaning_names{
    MeaningName{MaskMeaning::nodata, "nodata"},
    MeaningName{MaskMeaning::cloud, "cloud"},
    MeaningName{MaskMeaning::cloud_shadow, "cloud_shadow"},
    MeaningName{MaskMeaning::cirrus, "cirrus"},
    MeaningName{MaskMeaning::snow, "snow"},
    MeaningName{MaskMeaning::water, "water"},
    MeaningName{MaskMeaning::topographic_shadow, "topographic_shadow"},
    MeaningName{MaskMeaning::saturated, "saturated"},
    MeaningName{MaskMeaning::defective, "defective"},
    MeaningName{MaskMeaning::below_noise, "below_noise"},
};

const RoleName& entry(BandRole role) {
  return *std::find_if(role_names.begin(), role_names.end(), [role](const RoleName& r) { return r.role == role; });
}

}  // namespace

const std::vector<BandRole>& all_band_roles() {
  static const std::vector<BandRole> roles = [] {
    std::vector<BandRole> all;
    for (const RoleName& one : role_names) all.push_back(one.role);
    return all;
  }();
  return roles;
}

const std::vector<MaskMeaning>& all_mask_meanings() {
  static const std::vector<MaskMeaning> meanings = [] {
    std::vector<MaskMeaning> all;
    for (const MeaningName& one : meaning_names) all.push_back(one.meaning);
    return all;
  }();
  return meanings;
}

std::string_view name_of(BandRole role) {
  return entry(role).name;
}

std::string_view name_of(MaskMeaning meaning) {
  return std::find_if(meaning_names.begin(), meaning_names.end(),
                      [meaning](const MeaningName& m) { return m.meaning == meaning; })
      ->name;
}

std::optional<BandRole> band_role_named(std::string_view name) {
  for (const RoleName& one : role_names) {
    if (one.name == name) return one.role;
  }
  return std::nullopt;
}

std::optional<MaskMeaning> mask_meaning_named(std::string_view name) {
  for (const MeaningName& one : meaning_names) {
    if (one.name == name) return one.meaning;
  }
  return std::nullopt;
}

std::string_view stac_common_name(BandRole role) {
  return entry(role).stac;
}

bool is_optical(BandRole role) {
  return role < BandRole::vv;
}

}  // namespace cers
