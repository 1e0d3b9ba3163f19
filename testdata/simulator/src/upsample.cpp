// SPDX-License-Identifier: Apache-2.0
#include "upsample.hpp"

#include "cers/core/vector_clones.hpp"

namespace cers::simulator {
namespace {

CERS_VECTOR_CLONES void between(const float* a, const float* b, float share, float* out, int count) {
  for (int i = 0; i < count; ++i) out[i] = a[i] + share * (b[i] - a[i]);
}

// Four fine pixels in each coarse one: centres at 1/8, 3/8, 5/8, 7/8.
CERS_VECTOR_CLONES void spread_four(const float* v, float* out, int count) {
  for (int k = 0; k < count; ++k) {
    const float before = v[k];
    const float here = v[k + 1];
    const float after = v[k + 2];
    out[4 * k] = 0.375F * before + 0.625F * here;
    out[4 * k + 1] = 0.125F * before + 0.875F * here;
    out[4 * k + 2] = 0.875F * here + 0.125F * after;
    out[4 * k + 3] = 0.625F * here + 0.375F * after;
  }
}

}  // namespace

void upsample_row(const Block& coarse, int band, const Nest& nest, int x, int y, std::vector<float>& work,
                  std::span<float> out) {
  const auto plane = coarse.plane<float>(band);
  const int factor = nest.factor;
  const int fine_y = y - nest.row;
  const int fine_x = x - nest.column;
  const auto share_at = [&](int fine, int cell) {  // from the centre of the cell, in cells
    return (static_cast<float>(fine - cell * factor) + 0.5F) / static_cast<float>(factor) - 0.5F;
  };
  const int row = floor_quotient(fine_y, factor);
  const float v = share_at(fine_y, row);
  const int first = floor_quotient(fine_x, factor);
  const int last = floor_quotient(fine_x + static_cast<int>(out.size()) - 1, factor);
  const int cells = last - first + 1;
  work.resize(static_cast<std::size_t>(cells + 2) + static_cast<std::size_t>(4 * cells));
  const int upper = v < 0 ? row - 1 : row;
  between(&plane.at(first - 1, upper), &plane.at(first - 1, upper + 1), v < 0 ? 1 + v : v, work.data(), cells + 2);
  const float* line = work.data();
  if (factor == 4) {
    float* spread = work.data() + cells + 2;
    spread_four(line, spread, cells);
    const float* from = spread + (fine_x - first * factor);
    std::copy(from, from + out.size(), out.begin());
    return;
  }
  for (std::size_t i = 0; i < out.size(); ++i) {
    const int fine = fine_x + static_cast<int>(i);
    const int cell = floor_quotient(fine, factor);
    const float u = share_at(fine, cell);
    const float* at = line + (cell - first) + (u < 0 ? 0 : 1);
    out[i] = at[0] + (u < 0 ? 1 + u : u) * (at[1] - at[0]);
  }
}

}  // namespace cers::simulator
