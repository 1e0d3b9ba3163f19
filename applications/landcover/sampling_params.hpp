// SPDX-License-Identifier: Apache-2.0
// Choices that the applications on samples share.
#pragma once

#include <string>
#include <vector>

#include "cers/app/application.hpp"
#include "cers/learn/polygon_cover.hpp"
#include "cers/learn/sample_selection.hpp"
#include "cers/learn/sampling_rates.hpp"

namespace cers {

inline std::vector<Choice> choices_of(SamplingStrategy) {
  return {{"byclass", "A number for each class, from a table."},
          {"constant", "The same number for all classes."},
          {"smallest", "As many for each class as the smallest class has."},
          {"percent", "A share of each class."},
          {"total", "A number in all, shared between the classes by their pixels."},
          {"all", "Every pixel."}};
}

inline std::vector<Choice> choices_of(ImageSharing) {
  return {{"proportional", "By the pixels each image has of the class."},
          {"equal", "The same for each image."},
          {"custom", "As given for each image."}};
}

inline std::vector<Choice> choices_of(Sampler) {
  return {{"periodic", "At regular steps through the polygons of a class."},
          {"random", "At random; the same pixels for the same -rand."}};
}

/// The polygons of -vec on the grid of `image`; what is left out of them becomes warnings.
SharedShapes open_polygons(Wiring& wiring, const std::string& path, int layer, const std::string& field,
                           const ImageInput& image);

/// The pixels of the polygons, by -mask when it is given; warns after the run where polygons of different classes
/// overlap. `fate`: what becomes of those pixels.
Late<PolygonCover> cover_with_mask(Wiring& wiring, const SharedShapes& shapes, const ImageInput& image,
                                   const std::string& fate);

}  // namespace cers
