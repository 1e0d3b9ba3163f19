// SPDX-License-Identifier: Apache-2.0
// Values that a pixel type can or cannot hold: for nodata values and fill values.
#pragma once

#include <optional>
#include <string_view>

#include "cers/core/grid.hpp"
#include "cers/core/pixel_type.hpp"

namespace cers {

/// `value`, which fits, as pixels of `type` hold it: rounded to float for f32.
double as_stored(double value, PixelType type);

/// The band's nodata value as its pixels, stored as `type`, hold it; nothing when there is none that they can hold.
std::optional<double> nodata_of(const BandInfo& band, PixelType type);

/// Throws UserError unless an output of `type` can hold the value of parameter `key`.
void check_fits(std::string_view key, double value, PixelType type);

}  // namespace cers
