// SPDX-License-Identifier: Apache-2.0
// Light that the air scatters into a pixel's view from the ground around it.
#pragma once

#include <array>
#include <span>

#include "cers/core/block.hpp"
#include "cers/simulator/date.hpp"
#include "frame.hpp"
#include "spectra.hpp"

namespace cers::simulator {

/// The surroundings are a square of about 1 km, known by how much of it lies above the snow line.
class Surroundings {
 public:
  static constexpr int halo = 40;  ///< pixels of 20 m

  Surroundings(const Recipe& recipe, const SceneDate& date, const Nest& terrain);
  Window required(const Window& output) const { return grown(terrain_.fine(output), halo); }
  /// Share of snow around each pixel of a row; `terrain`: altitudes at 20 m.
  void white_share(const Block& terrain, int x, int y, std::span<float> out) const;
  /// Sets `through` to what is left of the pixel's own light and adds that of the surroundings.
  void add_light(std::size_t band, std::span<const float> white, std::span<float> through,
                 std::span<float> added) const;

 private:
  float around(const Plane<const float>& altitude, int x, int y) const;
  Nest terrain_;
  float line_;
  float per_metre_;
  std::array<float, band_count> strength_{};
  std::array<float, band_count> land_{};
  std::array<float, band_count> snow_{};
};

}  // namespace cers::simulator
