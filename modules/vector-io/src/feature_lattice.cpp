// SPDX-License-Identifier: Apache-2.0
// Features on a lattice of their own, for what needs pixels but no image.
#include <algorithm>
#include <cmath>

#include "cers/core/error.hpp"
#include "cers/vector-io/labelled_layer.hpp"

namespace cers {

std::shared_ptr<const LabelledShapes> LabelledLayer::on_lattice(double step) const {
  CERS_EXPECT(step > 0);
  constexpr double most = 1e8;  // columns and lines: windows in pixels hold no more
  const PixelPoint metres = crs_.empty() ? PixelPoint{1, 1} : metres_per_unit();
  const double width = box_.right - box_.left;
  const double height = box_.top - box_.bottom;
  if (!std::isfinite(width + height))
    throw DataError(path_ + " has coordinates that are no numbers", "repair the file");
  const double x = std::max(step / metres.x, width / most);
  const double y = std::max(step / metres.y, height / most);
  const auto first = [](double place, double by) { return std::floor(place / by) * by; };
  Grid grid;
  grid.transform.a = {first(box_.left, x), x, 0, first(box_.top, y) + y, 0, -y};
  grid.size = {static_cast<int>(width / x) + 2, static_cast<int>(height / y) + 2};
  grid.crs = crs_;
  grid.georeferenced = true;
  return on_grid(grid);
}

}  // namespace cers
