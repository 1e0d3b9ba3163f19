// SPDX-License-Identifier: Apache-2.0
// Coarser copies: bands at 20 m and 60 m, and pictures for the eye.
#pragma once

#include <memory>
#include <vector>

#include "cers/engine/node.hpp"
#include "frame.hpp"

namespace cers::simulator {

/// `grid` with pixels `factor` times as large from the same corner; the last ones may reach beyond it.
Grid coarser(const Grid& grid, int factor);

/// Means of the f32 bands named over factor × factor pixels, NaN and what lies beyond the input left out.
std::unique_ptr<const Node> make_coarse_mean(const std::vector<int>& bands, const Grid& from, int factor);

/// The value in the middle of factor × factor pixels (or the last one of the input), any type; bands lose their names.
std::unique_ptr<const Node> make_coarse_sample(const RasterInfo& input, int factor);

/// Red, green and blue as u8 from f32 reflectance, of mean pixels: 1 for 0 to 255 for `white` and more, 0 where nothing
/// was seen.
std::unique_ptr<const Node> make_picture(const std::vector<int>& bands, const Grid& from, int factor, float white);

}  // namespace cers::simulator
