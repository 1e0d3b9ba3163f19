// SPDX-License-Identifier: Apache-2.0
// Which GDAL driver writes a file of that name.
#pragma once

#include <gdal.h>

#include <string>

#include "cers/core/pixel_type.hpp"
#include "cers/raster-io/extended_filename.hpp"

namespace cers {

struct OutputDriver {
  GDALDriverH driver = nullptr;
  std::string name;     ///< GDAL's short name
  std::string path;     ///< with the extension added when there was none
  std::string warning;  ///< that it was added; else empty
  bool tiff() const { return name == "GTiff"; }
};

/// Throws UserError when nothing writes such files or the format cannot hold `type`.
OutputDriver choose_driver(const WriterName& name, PixelType type);

}  // namespace cers
