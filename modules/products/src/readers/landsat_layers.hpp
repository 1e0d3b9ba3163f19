// SPDX-License-Identifier: Apache-2.0
// Which file of a Landsat product is what. Sources: USGS Landsat 8-9 Collection 2 Level 1 and Level 2 Data Format
// Control Books (LSDS-1822, LSDS-1328), Landsat 4-7 (LSDS-1618), Collection 1 Level 1 Quality Assessment band.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cers/products/product.hpp"
#include "listing.hpp"
#include "readers/landsat_mtl.hpp"

namespace cers::products::landsat {

enum class Sensor { oli, tm, mss_123, mss_45 };      ///< numbering of bands; ETM+ counts as TM
enum class Quality { pixel, collection_1, before };  ///< meaning of the bits of the quality band

/// An open product: its metadata, and the entries beside it.
struct Scene {
  const Listing& listing;
  const LandsatMtl& mtl;
  std::string folder;  ///< of the MTL
  std::string prefix;  ///< of its name: "l8" of "l8_MTL.txt"
  Sensor sensor = Sensor::oli;
  bool level_2 = false;
  Quality quality = Quality::pixel;
};

/// The file that the MTL names under `key`; else the one beside the MTL whose name ends in "_" + `suffix` + ".TIF",
/// case ignored. Null when neither is there.
const Listing::Entry* find_file(const Scene& scene, std::string_view key, std::string_view suffix);

void add_bands(const Scene& scene, Product& product);
void add_layers(const Scene& scene, Product& product);
void add_masks(const Scene& scene, Product& product);

}  // namespace cers::products::landsat
