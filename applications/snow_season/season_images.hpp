// SPDX-License-Identifier: Apache-2.0
// Snow masks with their dates, checked: from products, files and the results of steps.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "../snow/snow_rules.hpp"
#include "cers/app/wiring.hpp"
#include "season_rules.hpp"

namespace cers::season {

/// A snow mask of one day, or a scene of which it is made.
struct DatedImage {
  const ImageInput* image = nullptr;
  CalendarDay day;
  bool densification = false;
  std::shared_ptr<const ImageInput> made = nullptr;  ///< the mask of a scene, see make_masks()
  const ImageInput& mask() const { return made ? *made : *image; }
};

/// All images of -il, then those of -densification, in their order. `dates`: what the user gave, may be empty; one for
/// each image of -il, or one for each image of both. The day is that of the product, else of `dates`, else of the
/// file's name. Throws UserError for an image that is no snow mask or has no day, and unless all masks of -il lie on
/// one grid. `scenes`: products with bands may be among them.
std::vector<DatedImage> dated_images(const Wiring& wiring, const std::vector<std::string>& dates, bool scenes = false);

/// Makes the masks of the scenes among `images` by SnowMask's rules of `profile`, with altitudes of input "dem", as
/// nodes of the same run. Warns of what a scene lacks, tells the snow line of each after the run. Throws UserError when
/// there is no "dem", and unless all of -il lie on one grid then.
void make_masks(std::vector<DatedImage>& images, snow::Profile profile, Wiring& wiring);
/// The masks made, as files `snow_20180211.tif`; a second one of a day is `snow_20180211_2.tif`.
FolderOutput made_masks(const std::vector<DatedImage>& images);

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
