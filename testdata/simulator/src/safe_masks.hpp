// SPDX-License-Identifier: Apache-2.0
// Masks of the QI_DATA folder, baseline 04.00.
#pragma once

#include <array>
#include <memory>

#include "cers/engine/node.hpp"
#include "cers/simulator/scene.hpp"

namespace cers::simulator {

/// MSK_DETFOO: number of the detector that saw each pixel, 1 … 12; 0 outside the swath.
std::unique_ptr<const Node> make_detector_footprint(const Recipe& recipe, const Grid& grid);
/// MSK_QUALIT: eight bands 0 or 1, of which the sixth tells of pixels without data, from the footprint; no packet was
/// lost or degraded, no detector is defective, no crosstalk corrected and, as in the scene classes, nothing is called
/// saturated. Input: the footprint.
std::unique_ptr<const Node> make_quality_masks();
/// MSK_CLASSI: opaque cloud, cirrus, snow, 0 or 1. Input: SCL.
std::unique_ptr<const Node> make_classification_masks();
/// MSK_CLDPRB and MSK_SNWPRB: percent, from the classes that Sen2Cor makes of them. Input: SCL.
std::unique_ptr<const Node> make_cloud_probability();
std::unique_ptr<const Node> make_snow_probability();

}  // namespace cers::simulator
