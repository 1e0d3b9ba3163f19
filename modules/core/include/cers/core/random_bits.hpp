// SPDX-License-Identifier: Apache-2.0
// Random numbers that are a function of a seed and a position: the same on every machine, in any order of asking.
#pragma once

#include <cstdint>

namespace cers {

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014, doi 10.1145/2714064.2660195): a bijection whose bits look
/// independent for successive inputs.
constexpr std::uint64_t mixed_bits(std::uint64_t value) {
  value += 0x9e3779b97f4a7c15;
  value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27U)) * 0x94d049bb133111eb;
  return value ^ (value >> 31U);
}

/// 64 random bits of position (a, b) under `seed`.
constexpr std::uint64_t random_bits(std::uint64_t seed, std::uint64_t a, std::uint64_t b = 0) {
  return mixed_bits(mixed_bits(mixed_bits(seed) ^ a) + b);
}

/// A number from 0 to `count` − 1; the bias is below count / 2^64.
constexpr std::uint64_t below(std::uint64_t count, std::uint64_t bits) {
  return static_cast<std::uint64_t>((static_cast<unsigned __int128>(bits) * count) >> 64U);
}

}  // namespace cers
