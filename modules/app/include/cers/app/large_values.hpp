// SPDX-License-Identifier: Apache-2.0
// Values that are too large for reflectance from 0 to 1: numbers read without their scale.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "cers/engine/node.hpp"

namespace cers {

/// How much of a raster cannot be reflectance.
struct LargeValueCounts {
  std::int64_t valid = 0;  ///< values that are not NaN, of all bands
  std::int64_t large = 0;  ///< of them, above 1.5
  float largest = 0;       ///< of the large ones
  /// Whether more than one in a hundred is large: glint, saturated cloud and noise exceed 1.5 here and there.
  bool no_reflectance() const { return large * 100 > valid; }
  /// "12 % of the values of `what` are above 1.5, up to 9000".
  std::string text(const std::string& what) const;
};

/// Of all bands of a float raster.
struct LargeValueReducer {
  using State = LargeValueCounts;
  using Result = LargeValueCounts;
  static constexpr bool exact = true;

  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window chunk) const;
  void merge(State& into, State&& from) const;
  Result finish(State&& state) const { return state; }
};

}  // namespace cers
