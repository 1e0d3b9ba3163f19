// SPDX-License-Identifier: Apache-2.0
// Theia's Level-2A from before MUSCATE: Landsat 5, 7 and 8, and the Take5 experiments of SPOT 4 and 5. All bands of a
// date lie in one file. Values of masks as in let-it-snow's parameters for these products.
#include <algorithm>
#include <regex>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "readers/muscate.hpp"
#include "readers/reader.hpp"

namespace cers::products {
namespace {

constexpr double reflectance_step = 1e-3;
constexpr double nodata_dn = -10000;

// "LANDSAT8_OLITIRS_XS_20160330_N2A_ORTHO_SURF_CORR_PENTE_France-MetropoleD0005H0002.TIF": slopes are corrected; ENV of
// the same grammar has the correction of the neighbourhood only. Group 5 is the place.
const std::regex& image_pattern() {
  static const std::regex pattern(
      "(landsat[578]|spot[45])_(tm|etm|olitirs|hrvir\\d?|hrg\\d?)_xs_(\\d{8})_n2a_ortho_surf_corr_(pente|env)_(.+)\\."
      "tiff?",
      std::regex::ECMAScript | std::regex::optimize);
  return pattern;
}

struct Image {
  std::string platform;  ///< "LANDSAT8"
  std::string sensor;    ///< "OLITIRS"
  std::string date;      ///< "20160330"
  bool slopes = false;   ///< corrected for slopes
  std::string id;        ///< "LANDSAT8_OLITIRS_XS_20160330_N2A_France-MetropoleD0005H0002"
  std::string place;
  const Listing::Entry* entry = nullptr;
};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

std::vector<Image> images_of(const Listing& listing) {
  std::vector<Image> images;
  for (const auto& entry : listing.entries()) {
    const std::string base = Listing::base_of(entry);
    const std::string name = lower(base);
    std::smatch match;
    if (name.find("_n2a_ortho_surf_corr_") == std::string::npos || !is_short(base) ||
        !std::regex_match(name, match, image_pattern()))
      continue;
    Image image{
        upper(match[1].str()), upper(match[2].str()), match[3].str(), match[4].str() == "pente", {}, {}, &entry};
    image.place = base.substr(static_cast<std::size_t>(match.position(5)), static_cast<std::size_t>(match.length(5)));
    image.id = image.platform + "_" + image.sensor + "_XS_" + image.date + "_N2A_" + image.place;
    images.push_back(std::move(image));
  }
  std::stable_sort(images.begin(), images.end(), [](const Image& a, const Image& b) { return a.slopes && !b.slopes; });
  return images;
}

bool recognises(const Listing& listing) {
  const std::vector<Image> images = images_of(listing);
  return !images.empty() && muscate::holds_all(listing, Listing::folder_of(*images.front().entry));
}

// SPOT's four bands in the order of the file; centres: CNES, SPOT 4 HRVIR and SPOT 5 HRG.
std::vector<muscate::SensorBand> bands_of_spot(double gsd_m) {
  using enum BandRole;
  return {{"B1", green, 545, gsd_m, "XS"},
          {"B2", red, 645, gsd_m, "XS"},
          {"B3", nir, 835, gsd_m, "XS"},
          {"B4", swir1, 1665, gsd_m, "XS"}};
}

muscate::Sensor sensor_of(const Image& image) {
  if (image.platform.starts_with("LANDSAT")) return *muscate::sensor_named(image.platform + "_" + image.sensor);
  const bool spot_5 = image.platform == "SPOT5";
  const double gsd_m = spot_5 ? 10 : 20;
  return {spot_5 ? "spot-5" : "spot-4", "spot", spot_5 ? "hrg" : "hrvir", spot_5 ? "SPOT 5 Take5" : "SPOT 4 Take5",
          bands_of_spot(gsd_m)};
}

struct KnownMask {
  const char* suffix;  ///< of the file in MASK
  const char* description;
};
constexpr KnownMask known_masks[] = {
    {"NUA", "clouds, bits: 0 all clouds and shadows, 5 high cloud, 6 and 7 shadows"},
    {"DIV", "water, snow, terrain shadow, slopes: one bit each"},
    {"SAT", "saturation, one bit for each band"},
    {"NODATA", "not 0: nothing was seen"},
};

struct Rule {
  MaskMeaning meaning;
  const char* layer;
  std::uint32_t bits;
  const char* source;
};
// DIV is a layer only: which of its bits is what is not known for certain.
constexpr Rule rules[] = {
    {MaskMeaning::cloud, "NUA", 1, "NUA & 1, shadows among them"},
    {MaskMeaning::cirrus, "NUA", 32, "NUA & 32"},
    {MaskMeaning::cloud_shadow, "NUA", 64 | 128, "NUA & 192"},
    {MaskMeaning::saturated, "SAT", 0xFFFF, "SAT any bit"},
    {MaskMeaning::nodata, "NODATA", 0xFFFF, "NODATA"},
};

void add_masks(const Listing& listing, double gsd_m, Product& product) {
  for (const KnownMask& known : known_masks) {
    const auto* entry = listing.find(std::string(".*_n2a_.*_") + known.suffix + R"(\.tiff?)");
    if (entry == nullptr) continue;
    ProductLayer layer;
    layer.name = known.suffix;
    layer.pixels.file = listing.gdal_name(*entry);
    layer.gsd_m = gsd_m;
    layer.classes = true;
    layer.description = known.description;
    product.layers.push_back(std::move(layer));
  }
  for (const Rule& rule : rules) {
    const ProductLayer* layer = product.layer(rule.layer);
    if (layer == nullptr) continue;
    MaskTest test;
    test.pixels = layer->pixels;
    test.gsd_m = gsd_m;
    test.bits = rule.bits;
    product.masks.push_back({rule.meaning, gsd_m, {test}, rule.source});
  }
  if (product.mask(MaskMeaning::cloud) == nullptr)
    product.problems.push_back("the cloud mask (…_NUA.TIF) of '" + listing.path() + "' is missing");
}

void add_missing_numbers(double gsd_m, Product& product) {
  MaskTest test;
  test.pixels = product.bands.front().pixels;
  test.gsd_m = gsd_m;
  test.kind = MaskTest::Kind::one_of;
  test.values = {static_cast<int>(nodata_dn)};
  const auto found = std::find_if(product.masks.begin(), product.masks.end(),
                                  [](const ProductMask& mask) { return mask.meaning == MaskMeaning::nodata; });
  const std::string source = product.bands.front().name + " DN " + format_real(nodata_dn);
  if (found == product.masks.end()) {
    product.masks.push_back({MaskMeaning::nodata, gsd_m, {test}, source});
    return;
  }
  found->any.push_back(test);
  found->source += "; " + source;
}

Product read(const Listing& listing) {
  const std::vector<Image> images = images_of(listing);
  const Image& image = images.front();
  for (const Image& other : images) {
    if (other.id != image.id)
      throw UserError("'" + listing.path() + "' holds several products in one folder: " + image.id + ", " + other.id,
                      "put each into a folder of its own");
    if (&other != &image && other.slopes == image.slopes)
      throw UserError("'" + listing.path() + "' holds its bands under two names: " + image.entry->path + " and " +
                          other.entry->path,
                      "remove the one that does not belong to the product");
  }
  const muscate::Sensor sensor = sensor_of(image);
  Product product;
  product.id = image.id;
  product.title = "Theia N2A, " + sensor.title;
  product.platform = sensor.platform;
  product.constellation = sensor.constellation;
  product.instrument = sensor.instrument;
  product.level = "L2A";
  product.tile = image.place;
  product.datetime =
      image.date.substr(0, 4) + "-" + image.date.substr(4, 2) + "-" + image.date.substr(6, 2) + "T00:00:00Z";
  if (lower(image.place).starts_with("france-metropole")) product.epsg = 2154;  // Lambert-93
  product.problems.push_back("the metadata of '" + listing.path() +
                             "' is not read: there are no angles, and the time of day is unknown");
  if (!image.slopes)
    product.problems.push_back("there is no ORTHO_SURF_CORR_PENTE in '" + listing.path() +
                               "': the bands are ORTHO_SURF_CORR_ENV, which is not corrected for slopes");
  for (std::size_t i = 0; i < sensor.bands.size(); ++i) {
    ProductBand band{};
    band.role = sensor.bands[i].role;
    band.name = sensor.bands[i].name;
    band.pixels = {listing.gdal_name(*image.entry), static_cast<int>(i) + 1};
    band.gsd_m = sensor.bands[i].gsd_m;
    band.scale = reflectance_step;
    band.nodata = nodata_dn;
    band.wavelength_nm = sensor.bands[i].wavelength_nm;
    product.bands.push_back(std::move(band));
  }
  const double gsd_m = product.bands.front().gsd_m;
  add_masks(listing, gsd_m, product);
  add_missing_numbers(gsd_m, product);
  return product;
}

}  // namespace

ProductReader theia_n2a_reader() {
  return {"theia-n2a", "Theia N2A of Landsat 5, 7, 8 and SPOT Take5 (…_N2A_ORTHO_SURF_CORR_PENTE_….TIF)", recognises,
          read};
}

}  // namespace cers::products
