// SPDX-License-Identifier: Apache-2.0
// What a dataset says about itself, in Cers' terms.
#pragma once

#include <string>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/raster-io/handle_pool.hpp"
#include "locate.hpp"

namespace cers {

struct RasterHeader {
  RasterInfo info;
  Size block;
  bool interleaved = false;
  double decode_cost = 10;  ///< nanoseconds per pixel and band
  int codec_bytes = 0;  ///< that the codec holds per pixel and band while it decodes a block, beside the block itself
};

RasterHeader read_header(const Location& location, bool skip_carto, HandlePool& pool);

/// True when a driver only warned about missing data (OpenJPEG): the pixels would be silently wrong.
bool reports_truncation(const std::vector<std::string>& warnings);

}  // namespace cers
