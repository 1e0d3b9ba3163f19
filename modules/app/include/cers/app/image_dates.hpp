// SPDX-License-Identifier: Apache-2.0
// The days on which the images of a series were taken.
#pragma once

#include <string>
#include <vector>

#include "cers/app/wiring.hpp"
#include "cers/core/calendar_day.hpp"

namespace cers {

/// The day of each image: that of the product, else that of `given` at its place, else the first date in the name of
/// the file. `given`: what the user wrote, for the first images or for none. Throws UserError for a text that is no
/// day, one that contradicts a product's metadata, and an image without any.
std::vector<CalendarDay> days_of(const std::vector<const ImageInput*>& images, const std::vector<std::string>& given);

}  // namespace cers
