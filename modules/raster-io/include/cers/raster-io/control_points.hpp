// SPDX-License-Identifier: Apache-2.0
// Ground control points of a raster file.
#pragma once

#include <optional>
#include <string>

#include "cers/geo/control_points.hpp"
#include "cers/raster-io/handle_pool.hpp"

namespace cers {

/// The control points of `file` (as GDAL opens it); nothing when it is georeferenced or has fewer than three of them or
/// none with a reference system. Throws DataError when it cannot be opened.
std::optional<ControlPoints> read_control_points(const std::string& file, HandlePool& pool);

}  // namespace cers
