// SPDX-License-Identifier: Apache-2.0
// What ExtractROI and Quicklook share: channels by name, and regions that must lie in an image.
#pragma once

#include <string>
#include <vector>

#include "cers/app/wiring.hpp"

namespace cers {

/// Bands (0-based) of OTB's names "Channel1", "Channel2", …, in the order given, repeats allowed; every band when none
/// is named. Throws UserError when one does not exist.
std::vector<int> channels_named(const std::vector<std::string>& names, const ImageInput& image);

/// Columns left to right − 1 and lines top to bottom − 1 of an image. Whole numbers, perhaps far outside the image.
struct PixelBox {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
};

/// A box by its first pixel and its size; a width or height of 0 reaches to the edge of the image.
PixelBox box_of_size(int left, int top, int width, int height, Size image);

/// The part of `box` inside the image, as OTB crops; a warning tells of what is cut off. Throws UserError when nothing
/// is left.
Window window_in(const ImageInput& image, const PixelBox& box, Wiring& wiring);

/// The window's pixels of these bands, in the stored type.
Edge cut_out(const ImageInput& image, const std::vector<int>& bands, const Window& window, Wiring& wiring);

}  // namespace cers
