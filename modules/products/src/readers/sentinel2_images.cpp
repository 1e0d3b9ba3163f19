// SPDX-License-Identifier: Apache-2.0
// The images of a SAFE product by their names: bands, layers, masks.
#include <algorithm>
#include <regex>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/products/legends.hpp"
#include "readers/sentinel2_bands.hpp"
#include "readers/sentinel2_safe.hpp"

namespace cers::products::sentinel2 {
namespace {

// DN of reflectance images, Special_Values of the product metadata.
constexpr double nodata_dn = 0;
constexpr double saturated_dn = 65535;

std::string upper(std::string_view text) {
  std::string all(text);
  for (char& c : all) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return all;
}

const auto* band_named(std::string_view name) {
  const auto found =
      std::find_if(sentinel2_bands.begin(), sentinel2_bands.end(), [&](const auto& one) { return one.name == name; });
  return found == sentinel2_bands.end() ? nullptr : &*found;
}

int native_gsd(const std::string& name) {
  if (const auto* band = band_named(name)) return static_cast<int>(band->gsd_m);
  if (name == "SCL" || name == "CLDPRB" || name == "SNWPRB") return 20;
  return name == "CLASSI" ? 60 : 10;
}

// Sen2Cor called the probabilities CLD and SNW at first.
std::string current_name(const std::string& name) {
  if (name == "CLD") return "CLDPRB";
  if (name == "SNW") return "SNWPRB";
  return name.size() == 3 && name.starts_with("B0") ? "B" + name.substr(2) : name;
}

struct LayerKind {
  std::string_view name;
  bool classes;
  double scale;
  std::optional<double> nodata;
  std::string_view description;
};

std::optional<LayerKind> layer_kind(const std::string& name, const Radiometry& radiometry) {
  if (name == "SCL") return LayerKind{"SCL", true, 1, 0, "scene classification, 0 to 11"};
  if (name == "AOT") {
    return LayerKind{"AOT", false, 1 / radiometry.aerosol_quantification, 0, "aerosol optical thickness at 550 nm"};
  }
  if (name == "WVP") {
    return LayerKind{"WVP", false, 1 / radiometry.water_vapour_quantification, 0, "water vapour column, cm"};
  }
  if (name == "CLDPRB") return LayerKind{"CLDPRB", false, 1, std::nullopt, "cloud probability, percent"};
  if (name == "SNWPRB") return LayerKind{"SNWPRB", false, 1, std::nullopt, "snow probability, percent"};
  return std::nullopt;
}

ProductLayer layer_of(const LayerKind& kind, const LayerFile& file, int gsd_m) {
  ProductLayer layer;
  layer.name = kind.name;
  layer.pixels = file;
  layer.gsd_m = gsd_m;
  layer.classes = kind.classes;
  if (kind.name == "SCL") layer.legend = scl_legend();
  layer.scale = kind.scale;
  layer.nodata = kind.nodata;
  layer.description = kind.description;
  return layer;
}

void add_layer(const LayerKind& kind, const LayerFile& file, int gsd_m, bool finest, Product& product) {
  ProductLayer layer = layer_of(kind, file, gsd_m);
  if (finest) product.layers.push_back(layer);
  layer.name += "_" + std::to_string(gsd_m) + "m";
  product.layers.push_back(layer);
}

}  // namespace

std::optional<SafeImage> image_of(std::string_view path) {
  static const std::regex file(
      "(?:.*_)?(B0[1-9]|B1[0-2]|B8A|SCL|AOT|WVP|TCI|CLDPRB|SNWPRB|CLD|SNW|CLASSI)(?:_B00)?(?:_(10|20|60)M)?"
      "(?:\\.(?:JP2|TIFF?))?",
      std::regex::ECMAScript | std::regex::optimize);
  static const std::regex folder("R(10|20|60)M", std::regex::ECMAScript | std::regex::optimize);
  const std::string text = upper(path);
  const auto slash = text.rfind('/');
  const std::string base = slash == std::string::npos ? text : text.substr(slash + 1);
  if (!is_short(base)) return std::nullopt;
  // Masks of single bands: MSK_DETFOO_B03, MSK_QUALIT_B03.
  if (base.starts_with("MSK_") && base.find("PRB") == std::string::npos && base.find("CLASSI") == std::string::npos) {
    return std::nullopt;
  }
  std::smatch name;
  if (!std::regex_match(base, name, file)) return std::nullopt;
  SafeImage image;
  image.name = current_name(name[1].str());
  image.gsd_m = native_gsd(image.name);
  // The layout of public buckets, R10m/B02.jp2, has the resolution in the folder only.
  std::smatch parent;
  const std::string parents = slash == std::string::npos ? std::string() : text.substr(0, slash);
  const std::string above = parents.substr(parents.rfind('/') + 1);
  if (name[2].matched) {
    image.gsd_m = std::stoi(name[2].str());
  } else if (std::regex_match(above, parent, folder)) {
    image.gsd_m = std::stoi(parent[1].str());
  }
  return image;
}

std::vector<SafeImage> find_images(const Listing& listing) {
  std::vector<SafeImage> images;
  for (const auto& entry : listing.entries()) {
    const std::string path = lower(entry.path);
    if (!path.ends_with(".jp2") && !path.ends_with(".tif") && !path.ends_with(".tiff")) continue;
    auto image = image_of(entry.path);
    // Public buckets keep small copies of the bands in a folder "preview".
    if (!image || path.starts_with("preview/") || path.find("/preview/") != std::string::npos) continue;
    image->entry = &entry;
    images.push_back(std::move(*image));
  }
  std::stable_sort(images.begin(), images.end(), [](const SafeImage& a, const SafeImage& b) {
    return a.name != b.name ? a.name < b.name : a.gsd_m < b.gsd_m;
  });
  const auto same = [](const SafeImage& a, const SafeImage& b) { return a.name == b.name && a.gsd_m == b.gsd_m; };
  const auto twice = std::adjacent_find(images.begin(), images.end(), same);
  if (twice != images.end())
    throw UserError("'" + listing.path() + "' holds the image " + twice->name + " of " + std::to_string(twice->gsd_m) +
                        " m under two names: " + twice->entry->path + " and " + (twice + 1)->entry->path,
                    "remove the one that does not belong to the product");
  return images;
}

void add_bands(const Listing& listing, const std::vector<SafeImage>& images, const Radiometry& radiometry,
               Product& product) {
  for (std::size_t index = 0; index < sentinel2_bands.size(); ++index) {
    const auto& known = sentinel2_bands[index];
    for (const SafeImage& image : images) {
      if (image.name != known.name) continue;
      ProductBand band{};
      band.role = known.role;
      band.name = std::string(known.name);
      band.pixels.file = listing.gdal_name(*image.entry);
      band.gsd_m = image.gsd_m;
      band.scale = 1 / radiometry.quantification;
      band.offset = radiometry.offsets[index] / radiometry.quantification;
      band.nodata = nodata_dn;
      band.saturated = saturated_dn;
      band.wavelength_nm = radiometry.wavelengths_nm[index];
      band.fault = radiometry.fault;
      product.bands.push_back(std::move(band));
    }
  }
}

void add_layers(const Listing& listing, const std::vector<SafeImage>& images, const Radiometry& radiometry,
                Product& product) {
  std::string before;
  for (const SafeImage& image : images) {
    const bool finest = image.name != before;
    before = image.name;
    const LayerFile file{listing.gdal_name(*image.entry), 1};
    if (const auto kind = layer_kind(image.name, radiometry)) {
      add_layer(*kind, file, image.gsd_m, finest, product);
    } else if (image.name == "TCI") {
      int component = 0;
      for (const char* name : {"TCI_R", "TCI_G", "TCI_B"}) {
        const LayerKind colour{name, false, 1, 0, "true colour image, 1 to 255"};
        add_layer(colour, {file.file, ++component}, image.gsd_m, finest, product);
      }
    } else if (image.name == "CLASSI") {
      int component = 0;
      for (const char* name : {"CLASSI_OPAQUE", "CLASSI_CIRRUS", "CLASSI_SNOW"}) {
        const LayerKind classes{name, true, 1, std::nullopt, "Level-1C classification, 0 or 1"};
        product.layers.push_back(layer_of(classes, {file.file, ++component}, image.gsd_m));
      }
    }
  }
}

}  // namespace cers::products::sentinel2
