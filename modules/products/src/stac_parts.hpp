// SPDX-License-Identifier: Apache-2.0
// Parts of a STAC Item.
#pragma once

#include <nlohmann/json.hpp>
#include <set>

#include "cers/products/stac.hpp"

namespace cers::products {

using Json = nlohmann::ordered_json;

struct StacPlace {
  Json geometry;
  Json bbox;
};

/// Of a closed ring of at least three corners; longitudes may jump or run on at the antimeridian.
StacPlace stac_place(const std::vector<std::pair<double, double>>& footprint);

/// The `assets` object. Adds to `extensions` the names of those used: "eo", "projection", "raster", "classification".
Json stac_assets(const Product& product, const StacItemOptions& options, std::set<std::string>& extensions);

}  // namespace cers::products
