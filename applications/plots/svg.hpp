// SPDX-License-Identifier: Apache-2.0
// What all pictures share: colours, and the frame of an SVG.
#pragma once

#include <fmt/format.h>

#include <array>
#include <string>

#include "cers/core/text.hpp"

namespace cers {

/// Okabe and Ito (2008): told apart by colour-blind readers.
inline constexpr std::array plot_colours{"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000"};

/// Opens a picture on white ground with a title at (left, 22); the caller closes it with "</svg>".
inline std::string svg_head(double width, double height, double left, const std::string& title) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
      "font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
      "<text x=\"{2}\" y=\"22\" font-size=\"15\">{3}</text>\n",
      width, height, left, escaped_markup(title));
}

}  // namespace cers
