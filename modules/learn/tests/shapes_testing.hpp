// SPDX-License-Identifier: Apache-2.0
// Reference polygons for tests, without a file.
#pragma once

#include <memory>
#include <string>

#include "cers/learn/polygon_cover.hpp"

namespace cers::testing {

class Shapes {
 public:
  explicit Shapes(Size raster) {
    shapes_->grid.size = raster;
    shapes_->grid.georeferenced = true;
    shapes_->grid.transform.a = {0, 10, 0, 0, 0, -10};
    shapes_->path = "polygons";
  }
  /// A rectangle of whole pixels.
  Shapes& add(std::int64_t id, const std::string& label, Window w) {
    shapes_->features.push_back({id, label, 0, 0, false});
    const auto x = static_cast<double>(w.x);
    const auto y = static_cast<double>(w.y);
    const auto right = static_cast<double>(w.right());
    const auto bottom = static_cast<double>(w.bottom());
    shapes_->shapes.push_back(
        {{{{{x, y}, {right, y}, {right, bottom}, {x, bottom}, {x, y}}}}, {}, w.clipped(shapes_->grid.size)});
    return *this;
  }
  SharedShapes get() const { return shapes_; }

 private:
  std::shared_ptr<LabelledShapes> shapes_ = std::make_shared<LabelledShapes>();
};

inline PolygonCover drawn(const LabelledShapes& shapes) {
  PolygonCover cover;
  for (std::size_t i = 0; i < shapes.shapes.size(); ++i)
    append_runs(shapes.shapes[i], static_cast<std::uint32_t>(i), cover.runs);
  return cover;
}

}  // namespace cers::testing
