// SPDX-License-Identifier: Apache-2.0
// A reader is one file in this folder and one line in readers.cpp. docs/guide/add-a-product-reader.md shows how.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cers/products/product.hpp"
#include "listing.hpp"

namespace cers::products {

struct ProductReader {
  std::string family;   ///< "sentinel2-l2a"
  std::string matches;  ///< for people, what it recognises: "ESA Sentinel-2 SAFE Level-2A (MTD_MSIL2A.xml)"
  /// Decides by content (a metadata file or the names of the members), never by the name of the folder or archive.
  bool (*recognises)(const Listing& listing);
  /// Only called when it recognises; throws DataError when the metadata is damaged.
  Product (*read)(const Listing& listing);
};

/// All readers in the order they are asked.
const std::vector<ProductReader>& readers();

ProductReader muscate_reader();      ///< Theia L2A of Sentinel-2, Landsat, Venµs, and L3A
ProductReader maja_native_reader();  ///< MAJA's own layout (DBL.DIR, HDR)
ProductReader theia_snow_reader();   ///< Theia snow and LIS
ProductReader oso_reader();          ///< OSO land cover
ProductReader sentinel2_l1c_reader();
ProductReader sentinel2_l2a_reader();
ProductReader landsat_reader();  ///< Collection 2 L1 and L2; Collection 1 L1
ProductReader sentinel1_grd_reader();

}  // namespace cers::products
