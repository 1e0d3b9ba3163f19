// SPDX-License-Identifier: Apache-2.0
// Features as whole numbers without sign, "keys", such that keys compare as the features do: a comparison of them
// leaves its answer in the carry, from where one addition takes it; one of floats needs three instructions more. Keys
// of pixels lie in groups of Forest::lanes: keys[feature * lanes + pixel].
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "cers/core/vector_clones.hpp"
#include "cers/learn/forest.hpp"

namespace cers::learn {

constexpr std::uint32_t sign_bit = 0x80000000U;

/// The key of any float. IEEE 754 orders the bits of floats of one sign; those below zero come the other way round.
/// Zeros are equal, and NaN lies below all, so that it goes left everywhere.
inline std::uint32_t key_of(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value + 0.0F);  // -0 becomes 0
  const std::uint32_t below = 0U - (bits >> 31U);
  return value != value ? 0U : bits ^ (below | sign_bit);
}
inline float value_of(std::uint32_t key) {
  return std::bit_cast<float>((key & sign_bit) != 0 ? key ^ sign_bit : ~key);
}

/// Whole numbers from -32767 to 32767 have keys of 16 bits, 1 to 65535; NaN has 0.
constexpr int whole_zero = 32768;

/// The key t with t < key of v if and only if threshold < v, for every v of such a key: that of the next whole number
/// below.
inline std::uint16_t whole_threshold(float threshold) {
  constexpr float most = std::numeric_limits<std::uint16_t>::max();
  return static_cast<std::uint16_t>(std::clamp(std::floor(threshold) + static_cast<float>(whole_zero), 0.0F, most));
}

CERS_VECTOR_CLONES inline void find_keys(const float* values, std::size_t stride, std::size_t features,
                                         std::uint32_t* keys) {
  for (std::size_t feature = 0; feature < features; ++feature) {
    for (std::size_t i = 0; i < Forest::lanes; ++i)
      keys[feature * Forest::lanes + i] = key_of(values[feature * stride + i]);
  }
}

/// False when a value has no key of 16 bits; what was found until then is of no use.
CERS_VECTOR_CLONES inline bool find_whole_keys(const float* values, std::size_t stride, std::size_t features,
                                               std::uint16_t* keys) {
  // Added to a number below 2^22 it leaves the nearest whole number in the low bits of the sum.
  constexpr float shift = 12582912.0F;  // 1.5 * 2^23
  constexpr std::uint32_t lowest = std::bit_cast<std::uint32_t>(shift) - whole_zero;
  constexpr std::uint32_t too_large = 65536;
  constexpr std::size_t looked_at_together = 8;
  for (std::size_t first = 0; first < features; first += looked_at_together) {
    std::uint32_t found = 0;  // its bits above the sixteenth tell of a value without a key
    for (std::size_t feature = first; feature < std::min(first + looked_at_together, features); ++feature) {
      std::array<std::uint32_t, Forest::lanes> wide;
      for (std::size_t i = 0; i < Forest::lanes; ++i) {
        const float value = values[feature * stride + i];
        const float sum = value + shift;
        const std::uint32_t key = std::bit_cast<std::uint32_t>(sum) - lowest;
        wide[i] = value == value ? key : 0U;
        found |= sum - shift != value ? (value == value ? too_large : 0U) : (key | (key - 1U));
      }
      for (std::size_t i = 0; i < Forest::lanes; ++i)
        keys[feature * Forest::lanes + i] = static_cast<std::uint16_t>(wide[i]);
    }
    if (found >= too_large) return false;
  }
  return true;
}

}  // namespace cers::learn
