// SPDX-License-Identifier: Apache-2.0
// The classes of a map as GDAL keeps them: a colour table and names of categories.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/core/pixel_type.hpp"

namespace cers {

/// Why not all names of `classes` can be told in a band of that type; nothing when they can, and for quantities, which
/// have no classes. GDAL lists a name for every code from 0 to the highest, hence names up to code 4095 only.
std::optional<std::string> untold_classes(const std::vector<ClassInfo>& classes, PixelType type);

/// Writes them into `band` (a GDALRasterBandH), as far as its type allows. `colours`: whether the file has room for
/// a colour table. Failures are reported through GDAL's errors.
void write_classes(void* band, const std::vector<ClassInfo>& classes, PixelType type, bool colours);

/// The classes of `band`: the codes that have a name or a colour other than black, which is what a colour table has
/// for codes of no meaning. By ascending code.
std::vector<ClassInfo> read_classes(void* band);

}  // namespace cers
