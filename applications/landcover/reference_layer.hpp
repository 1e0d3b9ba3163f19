// SPDX-License-Identifier: Apache-2.0
// A layer of reference polygons and its field of the class, as applications that copy such layers take them.
#pragma once

#include <string>

#include "cers/params/declare.hpp"

namespace cers {

struct ReferenceLayerParams {
  std::string in;
  int layer = 0;
  std::string cfield;
};

template <class Params>
Declare<Params>& declare_reference_layer(Declare<Params>& declare) {
  return declare.param("in", &Params::in, "Reference polygons: GeoPackage, Shapefile, SQLite, GeoJSON.")
      .required()
      .reads_file()
      .param("layer", &Params::layer, "Layer of the file, from 0.")
      .at_least(0)
      .param("cfield", &Params::cfield, "Field that holds the class: text or whole numbers.")
      .required();
}

}  // namespace cers
