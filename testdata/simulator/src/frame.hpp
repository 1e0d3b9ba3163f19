// SPDX-License-Identifier: Apache-2.0
// Grids of the scene and their pixel centres in half metres.
#pragma once

#include <cmath>

#include "cers/core/grid.hpp"
#include "noise.hpp"

namespace cers::simulator {

struct Frame {
  HalfMetres x0 = 0;  ///< centre of the first pixel
  HalfMetres y0 = 0;
  HalfMetres step = 0;  ///< pixel size
  HalfMetres x(int column) const { return x0 + column * step; }
  HalfMetres y(int row) const { return y0 - row * step; }
};

inline BandInfo band_named(std::string name, std::string unit = {}, std::string description = {}) {
  BandInfo band;
  band.name = std::move(name);
  band.unit = std::move(unit);
  band.description = std::move(description);
  return band;
}

inline Frame frame_of(const Grid& grid) {
  const auto half = [](double metres) { return static_cast<HalfMetres>(std::lround(2 * metres)); };
  return {half(grid.transform.x(0.5, 0.5)), half(grid.transform.y(0.5, 0.5)), half(grid.transform.a[1])};
}

/// `grid` grown by `pixels` on each side.
inline Grid with_margin(Grid grid, int pixels) {
  grid.transform = grid.transform.shifted(-pixels, -pixels);
  grid.size = {grid.size.width + 2 * pixels, grid.size.height + 2 * pixels};
  return grid;
}

/// How many whole fine pixels `coarse` begins right of and below the origin of `fine`, and how many make one.
struct Nest {
  int factor;
  int column;
  int row;
  /// Fine pixels under coarse ones.
  Window fine(const Window& w) const {
    return {column + w.x * factor, row + w.y * factor, w.width * factor, w.height * factor};
  }
  /// Coarse pixels that meet fine ones.
  Window coarse(const Window& w) const {
    const int x = floor_quotient(w.x - column, factor);
    const int y = floor_quotient(w.y - row, factor);
    return {x, y, floor_quotient(w.right() - 1 - column, factor) + 1 - x,
            floor_quotient(w.bottom() - 1 - row, factor) + 1 - y};
  }
};
inline Nest nest_of(const Grid& coarse, const Grid& fine) {
  const double size = fine.transform.a[1];
  return {static_cast<int>(std::lround(coarse.transform.a[1] / size)),
          static_cast<int>(std::lround((coarse.transform.a[0] - fine.transform.a[0]) / size)),
          static_cast<int>(std::lround((fine.transform.a[3] - coarse.transform.a[3]) / size))};
}

inline Window grown(const Window& w, int pixels) {
  return w.grown(Halo::square(pixels));
}

}  // namespace cers::simulator
