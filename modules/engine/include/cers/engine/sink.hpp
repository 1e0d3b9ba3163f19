// SPDX-License-Identifier: Apache-2.0
// Where results go. Outputs appear whole or not at all: written aside, checked, then renamed.
#pragma once

#include <optional>
#include <string>

#include "cers/core/block.hpp"
#include "cers/core/grid.hpp"
#include "cers/engine/node.hpp"

namespace cers {

/// One file (or several that belong together) of a run. The engine calls open → write… → close on each, then publish on
/// all of them (of RasterSink::alone() earlier); on error or cancel it calls discard on those not yet published. Called
/// from one thread at a time.
class Output {
 public:
  virtual ~Output() = default;
  virtual std::string path() const = 0;  ///< final path, for reports
  virtual void open() = 0;
  /// Flushes, closes, reopens and checks what was written; throws DataError (disk full, …).
  virtual void close() = 0;
  /// Gives the result its final name. No pixel work here.
  virtual void publish() = 0;
  virtual void discard() noexcept = 0;
};

/// An ordered consumer of raster blocks.
class RasterSink : public Output {
 public:
  /// Type the engine converts to (in the workers) before write().
  virtual PixelType type() const = 0;
  /// Nearest integer instead of truncation when converting to integer types.
  virtual bool round() const { return false; }
  /// NaN is replaced by this value when it is set.
  virtual std::optional<double> nodata() const { return std::nullopt; }
  /// True: written in a pass of its own and published when that is over, so that a long run that dies keeps what is
  /// done. For outputs that are of use without the others.
  virtual bool alone() const { return false; }
  /// Rasters of different groups are never written in one pass, so that no more files are open at once than one group
  /// has. For many outputs that share little: the dates of a season.
  virtual int group() const { return 0; }
  /// Size of the blocks write() wants; the last column and row are cut at the raster's edge.
  virtual Size block_size() const = 0;
  /// Bytes the sink itself holds at its peak (driver buffers), for the memory plan.
  virtual std::size_t memory_bytes() const { return 0; }
  /// Blocks arrive in row-major block order, each exactly once, all bands together.
  virtual void write(const Block& block) = 0;
};

/// A file made of late values once they are known: a table, statistics, a model.
class Artifact : public Output {
 public:
  virtual void write(const LateValues& values) = 0;
};

}  // namespace cers
