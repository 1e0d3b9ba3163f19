// SPDX-License-Identifier: Apache-2.0
// ESA Sentinel-2 Level-2A: surface reflectance and Sen2Cor's scene classification.
#include "readers/reader.hpp"
#include "readers/sentinel2_safe.hpp"

namespace cers::products {
namespace {

const sentinel2::SafeLevel& level_2a() {
  static const sentinel2::SafeLevel level = {
      .level = "L2A",
      .title = "ESA Sentinel-2 Level-2A SAFE",
      .metadata = R"(MTD_MSIL2A\.xml|S2[A-D]_(OPER|USER)_MTD_SAFL2A_.*\.xml)",
      .tile_root = "Level-2A_Tile_ID",
      .quantification = "BOA_QUANTIFICATION_VALUE",
      .offset = "BOA_ADD_OFFSET",
  };
  return level;
}

Product read(const Listing& listing) {
  Product product = read_safe(listing, level_2a());
  const auto images = sentinel2::find_images(listing);
  add_scl_masks(listing, images, product);
  if (product.mask(MaskMeaning::cloud) == nullptr)
    product.problems.push_back("the scene classification (SCL) of '" + listing.path() +
                               "' is missing: there is no cloud mask");
  return product;
}

}  // namespace

ProductReader sentinel2_l2a_reader() {
  return {"sentinel2-l2a", "ESA Sentinel-2 SAFE Level-2A (MTD_MSIL2A.xml)",
          [](const Listing& listing) { return sentinel2::safe_metadata(listing, level_2a()) != nullptr; }, read,
          sentinel2::safe_granules};
}

}  // namespace cers::products
