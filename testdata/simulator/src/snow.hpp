// SPDX-License-Identifier: Apache-2.0
// Snow cover by altitude, slope, aspect and patches; its ageing.
#pragma once

#include <cstddef>

#include "cers/simulator/date.hpp"

namespace cers::simulator {

/// Constants of one date.
struct SnowModel {
  float line;
  float spread;
  float aspect;
  float patch;
  float age;  ///< 0 fresh … 1 old, at the snow line
  float wetness;
  float dust;
  float interception;  ///< share of the canopy that is white well above the line
  SnowModel(const Recipe& recipe, const SceneDate& date);
};

/// One row. `patches`: noise of standard deviation about 1. Out: cover of the ground 0..1, age 0..1, dirt 0..1, share
/// of the canopy's surface that is white. slope_x, slope_y: rise to the east and to the north.
struct SnowRow {
  const float* altitude;
  const float* slope_x;
  const float* slope_y;
  const float* patches;
  float* cover;
  float* age;
  float* dirt;
  float* canopy;
  std::size_t count;
};
void snow_row(const SnowModel& model, const SnowRow& row);

}  // namespace cers::simulator
