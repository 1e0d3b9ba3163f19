// SPDX-License-Identifier: Apache-2.0
// Where the sheets of cloud are, and how thick.
#pragma once

#include <cstdint>

#include "cers/simulator/date.hpp"
#include "noise.hpp"

namespace cers::simulator {

/// Of the normal law with deviation 1: below it lies the share `p`.
double normal_quantile(double p);

/// Optical thickness of one layer over a place of the map. Every date has clouds of its own.
class CloudField {
 public:
  CloudField(const Recipe& recipe, const SceneDate& date, std::uint32_t index);
  bool empty() const { return thickness_ <= 0; }
  /// Whether the altitude of the ground below matters.
  bool lifted() const { return lift_ != 0; }
  float height() const { return height_; }
  /// `ground`: altitude under the cloud.
  float at(HalfMetres x, HalfMetres y, float ground) const;

 private:
  std::uint32_t seed_;
  HalfMetres cell_;
  int stretch_;  ///< of the structures from west to east
  float height_;
  float threshold_;
  float thickness_;
  float lift_;
  float level_;
  float per_metre_;
  bool smooth_;
  bool fog_;
  float depth_;  ///< m below its top in which fog gets dense
};

}  // namespace cers::simulator
