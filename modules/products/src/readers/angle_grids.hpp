// SPDX-License-Identifier: Apache-2.0
// Angle grids as Sentinel-2 and MUSCATE metadata write them: Zenith and Azimuth, each with COL_STEP, ROW_STEP and a
// Values_List whose children are rows of numbers, "NaN" where a detector sees nothing.
#pragma once

#include <pugixml.hpp>
#include <string>
#include <vector>

#include "cers/products/product.hpp"

namespace cers::products {

/// The mean over detectors of a grid. Azimuths are averaged as directions: those of two detectors may lie on both
/// sides of north.
class AngleMean {
 public:
  /// `grids` holds Zenith and Azimuth. Throws DataError naming `shown` when they differ in size from each other or
  /// from what was added before, or hold something else than numbers.
  void add(pugi::xml_node grids, const std::string& shown);
  /// Node (0, 0) lies at (x, y). Empty when nothing was added.
  AngleGrid grid(double x, double y) const;

 private:
  int columns_ = 0;
  int rows_ = 0;
  double step_m_ = 0;
  std::vector<double> zenith_, sine_, cosine_;  ///< sums
  std::vector<int> seen_;
};

}  // namespace cers::products
