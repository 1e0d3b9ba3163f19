// SPDX-License-Identifier: Apache-2.0
#include "tiff_writer.hpp"

#include <cpl_conv.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_srs_api.h>

#include <atomic>
#include <cstring>
#include <filesystem>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/gdal_type.hpp"
#include "cers/raster-io/disk_space.hpp"
#include "cers/raster-io/gdal_errors.hpp"
#include "class_table.hpp"
#include "raster_header.hpp"

namespace cers {
namespace {

std::vector<const char*> pointers(const std::vector<std::string>& texts) {
  std::vector<const char*> list;
  for (const std::string& text : texts) list.push_back(text.c_str());
  list.push_back(nullptr);
  return list;
}

GDALDatasetH create(const TiffSpec& spec, const std::string& path, const std::vector<std::string>& options) {
  const auto list = pointers(options);
  const Size size = spec.info.grid.size;
  return GDALCreate(GDALGetDriverByName("GTiff"), path.c_str(), size.width, size.height,
                    static_cast<int>(spec.info.bands.size()), gdal_type(spec.info.type), list.data());
}

std::string projection(const TiffSpec& spec) {
  if (!spec.epsg) return spec.info.grid.crs;
  const std::unique_ptr<void, decltype(&OSRDestroySpatialReference)> crs(OSRNewSpatialReference(nullptr),
                                                                         OSRDestroySpatialReference);
  char* text = nullptr;
  const ErrorCollector silent;  // PROJ says only that the code is not found
  const bool known =
      OSRImportFromEPSG(crs.get(), *spec.epsg) == OGRERR_NONE && OSRExportToWkt(crs.get(), &text) == OGRERR_NONE;
  std::string wkt = known ? text : "";
  CPLFree(text);
  if (!known)
    throw UserError("there is no coordinate reference system EPSG:" + std::to_string(*spec.epsg),
                    "look the code up with: projinfo --list-crs");
  return wkt;
}

// Copies `block` into a full native block; columns and lines beyond the raster repeat the last one, which compresses
// well and does not depend on what was in memory.
void fill_block(const Block& block, int band, Size full, std::vector<std::byte>& buffer) {
  const std::size_t pixel = bytes_of(block.type());
  const std::size_t row_bytes = static_cast<std::size_t>(full.width) * pixel;
  const std::size_t used = static_cast<std::size_t>(block.window().width) * pixel;
  const auto height = static_cast<std::size_t>(block.window().height);
  for (std::size_t y = 0; y < static_cast<std::size_t>(full.height); ++y) {
    std::byte* const to = buffer.data() + row_bytes * y;
    if (y >= height) {
      std::memcpy(to, to - row_bytes, row_bytes);
      continue;
    }
    std::memcpy(to, block.band_data(band) + block.stride_bytes() * y, used);
    for (std::size_t x = used; x < row_bytes; x += pixel) std::memcpy(to + x, to + used - pixel, pixel);
  }
}

// Blocks whose place lies beyond the end of the file were lost on the way to the disk.
bool blocks_inside(GDALRasterBandH band, int columns, int rows, std::uint64_t file_bytes) {
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      const std::string place = std::to_string(column) + "_" + std::to_string(row);
      const auto value = [&](const char* what) -> std::optional<std::int64_t> {
        const char* const text = GDALGetMetadataItem(band, (what + place).c_str(), "TIFF");
        return text == nullptr ? std::nullopt : parse_integer(text);
      };
      const auto offset = value("BLOCK_OFFSET_");
      const auto bytes = value("BLOCK_SIZE_");
      if (offset && bytes && static_cast<std::uint64_t>(*offset + *bytes) > file_bytes) return false;
    }
  return true;
}

}  // namespace

Size tiff_block_size(const TiffSpec& spec) {
  static std::atomic<int> count{0};
  const std::string path = "/vsimem/cers-probe-" + std::to_string(count++) + ".tif";
  std::vector<std::string> options;
  for (const std::string& option : spec.options)
    if (!lower(option).starts_with("num_threads=") && !lower(option).starts_with("sparse_ok=") &&
        !lower(option).starts_with("tfw="))
      options.push_back(option);
  options.emplace_back("SPARSE_OK=TRUE");  // else closing would fill the file with zeros
  const std::string crs = projection(spec);
  const ErrorCollector errors;
  const GDALDatasetH dataset = create(spec, path, options);
  Size block;
  bool described = dataset != nullptr;
  if (dataset != nullptr) {
    GDALGetBlockSize(GDALGetRasterBand(dataset, 1), &block.width, &block.height);
    described = crs.empty() || GDALSetProjection(dataset, crs.c_str()) == CE_None;
    GDALClose(dataset);
    VSIUnlink(path.c_str());
  }
  if (!described || errors.failed())
    throw UserError("'" + spec.shown + "' cannot be made as asked: " + errors.text(),
                    "change or leave out the creation options: " + join(spec.options, " "));
  return block;
}

void check_raster(const std::string& path, const TiffSpec& spec) {
  const ErrorCollector errors;
  const std::unique_ptr<void, decltype(&GDALClose)> dataset(
      GDALOpenEx(path.c_str(), GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR, nullptr, nullptr, nullptr),
      GDALClose);
  const auto damaged = [&](const std::string& what) {
    throw DataError("'" + spec.shown + "' did not reach the disk whole: " + what + ": " + errors.text(),
                    disk_space_remedy(path));
  };
  if (!dataset) damaged("it cannot be opened again");
  const Size size{GDALGetRasterXSize(dataset.get()), GDALGetRasterYSize(dataset.get())};
  const int bands = GDALGetRasterCount(dataset.get());
  if (size != spec.info.grid.size || bands != static_cast<int>(spec.info.bands.size()))
    damaged("size or bands differ from what was written");
  std::error_code fault;
  const std::uint64_t bytes = std::filesystem::file_size(path, fault);
  for (int number = 1; number <= bands; ++number) {
    const GDALRasterBandH band = GDALGetRasterBand(dataset.get(), number);
    const GDALDataType type = GDALGetRasterDataType(band);
    if (type != gdal_type(spec.info.type)) damaged("the pixel type differs from what was written");
    Size block;
    GDALGetBlockSize(band, &block.width, &block.height);
    const int columns = ceil_div(size.width, block.width);
    const int rows = ceil_div(size.height, block.height);
    if (!blocks_inside(band, columns, rows, bytes)) damaged("blocks are missing");
    std::vector<std::byte> pixels(static_cast<std::size_t>(block.area()) *
                                  static_cast<std::size_t>(GDALGetDataTypeSizeBytes(type)));
    if (GDALReadBlock(band, columns - 1, rows - 1, pixels.data()) != CE_None || errors.failed())
      damaged("its last block cannot be read");
  }
}

void TiffWriter::CloseDataset::operator()(void* dataset) const {
  const ErrorCollector silent;  // only reached when the result is thrown away
  GDALClose(dataset);
}

TiffWriter::TiffWriter(TiffSpec spec, const std::string& path) : spec_(std::move(spec)), path_(path) {
  const ErrorCollector errors;
  dataset_.reset(create(spec_, path_, spec_.options));
  if (!dataset_) fail("cannot be made", errors.text());
  GDALGetBlockSize(GDALGetRasterBand(dataset_.get(), 1), &block_.width, &block_.height);
  buffer_.resize(static_cast<std::size_t>(block_.area()) * bytes_of(spec_.info.type));
  describe();
  if (errors.failed()) fail("cannot be described", errors.text());
}

TiffWriter::~TiffWriter() = default;

// Everything goes in before the first block, so that the header need not be rewritten at the end of the file.
void TiffWriter::describe() {
  const GDALDatasetH dataset = dataset_.get();
  const Grid& grid = spec_.info.grid;
  if (grid.georeferenced) {
    auto transform = grid.transform.a;
    GDALSetGeoTransform(dataset, transform.data());
  }
  if (const std::string crs = projection(spec_); !crs.empty()) GDALSetProjection(dataset, crs.c_str());
  if (!spec_.software.empty()) GDALSetMetadataItem(dataset, "TIFFTAG_SOFTWARE", spec_.software.c_str(), nullptr);
  for (std::size_t i = 0; i < spec_.info.bands.size(); ++i) {
    const BandInfo& info = spec_.info.bands[i];
    const GDALRasterBandH band = GDALGetRasterBand(dataset, static_cast<int>(i) + 1);
    const std::string& text = info.description.empty() ? info.name : info.description;
    if (!text.empty()) GDALSetDescription(band, text.c_str());
    if (!info.unit.empty()) GDALSetRasterUnitType(band, info.unit.c_str());
    if (info.scale != 1 || info.offset != 0) {
      GDALSetRasterScale(band, info.scale);
      GDALSetRasterOffset(band, info.offset);
    }
    if (spec_.nodata) GDALSetRasterNoDataValue(band, *spec_.nodata);
    write_classes(band, info.classes, spec_.info.type, spec_.colours && spec_.info.bands.size() == 1);
  }
}

void TiffWriter::write(const Block& block) {
  const Window window = block.window();
  CERS_EXPECT(dataset_ && block.type() == spec_.info.type &&
              block.bands() == static_cast<int>(spec_.info.bands.size()));
  CERS_EXPECT(window.x % block_.width == 0 && window.y % block_.height == 0);
  const int column = window.x / block_.width;
  const int row = window.y / block_.height;
  CERS_EXPECT(window == (Window{window.x, window.y, block_.width, block_.height}.clipped(spec_.info.grid.size)));
  const ErrorCollector errors;
  for (int band = 0; band < block.bands(); ++band) {
    fill_block(block, band, block_, buffer_);
    const CPLErr result = GDALWriteBlock(GDALGetRasterBand(dataset_.get(), band + 1), column, row, buffer_.data());
    if (result != CE_None || errors.failed())
      fail("cannot be written at block " + std::to_string(column) + "," + std::to_string(row), errors.text());
  }
}

void TiffWriter::close() {
  CERS_EXPECT(dataset_);
  {
    const ErrorCollector errors;
    GDALFlushCache(dataset_.get());
    GDALClose(dataset_.release());  // returns nothing in GDAL 3.6: what it reports is all there is
    if (errors.failed()) fail("cannot be finished", errors.text());
  }
  check_raster(path_, spec_);
}

void TiffWriter::fail(const std::string& what, const std::string& reason) const {
  throw DataError("'" + spec_.shown + "' " + what + ": " + reason, disk_space_remedy(path_));
}

}  // namespace cers
