// SPDX-License-Identifier: Apache-2.0
// Where pixels come from: native blocks of one raster, decoded on demand.
#pragma once

#include <span>
#include <string>

#include "cers/core/block.hpp"
#include "cers/core/grid.hpp"

namespace cers {

/// A raster readable in native blocks. decode() is called from several threads at once, for each block at most once per
/// pass while the plan's memory suffices.
class BlockSource {
 public:
  virtual ~BlockSource() = default;

  /// Grid, native pixel type and every band.
  virtual const RasterInfo& info() const = 0;
  /// Native block size; the last column and row of blocks may reach beyond the raster.
  virtual Size block_size() const = 0;
  /// True when one decode yields all bands (pixel-interleaved files): the unit of decoding is then the block with every
  /// wanted band, else one band of the block.
  virtual bool interleaved() const = 0;
  /// Two sources with equal identity hold the same pixels; they are merged.
  virtual std::string identity() const = 0;
  /// For messages and `explain`: usually the file name.
  virtual std::string name() const = 0;
  /// Nanoseconds of one core per pixel and band, for planning only.
  virtual double decode_cost() const { return 10; }

  /// Bytes that decoding in one thread holds beside the decoded block (buffers of the codec), for the memory plan.
  virtual std::size_t decoder_bytes() const { return 0; }
  /// Bytes that a file of the source holds which is kept open while nobody decodes from it. The run keeps no more than
  /// PlanSummary::open_files.
  virtual std::size_t handle_bytes() const { return 0; }

  /// Decodes `bands` (0-based) of block (column, row). `out` has the block's window clipped to the raster, bands.size()
  /// planes and the native type. Throws DataError naming the file and block.
  virtual void decode(int column, int row, std::span<const int> bands, Block& out) const = 0;
};

/// How a leaf of the graph turns stored numbers into pixels: value · scale + offset, computed in double;
/// `nodata` becomes NaN. The default hands the numbers on as they are.
struct ReadAs {
  PixelType type = PixelType::f32;
  double scale = 1;
  double offset = 0;
  std::optional<double> nodata;
  friend bool operator==(const ReadAs&, const ReadAs&) = default;
  bool plain() const { return scale == 1 && offset == 0 && !nodata; }
};

/// Applies `as` to `count` stored pixels of type `stored`; `to` has type `as.type`.
void read_pixels(const std::byte* from, PixelType stored, std::byte* to, const ReadAs& as, std::size_t count);

}  // namespace cers
