// SPDX-License-Identifier: Apache-2.0
#include "cers/products/stac.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "cers/core/error.hpp"
#include "cers/geo/mgrs_tiles.hpp"
#include "cers/products/product_source.hpp"
#include "stac_parts.hpp"

namespace cers {
namespace {

using products::Json;

struct Extension {
  std::string_view name;
  std::string_view version;
};
constexpr std::array extensions{
    Extension{"eo", "v2.0.0"},   Extension{"projection", "v2.0.0"}, Extension{"raster", "v2.0.0"},
    Extension{"view", "v1.0.0"}, Extension{"sat", "v1.0.0"},        Extension{"processing", "v1.2.0"},
    Extension{"grid", "v1.1.0"}, Extension{"mgrs", "v1.0.0"},       Extension{"classification", "v2.0.0"},
};

bool digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void add_text(Json& properties, const char* key, const std::string& value) {
  if (!value.empty()) properties[key] = value;
}

template <class T>
void add_known(Json& properties, const char* key, const std::optional<T>& value) {
  if (value) properties[key] = *value;
}

void add_view(const Product& product, Json& properties) {
  if (product.sun_zenith_deg) properties["view:sun_elevation"] = 90 - *product.sun_zenith_deg;
  add_known(properties, "view:sun_azimuth", product.sun_azimuth_deg);
  if (product.view.empty()) return;
  double zenith = 0;
  double north = 0;
  double east = 0;
  for (const ViewAngles& band : product.view) {
    zenith += band.mean_zenith_deg;
    north += std::cos(band.mean_azimuth_deg * std::numbers::pi / 180);
    east += std::sin(band.mean_azimuth_deg * std::numbers::pi / 180);
  }
  const double azimuth = std::atan2(east, north) * 180 / std::numbers::pi;
  properties["view:incidence_angle"] = zenith / static_cast<double>(product.view.size());
  properties["view:azimuth"] = azimuth < 0 ? azimuth + 360 : azimuth;
}

void add_grid(const std::string& tile, Json& properties) {
  constexpr std::size_t mgrs_length = 5;
  constexpr std::size_t path_row_length = 6;
  if (tile.size() == mgrs_length && digits(tile.substr(0, 2))) {
    properties["grid:code"] = "MGRS-" + tile;
    properties["mgrs:utm_zone"] = (tile[0] - '0') * 10 + tile[1] - '0';
    properties["mgrs:latitude_band"] = tile.substr(2, 1);
    properties["mgrs:grid_square"] = tile.substr(3);
  } else if (tile.size() == path_row_length && digits(tile)) {
    properties["grid:code"] = "WRS2-" + tile;
  }
}

Json properties_of(const Product& product, const StacItemOptions& options) {
  Json properties = Json::object();
  properties["datetime"] = product.datetime;
  add_text(properties, "title", product.title);
  add_text(properties, "platform", product.platform);
  add_text(properties, "constellation", product.constellation);
  if (!product.instrument.empty()) properties["instruments"] = Json::array({product.instrument});
  if (const auto resolutions = product.resolutions(); !resolutions.empty()) properties["gsd"] = resolutions.front();
  add_known(properties, "eo:cloud_cover", product.cloud_percent);
  add_known(properties, "eo:snow_cover", product.snow_percent);
  if (product.epsg) properties["proj:code"] = "EPSG:" + std::to_string(*product.epsg);
  if (options.legacy_epsg) add_known(properties, "proj:epsg", product.epsg);
  add_view(product, properties);
  add_text(properties, "sat:orbit_state", product.orbit_state);
  add_known(properties, "sat:relative_orbit", product.relative_orbit);
  add_known(properties, "sat:absolute_orbit", product.absolute_orbit);
  add_text(properties, "processing:level", product.level);
  add_text(properties, "processing:version", product.baseline);
  add_text(properties, "processing:datetime", product.processed);
  add_grid(product.tile, properties);
  return properties;
}

std::string prefix_of(std::string_view name) {
  return name == "projection" ? "proj:" : std::string(name) + ":";
}

Json extensions_of(const Json& properties, std::set<std::string> used) {
  for (const auto& [key, value] : properties.items()) {
    for (const Extension& one : extensions) {
      if (key.starts_with(prefix_of(one.name))) used.emplace(one.name);
    }
  }
  Json list = Json::array();
  for (const Extension& one : extensions) {
    if (!used.contains(std::string(one.name))) continue;
    list.push_back("https://stac-extensions.github.io/" + std::string(one.name) + "/" + std::string(one.version) +
                   "/schema.json");
  }
  return list;
}

}  // namespace

std::function<std::optional<Grid>(const LayerFile&)> grids_of_files(const Product& product, HandlePool& pool) {
  return [&product, &pool](const LayerFile& pixels) -> std::optional<Grid> {
    try {
      return open_product_file(product, pixels.file, pool)->info().grid;
    } catch (const Error&) {  // an item is made of what there is
      const auto tile = product.family.starts_with("sentinel2-") ? mgrs_tile(product.tile) : std::nullopt;
      if (!tile) return std::nullopt;
      const auto gsd = [&](const auto& parts) {
        const auto found =
            std::find_if(parts.begin(), parts.end(), [&](const auto& one) { return one.pixels == pixels; });
        return found == parts.end() ? 0 : static_cast<int>(found->gsd_m);
      };
      const int of_band = gsd(product.bands);
      const int gsd_m = of_band > 0 ? of_band : gsd(product.layers);
      if (gsd_m != 10 && gsd_m != 20 && gsd_m != 60) return std::nullopt;
      return grid_of(*tile, gsd_m);
    }
  };
}

std::string product_stac_item(const Product& product, const StacItemOptions& options) {
  if (product.datetime.empty()) {
    throw DataError("product " + product.id + " has no acquisition time, which a STAC item needs",
                    "see its metadata file");
  }
  std::set<std::string> used;
  Json assets = products::stac_assets(product, options, used);
  Json properties = properties_of(product, options);
  Json item;
  item["type"] = "Feature";
  item["stac_version"] = "1.1.0";
  item["stac_extensions"] = extensions_of(properties, used);
  item["id"] = product.id;
  constexpr std::size_t triangle = 4;  // its ring is closed
  if (product.footprint.size() >= triangle) {
    products::StacPlace place = products::stac_place(product.footprint);
    item["geometry"] = std::move(place.geometry);
    item["bbox"] = std::move(place.bbox);
  } else {
    item["geometry"] = nullptr;
  }
  item["properties"] = std::move(properties);
  item["links"] = Json::array();
  item["assets"] = std::move(assets);
  return item.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";  // names of files may be no UTF-8
}

}  // namespace cers
