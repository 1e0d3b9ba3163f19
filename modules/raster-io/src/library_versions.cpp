// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/library_versions.hpp"

#include <gdal.h>

namespace cers {

std::vector<std::pair<std::string, std::string>> library_versions() {
  return {{"gdal", GDALVersionInfo("RELEASE_NAME")}};
}

}  // namespace cers
