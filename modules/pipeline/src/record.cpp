// SPDX-License-Identifier: Apache-2.0
#include "cers/pipeline/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "cers/core/text.hpp"
#include "cers/core/version.hpp"
#include "cers/geo/crs.hpp"
#include "cers/raster-io/library_versions.hpp"
#include "recorded_inputs.hpp"

namespace cers {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* stac_version = "1.1.0";
constexpr const char* projection_extension = "https://stac-extensions.github.io/projection/v2.0.0/schema.json";
constexpr const char* classification_extension = "https://stac-extensions.github.io/classification/v2.0.0/schema.json";
constexpr const char* processing_extension = "https://stac-extensions.github.io/processing/v1.2.0/schema.json";

// STAC names of the pixel types (common metadata, data_type).
std::string data_type(PixelType type) {
  switch (type) {
    case PixelType::f32:
      return "float32";
    case PixelType::f64:
      return "float64";
    default:
      return std::string(name_of(type));
  }
}

Json number(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  return value;
}

Json tokens(const std::vector<std::string>& values) {
  if (values.size() == 1) return values[0];
  return values;
}

// Without acquisition times the item spans the times its inputs were last changed.
void put_times(const RunRecord& record, Json& properties) {
  std::vector<std::string> times;
  for (const RecordedInput& input : record.inputs) {
    if (!input.modified.empty()) times.push_back(input.modified);
  }
  if (times.empty()) times.push_back("1970-01-01T00:00:00Z");
  const auto [first, last] = std::minmax_element(times.begin(), times.end());
  properties["datetime"] = nullptr;
  properties["start_datetime"] = *first;
  properties["end_datetime"] = *last;
  properties["cers:datetime_source"] = "modification times of the inputs";
}

void put_place(const RasterInfo* info, Json& item, Json& properties) {
  item["geometry"] = nullptr;
  if (!info || !info->grid.georeferenced || info->grid.crs.empty()) return;
  const std::vector<LonLat> ring = footprint_lonlat(info->grid);
  Json coordinates = Json::array();
  const auto rounded = [](double degrees) { return std::round(degrees * 1e7) / 1e7; };
  for (const LonLat& point : ring) coordinates.push_back({rounded(point.lon), rounded(point.lat)});
  item["geometry"] = {{"type", "Polygon"}, {"coordinates", Json::array({coordinates})}};
  const Bounds bounds = bounds_of(ring);
  item["bbox"] = {rounded(bounds.west), rounded(bounds.south), rounded(bounds.east), rounded(bounds.north)};
  if (const auto epsg = epsg_of(info->grid.crs)) {
    properties["proj:code"] = fmt::format("EPSG:{}", *epsg);
  } else {
    properties["proj:code"] = nullptr;
    properties["proj:wkt2"] = info->grid.crs;
  }
  if (info->bands.empty()) return;  // made of pixels, but none itself
  properties["proj:shape"] = {info->grid.size.height, info->grid.size.width};
  const auto& a = info->grid.transform.a;
  properties["proj:transform"] = {a[1], a[2], a[0], a[4], a[5], a[3]};
}

// Names of the extension are of letters, digits, - and _.
std::string machine_name(const ClassInfo& one) {
  std::string text;
  for (const char c : lower(one.name)) {
    const bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    if (allowed) {
      text += c;
    } else if (!text.empty() && text.back() != '_') {
      text += '_';
    }
  }
  while (text.ends_with('_')) text.pop_back();
  return text.empty() ? fmt::format("class_{}", one.code) : text;
}

// Classes without a name are colours of a scale.
Json classes_of(const BandInfo& band) {
  Json classes = Json::array();
  for (const ClassInfo& one : band.classes) {
    if (one.name.empty()) continue;
    Json entry{{"value", one.code}, {"name", machine_name(one)}, {"title", one.name}, {"description", one.name}};
    if (one.colour) {
      const auto& [red, green, blue] = *one.colour;
      entry["color_hint"] = fmt::format("{:02X}{:02X}{:02X}", red, green, blue);
    }
    if (band.nodata == one.code) entry["nodata"] = true;
    classes.push_back(std::move(entry));
  }
  return classes;
}

Json bands_of(const RasterInfo& info, PixelType stored) {
  Json bands = Json::array();
  for (std::size_t i = 0; i < info.bands.size(); ++i) {
    const BandInfo& band = info.bands[i];
    Json entry;
    entry["name"] = band.name.empty() ? fmt::format("b{}", i + 1) : band.name;
    if (!band.description.empty()) entry["description"] = band.description;
    entry["data_type"] = data_type(stored);
    if (band.nodata) entry["nodata"] = number(*band.nodata);
    if (!band.unit.empty()) entry["unit"] = band.unit;
    if (Json classes = classes_of(band); !classes.empty() && !is_floating(stored))
      entry["classification:classes"] = std::move(classes);
    bands.push_back(std::move(entry));
  }
  return bands;
}

Json inputs_of(const RunRecord& record) {
  Json inputs = Json::array();
  for (const RecordedInput& input : record.inputs) {
    Json entry{{"id", input.id}, {"path", input.path}};
    if (!input.head_sha256.empty()) {
      entry["size"] = input.size;
      entry["modified"] = input.modified;
      entry["sha256_of_first_64_kib"] = input.head_sha256;
    }
    if (!input.sha256.empty()) entry["sha256"] = input.sha256;
    inputs.push_back(std::move(entry));
  }
  return inputs;
}

Json steps_of(const RunRecord& record) {
  Json steps = Json::array();
  for (const RecordedStep& step : record.steps) {
    Json parameters = Json::object();
    for (const Setting& setting : step.parameters) parameters[setting.key] = tokens(setting.tokens);
    steps.push_back({{"id", step.id}, {"app", step.app}, {"parameters", std::move(parameters)}});
  }
  return steps;
}

Json software() {
  Json software{{"cers", version}};
  for (const auto& [name, number] : library_versions()) software[name] = number;
  return software;
}

const char* media_type(const std::string& path) {
  const std::string extension = lower(fs::path(path).extension().string());
  if (extension == ".tif" || extension == ".tiff") return "image/tiff; application=geotiff";
  if (extension == ".png") return "image/png";
  if (extension == ".jp2") return "image/jp2";
  if (extension == ".xml") return "application/xml";
  if (extension == ".json") return "application/json";
  if (extension == ".geojson") return "application/geo+json";
  if (extension == ".gpkg") return "application/geopackage+sqlite3";
  if (extension == ".shp") return "application/vnd.shp";
  return "application/octet-stream";
}

}  // namespace

std::string record_path(const std::string& output_path) {
  return fs::path(output_path).replace_extension(".stac.json").string();
}

std::string stac_item(const RunRecord& record, const std::string& path, const RasterInfo* info, PixelType stored) {
  Json item;
  item["type"] = "Feature";
  item["stac_version"] = stac_version;
  item["stac_extensions"] = {projection_extension, processing_extension};
  item["id"] = fs::path(path).stem().string();
  Json properties;
  put_times(record, properties);
  put_place(info, item, properties);
  properties["processing:software"] = software();
  properties["cers:pipeline"] = Json::parse(canonical_json(record.document));
  properties["cers:steps"] = steps_of(record);
  properties["cers:inputs"] = inputs_of(record);
  properties["cers:citations"] = record.citations;
  item["properties"] = std::move(properties);
  item["links"] = Json::array();
  const std::string name = fs::path(path).filename().string();
  Json asset{{"href", "./" + name}, {"type", media_type(path)}, {"roles", {"data"}}};
  if (info && !info->bands.empty()) {
    asset["bands"] = bands_of(*info, stored);
    const auto& bands = asset["bands"];
    if (std::any_of(bands.begin(), bands.end(), [](const Json& b) { return b.contains("classification:classes"); }))
      item["stac_extensions"].push_back(classification_extension);
  }
  item["assets"] = {{"data", std::move(asset)}};
  return item.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";  // names of files may be no UTF-8
}

Document replay_document(const std::string& item_path, Diagnostics& diagnostics) {
  const Location where{item_path, 0, 0};
  std::ifstream file(item_path);
  if (!file) {
    diagnostics.fault(where, fmt::format("{} cannot be read", item_path), "give the .stac.json beside a map");
    return {};
  }
  std::ostringstream text;
  text << file.rdbuf();
  const Json item = Json::parse(text.str(), nullptr, /*allow_exceptions=*/false);
  const Json properties = item.is_object() ? item.value("properties", Json::object()) : Json::object();
  if (!properties.is_object() || !properties.contains("cers:pipeline")) {
    diagnostics.fault(where, fmt::format("{} holds no record of a Cers run", item_path),
                      "give the .stac.json that Cers wrote beside a map");
    return {};
  }
  Document document = parse_document(properties["cers:pipeline"].dump(2), item_path, diagnostics);
  document.file = item_path;
  const Json recorded_software = properties.value("processing:software", Json::object());
  const Json present_software = software();
  for (const auto& [name, now] : present_software.items()) {
    const Json then = recorded_software.value(name, Json());
    if (then == now) continue;
    diagnostics.warn(fmt::format("made with {} {}, this is {}: pixels are the same, bytes may differ", name,
                                 then.is_string() ? then.get<std::string>() : "of unknown version",
                                 now.get<std::string>()));
  }
  for (const Json& entry : properties.value("cers:inputs", Json::array())) {
    RecordedInput recorded;
    recorded.path = entry.value("path", "");
    recorded.size = entry.value("size", std::uint64_t{0});
    recorded.head_sha256 = entry.value("sha256_of_first_64_kib", "");
    recorded.sha256 = entry.value("sha256", "");
    if (const std::string change = pipeline_detail::change_of(recorded); !change.empty()) {
      diagnostics.fault(where, change, "replay gives the same map only from the same inputs: put the file back");
    }
  }
  return document;
}

}  // namespace cers
