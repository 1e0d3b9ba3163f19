// SPDX-License-Identifier: Apache-2.0
#include "raster_header.hpp"

#include <gdal.h>

#include <cpl_conv.h>
#include <ogr_srs_api.h>

#include <algorithm>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/raster-io/gdal_errors.hpp"
#include "class_table.hpp"

namespace cers {
namespace {

PixelType pixel_type(GDALDataType type, const std::string& shown) {
  switch (type) {
    case GDT_Byte:
      return PixelType::u8;
    case GDT_UInt16:
      return PixelType::u16;
    case GDT_Int16:
      return PixelType::i16;
    case GDT_UInt32:
      return PixelType::u32;
    case GDT_Int32:
      return PixelType::i32;
    case GDT_Float32:
      return PixelType::f32;
    case GDT_Float64:
      return PixelType::f64;
    default:
      break;
  }
  const std::string name = GDALGetDataTypeName(type);
  if (GDALDataTypeIsComplex(type) != 0)
    throw UserError("'" + shown + "' holds complex pixels (" + name + "), which Cers does not read",
                    "write its amplitude to a real image first, for example with gdal_calc.py");
  throw UserError("'" + shown + "' holds pixels of type " + name + ", which Cers does not read",
                  "convert it first: gdal_translate -ot Int32 or Float64");
}

std::string text_of(const char* text) {
  return text == nullptr ? "" : text;
}

std::string structure(GDALMajorObjectH object, const char* key) {
  return text_of(GDALGetMetadataItem(object, key, "IMAGE_STRUCTURE"));
}

std::string crs_text(GDALDatasetH dataset) {
  const OGRSpatialReferenceH crs = GDALGetSpatialRef(dataset);
  if (crs == nullptr) return {};
  const std::string classic = text_of(GDALGetProjectionRef(dataset));
  if (!classic.empty()) return classic;
  char* text = nullptr;  // some systems exist in WKT 2 only
  const char* const options[] = {"FORMAT=WKT2_2019", nullptr};
  const bool written = OSRExportToWktEx(crs, &text, options) == OGRERR_NONE;
  std::string modern = written ? text_of(text) : "";
  CPLFree(text);
  return modern;
}

BandInfo band_info(GDALRasterBandH band) {
  BandInfo info;
  info.name = text_of(GDALGetDescription(band));
  info.unit = text_of(GDALGetRasterUnitType(band));
  int known = 0;
  const double scale = GDALGetRasterScale(band, &known);
  if (known != 0) info.scale = scale;
  const double offset = GDALGetRasterOffset(band, &known);
  if (known != 0) info.offset = offset;
  const double nodata = GDALGetRasterNoDataValue(band, &known);
  if (known != 0) info.nodata = nodata;
  info.classes = read_classes(band);
  return info;
}

// Nanoseconds per pixel on one core, measured on reflectance; only their ratios matter.
double decode_cost(const std::string& driver, const std::string& compression) {
  if (driver.starts_with("JP2")) return 300;
  if (driver == "PNG" || compression == "DEFLATE") return 13;
  if (compression == "LZW" || compression.starts_with("LERC")) return 17;
  if (compression == "ZSTD") return 7;
  if (compression == "LZMA") return 60;
  return compression.empty() && driver == "GTiff" ? 2 : 10;
}

GDALRasterBandH band_of(GDALDatasetH dataset, int number, const std::string& shown) {
  const GDALRasterBandH band = GDALGetRasterBand(dataset, number);
  if (band == nullptr)
    throw DataError("band " + std::to_string(number) + " of '" + shown + "' cannot be opened",
                    "the file is truncated or damaged: copy or download it again");
  return band;
}

}  // namespace

bool reports_truncation(const std::vector<std::string>& warnings) {
  return std::any_of(warnings.begin(), warnings.end(), [](const std::string& warning) {
    const std::string text = lower(warning);
    return text.find("truncat") != std::string::npos || text.find("too short") != std::string::npos ||
           text.find("tile part length") != std::string::npos || text.find("unexpected end") != std::string::npos;
  });
}

RasterHeader read_header(const Location& location, bool skip_carto, HandlePool& pool) {
  const HandlePool::Lease lease = pool.lease(location.key);
  const ErrorCollector silent;  // of a header that opened, only what is missing matters
  const GDALDatasetH dataset = lease.dataset();
  RasterHeader header;
  Grid& grid = header.info.grid;
  grid.size = {GDALGetRasterXSize(dataset), GDALGetRasterYSize(dataset)};
  const int count = GDALGetRasterCount(dataset);
  if (count < 1 || grid.size.width < 1 || grid.size.height < 1)
    throw DataError("'" + location.shown + "' holds no pixels", "choose a file with an image in it");
  if (!skip_carto) {
    grid.georeferenced = GDALGetGeoTransform(dataset, grid.transform.a.data()) == CE_None;
    if (!grid.georeferenced) grid.transform = {};
    grid.crs = crs_text(dataset);
  }

  GDALDataType widest = GDT_Unknown;
  for (int number = 1; number <= count; ++number) {
    const GDALRasterBandH band = band_of(dataset, number, location.shown);
    const GDALDataType type = GDALGetRasterDataType(band);
    pixel_type(type, location.shown);
    if (structure(band, "PIXELTYPE") == "SIGNEDBYTE")
      throw UserError("'" + location.shown + "' holds pixels of type int8, which Cers does not read",
                      "convert it first: gdal_translate -ot Int16");
    widest = widest == GDT_Unknown ? type : GDALDataTypeUnion(widest, type);
    header.info.bands.push_back(band_info(band));
  }
  header.info.type = pixel_type(widest, location.shown);
  GDALGetBlockSize(band_of(dataset, 1, location.shown), &header.block.width, &header.block.height);
  if (header.block.width < 1 || header.block.height < 1)
    throw DataError("'" + location.shown + "' declares an impossible block size", "copy or download it again");
  header.interleaved = count > 1 && structure(dataset, "INTERLEAVE") == "PIXEL";
  const GDALDriverH driver = GDALGetDatasetDriver(dataset);
  const std::string driver_name = driver == nullptr ? "" : text_of(GDALGetDriverShortName(driver));
  header.decode_cost = decode_cost(driver_name, structure(dataset, "COMPRESSION"));
  if (driver_name.starts_with("JP2")) header.codec_bytes = 8;  // OpenJPEG: wavelet coefficients and image in int32
  return header;
}

}  // namespace cers
