// SPDX-License-Identifier: Apache-2.0
// Snow that clouds surround is cloud: Let-it-snow's pass 1.5.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "cers/ops/whole_raster.hpp"
#include "inputs.hpp"

namespace cers::snow {

struct RingRules {
  int radius = 5;                   ///< pixels: how far around a patch of snow is looked
  double cloud_share = 0.85;        ///< of that ring, above which the patch is cloud
  std::int64_t least_area = 25000;  ///< pixels; smaller patches are left
};

/// Values of `snow_and_cloud`.
enum RingBit : std::uint8_t { ring_snow = 1, ring_cloud = 2 };

/// The pixels of 4-connected patches of snow larger than least_area whose ring is cloud by more than cloud_share. The
/// ring is what lies within `radius` (Euclidean, between centres) of the patch and is no snow of the strict test.
/// `stop` is asked now and then; true ends the work with a result nobody uses.
PixelBits snow_inside_cloud(const std::vector<std::uint8_t>& snow_and_cloud, Size size, const RingRules& rules,
                            const std::function<bool()>& stop);

/// `inputs.flags` with such pixels as high cloud that the producer did not see (Flag::high_cloud without Flag::cloud):
/// no snow in pass 1, cloud in the counts, refined cloud in the end. One more sweep over the bands.
Edge without_snow_inside_cloud(Graph& graph, const Inputs& inputs, const SnowRules& rules, const RingRules& ring);

}  // namespace cers::snow
