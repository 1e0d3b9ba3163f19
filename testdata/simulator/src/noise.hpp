// SPDX-License-Identifier: Apache-2.0
// Noise as pure functions of place: hashes on a lattice anchored at the map's origin.
#pragma once

#include <cstdint>
#include <span>

namespace cers::simulator {

/// Places in half metres: centres of 5, 10, 20 and 30 m pixels are whole numbers.
using HalfMetres = int;

inline int floor_quotient(int a, int b) {
  return a >= 0 ? a / b : -((b - 1 - a) / b);
}

inline std::uint32_t mixed(std::uint32_t h) {  // the finaliser of MurmurHash3
  h ^= h >> 16;
  h *= 0x85EBCA6BU;
  h ^= h >> 13;
  h *= 0xC2B2AE35U;
  return h ^ (h >> 16);
}
inline std::uint32_t hashed(std::uint32_t seed, int x, int y) {
  return mixed(mixed(seed + static_cast<std::uint32_t>(x) * 0x9E3779B1U) + static_cast<std::uint32_t>(y) * 0x27D4EB2FU);
}
/// A seed of its own for each use: `use` is a number chosen once.
inline std::uint32_t seed_of(std::uint64_t seed, std::uint32_t use) {
  return mixed(mixed(static_cast<std::uint32_t>(seed) + use * 0x9E3779B1U) ^ static_cast<std::uint32_t>(seed >> 32));
}
inline float unit(std::uint32_t h) {  // [0, 1)
  return static_cast<float>(h >> 8) * 0x1p-24F;
}
/// Sum of three uniforms, centred: nearly normal, standard deviation 1, within ± 3.
inline float normal(std::uint32_t h) {
  const int sum =
      static_cast<int>(h & 0x3FFU) + static_cast<int>(h >> 10 & 0x3FFU) + static_cast<int>(h >> 20 & 0x3FFU);
  return (static_cast<float>(sum) - 1534.5F) * (1.0F / 511.9F);
}

/// e^x for x in [-80, 80], relative error below 3e-7: the same bits everywhere, unlike the C library's.
inline float exponential(float x) {
  const float t = x * 1.44269504F;
  const float whole = static_cast<float>(static_cast<int>(t + (t < 0 ? -0.5F : 0.5F)));
  const float f = (t - whole) * 0.693147181F;  // in ± ln(2)/2: Taylor to the sixth power
  const float p =
      1.0F + f * (1.0F + f * (0.5F + f * (1.0F / 6 + f * (1.0F / 24 + f * (1.0F / 120 + f * (1.0F / 720))))));
  union {
    std::uint32_t bits;
    float value;
  } power{static_cast<std::uint32_t>(static_cast<int>(whole) + 127) << 23};
  return p * power.value;
}

inline float clamped(float x, float low, float high) {
  return x < low ? low : (x > high ? high : x);
}
/// 0 below `from`, 1 above `to`, smooth between.
inline float smooth_step(float from, float to, float x) {
  const float t = clamped((x - from) / (to - from), 0.0F, 1.0F);
  return t * t * (3.0F - 2.0F * t);
}

/// Gradient noise (Perlin): mean 0, standard deviation 0.176, within ± 1. `cell`: wavelength.
/// out[i] = noise at (x0 + i · step, y).
void noise_row(std::uint32_t seed, HalfMetres cell, HalfMetres x0, HalfMetres step, HalfMetres y, std::span<float> out);
float noise_at(std::uint32_t seed, HalfMetres cell, HalfMetres x, HalfMetres y);
/// Adds `weight` times the noise.
void add_noise_row(std::uint32_t seed, HalfMetres cell, HalfMetres x0, HalfMetres step, HalfMetres y, float weight,
                   std::span<float> sum);
/// Octaves from `cell` down, each of half the wavelength and `gain` of the weight of the one before; mean 0, standard
/// deviation 1.
void fractal_row(std::uint32_t seed, HalfMetres cell, int octaves, float gain, HalfMetres x0, HalfMetres step,
                 HalfMetres y, std::span<float> out);
float fractal_at(std::uint32_t seed, HalfMetres cell, int octaves, float gain, HalfMetres x, HalfMetres y);
/// The same where it exceeds `threshold`; elsewhere something below it, after as few octaves as tell so.
float fractal_above(float threshold, std::uint32_t seed, HalfMetres cell, int octaves, float gain, HalfMetres x,
                    HalfMetres y);

}  // namespace cers::simulator
