// SPDX-License-Identifier: Apache-2.0
// Raster files as outputs: GeoTIFF block by block; formats that can only be copied by way of a scratch GeoTIFF.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>

#include "cers/engine/sink.hpp"
#include "cers/raster-io/extended_filename.hpp"
#include "cers/raster-io/run_folder.hpp"

namespace cers {

struct SinkOptions {
  PixelType type = PixelType::f32;
  bool round = false;      ///< nearest integer instead of truncation; WriterName::round asks for it as well
  int threads = 1;         ///< for compression only; the bytes do not depend on it
  std::string software{};  ///< TIFFTAG_SOFTWARE; empty: not written
  std::shared_ptr<RunFolder> folder{};  ///< shared by outputs of one directory; null: an own one
  bool alone = false;                   ///< RasterSink::alone()
  int group = 0;                        ///< RasterSink::group()
  /// Shared by outputs that are closed one after the other: those of one group copy one at a time, so that the memory
  /// of copying counts once. Null: this one counts its own. Holds the groups that count it already.
  std::shared_ptr<std::set<int>> copying{};
  bool listed = true;                              ///< false: its path is not reported (part of a folder)
  std::function<void(const std::string&)> warn{};  ///< told what the file will not hold as asked; may be empty
};

/// A sink for `info` (grid and bands of the raster as written). The format follows from the extension (.tif is added
/// when there is none) or from `&format=cog`. GeoTIFF defaults: 512×512 tiles, ZSTD level 1 (DEFLATE when GDAL lacks
/// it), predictor 2 for integers, BIGTIFF=IF_SAFER, band-interleaved above 4 bands; `gdal:co` options override each.
/// Nodata: `name.nodata`, else what all bands of `info` agree on, provided the pixel type can hold it. GeoTIFF has room
/// for one nodata value, so different ones per band are refused. Equal pixels and options give equal bytes.
/// Classes of a band (integers only) become GDAL's category names, in a .aux.xml beside a GeoTIFF, and in a file of one
/// uint8 or uint16 band its colour table; `gdal:co:PHOTOMETRIC=MINISBLACK` keeps the colours out.
///
/// Touches no file before open(). Throws UserError for an unwritable place, an unknown format or creation option, a
/// type the format cannot hold, a nodata value the type cannot hold; the sink throws DataError when writing fails.
std::unique_ptr<RasterSink> make_raster_sink(const RasterInfo& info, const WriterName& name,
                                             const SinkOptions& options);

}  // namespace cers
