// SPDX-License-Identifier: Apache-2.0
// What the tests say of each pixel, in two bytes: all that the second sweep needs of the bands.
#pragma once

#include <cstdint>

#include "cers/engine/graph.hpp"
#include "inputs.hpp"

namespace cers::snow {

/// Bits of the findings. Which of them decide depends on the snow line.
enum class Finding : std::uint16_t {
  strict = 1,        ///< the strict test: snow
  permissive = 2,    ///< the permissive test: snow, if it is high enough and no cloud
  missing = 4,       ///< nothing was seen
  cloud_colour = 8,  ///< bright with too low an NDSI for snow
  like_ice_cloud = 16,
  cloud_given = 32,     ///< by the producer's mask
  cloud_in_pass1 = 64,  ///< what the strict test takes for cloud
  cloud_refined = 128,  ///< given and bright over a coarse cell, shadow or high cloud
  back_to_cloud = 256,  ///< given and bright: cloud, if it is no snow
  water = 512,          ///< the water mask
  frozen = 1024,        ///< water that looks like ice or snow
  glacier = 2048,       ///< the glacier mask
  bare_ice = 4096,      ///< glacier too dark in the near infrared for snow
  bad_slope_correction = 8192,
  ndsi_low = 16384,  ///< why the permissive test fails: NDSI (alone),
  dark = 32768,      ///< or red (alone); both: NDSI for shade; neither: bright at 1.6 µm under cloud
};
constexpr unsigned bit(Finding finding) {
  return static_cast<unsigned>(finding);
}

/// The findings of one pixel.
struct Findings {
  unsigned bits;
  bool has(Finding finding) const { return (bits & bit(finding)) != 0; }
};

/// uint16 on the grid of the inputs. `dark`: coarse_red() of them.
Edge find(Graph& graph, const Inputs& inputs, Edge dark, const SnowRules& rules);

/// uint8, 1 where the strict test finds snow and 2 where the producer says cloud, for the test of snow inside cloud.
Edge snow_and_cloud(Graph& graph, const Inputs& inputs, const SnowRules& rules);

}  // namespace cers::snow
