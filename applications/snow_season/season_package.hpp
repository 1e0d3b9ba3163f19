// SPDX-License-Identifier: Apache-2.0
// The layers of a season as Let-it-snow delivers them: files under its names, metadata.
#pragma once

#include <string>
#include <vector>

#include "season_images.hpp"

namespace cers::season {

/// The layers Let-it-snow makes: SCD, SOD, SMOD, NSP, NOBS.
const std::vector<Layer>& packaged_layers();

/// What names are made of.
struct PackageText {
  std::string mission;  ///< "S2"; "S2L8" with masks of Landsat
  std::string tile;     ///< "T31TCH"
  std::vector<std::string> images;
};

/// Missions and tile of the products among the images; `tile`, when it is not empty, is the user's. Throws UserError
/// when there is no tile, or several.
PackageText package_text(const std::vector<DatedImage>& images, const std::string& tile);

/// `LIS_S2-SNOW-SCD_T31TCH_20170901_20180831_0.1.0_1.tif` and so on for `edges`, one a packaged layer in that order;
/// LIS_METADATA.XML with the images.
FolderOutput season_package(const PackageText& text, const DayRange& period, const std::vector<Edge>& edges);

}  // namespace cers::season
