// SPDX-License-Identifier: Apache-2.0
// ProductInfo: what a product is and holds, by its metadata; the same as a STAC item.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cers/app/application.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/products/angles.hpp"
#include "cers/products/stac.hpp"
#include "cers/raster-io/extended_filename.hpp"

namespace cers {
namespace {

using Json = nlohmann::ordered_json;

enum class Format { text, json, stac };

std::vector<Choice> choices_of(Format) {
  return {{"text", "Lines `key: value`."},
          {"json", "The same as one line of JSON."},
          {"stac", "The STAC item as one line of JSON."}};
}

struct ProductInfo {
  struct Params {
    std::string in;
    Format format = Format::text;
  };
  static AppSpec spec();
  static void wire(const Params& params, Wiring& wiring);
};

AppSpec ProductInfo::spec() {
  return Declare<Params>("ProductInfo", "Prints what a product is and holds.")
      .doc(
          "Reads the metadata only, no pixel; for a STAC item the headers of its images too. A line `band: red B4 10 m "
          "scale 0.0001 offset 0 nodata -10000` stands "
          "for "
          "each band (physical = stored · scale + offset), `mask` for each meaning and resolution with its source, "
          "`angle` for sun and view angles with where they come from, `layer` for what else it holds under its own "
          "name, and `problem` for what is missing or odd. Unknown values "
          "are left out. Cloud, snow and nodata are percentages by the producer. `footprint` is west, south, east and "
          "north in degrees; west exceeds east across the antimeridian.\n\n"
          "A Sentinel-2 product from before December 2016 may hold several tiles: each is told in turn. One is chosen "
          "behind the name, `product?&tile=31TCJ`, which `-out` needs; in pipelines also with `tile:` at the input. "
          "One "
          "of its granule folders opens too.\n\n"
          "`-out` writes a STAC Item 1.1.0 with one asset a file. Files are named as `-in` leads to them: give an "
          "absolute path, or run in the folder of the item.")
      .tag("Product")
      .file_output("out", "STAC item to write.")
      .optional()
      .param("in", &Params::in, "Product: a folder, an archive or its metadata file.")
      .required()
      .param("format", &Params::format, "How it is printed.")
      .example("What a product is", "cers ProductInfo -in product")
      .example("A STAC item of it", "cers ProductInfo -in product -format json -out item.json")
      .reports("id", "family", "title", "platform", "instrument", "level", "tile", "datetime", "processed", "baseline",
               "crs", "relative_orbit", "orbit_state", "cloud_percent", "snow_percent", "nodata_percent",
               "sun_zenith_deg", "sun_azimuth_deg", "footprint", "band", "mask", "angle", "layer", "problem", "product",
               "stac")
      .done();
}

/// Key and value in order; what repeats is an array.
Json summary_of(const Product& product) {
  Json summary;
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) summary[key] = value;
  };
  const auto number = [&](const char* key, const auto& value) {
    if (value) summary[key] = *value;
  };
  text("id", product.id);
  text("family", product.family);
  text("title", product.title);
  text("platform", product.platform);
  text("instrument", product.instrument);
  text("level", product.level);
  text("tile", product.tile);
  text("datetime", product.datetime);
  text("processed", product.processed);
  text("baseline", product.baseline);
  if (product.epsg) summary["crs"] = fmt::format("EPSG:{}", *product.epsg);
  number("relative_orbit", product.relative_orbit);
  text("orbit_state", product.orbit_state);
  number("cloud_percent", product.cloud_percent);
  number("snow_percent", product.snow_percent);
  number("nodata_percent", product.nodata_percent);
  number("sun_zenith_deg", product.sun_zenith_deg);
  number("sun_azimuth_deg", product.sun_azimuth_deg);
  return summary;
}

std::string line_of(const ProductBand& band) {
  std::string line =
      fmt::format("{} {} {} m scale {} offset {}", name_of(band.role), band.name, format_real(band.gsd_m), band.scale,
                  band.fault ? std::string("unknown") : fmt::format("{}", band.offset));
  if (band.nodata) line += " nodata " + format_real(*band.nodata);
  return line;
}

Json json_of(const ProductBand& band) {
  Json json{{"role", name_of(band.role)},
            {"name", band.name},
            {"gsd", band.gsd_m},
            {"scale", band.scale},
            {"offset", band.fault ? Json() : Json(band.offset)},
            {"unit", band.unit}};
  if (band.nodata) json["nodata"] = *band.nodata;
  json["file"] = band.pixels.file;
  json["band"] = band.pixels.band;
  return json;
}

void report_text(const Product& product, const Json& bbox, Wiring& wiring) {
  const Json summary = summary_of(product);
  for (const auto& [key, value] : summary.items()) {
    wiring.report(key, value.is_string() ? value.get<std::string>() : format_real(value.get<double>()));
  }
  if (!bbox.is_null()) {
    std::vector<std::string> edges;
    for (const auto& edge : bbox) edges.push_back(format_real(edge.get<double>()));
    wiring.report("footprint", join(edges, " "));
  }
  for (const ProductBand& band : product.bands) wiring.report("band", line_of(band));
  for (const ProductMask& mask : product.masks) {
    wiring.report("mask", fmt::format("{} {} m: {}", name_of(mask.meaning), format_real(mask.gsd_m), mask.source));
  }
  for (const std::string& name : angle_names(product))
    wiring.report("angle", fmt::format("{}: {}", name, angle_named(product, name)->source));
  for (const ProductLayer& layer : product.layers) {
    wiring.report("layer", fmt::format("{} {} m{}{}", layer.name, format_real(layer.gsd_m),
                                       layer.description.empty() ? "" : ": ", layer.description));
  }
  for (const std::string& problem : product.problems) wiring.report("problem", problem);
}

void report_json(const Product& product, const Json& bbox, Wiring& wiring) {
  Json json = summary_of(product);
  if (!bbox.is_null()) json["footprint"] = bbox;
  json["bands"] = Json::array();
  for (const ProductBand& band : product.bands) json["bands"].push_back(json_of(band));
  json["masks"] = Json::array();
  for (const ProductMask& mask : product.masks) {
    json["masks"].push_back({{"meaning", name_of(mask.meaning)}, {"gsd", mask.gsd_m}, {"source", mask.source}});
  }
  json["angles"] = Json::array();
  for (const std::string& name : angle_names(product))
    json["angles"].push_back({{"name", name}, {"source", angle_named(product, name)->source}});
  json["layers"] = Json::array();
  for (const ProductLayer& layer : product.layers) {
    json["layers"].push_back({{"name", layer.name},
                              {"gsd", layer.gsd_m},
                              {"description", layer.description},
                              {"file", layer.pixels.file},
                              {"band", layer.pixels.band}});
  }
  json["problems"] = product.problems;
  wiring.report("product", json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

/// With the grids of its files, for which their headers are opened.
std::string item_of(const Product& product) {
  HandlePool pool;
  StacItemOptions options;
  options.grid_of = grids_of_files(product, pool);
  return product_stac_item(product, options);
}

void report(const Product& product, Format format, Wiring& wiring) {
  // A few products, mosaics among them, tell no time; then there is no item, but all else can be told.
  const Json item = product.datetime.empty() ? Json() : Json::parse(product_stac_item(product));
  const Json bbox = item.contains("bbox") ? item["bbox"] : Json();
  switch (format) {
    case Format::text:
      report_text(product, bbox, wiring);
      break;
    case Format::json:
      report_json(product, bbox, wiring);
      break;
    case Format::stac:
      wiring.report("stac", Json::parse(item_of(product)).dump());
      break;
  }
}

/// What chooses pixels has no effect on what the metadata tell.
void refuse_pixel_options(const ReaderName& name) {
  std::vector<std::string> given;
  if (!name.bands.ranges.empty()) given.emplace_back("bands");
  if (name.gsd_m) given.emplace_back("gsd");
  if (name.resolution) given.emplace_back("resol");
  if (name.subdataset) given.emplace_back("sdataidx");
  if (name.skip_carto) given.emplace_back("skipcarto");
  if (given.empty()) return;
  throw UserError(
      fmt::format("{}: {} behind the name has no effect here: no pixel is read", name.path, join(given, ", ")),
      "leave it out; only &tile= chooses here");
}

void ProductInfo::wire(const Params& params, Wiring& wiring) {
  const ReaderName name = parse_reader_name(params.in);
  refuse_pixel_options(name);
  for (const std::string& warning : name.warnings) wiring.warn(params.in + ": " + warning);
  const std::string& tile = name.tile;
  if (tile.empty() && !wiring.wants("out")) {
    const std::vector<std::string> tiles = product_tiles(name.path);
    for (const std::string& one : tiles) report(open_product(name.path, one), params.format, wiring);
    if (!tiles.empty()) return;
  }
  const Product product = open_product(name.path, tile);
  report(product, params.format, wiring);
  if (!wiring.wants("out")) return;
  wiring.output("out", FileOutput{{}, [text = item_of(product)](const LateValues&) { return text; }});
}

}  // namespace

Application cers_app_ProductInfo() {
  return application<ProductInfo>();
}

}  // namespace cers
