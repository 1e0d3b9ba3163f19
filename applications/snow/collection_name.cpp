// SPDX-License-Identifier: Apache-2.0
#include "collection_name.hpp"

#include <fmt/format.h>

#include "cers/core/error.hpp"
#include "cers/core/version.hpp"
#include "package_parts.hpp"

namespace cers::snow {

std::string collection_name(const Product& product, const std::string& kind) {
  const bool sentinel2 = product.platform.starts_with("sentinel-2");
  const std::string digits = digits_of(product.datetime);
  constexpr std::size_t to_seconds = 14;
  if ((!sentinel2 && product.platform != "landsat-8") || product.tile.empty() || digits.size() < to_seconds)
    throw UserError(fmt::format("{} has no name in the snow collection since Let-it-snow 1.7, which is of Sentinel-2 "
                                "and Landsat 8",
                                product.id),
                    "take another -profile, or leave out -out.product and name the files yourself");
  return fmt::format("LIS_{}-SNOW-{}_{}{}_{}T{}_{}_1", sentinel2 ? "S2" : "L8", kind, sentinel2 ? "T" : "",
                     product.tile, digits.substr(0, 8), digits.substr(8, 6), version);
}

}  // namespace cers::snow
