// SPDX-License-Identifier: Apache-2.0
// Recognises band files whose numbers are scaled reflectance, by the names their producers give them.
#include <fmt/format.h>

#include <regex>

#include "cers/app/wiring.hpp"

namespace cers {
namespace {

struct Naming {
  const char* pattern;
  const char* producer;
  const char* meaning;
  const char* options;
};

// Theia MUSCATE L2A: reflectance × 10000, nodata −10000. ESA SAFE L1C and L2A: × 10000 with nodata 0, and an offset of
// −1000 from processing baseline 04.00 on, which only the product's metadata tells. Landsat Collection 2 level 2:
// × 0.0000275 − 0.2, nodata 0 (USGS LSDS-1619).
const Naming namings[] = {
    {R"(SENTINEL2[A-D]_\d{8}-\d{6}-\d{3}_L2A_.*_[FS]RE_B\d+A?\.)", "Theia", "reflectance × 10000, missing −10000",
     "-scale 0.0001 -nodata -10000"},
    {R"((^|/)T\d{2}[A-Z]{3}_\d{8}T\d{6}_B\d[\dA](_\d{2}m)?\.)", "ESA SAFE",
     "reflectance × 10000, missing 0, shifted by 1000 from baseline 04.00 on",
     "-scale 0.0001 -nodata 0 (and -offset -0.1 from baseline 04.00 on)"},
    {R"(L[COTE]0\d_L2S[PR]_.*_SR_B\d\.)", "Landsat Collection 2", "reflectance = value × 0.0000275 − 0.2, missing 0",
     "-scale 0.0000275 -offset -0.2 -nodata 0"},
};

}  // namespace

std::string raw_number_warning(const ImageInput& image, const Calibration& calibration) {
  if (!image.is_file() || !calibration.plain()) return {};
  for (const Naming& naming : namings) {
    if (!std::regex_search(image.label(), std::regex(naming.pattern, std::regex::icase))) continue;
    return fmt::format("{} looks like a {} band ({}) and is read as raw numbers; for reflectance add {}", image.label(),
                       naming.producer, naming.meaning, naming.options);
  }
  return {};
}

}  // namespace cers
