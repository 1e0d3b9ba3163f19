// SPDX-License-Identifier: Apache-2.0
// High cloud that is no cloud: snow on high ground, seen by the band at 1.38 µm.
#pragma once

#include "inputs.hpp"

namespace cers::snow {

/// `inputs.flags` without Flag::cloud and Flag::high_cloud where the product's test of the 1.38 µm band is the only one
/// that sees cloud and the pixel is snow on high ground: above `rules.high_cloud_above_m`, below
/// `rules.high_cloud_swir` at 1.6 µm, passing the strict test but for the flag, and not of a cloud's colour. Water
/// vapour hides the ground from that band, and little of it lies above high ground in winter. Reflectances as float.
/// The flags as they are when the rules do not ask for it or the product does not tell its tests of cloud apart.
Edge without_false_high_cloud(Graph& graph, const Scene& scene, const Inputs& inputs, const SnowRules& rules);

/// Whether the product tells them apart.
bool tells_high_cloud_apart(const Scene& scene);

}  // namespace cers::snow
