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

}  // namespace cers::products
