// SPDX-License-Identifier: Apache-2.0
#include "cers/raster-io/raster_source.hpp"
#include "cers/geo/gdal_type.hpp"

#include <cpl_vsi.h>
#include <gdal.h>

#include <cstring>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/raster-io/gdal_errors.hpp"
#include "cers/raster-io/zip_directory.hpp"
#include "locate.hpp"
#include "raster_header.hpp"

namespace cers {
namespace {

// A dataset and the state of its codec, measured on GeoTIFF with ZSTD.
constexpr std::size_t dataset_bytes = 200'000;

class GdalSource final : public BlockSource {
 public:
  GdalSource(Location location, RasterHeader header, std::string identity, HandlePool& pool)
      : location_(std::move(location)), header_(std::move(header)), identity_(std::move(identity)), pool_(pool) {}

  const RasterInfo& info() const override { return header_.info; }
  Size block_size() const override { return header_.block; }
  bool interleaved() const override { return header_.interleaved; }
  std::string identity() const override { return identity_; }
  std::string name() const override { return location_.shown; }
  double decode_cost() const override { return header_.decode_cost; }
  std::size_t decoder_bytes() const override;
  std::size_t handle_bytes() const override;
  void decode(int column, int row, std::span<const int> bands, Block& out) const override;

 private:
  void decode_band(const HandlePool::Lease& lease, int column, int row, int band, Block& out, int plane) const;

  Location location_;
  RasterHeader header_;
  std::string identity_;
  HandlePool& pool_;
};

// The block as stored, as decoded, and our own buffer. Of an interleaved block GDAL decodes every band and keeps those
// not asked for in its own cache for a while.
std::size_t GdalSource::decoder_bytes() const {
  const auto pixels = static_cast<std::size_t>(header_.block.area());
  const std::size_t codec = pixels * static_cast<std::size_t>(header_.codec_bytes);
  const std::size_t band = pixels * bytes_of(header_.info.type);
  return header_.interleaved ? (codec + 4 * band) * header_.info.bands.size() : codec + 3 * band;
}

// An idle handle has the state of its codec, the block as stored and, when interleaved, as decoded.
std::size_t GdalSource::handle_bytes() const {
  const std::size_t band = static_cast<std::size_t>(header_.block.area()) * bytes_of(header_.info.type);
  return dataset_bytes + (header_.interleaved ? 2 * band * header_.info.bands.size() : band);
}

// Decodes into `out` itself where it is laid out as GDAL's block is, else by way of `buffer`.
CPLErr read_block(GDALRasterBandH source, Size block, int column, int row, std::vector<std::byte>& buffer, Block& out,
                  int plane) {
  const GDALDataType wanted = gdal_type(out.type());
  const GDALDataType stored = GDALGetRasterDataType(source);
  const Size size = out.window().size();
  const auto wanted_bytes = bytes_of(out.type());
  const auto stored_bytes = static_cast<std::size_t>(GDALGetDataTypeSizeBytes(stored));
  const std::size_t row_bytes = static_cast<std::size_t>(block.width) * stored_bytes;
  if (stored == wanted && size == block && out.stride_bytes() == row_bytes)
    return GDALReadBlock(source, column, row, out.band_data(plane));

  const std::size_t needed = row_bytes * static_cast<std::size_t>(block.height);
  if (buffer.size() < needed) buffer.resize(needed);
  const CPLErr result = GDALReadBlock(source, column, row, buffer.data());
  for (int y = 0; result == CE_None && y < size.height; ++y) {
    const std::byte* const from = buffer.data() + row_bytes * static_cast<std::size_t>(y);
    std::byte* const to = out.band_data(plane) + out.stride_bytes() * static_cast<std::size_t>(y);
    if (stored == wanted)
      std::memcpy(to, from, static_cast<std::size_t>(size.width) * wanted_bytes);
    else
      GDALCopyWords64(from, stored, static_cast<int>(stored_bytes), to, wanted, static_cast<int>(wanted_bytes),
                      size.width);
  }
  return result;
}

CPLErr read_window(GDALRasterBandH source, Block& out, int plane) {
  const Window& window = out.window();
  return GDALRasterIOEx(source, GF_Read, window.x, window.y, window.width, window.height, out.band_data(plane),
                        window.width, window.height, gdal_type(out.type()), static_cast<GSpacing>(bytes_of(out.type())),
                        static_cast<GSpacing>(out.stride_bytes()), nullptr);
}

void GdalSource::decode(int column, int row, std::span<const int> bands, Block& out) const {
  const Size block = header_.block;
  const Window window =
      Window{column * block.width, row * block.height, block.width, block.height}.clipped(header_.info.grid.size);
  CERS_EXPECT(column >= 0 && row >= 0 && !window.empty());
  CERS_EXPECT(out.window() == window && out.bands() == static_cast<int>(bands.size()) &&
              out.type() == header_.info.type);
  const HandlePool::Lease lease = pool_.lease(location_.key);
  for (std::size_t i = 0; i < bands.size(); ++i) decode_band(lease, column, row, bands[i], out, static_cast<int>(i));
  pool_.count_decodes(header_.interleaved ? 1 : bands.size());
}

void GdalSource::decode_band(const HandlePool::Lease& lease, int column, int row, int band, Block& out,
                             int plane) const {
  CERS_EXPECT(band >= 0 && band < static_cast<int>(header_.info.bands.size()));
  const Window window = out.window();
  const ErrorCollector errors;
  const GDALRasterBandH source = GDALGetRasterBand(lease.dataset(), band + 1);
  CPLErr result = CE_Failure;
  if (source != nullptr) {
    Size block;
    GDALGetBlockSize(source, &block.width, &block.height);
    // Bands of one file need not share a block size (VRT): then the driver assembles the window.
    result = block == header_.block ? read_block(source, block, column, row, lease.buffer(), out, plane)
                                    : read_window(source, out, plane);
  }
  if (result == CE_None && !errors.failed() && !reports_truncation(errors.warnings())) return;
  const std::string reason =
      errors.failed() || errors.warnings().empty() ? errors.text() : join(errors.warnings(), "; ");
  throw DataError("band " + std::to_string(band + 1) + ", block " + std::to_string(column) + "," + std::to_string(row) +
                      " (pixels " + window.text() + ") of '" + location_.shown + "' cannot be decoded: " + reason,
                  "the file is truncated or damaged: copy or download it again");
}

std::string identity_of(const Location& location, const ReaderName& name) {
  std::string text = location.key.dataset + "|";
  VSIStatBufL status{};
  if (!location.key.version.empty())
    text += location.key.version;
  else if (VSIStatL(location.key.file.c_str(), &status) == 0)  // a member of an archive, a remote file
    text += std::to_string(status.st_size) + " bytes, " + std::to_string(status.st_mtime);
  if (name.subdataset) text += "|subdataset " + std::to_string(*name.subdataset);
  if (name.resolution.value_or(0) > 0) text += "|resolution " + std::to_string(*name.resolution);
  if (name.skip_carto) text += "|skipcarto";
  return text;
}

}  // namespace

std::unique_ptr<BlockSource> open_raster(const ReaderName& name, HandlePool& pool) {
  Location location = locate(name, pool);
  RasterHeader header = read_header(location, name.skip_carto, pool);
  std::string identity = identity_of(location, name);
  location.key.for_pixels = parse_zip_name(location.key.dataset).has_value();
  return std::make_unique<GdalSource>(std::move(location), std::move(header), std::move(identity), pool);
}

}  // namespace cers
