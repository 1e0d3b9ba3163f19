// SPDX-License-Identifier: Apache-2.0
// What the names of MUSCATE products and files say.
#include <algorithm>
#include <regex>
#include <set>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "readers/muscate.hpp"
#include "readers/sentinel2_bands.hpp"

namespace cers::products::muscate {
namespace {

std::string upper(std::string_view text) {
  std::string result;
  for (const char c : text) result += static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return result;
}

std::vector<SensorBand> bands_of_sentinel2() {
  std::vector<SensorBand> bands;
  for (const Sentinel2Band& band : sentinel2_bands) {
    if (band.gsd_m > 20) continue;  // those for the atmosphere, which are not distributed
    bands.push_back({band.name, band.role, band.wavelength_nm, band.gsd_m, band.gsd_m == 10 ? "R1" : "R2"});
  }
  return bands;
}

// Centres: USGS, Landsat 8 and Landsat 4-7 Data Format Control Books.
std::vector<SensorBand> bands_of_oli() {
  using enum BandRole;
  return {{"B1", coastal, 443, 30, "XS"}, {"B2", blue, 482, 30, "XS"},       {"B3", green, 561, 30, "XS"},
          {"B4", red, 655, 30, "XS"},     {"B5", nir_narrow, 865, 30, "XS"}, {"B6", swir1, 1609, 30, "XS"},
          {"B7", swir2, 2201, 30, "XS"}};
}

std::vector<SensorBand> bands_of_tm() {
  using enum BandRole;
  return {{"B1", blue, 485, 30, "XS"}, {"B2", green, 560, 30, "XS"},  {"B3", red, 660, 30, "XS"},
          {"B4", nir, 830, 30, "XS"},  {"B5", swir1, 1650, 30, "XS"}, {"B7", swir2, 2220, 30, "XS"}};
}

// Centres: CNES, Venµs. B2 is the usual coastal band, so it comes before B1; B5 and B6 are a stereo pair.
std::vector<SensorBand> bands_of_venus() {
  using enum BandRole;
  return {{"B2", coastal, 443, 5, "XS"},    {"B1", coastal, 420, 5, "XS"},     {"B3", blue, 490, 5, "XS"},
          {"B4", green, 555, 5, "XS"},      {"B5", yellow, 620, 5, "XS"},      {"B6", yellow, 620, 5, "XS"},
          {"B7", red, 667, 5, "XS"},        {"B8", red_edge1, 702, 5, "XS"},   {"B9", red_edge2, 742, 5, "XS"},
          {"B10", red_edge3, 782, 5, "XS"}, {"B11", nir_narrow, 865, 5, "XS"}, {"B12", water_vapour, 910, 5, "XS"}};
}

// "B02" → "B2", "all" → "XS".
std::string plain_part(const std::string& part) {
  std::string text = upper(part);
  if (text.size() > 2 && text[0] == 'B' && text[1] == '0') text.erase(1, 1);
  return text == "ALL" ? "XS" : text;
}

}  // namespace

std::optional<Sensor> sensor_named(std::string_view platform) {
  if (!is_short(platform)) return std::nullopt;
  const std::string name = upper(platform);
  std::smatch match;
  if (static const std::regex pattern("(?:SENTINEL-?2|S2)([A-DX]).*"); std::regex_match(name, match, pattern)) {
    const std::string unit = match[1].str() == "X" ? "" : match[1].str();  // X: of both satellites
    return Sensor{"sentinel-2" + lower(unit), "sentinel-2", "msi", "Sentinel-2" + unit, bands_of_sentinel2()};
  }
  if (static const std::regex pattern("(?:LANDSAT-?|L)([5789])(?:$|[-_].*)"); std::regex_match(name, match, pattern)) {
    const std::string unit = match[1].str();
    const bool oli = unit == "8" || unit == "9";
    const std::string instrument = oli ? "oli_tirs" : unit == "7" ? "etm+" : "tm";
    return Sensor{"landsat-" + unit, "landsat", instrument, "Landsat " + unit, oli ? bands_of_oli() : bands_of_tm()};
  }
  if (name.starts_with("VEN") || name.starts_with("VE_"))
    return Sensor{"venus", "venus", "vssc", "Venµs", bands_of_venus()};
  return std::nullopt;
}

std::optional<Name> name_in(const std::string& text) {
  static const std::regex pattern(
      "(SENTINEL2[A-DX]|LANDSAT[5789](?:-[A-Z]+)*|VENUS(?:-XS)?)_(\\d{4})(\\d{2})(\\d{2})-(\\d{2})(\\d{2})(\\d{2})-("
      "\\d{3})"
      "_(L\\d[A-C](?:-SNOW)?)_([A-Z0-9-]+(?:_[A-Z0-9-]+)*?)_[CDH](?:_V(\\d+)-(\\d+))?(?![A-Z0-9])",
      std::regex::ECMAScript | std::regex::icase);
  std::smatch m;
  if (!is_short(text) || !std::regex_search(text, m, pattern)) return std::nullopt;
  Name name;
  name.platform = upper(m[1].str());
  name.datetime = m[2].str() + "-" + m[3].str() + "-" + m[4].str() + "T" + m[5].str() + ":" + m[6].str() + ":" +
                  m[7].str() + "." + m[8].str() + "Z";
  name.level = upper(m[9].str());
  name.tile = tile_of_zone(upper(m[10].str()));
  if (m[11].matched) name.version = m[11].str() + "." + m[12].str();
  return name;
}

std::string tile_of_zone(const std::string& zone) {
  static const std::regex pattern("T(\\d{2}[C-X][A-Z]{2})");
  std::smatch match;
  return std::regex_match(zone, match, pattern) ? match[1].str() : zone;
}

std::optional<int> epsg_of_tile(const std::string& tile) {
  static const std::regex pattern("(\\d{2})([C-X])[A-Z]{2}");
  std::smatch match;
  if (!std::regex_match(tile, match, pattern)) return std::nullopt;
  return (*match[2].first >= 'N' ? 32600 : 32700) + std::stoi(match[1].str());
}

bool is_tiff_name(std::string_view base_name) {
  const std::string end = lower(base_name.substr(base_name.size() - std::min<std::size_t>(base_name.size(), 5)));
  return is_short(base_name) && (end.ends_with(".tif") || end == ".tiff");
}

std::optional<Image> image_of(const std::string& base_name) {
  static const std::regex pattern(
      "(.+)_(FRE|SRE|FRC|ATB|CLM|MG2|EDG|SAT|IAB|DFP|PIX|USI|FLG|WGT|DTS)_(B\\d{1,2}A?|R\\d|XS|ALL)\\.tiff?",
      std::regex::ECMAScript | std::regex::icase);
  std::smatch match;
  if (!is_tiff_name(base_name) || !std::regex_match(base_name, match, pattern)) return std::nullopt;
  return Image{match[1].str(), upper(match[2].str()), plain_part(match[3].str()), nullptr};
}

Images::Images(const Listing& listing) {
  for (const Listing::Entry& entry : listing.entries()) {
    auto image = image_of(Listing::base_of(entry));
    if (!image) continue;
    image->entry = &entry;
    const auto same = [&](const Image& one) {
      return one.stem == image->stem && one.kind == image->kind && one.part == image->part;
    };
    const auto twin = std::find_if(images_.begin(), images_.end(), same);
    if (twin != images_.end() && entry.bytes > 0)
      throw UserError("'" + listing.path() + "' holds the image " + image->kind + "_" + image->part +
                          " under two names: " + twin->entry->path + " and " + entry.path,
                      "remove the one that does not belong to the product");
    (entry.bytes == 0 ? empty_ : images_).push_back(std::move(*image));
  }
}

const Image* Images::find(std::string_view kind, std::string_view part) const {
  const auto found = std::find_if(images_.begin(), images_.end(),
                                  [&](const Image& image) { return image.kind == kind && image.part == part; });
  return found == images_.end() ? nullptr : &*found;
}

bool Images::has(std::string_view kind) const {
  return std::any_of(images_.begin(), images_.end(), [&](const Image& image) { return image.kind == kind; });
}

std::vector<std::string> Images::stems() const {
  std::vector<std::string> stems;
  std::set<std::string_view> seen;
  for (const Image& image : images_) {
    const bool band = image.kind == "FRE" || image.kind == "SRE" || image.kind == "FRC";
    if (band && seen.insert(image.stem).second) stems.push_back(image.stem);
  }
  return stems;
}

bool holds_all(const Listing& listing, const std::string& folder) {
  return folder.empty() || std::all_of(listing.entries().begin(), listing.entries().end(),
                                       [&](const auto& entry) { return entry.path.starts_with(folder + "/"); });
}

double step_of(double quantification) {
  return quantification >= 1 ? 1 / quantification : quantification;
}

void name_missing(std::vector<std::string> files, const std::string& what, Product& product) {
  if (files.empty()) return;
  constexpr std::size_t most_named = 4;
  const std::size_t count = files.size();
  if (count > most_named) files.resize(most_named);
  product.problems.push_back(what + (count == 1 ? " is missing: " : " are missing: ") + join(files, ", ") +
                             (count > most_named ? " and " + std::to_string(count - most_named) + " more" : ""));
}

}  // namespace cers::products::muscate
