// SPDX-License-Identifier: Apache-2.0
#include "noise.hpp"

#include <algorithm>
#include <cmath>

#include "cers/core/vector_clones.hpp"

namespace cers::simulator {
namespace {

struct Gradient {
  float x;
  float y;
};

Gradient gradient(std::uint32_t seed, int column, int row) {
  const std::uint32_t h = hashed(seed, column, row);
  return {static_cast<float>(h & 0xFFFFU) * (1.0F / 32768) - 1.0F, static_cast<float>(h >> 16) * (1.0F / 32768) - 1.0F};
}

float fade(float t) {
  return t * t * t * (t * (t * 6.0F - 15.0F) + 10.0F);
}

/// The noise along a line of the lattice near one node is value + slope · (distance from the node).
struct LineNode {
  float value;
  float slope;
};

LineNode line_node(std::uint32_t seed, int column, int row, float fy, float sy) {
  const Gradient top = gradient(seed, column, row);
  const Gradient bottom = gradient(seed, column, row + 1);
  const float a = top.y * fy;
  const float b = bottom.y * (fy - 1.0F);
  return {a + sy * (b - a), top.x + sy * (bottom.x - top.x)};
}

// `inside`: half metres from the cell's left edge to the first pixel; a row cut elsewhere gives the same bits.
CERS_VECTOR_CLONES void add_cell(int inside, int step, float scale, LineNode left, LineNode right, float weight,
                                 float* sum, int count) {
  for (int i = 0; i < count; ++i) {
    const float dx = static_cast<float>(inside + i * step) * scale;
    const float l = left.value + left.slope * dx;
    const float r = right.value + right.slope * (dx - 1.0F);
    sum[i] += weight * (l + dx * dx * dx * (dx * (dx * 6.0F - 15.0F) + 10.0F) * (r - l));
  }
}

// Measured over 1.6 million places; the expectation over all gradients agrees.
constexpr float one_octave_deviation = 0.176F;

}  // namespace

void add_noise_row(std::uint32_t seed, HalfMetres cell, HalfMetres x0, HalfMetres step, HalfMetres y, float weight,
                   std::span<float> sum) {
  const int row = floor_quotient(y, cell);
  const float scale = 1.0F / static_cast<float>(cell);
  const float fy = static_cast<float>(y - row * cell) * scale;
  const float sy = fade(fy);
  const int total = static_cast<int>(sum.size());
  int known = 0;
  LineNode right{};
  for (int i = 0; i < total;) {
    const int x = x0 + i * step;
    const int column = floor_quotient(x, cell);
    const int inside = x - column * cell;
    const int count = std::min(total - i, (cell - inside + step - 1) / step);
    const LineNode left = i > 0 && known == column ? right : line_node(seed, column, row, fy, sy);
    right = line_node(seed, column + 1, row, fy, sy);
    known = column + 1;
    add_cell(inside, step, scale, left, right, weight, sum.data() + i, count);
    i += count;
  }
}

void noise_row(std::uint32_t seed, HalfMetres cell, HalfMetres x0, HalfMetres step, HalfMetres y,
               std::span<float> out) {
  std::fill(out.begin(), out.end(), 0.0F);
  add_noise_row(seed, cell, x0, step, y, 1.0F, out);
}

float noise_at(std::uint32_t seed, HalfMetres cell, HalfMetres x, HalfMetres y) {
  float value = 0;
  add_noise_row(seed, cell, x, 1, y, 1.0F, {&value, 1});
  return value;
}

void fractal_row(std::uint32_t seed, HalfMetres cell, int octaves, float gain, HalfMetres x0, HalfMetres step,
                 HalfMetres y, std::span<float> out) {
  std::fill(out.begin(), out.end(), 0.0F);
  float power = 0;
  float share = 1;
  for (int k = 0; k < octaves && (cell >> k) >= 2; ++k, share *= gain) power += share * share;
  float weight = 1.0F / (one_octave_deviation * std::sqrt(power));
  for (int k = 0; k < octaves && cell >= 2; ++k, cell /= 2, weight *= gain) {
    add_noise_row(mixed(seed + static_cast<std::uint32_t>(k)), cell, x0, step, y, weight, out);
  }
}

float fractal_above(float threshold, std::uint32_t seed, HalfMetres cell, int octaves, float gain, HalfMetres x,
                    HalfMetres y) {
  constexpr float hardly_more = 4 * one_octave_deviation;  // than this adds a single octave
  float power = 0;
  float share = 1;
  float rest = 0;  // of the weights, in units of the first
  for (int k = 0; k < octaves && (cell >> k) >= 2; ++k, share *= gain) {
    power += share * share;
    rest += share;
  }
  float weight = 1.0F / (one_octave_deviation * std::sqrt(power));
  rest *= weight;
  float value = 0;
  for (int k = 0; k < octaves && cell >= 2; ++k, cell /= 2, weight *= gain) {
    if (value + rest * hardly_more < threshold) return value;
    add_noise_row(mixed(seed + static_cast<std::uint32_t>(k)), cell, x, 1, y, weight, {&value, 1});
    rest -= weight;
  }
  return value;
}

float fractal_at(std::uint32_t seed, HalfMetres cell, int octaves, float gain, HalfMetres x, HalfMetres y) {
  float value = 0;
  fractal_row(seed, cell, octaves, gain, x, 1, y, {&value, 1});
  return value;
}

}  // namespace cers::simulator
