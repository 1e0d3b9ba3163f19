// SPDX-License-Identifier: Apache-2.0
// The observations of one day: masked images, of which a pixel keeps the first clear one.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "cers/engine/node.hpp"

namespace cers {

/// What make_day_composite takes of one image: its bands, then its masks.
struct ImagePorts {
  std::size_t bands = 0;  ///< inputs of one float band each, NaN where missing
  std::size_t masks = 0;  ///< uint8 inputs of one band each, set where not 0: the pixel is not clear
};

/// Takes the inputs of the images one after the other, all on one grid: of each image its bands, then its masks.
/// Delivers as many float bands as an image has. A pixel of an image is clear when no mask is set and no band is NaN;
/// the first clear image gives all its bands, without one all are NaN. Images have the same number of bands, called
/// `names`.
std::unique_ptr<const Node> make_day_composite(std::vector<ImagePorts> images, std::vector<std::string> names);

}  // namespace cers
