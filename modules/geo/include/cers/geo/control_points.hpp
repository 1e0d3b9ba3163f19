// SPDX-License-Identifier: Apache-2.0
// An image that lies askew on the map (radar) and knows where some of its points lie.
#pragma once

#include <string>
#include <vector>

#include "cers/geo/pixel_map.hpp"

namespace cers {

struct ControlPoint {
  double column = 0;  ///< pixel coordinates; integers are corners, as GDAL counts them
  double row = 0;
  double x = 0;  ///< map coordinates
  double y = 0;
};

struct ControlPoints {
  std::vector<ControlPoint> points;
  std::string crs;  ///< WKT, of x and y
};

/// From pixels of `target` to pixels of an image of `source` pixels, by thin-plate splines through all of its control
/// points, as gdalwarp -tps does. Heights are not used: between the points terrain displaces a radar image, in
/// mountains by 50 to 100 m. Throws UserError when the target has no georeference or no CRS, or the points place
/// nothing.
PixelMap map_by_control(const Grid& target, Size source, const ControlPoints& control);

}  // namespace cers
