// SPDX-License-Identifier: Apache-2.0
// How far the image of a date lies from its place.
#pragma once

#include "sensor.hpp"

namespace cers::simulator {

/// Metres that the image of a date is misplaced by: normal on both axes, so that two dates lie within the recipe's
/// distance of each other in 95 % of cases. `instrument`: one draw each.
struct Shift {
  double east = 0;
  double north = 0;
};
Shift date_shift(const Recipe& recipe, const SceneDate& date, int instrument = 0);

/// Point spread of a band with pixels of `pixel` m and where it looks: the date's shift and the band's own one.
BandOptics optics_of(const Recipe& recipe, const SceneDate& date, int band, double pixel, double mtf);

}  // namespace cers::simulator
