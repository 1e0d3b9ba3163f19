// SPDX-License-Identifier: Apache-2.0
// The smaller masks of a product: edge, saturation, interpolated atmosphere, Sen2Cor's classes.
#pragma once

#include <memory>

#include "cers/engine/node.hpp"
#include "cers/simulator/date.hpp"
#include "cirrus.hpp"
#include "sensor.hpp"

namespace cers::simulator {

/// 1 outside the swath.
std::unique_ptr<const Node> make_edge_mask(const Recipe& recipe, const Grid& grid);
/// One bit a band of the input, where it is brighter than the instrument's range.
std::unique_ptr<const Node> make_saturation();
/// Bit 0 water vapour, bit 1 aerosol. Inputs: cloud mask, geophysical mask.
std::unique_ptr<const Node> make_interpolated();
/// Two bands u8: water vapour × 20 (g/cm²), aerosol optical thickness × 200; 0 where `edge` is 1. Input: edge mask.
std::unique_ptr<const Node> make_atmosphere(const Recipe& recipe, const SceneDate& date, const Grid& grid);
/// Scene classification 0-11. Inputs: truth, sky, light, reflectance at 20 m; altitude, when light of the ground may be
/// taken for cirrus.
std::unique_ptr<const Node> make_scene_classes(const Recipe& recipe, const SceneDate& date,
                                               const GroundLight& ground_light, const Grid& grid);

}  // namespace cers::simulator
