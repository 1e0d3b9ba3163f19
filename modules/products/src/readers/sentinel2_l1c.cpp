// SPDX-License-Identifier: Apache-2.0
// ESA Sentinel-2 Level-1C: top-of-atmosphere reflectance.
#include "cers/core/text.hpp"
#include "readers/reader.hpp"
#include "readers/sentinel2_safe.hpp"

namespace cers::products {
namespace {

const sentinel2::SafeLevel& level_1c() {
  static const sentinel2::SafeLevel level = {
      .level = "L1C",
      .title = "ESA Sentinel-2 Level-1C SAFE",
      .metadata = R"(MTD_MSIL1C\.xml|S2[A-D]_OPER_MTD_SAFL1C_.*\.xml)",
      .tile_root = "Level-1C_Tile_ID",
      .quantification = "QUANTIFICATION_VALUE",
      .offset = "RADIO_ADD_OFFSET",
  };
  return level;
}

Product read(const Listing& listing) {
  Product product = read_safe(listing, level_1c());
  const auto images = sentinel2::find_images(listing);
  add_level_1c_masks(listing, images, product);
  if (product.mask(MaskMeaning::cloud) != nullptr) return product;
  constexpr double first_with_raster_masks = 4.0;
  const bool polygons = parse_real(product.baseline).value_or(first_with_raster_masks) < first_with_raster_masks;
  product.problems.push_back(
      std::string(polygons ? "the cloud mask (MSK_CLOUDS_B00.gml) of '" : "the classification (MSK_CLASSI_B00) of '") +
      listing.path() + "' is missing: there is no cloud mask");
  return product;
}

}  // namespace

ProductReader sentinel2_l1c_reader() {
  return {"sentinel2-l1c", "ESA Sentinel-2 SAFE Level-1C (MTD_MSIL1C.xml)",
          [](const Listing& listing) { return sentinel2::safe_metadata(listing, level_1c()) != nullptr; }, read,
          sentinel2::safe_granules};
}

}  // namespace cers::products
