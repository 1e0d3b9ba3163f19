// SPDX-License-Identifier: Apache-2.0
// The reference a map is held against: what kind it is, what it can tell, and where its features lie.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cers/app/wiring.hpp"
#include "cers/vector-io/pixel_shape.hpp"

namespace cers::accuracy {

/// Parameters that name the reference.
struct ReferenceKeys {
  std::string ref = "raster";
  std::optional<int> raster_nodata;
  std::optional<std::string> vector_in;
  std::optional<std::string> vector_field;
  std::string mode = "auto";
};

enum class Reference { raster, points, polygons };

/// What is known of the reference before any pixel is read.
struct ReferenceUse {
  Reference kind = Reference::raster;
  bool area = false;  ///< a random sample: accuracy and areas of the whole map
  std::string label;
  std::vector<std::string> notes;
  std::vector<PixelRun> runs;  ///< of features
  std::vector<int> labels;     ///< of features
};

/// Throws UserError when the reference does not fit the map of input "in" or the mode.
ReferenceUse read_reference(const ReferenceKeys& keys, Wiring& wiring);

/// What the figures are, and what they are not.
std::string statement_of(const ReferenceUse& use, bool other_strata);
/// How the intervals come about.
std::string intervals_of(const ReferenceUse& use, int draws, int seed);

}  // namespace cers::accuracy
