// SPDX-License-Identifier: Apache-2.0
// Snow masks with their dates, checked: from products, files and the results of steps.
#pragma once

#include <string>
#include <vector>

#include "cers/app/wiring.hpp"
#include "season_rules.hpp"

namespace cers::season {

/// A snow mask of one day.
struct DatedImage {
  const ImageInput* image = nullptr;
  CalendarDay day;
  bool densification = false;
};

/// All images of -il, then those of -densification, in their order. `dates`: what the user gave, may be empty; one for
/// each image of -il, or one for each image of both. The day is that of the product, else of `dates`, else of the
/// file's name. Throws UserError for an image that is no snow mask or has no day, and unless all of -il lie on one
/// grid.
std::vector<DatedImage> dated_images(const Wiring& wiring, const std::vector<std::string>& dates);

/// Those of `within`, ascending by day; of one day those of -il first, in the order given.
/// `period` lies in `within`. Warns of images left out and of days with several images. Throws UserError when no image
/// lies in `period`.
std::vector<DatedImage> images_within(std::vector<DatedImage> images, const DayRange& period, const DayRange& within,
                                      Wiring& wiring);

/// The mask as codes on `grid`: nearest neighbour, 255 outside. Throws UserError when the two do not overlap.
Edge codes_on(const DatedImage& image, const Grid& grid, Graph& graph);

/// Whether the middle of the grid lies south of the equator. Throws UserError when it has no place on Earth.
bool lies_south(const ImageInput& image);

}  // namespace cers::season
