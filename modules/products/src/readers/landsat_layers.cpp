// SPDX-License-Identifier: Apache-2.0
// Files, auxiliary layers and masks of Landsat products.
#include "readers/landsat_layers.hpp"

#include <algorithm>
#include <array>

#include "cers/core/text.hpp"

namespace cers::products::landsat {
namespace {

struct KnownLayer {
  std::string_view key;
  std::string_view name;  ///< end of the file's name
  bool classes;
  double scale;
  std::optional<double> nodata;
  std::string_view description;
};

constexpr double fill = -9999;
const std::array<KnownLayer, 20> known_layers = {{
    {"FILE_NAME_QUALITY_L1_PIXEL", "QA_PIXEL", true, 1, 1, "quality of the pixel, bits"},
    {"FILE_NAME_QUALITY_L1_RADIOMETRIC_SATURATION", "QA_RADSAT", true, 1, std::nullopt, "saturation by band, bits"},
    {"FILE_NAME_BAND_QUALITY", "BQA", true, 1, 1, "quality of the pixel, bits"},
    {"FILE_NAME_QUALITY_L2_AEROSOL", "SR_QA_AEROSOL", true, 1, 1, "aerosol retrieval, bits"},
    {"FILE_NAME_QUALITY_L2_SURFACE_REFLECTANCE_CLOUD", "SR_CLOUD_QA", true, 1, std::nullopt, "LEDAPS cloud, bits"},
    {"FILE_NAME_ATMOSPHERIC_OPACITY", "SR_ATMOS_OPACITY", false, 0.001, fill, "optical depth of the atmosphere"},
    {"FILE_NAME_QUALITY_L2_SURFACE_TEMPERATURE", "ST_QA", false, 0.01, fill, "uncertainty of temperature, K"},
    {"FILE_NAME_EMISSIVITY", "ST_EMIS", false, 0.0001, fill, "emissivity"},
    {"FILE_NAME_EMISSIVITY_STDEV", "ST_EMSD", false, 0.0001, fill, "standard deviation of emissivity"},
    {"FILE_NAME_ATMOSPHERIC_TRANSMITTANCE", "ST_ATRAN", false, 0.0001, fill, "transmittance of the atmosphere"},
    {"FILE_NAME_THERMAL_RADIANCE", "ST_TRAD", false, 0.001, fill, "thermal radiance, W/(m² sr µm)"},
    {"FILE_NAME_UPWELL_RADIANCE", "ST_URAD", false, 0.001, fill, "upwelling radiance, W/(m² sr µm)"},
    {"FILE_NAME_DOWNWELL_RADIANCE", "ST_DRAD", false, 0.001, fill, "downwelling radiance, W/(m² sr µm)"},
    {"FILE_NAME_CLOUD_DISTANCE", "ST_CDIST", false, 0.01, fill, "distance to cloud, km"},
    {"FILE_NAME_ANGLE_SOLAR_AZIMUTH_BAND_4", "SAA", false, 0.01, 0, "solar azimuth, degrees"},
    {"FILE_NAME_ANGLE_SOLAR_ZENITH_BAND_4", "SZA", false, 0.01, 0, "solar zenith, degrees"},
    {"FILE_NAME_ANGLE_SENSOR_AZIMUTH_BAND_4", "VAA", false, 0.01, 0, "view azimuth, degrees"},
    {"FILE_NAME_ANGLE_SENSOR_ZENITH_BAND_4", "VZA", false, 0.01, 0, "view zenith, degrees"},
    {"FILE_NAME_BAND_3", "B3", false, 1, 0, "near infrared 0.7 to 0.8 µm, DN"},  // MSS of Landsat 4 and 5
    {"FILE_NAME_BAND_6", "B6", false, 1, 0, "near infrared 0.7 to 0.8 µm, DN"},  // MSS of Landsat 1 to 3
}};

bool applies(const Scene& scene, const KnownLayer& layer) {
  if (layer.name == "B3") return scene.sensor == Sensor::mss_45;
  if (layer.name == "B6") return scene.sensor == Sensor::mss_123;
  return true;
}

// Masks are described by values as in the format control books, not by bit numbers.
struct KnownMask {
  MaskMeaning meaning;
  std::string_view layer;
  MaskTest::Kind kind;
  std::uint32_t bits;
};

std::vector<KnownMask> known_masks(const Scene& scene) {
  using enum MaskMeaning;
  constexpr auto any = MaskTest::Kind::any_bit;
  constexpr auto all = MaskTest::Kind::all_bits;
  const bool oli = scene.sensor == Sensor::oli;
  std::vector<KnownMask> masks;
  if (scene.quality == Quality::pixel) {
    // Collection 2: fill 1, dilated cloud 2, cirrus 4, cloud 8, cloud shadow 16, snow 32, water 128.
    masks = {{nodata, "QA_PIXEL", any, 1}, {cloud, "QA_PIXEL", any, 14},  {cloud_shadow, "QA_PIXEL", any, 16},
             {snow, "QA_PIXEL", any, 32},  {water, "QA_PIXEL", any, 128}, {saturated, "QA_RADSAT", any, 0x17F}};
    if (oli) {
      masks.push_back({cirrus, "QA_PIXEL", any, 4});
      masks.push_back({topographic_shadow, "QA_RADSAT", any, 2048});  // terrain occlusion
    } else {
      masks.push_back({nodata, "QA_RADSAT", any, 512});  // dropped pixels
    }
  } else if (scene.quality == Quality::collection_1) {
    // Fill 1, terrain occlusion or dropped pixel 2, saturation 4 and 8, cloud 16; then confidences of two bits each (1
    // low, 2 medium, 3 high): cloud 32, shadow 128, snow 512, cirrus 2048. High confidence counts.
    masks = {{nodata, "BQA", any, 1},
             {cloud, "BQA", any, 16},
             {cloud_shadow, "BQA", all, 384},
             {snow, "BQA", all, 1536},
             {saturated, "BQA", any, 12}};
    if (oli) {
      masks.push_back({cloud, "BQA", all, 6144});
      masks.push_back({cirrus, "BQA", all, 6144});
      masks.push_back({topographic_shadow, "BQA", any, 2});
    } else {
      masks.push_back({nodata, "BQA", any, 2});
    }
  } else {
    // Before the collections: fill 1, dropped frame 2, terrain occlusion 4; confidences of two bits: water 16, snow
    // 1024, cirrus 4096, cloud 16384. High confidence counts; water is never more than medium.
    masks = {{nodata, "BQA", any, 3},   {topographic_shadow, "BQA", any, 4}, {water, "BQA", any, 32},
             {snow, "BQA", all, 3072},  {cirrus, "BQA", all, 12288},         {cloud, "BQA", all, 49152},
             {cloud, "BQA", all, 12288}};
  }
  return masks;
}

std::string text_of(const KnownMask& mask) {
  return std::string(mask.layer) + (mask.kind == MaskTest::Kind::all_bits ? " all of " : " & ") +
         std::to_string(mask.bits);
}

}  // namespace

const Listing::Entry* find_file(const Scene& scene, std::string_view key, std::string_view suffix) {
  if (const auto name = scene.mtl.text({"PRODUCT_CONTENTS", "PRODUCT_METADATA"}, key)) {
    if (const auto* entry = scene.listing.at(scene.folder, *name)) return entry;
  }
  for (const char* extension : {".TIF", ".TIFF"}) {
    const std::string end = std::string(suffix) + extension;
    const std::string named = scene.prefix.empty() ? end : scene.prefix + "_" + end;
    if (const auto* entry = scene.listing.at(scene.folder, named)) return entry;
  }
  for (const auto& entry : scene.listing.entries()) {
    if (Listing::folder_of(entry) != scene.folder) continue;
    const std::string name = lower(Listing::base_of(entry));
    for (const char* extension : {".tif", ".tiff"}) {
      // "B1" must not take "…_SR_B1", which is another quantity.
      const std::string end = "_" + lower(suffix) + extension;
      if (name.ends_with(end) && !name.ends_with("_sr" + end) && !name.ends_with("_st" + end)) return &entry;
    }
  }
  return nullptr;
}

void add_layers(const Scene& scene, Product& product) {
  const double gsd =
      scene.mtl.number({"PROJECTION_ATTRIBUTES", "PROJECTION_PARAMETERS"}, "GRID_CELL_SIZE_REFLECTIVE").value_or(30);
  for (const KnownLayer& known : known_layers) {
    if (!applies(scene, known)) continue;
    const auto* entry = find_file(scene, known.key, known.name);
    if (entry == nullptr) {
      if (known.classes && scene.mtl.text({"PRODUCT_CONTENTS", "PRODUCT_METADATA"}, known.key))
        product.problems.push_back("the layer " + std::string(known.name) + " of '" + product.id + "' is missing");
      continue;
    }
    ProductLayer layer;
    layer.name = known.name;
    layer.pixels.file = scene.listing.gdal_name(*entry);
    layer.gsd_m = gsd;
    layer.classes = known.classes;
    layer.scale = known.scale;
    layer.nodata = known.nodata;
    layer.description = known.description;
    product.layers.push_back(std::move(layer));
  }
}

void add_masks(const Scene& scene, Product& product) {
  for (const KnownMask& known : known_masks(scene)) {
    const ProductLayer* layer = product.layer(known.layer);
    if (layer == nullptr) continue;
    auto mask = std::find_if(product.masks.begin(), product.masks.end(),
                             [&](const ProductMask& one) { return one.meaning == known.meaning; });
    if (mask == product.masks.end()) {
      ProductMask fresh{};
      fresh.meaning = known.meaning;
      fresh.gsd_m = layer->gsd_m;
      product.masks.push_back(std::move(fresh));
      mask = product.masks.end() - 1;
    }
    MaskTest test;
    test.pixels = layer->pixels;
    test.gsd_m = layer->gsd_m;
    test.kind = known.kind;
    test.bits = known.bits;
    mask->any.push_back(std::move(test));
    mask->source += (mask->source.empty() ? "" : " or ") + text_of(known);
  }
  if (product.masks.empty())
    product.problems.push_back("the quality band of '" + product.id + "' is missing: there are no masks");
}

}  // namespace cers::products::landsat
