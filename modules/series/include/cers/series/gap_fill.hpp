// SPDX-License-Identifier: Apache-2.0
// A series of observations brought to other days, each pixel from its clear observations alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cers/engine/node.hpp"
#include "cers/params/app_spec.hpp"

namespace cers {

/// How values between observations are found. Before the first and after the last clear observation the value is
/// theirs.
enum class Interpolation {
  linear,
  spline,  ///< Akima (1970), J. ACM 17:589-602, doi 10.1145/321607.321609; of 3 or 4 observations the natural cubic
           ///< spline, of 2 the line
};
std::vector<Choice> choices_of(Interpolation);

enum class GapConvention {
  standard,
  otb,  ///< of the module ImageTimeSeriesGapFilling: 0 where a pixel has no clear observation; of a day with several
        ///< images the first gives that day's value, while earlier days look at the first clear one and later days at
        ///< the last; by splines, fewer than 2 clear observations leave the first images as they are
};

struct GapFilling {
  /// Day of each image, ascending; equal days only by GapConvention::otb, which counts from 1 January of the first
  /// image's year: its roundings depend on it.
  std::vector<int> observed;
  std::vector<int> wanted;  ///< days of the result, strictly ascending
  int bands = 1;            ///< of each image
  Interpolation interpolation = Interpolation::linear;
  GapConvention convention = GapConvention::standard;
  /// Names of the days of the result, appended to those of the bands: "red_20180211".
  std::vector<std::string> wanted_names;
};

/// Takes one input of `bands` float bands for each image. By the standard convention NaN in any band means that the
/// pixel was not seen. By GapConvention::otb each image has one more input after it, a uint8 mask that is not 0 there.
/// Delivers the bands of the first wanted day, then those of the next, and so on. Type float, NaN where a pixel has no
/// clear observation; double by GapConvention::otb, so that a conversion to integers truncates what that module
/// truncates.
std::unique_ptr<const Node> make_gap_fill(GapFilling filling);

}  // namespace cers
