// SPDX-License-Identifier: Apache-2.0
// Writes one GeoTIFF, every native block exactly once, and checks it afterwards.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cers/core/block.hpp"
#include "cers/core/grid.hpp"

namespace cers {

struct TiffSpec {
  RasterInfo info;  ///< `type` is the type in the file
  std::optional<double> nodata;
  std::optional<int> epsg;
  std::string software;
  std::string shown;                 ///< name for messages
  std::vector<std::string> options;  ///< "KEY=VALUE"
  bool colours = true;               ///< a file of one band gets the colours of its classes
};

/// Block size GDAL gives such a file; found by making an empty one in memory. Throws UserError when GDAL refuses.
Size tiff_block_size(const TiffSpec& spec);

/// Opens `path` anew and throws DataError unless it is a raster of that size, type and band count whose blocks all lie
/// in the file and whose last one decodes.
void check_raster(const std::string& path, const TiffSpec& spec);

class TiffWriter {
 public:
  TiffWriter(TiffSpec spec, const std::string& path);
  ~TiffWriter();  ///< closes without checking
  TiffWriter(const TiffWriter&) = delete;
  TiffWriter& operator=(const TiffWriter&) = delete;

  void write(const Block& block);
  void close();

 private:
  struct CloseDataset {
    void operator()(void* dataset) const;
  };
  void describe();
  [[noreturn]] void fail(const std::string& what, const std::string& reason) const;

  TiffSpec spec_;
  std::string path_;
  std::unique_ptr<void, CloseDataset> dataset_;
  Size block_;
  std::vector<std::byte> buffer_;
};

}  // namespace cers
