// SPDX-License-Identifier: Apache-2.0
// From the name a user writes to what GDAL is to open.
#pragma once

#include <string>

#include "cers/raster-io/extended_filename.hpp"
#include "cers/raster-io/handle_pool.hpp"

namespace cers {

struct Location {
  std::string shown;  ///< as the user wrote it, for messages
  DatasetKey key;     ///< `file`: absolute path; the name as given when there is no such file
};

/// Checks that there is something to open and finds the subdataset and the reduced resolution asked for.
Location locate(const ReaderName& name, HandlePool& pool);

}  // namespace cers
