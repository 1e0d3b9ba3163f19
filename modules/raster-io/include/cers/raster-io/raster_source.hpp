// SPDX-License-Identifier: Apache-2.0
// Raster files as sources of native blocks.
#pragma once

#include <memory>

#include "cers/engine/block_source.hpp"
#include "cers/raster-io/extended_filename.hpp"
#include "cers/raster-io/handle_pool.hpp"

namespace cers {

/// Opens `name` and reads its header only. The source presents all bands in file order, in the narrowest pixel type
/// that holds every band; `name.bands` is left to the caller. Nodata stays a number of the file (BandInfo::nodata).
/// A path may also be anything GDAL opens: /vsizip/…, a subdataset name. `pool` must outlive the source.
///
/// Throws UserError for a missing file (naming similar ones), a folder, an absent subdataset or resolution and for
/// pixel types outside the seven; DataError when the file is empty, damaged or no image.
std::unique_ptr<BlockSource> open_raster(const ReaderName& name, HandlePool& pool);

}  // namespace cers
