// SPDX-License-Identifier: Apache-2.0
// A reader is one file in this folder and one line in readers.cpp. docs/guide/add-a-product-reader.md shows how.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cers/products/product.hpp"
#include "listing.hpp"

namespace cers::products {

/// One of several tiles in a product.
struct ProductPart {
  std::string tile;    ///< "31TCJ"
  std::string folder;  ///< "GRANULE/S2A_OPER_MSI_L1C_TL_…_T31TCJ_N02.04"
};

struct ProductReader {
  std::string family;   ///< "sentinel2-l2a"
  std::string matches;  ///< for people, what it recognises: "ESA Sentinel-2 SAFE Level-2A (MTD_MSIL2A.xml)"
  /// Decides by content (a metadata file or the names of the members), never by the name of the folder or archive.
  bool (*recognises)(const Listing& listing);
  /// Only called when it recognises; throws DataError when the metadata is damaged.
  Product (*read)(const Listing& listing);
  /// Of families that put several tiles into one product: those at hand, by folder. read() is called with the files of
  /// one of them only, and those that belong to all.
  std::vector<ProductPart> (*parts)(const Listing& listing) = nullptr;
};

/// All readers in the order they are asked.
const std::vector<ProductReader>& readers();

}  // namespace cers::products
