// SPDX-License-Identifier: Apache-2.0
#include "readers/sar_tables.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "xml.hpp"

namespace cers {
namespace products {
namespace {

constexpr const char* again = "copy or download the product again";

std::string text_of(pugi::xml_node node, std::string_view name) {
  return std::string(trimmed(child(node, name).text().get()));
}

std::vector<double> numbers(pugi::xml_node node, std::string_view name, const std::string& shown) {
  std::vector<double> all;
  const std::string text = text_of(node, name);
  std::size_t start = text.find_first_not_of(" \t\r\n");
  while (start != std::string::npos) {
    const auto end = std::min(text.find_first_of(" \t\r\n", start), text.size());
    const auto value = parse_real(std::string_view(text).substr(start, end - start));
    if (!value)
      throw DataError(shown + ": '" + text.substr(start, end - start) + "' in " + std::string(name) + " is no number",
                      again);
    all.push_back(*value);
    start = text.find_first_not_of(" \t\r\n", end);
  }
  return all;
}

std::vector<int> integers(pugi::xml_node node, std::string_view name, const std::string& shown) {
  constexpr double largest = 1e9;  // of any line or pixel
  std::vector<int> all;
  for (const double value : numbers(node, name, shown)) {
    if (!(std::abs(value) < largest))
      throw DataError(shown + ": " + format_real(value) + " in " + std::string(name) + " is no line or pixel", again);
    all.push_back(static_cast<int>(value));
  }
  return all;
}

int integer(pugi::xml_node node, std::string_view name, const std::string& shown) {
  const auto value = parse_integer(text_of(node, name));
  constexpr std::int64_t largest = 1'000'000'000;
  if (!value || *value < -largest || *value > largest)
    throw DataError(shown + " lacks the number " + std::string(name), again);
  return static_cast<int>(*value);
}

SarLut table(pugi::xml_node list, std::string_view values, const std::string& shown) {
  std::vector<SarLut::Row> rows;
  for (const pugi::xml_node vector : list.children()) {
    SarLut::Row row{integer(vector, "line", shown), integers(vector, "pixel", shown), numbers(vector, values, shown)};
    rows.push_back(std::move(row));
  }
  return {std::move(rows), shown + ", " + std::string(values)};
}

SarAzimuthNoise azimuth_block(pugi::xml_node node, const std::string& shown) {
  SarAzimuthNoise block;
  block.first_line = integer(node, "firstAzimuthLine", shown);
  block.last_line = integer(node, "lastAzimuthLine", shown);
  block.first_pixel = integer(node, "firstRangeSample", shown);
  block.last_pixel = integer(node, "lastRangeSample", shown);
  block.lines = integers(node, "line", shown);
  block.factors = numbers(node, "noiseAzimuthLut", shown);
  const bool ascending =
      std::adjacent_find(block.lines.begin(), block.lines.end(), std::greater_equal<>()) == block.lines.end();
  if (block.lines.empty() || block.lines.size() != block.factors.size() || !ascending)
    throw DataError(shown + ": noiseAzimuthLut has " + std::to_string(block.lines.size()) + " lines and " +
                        std::to_string(block.factors.size()) + " values, or lines out of order",
                    again);
  return block;
}

void need_positive(const SarLut& lut, const std::string& shown) {
  for (const SarLut::Row& row : lut.rows()) {
    for (const double value : row.values) {
      if (!(value > 0)) throw DataError(shown + ": a calibration value is not positive", again);
    }
  }
}

}  // namespace

const Listing::Entry* find_sar_annotation(const Listing& listing, const std::string& kind,
                                          const std::string& polarisation) {
  return listing.find(kind + "s1[a-d]-.*-grd-" + lower(polarisation) + R"(-.*\.xml)");
}

SarCalibration parse_sar_calibration(const Listing& listing, const Listing::Entry& entry) {
  const Xml xml = Xml::parse(listing, entry);
  const pugi::xml_node list = xml.find("calibrationVectorList");
  SarCalibration calibration;
  calibration.sigma_nought = table(list, "sigmaNought", xml.shown());
  calibration.beta_nought = table(list, "betaNought", xml.shown());
  calibration.gamma = table(list, "gamma", xml.shown());
  for (const SarLut* lut : {&calibration.sigma_nought, &calibration.beta_nought, &calibration.gamma})
    need_positive(*lut, xml.shown());
  return calibration;
}

SarNoise parse_sar_noise(const Listing& listing, const Listing::Entry& entry) {
  const Xml xml = Xml::parse(listing, entry);
  SarNoise noise;
  if (const pugi::xml_node list = xml.find("noiseRangeVectorList")) {
    noise.range = table(list, "noiseRangeLut", xml.shown());
    for (const pugi::xml_node block : xml.find("noiseAzimuthVectorList").children())
      noise.azimuth.push_back(azimuth_block(block, xml.shown()));
  } else {
    // Before IPF 2.9, 13 March 2018.
    noise.range = table(xml.find("noiseVectorList"), "noiseLut", xml.shown());
  }
  return noise;
}

std::string sar_noise_problem(const SarNoise& noise, const std::string& shown) {
  // Thermal noise of the instrument is some hundred to thousand DN²; the first tables were written before scaling.
  constexpr double smallest_plausible = 1;
  const double largest = noise.range.largest();
  if (largest >= smallest_plausible) return {};
  return shown + ": noise is at most " + format_real(largest) +
         " DN²: tables of 2014 and 2015 lack the scaling by k·A²dn, so practically no noise is subtracted";
}

}  // namespace products

std::optional<SarCalibration> read_sar_calibration(const Product& product, BandRole role) {
  namespace fs = std::filesystem;
  const std::string name = lower(fs::path(product.path).filename().string());
  const bool metadata = name.ends_with(".safe") || name.ends_with(".xml");
  std::error_code fault;
  std::string path = product.path;
  if (metadata && !fs::is_directory(path, fault)) {
    path = fs::path(path).parent_path().string();
    if (path.empty()) path = ".";
  }
  const products::Listing listing = products::Listing::of(path);
  const std::string polarisation(name_of(role));
  const auto* calibration = products::find_sar_annotation(listing, "calibration-", polarisation);
  if (calibration == nullptr) return std::nullopt;
  SarCalibration tables = products::parse_sar_calibration(listing, *calibration);
  if (const auto* noise = products::find_sar_annotation(listing, "noise-", polarisation)) {
    tables.noise = products::parse_sar_noise(listing, *noise);
    const std::string problem = products::sar_noise_problem(tables.noise, listing.shown(*noise));
    if (!problem.empty()) tables.problems.push_back(problem);
  } else {
    tables.problems.push_back("there is no noise table for " + polarisation + ": no noise is subtracted");
  }
  return tables;
}

}  // namespace cers
