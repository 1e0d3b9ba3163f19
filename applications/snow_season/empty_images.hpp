// SPDX-License-Identifier: Apache-2.0
// Images of a season that show no clear pixel: they bring nothing, and a map does not tell it.
#pragma once

#include <vector>

#include "season_images.hpp"

namespace cers::season {

/// Warns after the run, in one line, which of `images` show no clear pixel on the grid of the season, and why. `codes`:
/// their masks there, in the same order. Counted where the season reads them.
void warn_of_empty_images(const std::vector<DatedImage>& images, const std::vector<Edge>& codes, Wiring& wiring);

}  // namespace cers::season
