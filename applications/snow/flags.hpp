// SPDX-License-Identifier: Apache-2.0
// Cloud, shadow, water: what each producer's mask files say, in one byte of flags.
#pragma once

#include <optional>
#include <vector>

#include "cers/app/scene.hpp"
#include "pixel_tests.hpp"

namespace cers::snow {

/// A mask (uint8, set where not 0) and the flag it sets.
struct FlagMask {
  Flag flag;
  Edge mask;
};

/// One byte of flags from masks on one grid.
Edge add_flags(Graph& graph, const std::vector<FlagMask>& masks);

/// The flags of a product on `grid`: by the table of Let-it-snow for the families it knows (MUSCATE of Sentinel-2 and
/// Landsat 8, MAJA native, Sen2Cor, Landsat Collection 2), else by its masks of cloud, shadow, cirrus and water.
/// `water`: whether its water is marked. Throws UserError when the product has no cloud mask of any kind.
Edge flags_of(Graph& graph, const Scene& scene, const Grid& grid, bool water);

/// uint8, 1 where the band at 1.38 µm sees cloud and no other test of the producer does, on `grid`. Of the families
/// that flags_of() knows by their layers; nothing for others, which do not tell their tests apart.
std::optional<Edge> only_high_cloud(Graph& graph, const Scene& scene, const Grid& grid);
/// Whether there is such a layer.
bool tells_high_cloud(const Product& product);

}  // namespace cers::snow
