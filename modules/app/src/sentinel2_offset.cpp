// SPDX-License-Identifier: Apache-2.0
// Sentinel-2 numbers hold −1000 to add from processing baseline 04.00 on; the band file itself does not tell.
#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

#include "cers/app/sentinel2_offset.hpp"
#include "cers/core/error.hpp"
#include "cers/core/text.hpp"

namespace cers {
namespace {

namespace fs = std::filesystem;

// The offset of −1000 came with baseline 04.00 (Sentinel-2 Products Specification Document, issue 14.9).
constexpr int first_shifted_baseline = 400;
// Acquisitions since the day on which baseline 04.00 went into operation have it.
constexpr std::string_view first_shifted_day = "20220125";
constexpr double shift = 1000;   // stored numbers
constexpr int deepest_band = 6;  // folders between a band and its product: GRANULE/L2A_…/IMG_DATA/R20m is 4
constexpr std::uintmax_t largest_vrt = 4'000'000;  // bytes of text; longer ones are mosaics of many tiles

std::string text_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// "04.00" or "0400" as 400.
int baseline_number(const std::string& text) {
  int number = 0;
  for (const char c : text) {
    if (c >= '0' && c <= '9') number = 10 * number + (c - '0');
  }
  return number;
}

/// What product metadata above the band says, empty when there is none: "its product says baseline 05.09".
std::optional<OffsetFinding> by_product(const fs::path& band) {
  static const std::regex offset(R"(<(?:BOA|RADIO)_ADD_OFFSET\b[^>]*>\s*(-?\d+)\s*<)");
  static const std::regex baseline(R"(<PROCESSING_BASELINE>\s*(\d\d\.\d\d)\s*<)");
  fs::path folder = band.parent_path();
  for (int up = 0; up < deepest_band && !folder.empty(); ++up) {
    for (const char* name : {"MTD_MSIL2A.xml", "MTD_MSIL1C.xml"}) {
      std::error_code missing;
      if (!fs::is_regular_file(folder / name, missing)) continue;
      const std::string text = text_of(folder / name);
      std::smatch found;
      if (std::regex_search(text, found, offset))
        return found[1] == "0"
                   ? OffsetFinding{}
                   : OffsetFinding{OffsetDoubt::certain, fmt::format("{} tells an offset of {} for its "
                                                                     "stored numbers",
                                                                     (folder / name).string(), found[1].str())};
      if (std::regex_search(text, found, baseline) && baseline_number(found[1]) < first_shifted_baseline)
        return OffsetFinding{};
    }
    if (folder == folder.parent_path()) break;
    folder = folder.parent_path();
  }
  return std::nullopt;
}

OffsetFinding of_band(const std::string& path) {
  static const std::regex of_product(R"(S2[A-D]_MSIL[12][AC]_\d{8}T\d{6}_N(\d{4})_)", std::regex::icase);
  std::smatch band;
  static const std::regex naming(R"((?:^|/)T\d{2}[A-Z]{3}_(\d{8})T\d{6}_B\d[\dA](?:_\d{2}m)?\.\w+$)",
                                 std::regex::icase);
  if (!std::regex_search(path, band, naming)) return {};
  if (const auto told = by_product(fs::path(path))) return *told;
  std::smatch product;
  if (std::regex_search(path, product, of_product))
    return baseline_number(product[1]) < first_shifted_baseline
               ? OffsetFinding{}
               : OffsetFinding{OffsetDoubt::certain,
                               fmt::format("{} is of processing baseline {}.{}", path, product[1].str().substr(0, 2),
                                           product[1].str().substr(2))};
  if (band[1].str() >= first_shifted_day)
    return {OffsetDoubt::possible, fmt::format("{} is named like an ESA SAFE band of a day since 25 January 2022, "
                                               "whose stored numbers are shifted by 1000",
                                               path)};
  return {OffsetDoubt::possible, fmt::format("{} is named like an ESA SAFE band, whose stored numbers are shifted by "
                                             "1000 if its processing baseline is 04.00 or later",
                                             path)};
}

/// The files that a VRT refers to, as far as its text tells.
std::vector<std::string> members_of(const fs::path& vrt) {
  std::error_code failed;
  const auto size = fs::file_size(vrt, failed);
  if (failed || size > largest_vrt) return {};
  const std::string text = text_of(vrt);
  const std::regex source(R"(<SourceFilename([^>]*)>([^<]+)</SourceFilename>)");
  std::vector<std::string> members;
  for (std::sregex_iterator at(text.begin(), text.end(), source), end; at != end; ++at) {
    const bool relative = (*at)[1].str().find("relativeToVRT=\"1\"") != std::string::npos;
    const std::string name = (*at)[2].str();
    members.push_back(relative ? (vrt.parent_path() / name).string() : name);
  }
  return members;
}

}  // namespace

OffsetFinding missing_offset(const ImageInput& image, const Calibration& calibration) {
  if (!image.is_file() || image.scene() || calibration.offset != 0) return {};
  const std::string path = image.label().substr(0, image.label().find("?&"));
  if (!lower(path).ends_with(".vrt")) return of_band(path);
  OffsetFinding worst;
  for (const std::string& member : members_of(path)) {
    if (worst.doubt == OffsetDoubt::certain) break;
    OffsetFinding found = of_band(member);
    if (found.doubt > worst.doubt) worst = std::move(found);
  }
  return worst;
}

std::string offset_remedy(const Calibration& calibration) {
  return fmt::format("give -offset {}, or -offset 0 if there is none", format_real(-shift * calibration.scale));
}

std::string offset_warning(const Wiring& wiring, const ImageInput& image, const Calibration& calibration) {
  if (calibration.plain() || wiring.user_set("offset")) return {};
  const OffsetFinding found = missing_offset(image, calibration);
  if (found.doubt == OffsetDoubt::none) return {};
  return found.reason + ", and -offset is not given: " + offset_remedy(calibration);
}

}  // namespace cers
