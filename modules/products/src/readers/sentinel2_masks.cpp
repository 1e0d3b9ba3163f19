// SPDX-License-Identifier: Apache-2.0
// The masks of a SAFE product: scene classification, Level-1C classification, quality of single bands; as rasters since
// baseline 04.00, as polygons before. Grammar: Sentinel-2 Products Specification Document, issues 13 to 15.
#include <algorithm>

#include "cers/core/text.hpp"
#include "readers/sentinel2_bands.hpp"
#include "readers/sentinel2_safe.hpp"

namespace cers::products::sentinel2 {
namespace {

// Scene classification of Sen2Cor, the same in every baseline. Class 2 was "dark features" before 04.00 and means
// shadow cast by the terrain since.
struct SclClass {
  MaskMeaning meaning;
  std::vector<int> values;
};
const std::vector<SclClass>& scl_classes() {
  static const std::vector<SclClass> all = {
      {MaskMeaning::nodata, {0}},       {MaskMeaning::saturated, {1}}, {MaskMeaning::topographic_shadow, {2}},
      {MaskMeaning::cloud_shadow, {3}}, {MaskMeaning::water, {6}},     {MaskMeaning::cloud, {8, 9, 10}},
      {MaskMeaning::cirrus, {10}},      {MaskMeaning::snow, {11}},
  };
  return all;
}

std::string listed(const std::vector<int>& values) {
  std::vector<std::string> parts;
  for (const int value : values) parts.push_back(std::to_string(value));
  return join(parts, ", ");
}

MaskTest values_test(const LayerFile& pixels, double gsd_m, const std::vector<int>& values) {
  MaskTest test;
  test.pixels = pixels;
  test.gsd_m = gsd_m;
  test.kind = MaskTest::Kind::one_of;
  test.values = values;
  return test;
}

MaskTest polygons_test(const Listing& listing, const Listing::Entry& entry, double gsd_m,
                       const std::vector<std::string>& types) {
  MaskTest test;
  test.gsd_m = gsd_m;
  test.kind = MaskTest::Kind::inside;
  test.polygons = listing.gdal_name(entry);
  test.types = types;
  return test;
}

// Tests of one meaning and one resolution make one mask.
void add_test(MaskMeaning meaning, double gsd_m, MaskTest test, const std::string& source, Product& product) {
  auto found = std::find_if(product.masks.begin(), product.masks.end(),
                            [&](const ProductMask& mask) { return mask.meaning == meaning && mask.gsd_m == gsd_m; });
  if (found == product.masks.end()) {
    product.masks.push_back({meaning, gsd_m, {}, {}});
    found = product.masks.end() - 1;
  }
  if (found->source.find(source) == std::string::npos) found->source += (found->source.empty() ? "" : "; ") + source;
  found->any.push_back(std::move(test));
}

// Components of MSK_QUALIT_Bxx, each 0 or 1; of MSK_CLASSI_B00: 1 opaque cloud, 2 cirrus, 3 snow or ice.
constexpr int defective_component = 5;
constexpr int nodata_component = 6;
constexpr int saturated_component = 8;

struct BandQuality {
  MaskMeaning meaning;
  int component;
  const char* polygons;            ///< kind of the mask before baseline 04.00
  std::vector<std::string> types;  ///< of its polygons; empty: all
};
const std::vector<BandQuality>& band_qualities() {
  static const std::vector<BandQuality> all = {
      {MaskMeaning::nodata, nodata_component, "NODATA", {"QT_NODATA_PIXELS"}},
      {MaskMeaning::saturated, saturated_component, "SATURA", {}},
      {MaskMeaning::defective, defective_component, "DEFECT", {}},
  };
  return all;
}

// "MSK_QUALIT_B02.jp2"; "S2A_OPER_MSK_SATURA_SGS__20160905T073438_A006291_T53HLA_B02_MSIL1C.gml" before December 2016.
struct MaskFile {
  std::string kind;  ///< "QUALIT"
  std::string band;  ///< "B02"; "B00" of masks of the whole tile
  bool polygons = false;
  const Listing::Entry* entry = nullptr;
};

std::vector<MaskFile> mask_files(const Listing& listing) {
  std::vector<MaskFile> files;
  for (const auto& entry : listing.entries()) {
    const std::string base = lower(Listing::base_of(entry));
    const auto mark = base.find("msk_");
    if (mark == std::string::npos || (mark > 0 && base[mark - 1] != '_')) continue;
    const bool polygons = base.ends_with(".gml");
    if (!polygons && !base.ends_with(".jp2") && !base.ends_with(".tif") && !base.ends_with(".tiff")) continue;
    const std::vector<std::string> words = split(std::string_view(base).substr(mark, base.rfind('.') - mark), '_');
    if (words.size() < 3) continue;
    const std::string& last = words.back() == "msil1c" ? words[words.size() - 2] : words.back();
    files.push_back({words[1], last, polygons, &entry});
  }
  return files;
}

const Listing::Entry* find_mask(const std::vector<MaskFile>& files, std::string_view kind, const std::string& band,
                                bool polygons) {
  const auto found = std::find_if(files.begin(), files.end(), [&](const MaskFile& file) {
    return file.polygons == polygons && file.kind == lower(kind) && file.band == lower(band);
  });
  return found == files.end() ? nullptr : found->entry;
}

// Masks of single bands in their own resolution: of what is at hand, raster before polygons.
void add_band_qualities(const Listing& listing, bool missing_too, Product& product) {
  const std::vector<MaskFile> files = mask_files(listing);
  for (const Sentinel2Band& known : sentinel2_bands) {
    const bool there = std::any_of(product.bands.begin(), product.bands.end(), [&](const ProductBand& band) {
      return band.name == known.name && band.gsd_m == known.gsd_m;
    });
    if (!there) continue;
    const std::string name(known.name);
    const std::string band = name.size() == 2 ? "B0" + name.substr(1) : name;
    const auto* raster = find_mask(files, "QUALIT", band, false);
    for (const BandQuality& quality : band_qualities()) {
      if (quality.meaning == MaskMeaning::nodata && !missing_too) continue;
      if (raster != nullptr) {
        add_test(quality.meaning, known.gsd_m,
                 values_test({listing.gdal_name(*raster), quality.component}, known.gsd_m, {1}),
                 "MSK_QUALIT component " + std::to_string(quality.component), product);
      } else if (const auto* gml = find_mask(files, quality.polygons, band, true)) {
        add_test(quality.meaning, known.gsd_m, polygons_test(listing, *gml, known.gsd_m, quality.types),
                 std::string("MSK_") + quality.polygons + " polygons", product);
      }
    }
  }
}

// What the numbers of the bands say themselves, of every resolution that has bands.
void add_saturated_numbers(Product& product) {
  for (const ProductBand& band : product.bands) {
    if (!band.saturated) continue;
    add_test(MaskMeaning::saturated, band.gsd_m,
             values_test(band.pixels, band.gsd_m, {static_cast<int>(*band.saturated)}),
             "DN " + format_real(*band.saturated) + " of any band", product);
  }
}

// One band stands for its resolution: all lack the pixels outside of the swath, and decoding them all would cost more
// than what the mask is for. The one that snow and water are told by comes first, for it is read anyway.
void add_missing_numbers(double gsd_m, Product& product) {
  const ProductBand* one = product.band(BandRole::swir1, gsd_m);
  for (const ProductBand& band : product.bands) {
    if (one == nullptr && band.gsd_m == gsd_m) one = &band;
  }
  if (one == nullptr || !one->nodata) return;
  add_test(MaskMeaning::nodata, gsd_m, values_test(one->pixels, gsd_m, {static_cast<int>(*one->nodata)}),
           one->name + " DN " + format_real(*one->nodata), product);
}

void add_cloud_polygons(const Listing& listing, const Listing::Entry& entry, double gsd_m, Product& product) {
  add_test(MaskMeaning::cloud, gsd_m, polygons_test(listing, entry, gsd_m, {"OPAQUE", "CIRRUS"}),
           "MSK_CLOUDS polygons OPAQUE, CIRRUS", product);
  add_test(MaskMeaning::cirrus, gsd_m, polygons_test(listing, entry, gsd_m, {"CIRRUS"}), "MSK_CLOUDS polygons CIRRUS",
           product);
}

}  // namespace

void add_scl_masks(const Listing& listing, const std::vector<SafeImage>& images, Product& product) {
  const SafeImage* finest = nullptr;
  for (const SafeImage& image : images) {
    if (image.name != "SCL") continue;
    if (finest == nullptr || image.gsd_m < finest->gsd_m) finest = &image;
    for (const SclClass& scl : scl_classes()) {
      add_test(scl.meaning, image.gsd_m, values_test({listing.gdal_name(*image.entry), 1}, image.gsd_m, scl.values),
               "SCL " + listed(scl.values), product);
    }
    add_missing_numbers(image.gsd_m, product);
  }
  add_saturated_numbers(product);
  add_band_qualities(listing, false, product);
  if (finest == nullptr) return;
  // Where the classification has no resolution of its own its finest one is repeated.
  for (ProductMask& mask : product.masks) {
    if (mask.meaning != MaskMeaning::saturated || mask.source.find("SCL") != std::string::npos) continue;
    mask.any.push_back(values_test({listing.gdal_name(*finest->entry), 1}, finest->gsd_m, {1}));
    mask.source += "; SCL 1";
  }
}

void add_level_1c_masks(const Listing& listing, const std::vector<SafeImage>& images, Product& product) {
  const struct {
    MaskMeaning meaning;
    std::vector<int> components;
    const char* source;
  } all[] = {
      {MaskMeaning::cloud, {1, 2}, "MSK_CLASSI_B00 opaque cloud or cirrus"},
      {MaskMeaning::cirrus, {2}, "MSK_CLASSI_B00 cirrus"},
      {MaskMeaning::snow, {3}, "MSK_CLASSI_B00 snow or ice"},
  };
  for (const SafeImage& image : images) {
    if (image.name != "CLASSI") continue;
    for (const auto& one : all) {
      for (const int component : one.components) {
        add_test(one.meaning, image.gsd_m, values_test({listing.gdal_name(*image.entry), component}, image.gsd_m, {1}),
                 one.source, product);
      }
    }
  }
  const std::vector<double> resolutions = product.resolutions();
  const auto* clouds = find_mask(mask_files(listing), "CLOUDS", "B00", true);
  if (clouds != nullptr && !resolutions.empty() && product.mask(MaskMeaning::cloud) == nullptr)
    add_cloud_polygons(listing, *clouds, resolutions.front(), product);
  for (const double gsd_m : resolutions) add_missing_numbers(gsd_m, product);
  add_saturated_numbers(product);
  add_band_qualities(listing, true, product);
}

}  // namespace cers::products::sentinel2
