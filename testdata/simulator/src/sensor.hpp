// SPDX-License-Identifier: Apache-2.0
// The instrument: point spread, sampling, misregistration, gain steps, noise; and the slope correction.
#pragma once

#include <memory>
#include <vector>

#include "cers/engine/node.hpp"
#include "cers/simulator/date.hpp"
#include "cers/simulator/scene.hpp"
#include "frame.hpp"

namespace cers::simulator {

/// Standard deviation of the Gaussian whose modulation at the Nyquist frequency of `pixel` metres is `mtf`: in metres.
/// MTF(f) = exp(−2π²σ²f²) at f = 1/(2·pixel).
double psf_sigma(double pixel, double mtf);

/// Sampling of one band: which band of the 5 m field, how wide, how far it is misplaced.
struct BandOptics {
  int band = 0;      ///< of the input
  double sigma = 0;  ///< m
  double east = 0;   ///< the image holds what lies this many metres further east …
  double north = 0;
};

/// Largest halo of the optics in 5 m pixels.
int sensor_halo(const std::vector<BandOptics>& optics);

/// Whether a pixel lies outside the swath (left of a slanted line).
bool outside_swath(const Recipe& recipe, HalfMetres x, HalfMetres y);

/// Bands of `optics` on `grid`, f32, NaN outside the swath. Input: the 5 m field on `fine`. `staggered`: the
/// instrument is a row of detectors, each calibrated a little off.
std::unique_ptr<const Node> make_sensor(const Recipe& recipe, const SceneDate& date,
                                        const std::vector<BandOptics>& optics, const Grid& grid, const Grid& fine,
                                        bool staggered = false);

/// Means of 5 m bands over pixels of `grid`, without any error: truth. NaN nowhere.
std::unique_ptr<const Node> make_block_mean(const std::vector<int>& bands, const std::vector<std::string>& names,
                                            const Grid& grid, const Grid& fine);

}  // namespace cers::simulator
