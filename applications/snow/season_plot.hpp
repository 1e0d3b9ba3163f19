// SPDX-License-Identifier: Apache-2.0
// The picture of a season: how high the snow lies, and how much ground it covers.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "half_cover.hpp"
#include "snowline.hpp"

namespace cers::snow {

/// What an image tells of one zone with enough clear ground.
struct SeasonZone {
  Snowline line;  ///< with its bands
  HalfCoverStatement half;
  double lowest_m = 0;  ///< of the clear ground
  double highest_m = 0;
};
struct SeasonImage {
  std::string label;
  std::map<int, SeasonZone> zones;
};

/// Two panels over the images, by date where all names have one. Above: half cover with its interval and the snow line,
/// a colour a zone. Below, in km²: of one zone the snow of each image stacked by altitude band and the clear ground, of
/// several the snow of each. `names[zone]` are the words for zones; `pixel_km2` is the area of a pixel.
std::string season_plot_svg(const std::vector<SeasonImage>& images, const std::map<int, std::string>& names,
                            double pixel_km2);

}  // namespace cers::snow
