// SPDX-License-Identifier: Apache-2.0
// Files of a product as STAC assets: one asset a file, its bands in the file's order.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>

#include "cers/core/text.hpp"
#include "cers/geo/crs.hpp"
#include "stac_parts.hpp"

namespace cers::products {
namespace {

namespace fs = std::filesystem;

std::string media_type(const std::string& file) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> types{{
      {".tif", "image/tiff; application=geotiff"},
      {".tiff", "image/tiff; application=geotiff"},
      {".jp2", "image/jp2"},
      {".png", "image/png"},
      {".nc", "application/netcdf"},
      {".h5", "application/x-hdf5"},
  }};
  const std::string name = lower(file);
  for (const auto& [ending, type] : types) {
    if (name.ends_with(ending)) return std::string(type);
  }
  return "application/octet-stream";
}

std::string href_of(const std::string& file, const StacItemOptions& options) {
  if (options.item_path.empty() || file.starts_with("/vsi")) return file;
  std::error_code fault;
  const fs::path folder = fs::absolute(options.item_path, fault).lexically_normal().parent_path();
  const fs::path relative = fs::absolute(file, fault).lexically_normal().lexically_relative(folder);
  if (relative.empty() || *relative.begin() == "..") return file;
  return "./" + relative.generic_string();
}

/// Names by which stactools and catalogues call assets of bands.
std::string asset_name(BandRole role) {
  switch (role) {
    case BandRole::red_edge1:
      return "rededge1";
    case BandRole::red_edge2:
      return "rededge2";
    case BandRole::red_edge3:
      return "rededge3";
    default:
      break;
  }
  const std::string_view common = stac_common_name(role);
  return std::string(common.empty() ? name_of(role) : common);
}

/// `name`, else with its distance, else numbered.
std::string free_key(const Json& assets, const std::string& name, double gsd_m) {
  if (!assets.contains(name)) return name;
  const std::string at_gsd = fmt::format("{}_{:g}m", name, gsd_m);
  if (!assets.contains(at_gsd)) return at_gsd;
  int number = 2;
  while (assets.contains(fmt::format("{}_{}", at_gsd, number))) ++number;
  return fmt::format("{}_{}", at_gsd, number);
}

void add_number(Json& band, const char* key, double value, double usual) {
  if (value != usual) band[key] = value;
}

/// Places `band` at its position in the file; bands nobody knows keep their number as name.
void put_band(Json& bands, int position, Json band) {
  while (static_cast<int>(bands.size()) < position) {
    bands.push_back({{"name", fmt::format("band {}", bands.size() + 1)}});
  }
  bands[static_cast<std::size_t>(position - 1)] = std::move(band);
}

class Assets {
 public:
  Assets(const Product& product, const StacItemOptions& options, std::set<std::string>& extensions)
      : product_(product), options_(options), extensions_(extensions) {}

  Json made() {
    for (const ProductBand& band : product_.bands) {
      if (!done_.contains(band.pixels.file)) add_bands(band.pixels.file);
    }
    for (const ProductLayer& layer : product_.layers) {
      if (!done_.contains(layer.pixels.file)) add_layers(layer.pixels.file);
    }
    for (const ProductMask& mask : product_.masks) {
      for (const MaskTest& test : mask.any) {
        if (!test.pixels.file.empty() && !done_.contains(test.pixels.file)) add_mask(test.pixels.file, mask.source);
      }
    }
    return std::move(assets_);
  }

 private:
  Json start(const LayerFile& file, const std::string& title, double gsd_m) {
    done_.insert(file.file);
    Json asset{{"href", href_of(file.file, options_)}, {"type", media_type(file.file)}};
    if (!title.empty()) asset["title"] = title;
    if (gsd_m > 0) asset["gsd"] = gsd_m;
    if (!options_.grid_of) return asset;
    if (const auto grid = options_.grid_of(file)) {
      const auto& a = grid->transform.a;
      extensions_.insert("projection");
      asset["proj:shape"] = Json::array({grid->size.height, grid->size.width});
      asset["proj:transform"] = Json::array({a[1], a[2], a[0], a[4], a[5], a[3]});
    }
    return asset;
  }

  Json band_of(const ProductBand& band) {
    Json made{{"name", band.name}};
    if (const auto common = stac_common_name(band.role); !common.empty()) {
      made["eo:common_name"] = common;
      extensions_.insert("eo");
    }
    constexpr double nanometres_a_micrometre = 1000;
    if (band.wavelength_nm > 0) {
      made["eo:center_wavelength"] = band.wavelength_nm / nanometres_a_micrometre;
      extensions_.insert("eo");
    }
    if (band.nodata) made["nodata"] = *band.nodata;
    if (!band.unit.empty()) made["unit"] = band.unit;
    if (!band.fault) {
      add_number(made, "raster:scale", band.scale, 1);
      add_number(made, "raster:offset", band.offset, 0);
    }
    if (band.gsd_m > 0) made["raster:spatial_resolution"] = band.gsd_m;
    extensions_.insert("raster");
    return made;
  }

  static std::vector<std::string> roles_of(const ProductBand& band) {
    if (!is_optical(band.role)) return {"data", "amplitude"};
    return {"data", band.unit == "K" ? "temperature" : "reflectance"};
  }

  void add_bands(const std::string& file) {
    std::vector<const ProductBand*> in_file;
    for (const ProductBand& band : product_.bands) {
      if (band.pixels.file == file) in_file.push_back(&band);
    }
    const ProductBand& first = *in_file.front();
    const bool alone = in_file.size() == 1;
    const std::string title = alone ? fmt::format("{} ({})", first.name, name_of(first.role)) : std::string("bands");
    const std::string key = free_key(assets_, alone ? asset_name(first.role) : "bands", first.gsd_m);
    Json asset = start(first.pixels, title, first.gsd_m);
    asset["roles"] = roles_of(first);
    asset["bands"] = Json::array();
    for (const ProductBand* band : in_file) put_band(asset["bands"], band->pixels.band, band_of(*band));
    assets_[key] = std::move(asset);
  }

  void add_layers(const std::string& file) {
    // A layer may be there under two names ("SCL", "SCL_20m"); the first stands for both.
    std::vector<const ProductLayer*> in_file;
    for (const ProductLayer& layer : product_.layers) {
      const auto same = [&](const ProductLayer* other) { return other->pixels == layer.pixels; };
      if (layer.pixels.file == file && std::none_of(in_file.begin(), in_file.end(), same)) in_file.push_back(&layer);
    }
    const ProductLayer& first = *in_file.front();
    std::vector<std::string> names;
    for (const ProductLayer* layer : in_file) names.push_back(lower(layer->name));
    const bool visual = names.front().starts_with("tci_");  // true colour image
    const std::string key = free_key(assets_, visual ? "visual" : join(names, "_"), first.gsd_m);
    Json asset = start(first.pixels, first.description, first.gsd_m);
    asset["roles"] = visual ? Json::array({"visual"}) : mask_roles(file);
    asset["bands"] = Json::array();
    for (const ProductLayer* layer : in_file) {
      Json band{{"name", layer->name}};
      if (!layer->description.empty()) band["description"] = layer->description;
      if (layer->nodata) band["nodata"] = *layer->nodata;
      add_number(band, "raster:scale", layer->scale, 1);
      add_number(band, "raster:offset", layer->offset, 0);
      if (layer->gsd_m > 0) band["raster:spatial_resolution"] = layer->gsd_m;
      extensions_.insert("raster");
      add_classes(layer->pixels, band);
      put_band(asset["bands"], layer->pixels.band, std::move(band));
    }
    assets_[key] = std::move(asset);
  }

  /// A mask's file that is no layer.
  void add_mask(const std::string& file, const std::string& source) {
    std::map<int, Json> bands;
    for (const MaskTest& test : tests_of(file)) {
      Json band{{"name", fmt::format("band {}", test.pixels.band)}};
      add_classes(test.pixels, band);
      bands[test.pixels.band] = std::move(band);
    }
    const std::string key = free_key(assets_, lower(fs::path(file).stem().string()), 0);
    Json asset = start({file, 1}, source, 0);
    asset["roles"] = mask_roles(file);
    asset["bands"] = Json::array();
    for (auto& [position, band] : bands) put_band(asset["bands"], position, std::move(band));
    assets_[key] = std::move(asset);
  }

  std::vector<MaskTest> tests_of(const std::string& file) const {
    std::vector<MaskTest> found;
    for (const ProductMask& mask : product_.masks) {
      for (const MaskTest& test : mask.any) {
        if (test.pixels.file == file) found.push_back(test);
      }
    }
    return found;
  }

  Json mask_roles(const std::string& file) const {
    const auto role = [](MaskMeaning meaning) -> std::string {
      switch (meaning) {
        case MaskMeaning::cloud:
        case MaskMeaning::cirrus:
          return "cloud";
        case MaskMeaning::cloud_shadow:
          return "cloud-shadow";
        case MaskMeaning::snow:
          return "snow-ice";
        case MaskMeaning::water:
          return "water-mask";
        case MaskMeaning::saturated:
          return "saturation";
        case MaskMeaning::topographic_shadow:
          return "terrain-shadow";
        case MaskMeaning::nodata:
        case MaskMeaning::defective:
        case MaskMeaning::below_noise:
          break;
      }
      return "data-mask";
    };
    std::vector<std::string> roles{"data"};
    for (const ProductMask& mask : product_.masks) {
      const bool uses =
          std::any_of(mask.any.begin(), mask.any.end(), [&](const MaskTest& t) { return t.pixels.file == file; });
      const std::string name = role(mask.meaning);
      if (uses && std::find(roles.begin(), roles.end(), name) == roles.end()) roles.push_back(name);
    }
    return roles;
  }

  /// What the masks say of the numbers of one band: bits become bit fields, values classes; a threshold has no form.
  void add_classes(const LayerFile& pixels, Json& band) {
    std::map<int, std::string> bits;
    std::map<int, std::string> values;
    std::set<int> missing;
    const auto note = [](std::map<int, std::string>& names, int at, std::string_view meaning) {
      std::string& name = names[at];
      if (name.find(meaning) == std::string::npos) name += (name.empty() ? "" : "_and_") + std::string(meaning);
    };
    for (const ProductMask& mask : product_.masks) {
      for (const MaskTest& test : mask.any) {
        if (!(test.pixels == pixels)) continue;
        for (int bit = 0; bit < 32 && test.kind == MaskTest::Kind::any_bit; ++bit) {
          if ((test.bits >> bit & 1U) != 0) note(bits, bit, name_of(mask.meaning));
        }
        if (test.kind != MaskTest::Kind::one_of) continue;
        for (const int value : test.values) {
          note(values, value, name_of(mask.meaning));
          if (mask.meaning == MaskMeaning::nodata) missing.insert(value);
        }
      }
    }
    if (!bits.empty()) {
      Json fields = Json::array();
      for (const auto& [bit, meaning] : bits) {
        Json classes = Json::array({{{"value", 0}, {"name", "no"}}, {{"value", 1}, {"name", meaning}}});
        fields.push_back({{"name", fmt::format("bit_{}", bit)},
                          {"description", meaning},
                          {"offset", bit},
                          {"length", 1},
                          {"classes", std::move(classes)}});
      }
      band["classification:bitfields"] = std::move(fields);
    }
    if (!values.empty()) {
      Json classes = Json::array();
      for (const auto& [value, meaning] : values) {
        Json one{{"value", value}, {"name", meaning}};
        if (missing.contains(value)) one["nodata"] = true;
        classes.push_back(std::move(one));
      }
      band["classification:classes"] = std::move(classes);
    }
    if (!bits.empty() || !values.empty()) extensions_.insert("classification");
  }

  const Product& product_;
  const StacItemOptions& options_;
  std::set<std::string>& extensions_;
  std::set<std::string> done_;  ///< files that have an asset
  Json assets_ = Json::object();
};

}  // namespace

Json stac_assets(const Product& product, const StacItemOptions& options, std::set<std::string>& extensions) {
  return Assets(product, options, extensions).made();
}

}  // namespace cers::products
