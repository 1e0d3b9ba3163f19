// SPDX-License-Identifier: Apache-2.0
// Where the sun does not reach the ground: turned away from it, or behind higher ground.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "cers/engine/graph.hpp"
#include "cers/ops/whole_raster.hpp"

namespace cers {

/// Where the sun stands. `azimuth_deg` is clockwise from the grid's north (its −y direction), not from true north.
struct SunPosition {
  double elevation_deg = 90;  ///< above the horizon; at 0 or below everything is in shadow
  double azimuth_deg = 0;
};

/// The sun over `grid` from its azimuth by true north: turned by the convergence of meridians at the grid's centre.
SunPosition sun_over(const Grid& grid, double zenith_deg, double azimuth_from_north_deg);

/// Shadow cast on a height field of square pixels: a pixel is in shadow where another one on its way to the sun, seen
/// from it, stands higher than the sun. Ways are straight lines of pixels, one a row or column whichever the sun's
/// azimuth crosses more; each line is walked once, away from the sun, with the shadow's height in hand. Where the
/// ground slopes across a line, the heights between the pixels must agree: else slopes that the sun lights from the
/// side would be dark wherever a line steps aside. NaN casts and takes none. `heights` holds size.width · size.height
/// values in units of `pixel_m`'s metre.
PixelBits cast_shadow(const std::vector<float>& heights, Size size, double pixel_m, const SunPosition& sun);

/// The shadow of the whole raster (bits set in shadow) `altitude` (float, metres, one band), known after a pass over
/// it. Holds the raster and its bits in memory: 4 bytes a pixel while it is made, then one bit.
LateBits add_cast_shadow(Graph& graph, Edge altitude, const SunPosition& sun);

/// The shadow of the whole raster `altitude` (float, metres, one band, square pixels) as CNES' rastertools casts it:
/// uint8, 1 in shadow. A pixel is in shadow where one on the line of pixels towards the sun that begins in it
/// (Bresenham 1965) rises above it by more than their distance times the tangent of the sun's elevation. Looked at are
/// as many pixels as the highest and the lowest altitude allow, (highest − lowest) / pixel / tan(elevation), rounded
/// down twice. Beyond the raster its rim repeats; NaN is 0 m. Against cast_shadow(), lines begin in each pixel instead
/// of being shared, and the work grows with that distance. Known after a pass over `altitude`, which stays in memory, 4
/// bytes a pixel.
Edge add_walked_shadow(Graph& graph, Edge altitude, const SunPosition& sun);

/// Cosine of the angle between sun and ground, −1..1, by Horn's (1981) slopes; NaN where a neighbour is. Float, one
/// band.
std::unique_ptr<const Node> make_incidence(const RasterInfo& altitude, const SunPosition& sun);

}  // namespace cers
