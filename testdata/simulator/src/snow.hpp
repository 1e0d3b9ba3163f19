// SPDX-License-Identifier: Apache-2.0
// Snow cover by altitude, slope, aspect and patches; its ageing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "cers/simulator/date.hpp"
#include "noise.hpp"

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
  float ceiling;       ///< metres above the line from which snow gets no thicker; 0: none
  float wind;          ///< altitude between lee and windward slopes
  float wind_east;     ///< where it blows to
  float wind_north;
  float streak;
  bool packed;    ///< as in the high north; then a row wants hummocks too
  float open;     ///< altitude above which no forest keeps the wind off
  float scour;    ///< of what it takes there, in altitude
  float hummock;  ///< of tussocks and hollows
  /// Whether wind tears the snow; then a row wants streaks.
  bool torn() const { return packed || ceiling > 0 || wind > 0 || streak > 0; }
  SnowModel(const Recipe& recipe, const SceneDate& date);
};

/// One row. `patches`: noise of standard deviation about 1. Out: cover of the ground 0..1, age 0..1, dirt 0..1, share
/// of the canopy's surface that is white. slope_x, slope_y: rise to the east and to the north.
struct SnowRow {
  const float* altitude;
  const float* slope_x;
  const float* slope_y;
  const float* patches;
  const float* streaks;  ///< noise along the wind, of standard deviation about 1; where the model is torn
  float* cover;
  float* age;
  float* dirt;
  float* canopy;
  std::size_t count;
  const float* hummocks = nullptr;  ///< noise of some metres, deviation about 1; where the model is packed
};
void snow_row(const SnowModel& model, const SnowRow& row);

/// Drifts: noise drawn out along the wind, standard deviation 1.
class Streaks {
 public:
  Streaks(const SnowModel& model, std::uint32_t seed);
  void row(HalfMetres x0, HalfMetres step, HalfMetres y, std::span<float> out) const;

 private:
  std::uint32_t seed_;
  std::int64_t east_;  ///< of the wind, in 1/1024
  std::int64_t north_;
  HalfMetres width_;
  HalfMetres stretch_;
};

}  // namespace cers::simulator
