// SPDX-License-Identifier: Apache-2.0
// Which class each band of an image of probabilities stands for.
#pragma once

#include <string>
#include <vector>

#include "cers/app/wiring.hpp"

namespace cers {

/// `given` if there are any, else the codes with which the band names end, as "class 11", or which they are. Throws
/// UserError when they are not as many as bands, when a name is no code, or when two are equal.
std::vector<int> class_bands(const ImageInput& probabilities, const std::vector<int>& given, const std::string& key);

}  // namespace cers
