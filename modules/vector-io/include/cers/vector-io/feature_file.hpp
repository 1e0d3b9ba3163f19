// SPDX-License-Identifier: Apache-2.0
// Vector files written from nothing: points and polygons with fields.
#pragma once

#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "cers/vector-io/layer_copy.hpp"

namespace cers {

/// What a new layer is like.
struct NewLayer {
  std::string crs;      ///< WKT; empty: none
  bool points = false;  ///< else polygons
  std::vector<AddedField> fields;
};

/// A point in map coordinates, or a geometry as well-known binary (LabelledLayer::geometry).
using NewGeometry = std::variant<PixelPoint, std::string>;

struct NewFeature {
  NewGeometry geometry;
  std::vector<FieldValue> values;  ///< one for each field of the layer
};

/// Writes `count` features to the new file `path`, whose suffix is one of check_vector_output(), and checks what was
/// written. Equal input gives equal bytes. Throws DataError when the disk is full or a geometry is none.
void write_features(const std::string& path, const NewLayer& made, std::size_t count,
                    const std::function<NewFeature(std::size_t)>& feature);

}  // namespace cers
