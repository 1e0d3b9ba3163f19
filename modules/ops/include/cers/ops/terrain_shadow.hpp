// SPDX-License-Identifier: Apache-2.0
// Where the sun does not reach the ground: turned away from it, or behind higher ground.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cers/engine/graph.hpp"

namespace cers {

/// Where the sun stands. `azimuth_deg` is clockwise from the grid's north (its −y direction), not from true north.
struct SunPosition {
  double elevation_deg = 90;  ///< above the horizon; at 0 or below everything is in shadow
  double azimuth_deg = 0;
};

/// The sun over `grid` from its azimuth by true north: turned by the convergence of meridians at the grid's centre.
SunPosition sun_over(const Grid& grid, double zenith_deg, double azimuth_from_north_deg);

/// One bit a pixel, set in shadow; rows one after the other.
struct ShadowBits {
  Size size;
  std::vector<std::uint64_t> words;
  bool at(int x, int y) const {
    const auto index = static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x);
    return ((words[index / 64] >> (index % 64)) & 1U) != 0;
  }
};

/// Shadow cast on a height field of square pixels: a pixel is in shadow where another one on its way to the sun, seen
/// from it, stands higher than the sun. Ways are straight lines of pixels, one a row or column whichever the sun's
/// azimuth crosses more; each line is walked once, away from the sun, with the shadow's height in hand. NaN casts and
/// takes none. `heights` holds size.width · size.height values in units of `pixel_m`'s metre.
ShadowBits cast_shadow(const std::vector<float>& heights, Size size, double pixel_m, const SunPosition& sun);

/// The shadow of the whole raster `altitude` (float, metres, one band), known after a pass over it. Holds the raster
/// and its bits in memory: 4 bytes a pixel while it is made, then one bit.
Late<std::shared_ptr<const ShadowBits>> add_cast_shadow(Graph& graph, Edge altitude, const SunPosition& sun);

/// uint8 on `grid`, 1 in shadow. `column`, `line`: the pixel of the shadow's raster under the first pixel of `grid`.
std::unique_ptr<const Node> make_shadow(const Grid& grid, Late<std::shared_ptr<const ShadowBits>> shadow, int column,
                                        int line);

/// Cosine of the angle between sun and ground, −1..1, by Horn's (1981) slopes; NaN where a neighbour is. Float, one
/// band.
std::unique_ptr<const Node> make_incidence(const RasterInfo& altitude, const SunPosition& sun);

}  // namespace cers
