// SPDX-License-Identifier: Apache-2.0
// Light that the air scatters into a pixel's view from the ground around it.
#pragma once

#include <array>
#include <memory>

#include "cers/engine/node.hpp"
#include "cers/simulator/scene.hpp"
#include "sun.hpp"

namespace cers::simulator {

constexpr double albedo_sample = 40;   ///< m between the places that are looked at
constexpr double albedo_cell = 120;    ///< m of the cells they are averaged to
constexpr int surroundings_reach = 4;  ///< cells on each side: 1080 m in all

/// Cells of albedo_cell on a lattice of the whole map that cover `grid` and `cells` more.
Grid albedo_grid(const Grid& grid, int cells);
/// Its grid of samples.
Grid sample_grid(const Grid& albedo);

/// Reflectance of flat open ground in each cell, ten bands f32: what lies there, be it snow, water, woods or soil, at
/// nine places a cell. Input: the surface on sample_grid(`grid`).
std::unique_ptr<const Node> make_albedo(const Recipe& recipe, const SunField& sun, const Grid& grid,
                                        const Grid& samples);
/// Means over the cells within surroundings_reach. Input: make_albedo on `albedo`.
std::unique_ptr<const Node> make_surroundings(const Grid& grid, const Grid& albedo);

/// Share of each band's light that comes from the surroundings.
std::array<float, band_count> scattered_shares(const SceneDate& date);

}  // namespace cers::simulator
