// SPDX-License-Identifier: Apache-2.0
// Cloud, shadow, water: what each producer's mask files say, in one byte of flags.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "cers/app/scene.hpp"
#include "pixel_tests.hpp"

namespace cers::snow {

/// A flag is set where a layer's value passes a test.
struct FlagRule {
  enum class Test : std::uint8_t {
    any_bit,   ///< value & number is not zero
    at_least,  ///< value ≥ number
    equals,    ///< value is number
  };
  Flag flag;
  std::size_t layer;  ///< position among the inputs
  Test test;
  unsigned number;
};

/// uint8 flags from integer layers of one band each, all on one grid.
std::unique_ptr<const Node> make_flags(std::vector<FlagRule> rules, std::span<const RasterInfo> inputs);

/// The flags of a product on `grid`: by the table of Let-it-snow for the families it knows (MUSCATE of Sentinel-2 and
/// Landsat 8, MAJA native, Sen2Cor, Landsat Collection 2), else by its masks of cloud, shadow, cirrus and water.
/// `water`: whether its water is marked. Throws UserError when the product has no cloud mask of any kind.
Edge flags_of(Graph& graph, const Scene& scene, const Grid& grid, bool water);

}  // namespace cers::snow
