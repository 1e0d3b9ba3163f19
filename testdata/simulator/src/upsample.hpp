// SPDX-License-Identifier: Apache-2.0
// Rows of a coarse band at the pixel centres of a finer grid, linearly between centres.
#pragma once

#include <vector>

#include "cers/core/block.hpp"
#include "frame.hpp"

namespace cers::simulator {

/// Fills `out` with band `band` of `coarse` along line `y` of the fine grid, pixels x … x + out.size(). `nest`: how the
/// coarse pixels lie on the fine grid. Needs one coarse pixel around. `work` is scratch.
void upsample_row(const Block& coarse, int band, const Nest& nest, int x, int y, std::vector<float>& work,
                  std::span<float> out);

/// Coarse pixels needed for fine ones.
inline Window upsample_window(const Nest& nest, const Window& fine) {
  return grown(nest.coarse(fine), 1);
}

}  // namespace cers::simulator
