// SPDX-License-Identifier: Apache-2.0
// One pixel of a snow mask in words: its numbers, and which test decided.
#pragma once

#include "cers/engine/graph.hpp"
#include "inputs.hpp"
#include "snowline.hpp"

namespace cers::snow {

/// What the tests saw of one pixel, in the order of make_concatenate's inputs in sample_pixel(); empty outside.
using PixelValues = std::vector<double>;

/// The values at column x, line y (from 0) of the mask's grid, known after the last sweep. `given_flags`: before high
/// cloud was given back.
Late<PixelValues> sample_pixel(Graph& graph, const Inputs& inputs, Edge given_flags, Edge dark, Edge decision, int x,
                               int y);

/// "snow (100) by the permissive test above the snow line; green 0.210, red 0.180, 1.6 µm 0.100, NDSI 0.355, …".
std::string explain_pixel(const PixelValues& values, const Snowline& line, const SnowRules& rules, double unit);

}  // namespace cers::snow
