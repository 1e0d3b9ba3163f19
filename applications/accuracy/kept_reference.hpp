// SPDX-License-Identifier: Apache-2.0
// Reference polygons that a training kept aside, as it offers them to a later step of the same run in place of a file.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/vector-io/pixel_shape.hpp"

namespace cers::accuracy {

/// Features of a reference on a grid.
struct PlacedReference {
  std::vector<PixelRun> runs;  ///< PixelRun::feature is an index into `labels`
  std::vector<int> labels;     ///< class code of each feature
  std::vector<std::string> notes;
};

struct KeptReference {
  std::string label;  ///< "polygons of reference.gpkg kept aside"
  std::string field;  ///< of the class, in the file that holds the same
  /// Throws UserError when none of them lies on the grid.
  std::function<PlacedReference(const Grid&)> place;
};

}  // namespace cers::accuracy
