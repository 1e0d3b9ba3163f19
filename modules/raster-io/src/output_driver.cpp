// SPDX-License-Identifier: Apache-2.0
#include "output_driver.hpp"

#include <algorithm>
#include <filesystem>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/gdal_type.hpp"
#include "cers/raster-io/gdal_errors.hpp"
#include "raster_header.hpp"

namespace cers {
namespace {

std::string item(GDALDriverH driver, const char* key) {
  const char* const text = GDALGetMetadataItem(driver, key, nullptr);
  return text == nullptr ? "" : text;
}

bool can_write(GDALDriverH driver) {
  const std::string name = GDALGetDriverShortName(driver);
  // These would refer to the scratch file instead of holding its pixels.
  if (name == "VRT" || name == "MEM" || name == "COG") return false;
  return item(driver, GDAL_DCAP_RASTER) == "YES" &&
         (item(driver, GDAL_DCAP_CREATE) == "YES" || item(driver, GDAL_DCAP_CREATECOPY) == "YES");
}

GDALDriverH writer_of(const std::string& extension) {
  for (int i = 0; i < GDALGetDriverCount(); ++i) {
    const GDALDriverH driver = GDALGetDriver(i);
    if (!can_write(driver)) continue;
    for (const std::string& known : split(item(driver, GDAL_DMD_EXTENSIONS), ' '))
      if (!known.empty() && equal_ignoring_case(known, extension)) return driver;
  }
  return nullptr;
}

void check_type(const OutputDriver& output, PixelType type) {
  const std::string types = item(output.driver, GDAL_DMD_CREATIONDATATYPES);
  const auto known = split(types, ' ');
  if (types.empty() || std::find(known.begin(), known.end(), GDALGetDataTypeName(gdal_type(type))) != known.end())
    return;
  throw UserError(
      "the format " + output.name + " of '" + output.path + "' cannot hold " + std::string(name_of(type)) + " pixels",
      "it holds " + types + ": ask for such a type after the file name, or write a .tif");
}

}  // namespace

OutputDriver choose_driver(const WriterName& name, PixelType type) {
  initialise_gdal();
  OutputDriver output;
  output.path = name.path;
  std::string extension = std::filesystem::path(name.path).extension().string();
  if (extension.size() < 2) {
    const bool dot = extension == ".";
    output.path += dot ? "tif" : ".tif";
    output.warning = "'" + name.path + "' has no extension: writing '" + output.path + "'";
    extension = ".tif";
  }
  extension.erase(0, 1);
  const bool tiff = equal_ignoring_case(extension, "tif") || equal_ignoring_case(extension, "tiff");
  if (name.cog && !tiff)
    throw UserError("'" + output.path + "': format=cog makes a GeoTIFF", "let the file name end in .tif");
  output.driver = name.cog ? GDALGetDriverByName("COG") : tiff ? GDALGetDriverByName("GTiff") : writer_of(extension);
  if (output.driver == nullptr)
    throw UserError(name.cog
                        ? "this GDAL has no COG driver"
                        : "no format that Cers writes has the extension '." + extension + "' of '" + output.path + "'",
                    "let the file name end in .tif, .jp2, .png, .img or another of `gdalinfo --formats`");
  output.name = GDALGetDriverShortName(output.driver);
  check_type(output, type);
  return output;
}

}  // namespace cers
