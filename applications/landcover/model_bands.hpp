// SPDX-License-Identifier: Apache-2.0
// Whether the bands of an image are the features of a model.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cers/app/wiring.hpp"

namespace cers {

struct ModelFeatures {
  std::string file;                ///< of the model
  std::vector<std::string> names;  ///< may be empty
  std::size_t count = 0;
};

/// Throws UserError when `image` has another number of bands, other days or another name at some place. With
/// `ignore_names` only the number counts; returns one line that says which days and names differ, empty if none do.
std::string check_bands(const ImageInput& image, const ModelFeatures& model, bool ignore_names);

}  // namespace cers
