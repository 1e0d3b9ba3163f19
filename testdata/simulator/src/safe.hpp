// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cers/simulator/scene.hpp"

namespace cers::simulator {

/// Names within a SAFE product.
struct SafeNames {
  std::string product;    ///< S2B_MSIL2A_….SAFE
  std::string granule;    ///< L2A_T32TLR_A…
  std::string datastrip;  ///< identifier
  std::string stem;       ///< T32TLR_20180211T105000
};
SafeNames safe_names(const SimulatedScene& scene);

/// `images`: paths inside the product, without extension.
std::string safe_product_metadata(const SimulatedScene& scene, const SafeNames& names,
                                  const std::vector<std::string>& images);
std::string safe_tile_metadata(const SimulatedScene& scene, const SafeNames& names);
std::string safe_manifest(const SimulatedScene& scene, const std::vector<std::string>& files);

}  // namespace cers::simulator
