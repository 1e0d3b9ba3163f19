// SPDX-License-Identifier: Apache-2.0
// The picture that goes with a snow mask: false colours with the outlines of snow and cloud.
#pragma once

#include <memory>
#include <span>

#include "cers/engine/node.hpp"

namespace cers::snow {

/// Three uint8 bands, red green blue: short-wave infrared, red and green, 0 to 0.3 of reflectance as 0 to 255; pixels
/// of snow with an 8-neighbour that is none in magenta, those of cloud in green, snow before cloud, as in Let-it-snow's
/// LIS_COMPO. Inputs: mask (uint8), short-wave infrared, red, green with `unit` numbers to a unit of reflectance.
std::unique_ptr<const Node> make_composition(std::span<const RasterInfo> inputs, double unit);

}  // namespace cers::snow
