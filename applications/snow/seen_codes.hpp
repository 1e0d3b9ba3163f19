// SPDX-License-Identifier: Apache-2.0
// Whether a map of snow codes tells anything at all.
#pragma once

#include <algorithm>
#include <cstdint>

#include "cers/engine/graph.hpp"
#include "snow_rules.hpp"

namespace cers::snow {

/// What a map of codes (uint8: 0 to 100 clear, SnowCode) holds anywhere.
struct SeenCodes {
  bool clear = false;
  bool cloud = false;
  bool water = false;
  /// Why there is no clear pixel.
  const char* reason() const { return cloud ? "cloud" : water ? "water" : "no data"; }
};

/// Looks until the first clear pixel of each part.
struct SeenCodesReducer {
  using State = SeenCodes;
  using Result = SeenCodes;
  static constexpr bool exact = true;

  State start() const { return {}; }
  void add(State& state, const Block& codes, Window chunk) const {
    const auto any = [](const auto& row, auto... wanted) {
      return std::ranges::any_of(row, [&](std::uint8_t code) { return ((code == static_cast<int>(wanted)) || ...); });
    };
    const auto plane = codes.plane<std::uint8_t>(0);
    for (int y = chunk.y; y < chunk.bottom() && !state.clear; ++y) {
      const auto row = plane.row(y, chunk);
      state.clear =
          std::ranges::any_of(row, [](std::uint8_t code) { return code <= static_cast<int>(SnowCode::snow); });
      state.cloud = state.cloud || any(row, SnowCode::cloud);
      state.water = state.water || any(row, SnowCode::water, SnowCode::ice);
    }
  }
  void merge(State& into, State&& from) const {
    into.clear = into.clear || from.clear;
    into.cloud = into.cloud || from.cloud;
    into.water = into.water || from.water;
  }
  Result finish(State&& state) const { return state; }
};

}  // namespace cers::snow
