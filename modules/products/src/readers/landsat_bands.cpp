// SPDX-License-Identifier: Apache-2.0
// Bands of Landsat products with their calibration.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "cers/core/text.hpp"
#include "readers/landsat_layers.hpp"

namespace cers::products::landsat {
namespace {

enum class Group { reflective, panchromatic, thermal };
struct KnownBand {
  std::string_view number;  ///< as in REFLECTANCE_MULT_BAND_{number}
  BandRole role;
  double wavelength_nm;
  Group group = Group::reflective;
};

const std::vector<KnownBand>& known_bands(Sensor sensor) {
  using enum BandRole;
  static const std::vector<KnownBand> oli = {
      {"1", coastal, 443},
      {"2", blue, 482},
      {"3", green, 561},
      {"4", red, 655},
      {"5", nir_narrow, 865},
      {"6", swir1, 1609},
      {"7", swir2, 2201},
      {"8", pan, 590, Group::panchromatic},
      {"9", cirrus, 1373},
      {"10", thermal1, 10900, Group::thermal},
      {"11", thermal2, 12000, Group::thermal},
  };
  static const std::vector<KnownBand> tm = {
      {"1", blue, 485},
      {"2", green, 560},
      {"3", red, 660},
      {"4", nir, 830},
      {"5", swir1, 1650},
      {"7", swir2, 2220},
      {"8", pan, 710, Group::panchromatic},
      {"6", thermal1, 11450, Group::thermal},
      {"6_VCID_1", thermal1, 11450, Group::thermal},
      {"6_VCID_2", thermal2, 11450, Group::thermal},  // the same band, high gain
  };
  // The other near-infrared band of MSS, 0.7 to 0.8 µm, has no role of its own: a layer.
  static const std::vector<KnownBand> mss_123 = {{"4", green, 550}, {"5", red, 650}, {"7", nir, 950}};
  static const std::vector<KnownBand> mss_45 = {{"1", green, 550}, {"2", red, 650}, {"4", nir, 950}};
  switch (sensor) {
    case Sensor::tm:
      return tm;
    case Sensor::mss_123:
      return mss_123;
    case Sensor::mss_45:
      return mss_45;
    case Sensor::oli:
      break;
  }
  return oli;
}

using GroupNames = std::initializer_list<std::string_view>;
const GroupNames projection = {"PROJECTION_ATTRIBUTES", "LEVEL1_PROJECTION_PARAMETERS", "PROJECTION_PARAMETERS"};
const GroupNames surface_reflectance = {"LEVEL2_SURFACE_REFLECTANCE_PARAMETERS"};
const GroupNames surface_temperature = {"LEVEL2_SURFACE_TEMPERATURE_PARAMETERS"};
const GroupNames rescaling = {"LEVEL1_RADIOMETRIC_RESCALING", "RADIOMETRIC_RESCALING"};
const GroupNames thermal_constants = {"LEVEL1_THERMAL_CONSTANTS", "TIRS_THERMAL_CONSTANTS", "THERMAL_CONSTANTS"};

double grid_size(const Scene& scene, Group group) {
  if (group == Group::panchromatic) return scene.mtl.number(projection, "GRID_CELL_SIZE_PANCHROMATIC").value_or(15);
  if (group == Group::thermal) return scene.mtl.number(projection, "GRID_CELL_SIZE_THERMAL").value_or(30);
  return scene.mtl.number(projection, "GRID_CELL_SIZE_REFLECTIVE").value_or(30);
}

struct Scaling {
  double scale;
  double offset;
};

// Reflectance at the top of the atmosphere = (M · DN + A) / sin(sun elevation), with the elevation at the scene's
// centre.
std::optional<Scaling> reflectance(const Scene& scene, const std::string& number) {
  const GroupNames groups = scene.level_2 ? surface_reflectance : rescaling;
  const auto scale = scene.mtl.number(groups, "REFLECTANCE_MULT_BAND_" + number);
  const auto offset = scene.mtl.number(groups, "REFLECTANCE_ADD_BAND_" + number);
  if (!scale || !offset) return std::nullopt;
  if (scene.level_2) return Scaling{*scale, *offset};
  const auto elevation = scene.mtl.number({"IMAGE_ATTRIBUTES"}, "SUN_ELEVATION");
  if (!elevation || *elevation <= 0) return std::nullopt;
  const double sine = std::sin(*elevation * std::numbers::pi / 180);
  return Scaling{*scale / sine, *offset / sine};
}

void add_temperature(const Scene& scene, const KnownBand& known, const std::string& number, Product& product) {
  if (number.find("VCID") != std::string::npos) return;
  const std::string name = "ST_B" + number;
  const auto* entry = find_file(scene, "FILE_NAME_BAND_" + name, name);
  const auto scale = scene.mtl.number(surface_temperature, "TEMPERATURE_MULT_BAND_" + name);
  const auto offset = scene.mtl.number(surface_temperature, "TEMPERATURE_ADD_BAND_" + name);
  const bool listed = scene.mtl.text({"PRODUCT_CONTENTS"}, "FILE_NAME_BAND_" + name).has_value();
  if (entry == nullptr || !scale || !offset) {
    if (listed) product.problems.push_back("the surface temperature " + name + " of '" + product.id + "' is missing");
    return;
  }
  ProductBand band{};
  band.role = known.role;
  band.name = "B" + number;
  band.pixels.file = scene.listing.gdal_name(*entry);
  band.gsd_m = grid_size(scene, Group::thermal);
  band.scale = *scale;
  band.offset = *offset;
  band.nodata = 0;
  band.wavelength_nm = known.wavelength_nm;
  band.unit = "K";
  product.bands.push_back(std::move(band));
}

// Brightness temperature is no linear function of DN: Level-1 thermal bands stay radiance, as layers.
void add_radiance(const Scene& scene, const std::string& number, Product& product) {
  const auto* entry = find_file(scene, "FILE_NAME_BAND_" + number, "B" + number);
  if (entry == nullptr) return;
  ProductLayer layer;
  layer.name = "B" + number;
  layer.pixels.file = scene.listing.gdal_name(*entry);
  layer.gsd_m = grid_size(scene, Group::thermal);
  layer.scale = scene.mtl.number(rescaling, "RADIANCE_MULT_BAND_" + number).value_or(1);
  layer.offset = scene.mtl.number(rescaling, "RADIANCE_ADD_BAND_" + number).value_or(0);
  layer.nodata = 0;
  layer.description = "radiance L, W/(m² sr µm)";
  const auto k1 = scene.mtl.number(thermal_constants, "K1_CONSTANT_BAND_" + number);
  const auto k2 = scene.mtl.number(thermal_constants, "K2_CONSTANT_BAND_" + number);
  if (k1 && k2)
    layer.description += "; brightness temperature = " + format_real(*k2) + " / ln(" + format_real(*k1) + " / L + 1) K";
  product.layers.push_back(std::move(layer));
}

}  // namespace

void add_bands(const Scene& scene, Product& product) {
  bool dark = false;
  for (const KnownBand& known : known_bands(scene.sensor)) {
    const std::string number(known.number);
    if (known.group == Group::thermal) {
      scene.level_2 ? add_temperature(scene, known, number, product) : add_radiance(scene, number, product);
      continue;
    }
    const std::string key = "FILE_NAME_BAND_" + number;
    const bool listed = scene.mtl.text({"PRODUCT_CONTENTS", "PRODUCT_METADATA"}, key).has_value();
    const auto* entry = find_file(scene, key, (scene.level_2 ? "SR_B" : "B") + number);
    if (entry == nullptr) {
      if (listed) product.problems.push_back("band B" + number + " of '" + product.id + "' is missing");
      continue;
    }
    auto scaling = reflectance(scene, number);
    dark = dark || !scaling;
    ProductBand band{};
    band.role = known.role;
    band.name = "B" + number;
    band.pixels.file = scene.listing.gdal_name(*entry);
    band.gsd_m = grid_size(scene, known.group);
    if (scaling) {
      band.scale = scaling->scale;
      band.offset = scaling->offset;
    } else {
      band.unit = "DN";
    }
    band.nodata = 0;
    band.saturated =
        scene.mtl.number({"LEVEL2_SURFACE_REFLECTANCE_PARAMETERS", "LEVEL1_MIN_MAX_PIXEL_VALUE", "MIN_MAX_PIXEL_VALUE"},
                         "QUANTIZE_CAL_MAX_BAND_" + number);
    band.wavelength_nm = known.wavelength_nm;
    product.bands.push_back(std::move(band));
  }
  if (dark)
    product.problems.push_back(
        scene.mtl.shown() +
        " gives no reflectance for every band (the sun below the horizon, or no rescaling): such "
        "bands are read as DN");
}

}  // namespace cers::products::landsat
