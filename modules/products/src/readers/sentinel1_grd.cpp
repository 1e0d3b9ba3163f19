// SPDX-License-Identifier: Apache-2.0
// ESA Sentinel-1 ground-range-detected SAFE: amplitudes, no map projection (ground control points only).
#include <algorithm>
#include <array>
#include <cstdio>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "readers/reader.hpp"
#include "readers/sar_tables.hpp"
#include "xml.hpp"

namespace cers {

std::optional<int> sentinel1_relative_orbit(char satellite, int absolute_orbit) {
  // Offsets of the repeat cycle, from ESA's orbit definitions.
  int offset = 0;
  if (satellite == 'A') {
    offset = 73;
  } else if (satellite == 'B') {
    offset = 27;
  } else if (satellite == 'C') {
    offset = 172;
  } else {
    return std::nullopt;
  }
  constexpr int orbits = 175;
  return ((absolute_orbit - offset) % orbits + orbits) % orbits + 1;
}

namespace products {
namespace {

constexpr const char* measurement = R"(s1[a-d]-.*-grd-(vv|vh|hh|hv)-.*\.tiff?)";
constexpr const char* annotation = R"(s1[a-d]-.*-grd-(vv|vh|hh|hv)-.*\.xml)";

const Listing::Entry* find_manifest(const Listing& listing) {
  const auto* manifest = listing.find(R"(manifest\.safe)");
  if (manifest == nullptr) return nullptr;
  const std::string folder = Listing::folder_of(*manifest);
  const bool whole = std::all_of(listing.entries().begin(), listing.entries().end(), [&](const Listing::Entry& one) {
    return folder.empty() || one.path.starts_with(folder + "/");
  });
  const bool grd = listing.find(measurement) != nullptr || listing.find(annotation) != nullptr;
  return whole && grd ? manifest : nullptr;
}

// metadataObject of this ID, down to its content.
pugi::xml_node object(const Xml& xml, std::string_view id) {
  for (const pugi::xml_node node : xml.find("metadataSection").children()) {
    if (id == node.attribute("ID").value()) return descend(node, "metadataWrap/xmlData");
  }
  return {};
}

std::string text_at(pugi::xml_node node, std::string_view path) {
  return std::string(trimmed(descend(node, path).text().get()));
}

std::vector<std::pair<double, double>> footprint_of(const std::string& text) {
  std::vector<std::pair<double, double>> ring;
  for (const std::string& corner : split(text, ' ')) {
    const auto parts = split(corner, ',');
    if (parts.size() != 2) continue;
    const auto latitude = parse_real(parts[0]);
    const auto longitude = parse_real(parts[1]);
    if (latitude && longitude) ring.emplace_back(*longitude, *latitude);
  }
  if (!ring.empty() && ring.front() != ring.back()) ring.push_back(ring.front());
  return ring;
}

// The last four digits of a product's name are this checksum of its manifest: CRC-16, polynomial 0x1021 (CCITT),
// starting from 0xFFFF.
std::uint16_t crc16(const std::string& bytes) {
  std::uint32_t crc = 0xFFFF;
  for (const char byte : bytes) {
    crc ^= static_cast<std::uint32_t>(static_cast<unsigned char>(byte)) << 8U;
    for (int bit = 0; bit < 8; ++bit)
      crc = (crc & 0x8000U) != 0 ? (crc << 1U ^ 0x1021U) & 0xFFFFU : crc << 1U & 0xFFFFU;
  }
  return static_cast<std::uint16_t>(crc);
}

// "2021-08-09T17:39:53.153776" → "20210809T173953".
std::string compact(const std::string& time) {
  std::string text;
  for (const char c : time.substr(0, 19)) {
    if (c != '-' && c != ':') text += c;
  }
  return text;
}

std::string polarisations(const Xml& xml) {
  std::vector<std::string> all;
  const pugi::xml_node info = descend(object(xml, "generalProductInformation"), "standAloneProductInformation");
  for (const pugi::xml_node node : info.children()) {
    if (local_name(node) == "transmitterReceiverPolarisation") all.emplace_back(trimmed(node.text().get()));
  }
  const std::string sent = all.empty() || all[0].empty() ? "V" : all[0].substr(0, 1);
  return (all.size() > 1 ? "D" : "S") + sent;
}

// Full names of products end with the checksum; the class of resolution is told by the spacing of pixels only.
std::string identity(const Xml& xml, const std::string& manifest, const Product& product, double spacing_m) {
  const pugi::xml_node period = descend(object(xml, "acquisitionPeriod"), "acquisitionPeriod");
  const pugi::xml_node info = descend(object(xml, "generalProductInformation"), "standAloneProductInformation");
  const std::string mode = text_at(object(xml, "platform"), "platform/instrument/extension/instrumentMode/mode");
  const char resolution = spacing_m < 5 ? 'F' : spacing_m <= 25 ? 'H' : 'M';
  const auto take = parse_integer(text_at(info, "missionDataTakeID")).value_or(0);
  std::array<char, 32> numbers{};
  std::snprintf(numbers.data(), numbers.size(), "_%06d_%06llX_%04X", product.absolute_orbit.value_or(0),
                static_cast<unsigned long long>(take), static_cast<unsigned>(crc16(manifest)));
  std::string satellite = "S1";
  satellite += product.platform.empty() ? '_' : static_cast<char>(product.platform.back() - 'a' + 'A');
  return satellite + "_" + mode + "_GRD" + resolution + "_1" + text_at(info, "productClass") + polarisations(xml) +
         "_" + compact(text_at(period, "startTime")) + "_" + compact(text_at(period, "stopTime")) + numbers.data();
}

void read_manifest(const Xml& xml, Product& product) {
  product.constellation = "sentinel-1";
  product.instrument = "c-sar";
  product.level = "GRD";
  const pugi::xml_node platform = descend(object(xml, "platform"), "platform");
  product.platform = lower(text_at(platform, "familyName") + text_at(platform, "number"));
  const pugi::xml_node processing = descend(object(xml, "processing"), "processing");
  product.processed = processing.attribute("stop").value();
  if (!product.processed.empty() && !product.processed.ends_with("Z")) product.processed += "Z";
  product.baseline = descend(processing, "facility/software").attribute("version").value();
  const pugi::xml_node orbit = descend(object(xml, "measurementOrbitReference"), "orbitReference");
  product.absolute_orbit = count_in(text_at(orbit, "orbitNumber"));  // the first one, of the start
  product.relative_orbit = count_in(text_at(orbit, "relativeOrbitNumber"));
  product.orbit_state = lower(text_at(orbit, "extension/orbitProperties/pass"));
  product.datetime = text_at(object(xml, "acquisitionPeriod"), "acquisitionPeriod/startTime");
  if (product.datetime.empty())
    throw DataError(xml.shown() + " lacks the start of its acquisition", "copy or download the product again");
  if (!product.datetime.ends_with("Z")) product.datetime += "Z";
  product.footprint = footprint_of(text_at(object(xml, "measurementFrameSet"), "frameSet/frame/footPrint/coordinates"));
  if (!product.relative_orbit && product.absolute_orbit && !product.platform.empty()) {
    const char satellite = static_cast<char>(product.platform.back() - 'a' + 'A');
    product.relative_orbit = sentinel1_relative_orbit(satellite, *product.absolute_orbit);
  }
}

double spacing_of(const Listing& listing, const std::string& polarisation) {
  constexpr double usual_m = 10;  // of interferometric wide swath at high resolution
  const auto* entry = find_sar_annotation(listing, "", polarisation);
  if (entry == nullptr) return usual_m;
  return Xml::parse(listing, *entry).number("imageAnnotation/imageInformation/rangePixelSpacing").value_or(usual_m);
}

void check_tables(const Listing& listing, const std::string& polarisation, Product& product) {
  if (find_sar_annotation(listing, "calibration-", polarisation) == nullptr)
    product.problems.push_back("the calibration table of " + polarisation + " in '" + listing.path() +
                               "' is missing: its amplitudes cannot be calibrated");
  const auto* noise = find_sar_annotation(listing, "noise-", polarisation);
  if (noise == nullptr) {
    product.problems.push_back("the noise table of " + polarisation + " in '" + listing.path() + "' is missing");
    return;
  }
  const std::string problem = sar_noise_problem(parse_sar_noise(listing, *noise), listing.shown(*noise));
  if (!problem.empty()) product.problems.push_back(problem);
}

void add_noise_test(const ProductBand& band, Product& product) {
  MaskTest test;
  test.pixels = band.pixels;
  test.gsd_m = band.gsd_m;
  test.kind = MaskTest::Kind::below_noise;
  if (product.masks.empty())
    product.masks.push_back({MaskMeaning::below_noise, band.gsd_m, {}, "sigma0 below the noise floor in"});
  ProductMask& mask = product.masks.front();
  mask.source += (mask.any.empty() ? " " : " or ") + band.name;
  mask.any.push_back(std::move(test));
}

// Polarisations that have a measurement or an annotation.
void read_bands(const Listing& listing, Product& product, double& spacing_m) {
  for (const BandRole role : {BandRole::vv, BandRole::vh, BandRole::hh, BandRole::hv}) {
    const std::string polarisation(name_of(role));
    const auto* image = listing.find("s1[a-d]-.*-grd-" + polarisation + R"(-.*\.tiff?)");
    const auto* notes = find_sar_annotation(listing, "", polarisation);
    if (image == nullptr && notes == nullptr) continue;
    const double gsd = spacing_of(listing, polarisation);
    spacing_m = gsd;
    check_tables(listing, polarisation, product);
    if (image == nullptr) {
      product.problems.push_back("the measurement of " + polarisation + " in '" + listing.path() + "' is missing");
      continue;
    }
    ProductBand band{};
    band.role = role;
    for (const char c : polarisation) band.name += static_cast<char>(c - 'a' + 'A');
    band.pixels.file = listing.gdal_name(*image);
    band.gsd_m = gsd;
    band.nodata = 0;
    band.unit = "DN";
    if (find_sar_annotation(listing, "noise-", polarisation) != nullptr) add_noise_test(band, product);
    product.bands.push_back(std::move(band));
  }
}

Product read(const Listing& listing) {
  const Listing::Entry& manifest = *find_manifest(listing);
  const Xml xml = Xml::parse(listing, manifest);
  Product product;
  read_manifest(xml, product);
  double spacing_m = 10;
  read_bands(listing, product, spacing_m);
  product.id = identity(xml, listing.text(manifest), product, spacing_m);
  std::string spelled = product.platform;
  if (!spelled.empty()) {
    spelled.front() = 'S';
    spelled.back() = static_cast<char>(spelled.back() - 'a' + 'A');
  }
  product.title = "ESA Sentinel-1 Level-1 GRD SAFE, " + spelled;
  return product;
}

}  // namespace

ProductReader sentinel1_grd_reader() {
  return {"sentinel1-grd", "ESA Sentinel-1 SAFE Level-1 GRD (manifest.safe with s1*-grd-* files)",
          [](const Listing& listing) { return find_manifest(listing) != nullptr; }, read};
}

}  // namespace products
}  // namespace cers
