// SPDX-License-Identifier: Apache-2.0
// The coarse half of the cloud detector: decisions in cells of 240 m, as MAJA works.
#pragma once

#include <memory>

#include "cers/engine/node.hpp"
#include "cers/simulator/date.hpp"
#include "cirrus.hpp"

namespace cers::simulator {

constexpr int cell_pixels = 12;  ///< of 20 m
constexpr double cell_side = 240;

/// Bits of a cell.
enum CellBit : std::uint8_t {
  cell_cloud = 1,
  cell_thin = 2,  ///< of the clouds, the thinnest
  cell_high = 4,
  cell_shadow = 8,
  cell_wide = 16,   ///< gets one more cell of dilation
  cell_multi = 32,  ///< found by comparison with another date
  cell_mono = 64
};

/// Cells over `scene` (20 m); the last column and row may reach beyond it.
Grid cell_grid(const Grid& scene);
/// Decisions, u8. Inputs: truth shares, sky, reflectance of the 20 m bands (the scene's grid); altitude, when light of
/// the ground may be taken for cirrus.
std::unique_ptr<const Node> make_cells(const Recipe& recipe, const SceneDate& date, const GroundLight& light,
                                       const Grid& scene);

}  // namespace cers::simulator
