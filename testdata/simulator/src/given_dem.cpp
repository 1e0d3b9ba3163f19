// SPDX-License-Identifier: Apache-2.0
#include "given_dem.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/geo/pixel_map.hpp"

namespace cers::simulator {
namespace {

/// In pixels of the DEM.
struct Box {
  double left = std::numeric_limits<double>::max();
  double top = std::numeric_limits<double>::max();
  double right = std::numeric_limits<double>::lowest();
  double bottom = std::numeric_limits<double>::lowest();
  bool empty() const { return left > right; }
};

/// Around the rim of `grid`.
Box box_on(const Grid& grid, const Grid& dem) {
  constexpr int steps = 64;  // along a side: enough for the bend of a side in another CRS
  std::vector<double> x;
  std::vector<double> y;
  for (int k = 0; k <= steps; ++k) {
    const double along = static_cast<double>(k) / steps;
    for (const double side : {0.0, 1.0}) {
      x.insert(x.end(), {along * grid.size.width, side * grid.size.width});
      y.insert(y.end(), {side * grid.size.height, along * grid.size.height});
    }
  }
  std::vector<int> mapped(x.size(), 1);
  PixelMap(grid, dem).map(x, y, mapped);
  Box box;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (mapped[i] == 0) continue;
    box = {std::min(box.left, x[i]), std::min(box.top, y[i]), std::max(box.right, x[i]), std::max(box.bottom, y[i])};
  }
  return box;
}

std::string span_of(const Grid& dem, const Box& box) {
  const auto [west, east] = std::minmax({dem.transform.x(box.left, box.top), dem.transform.x(box.right, box.bottom)});
  const auto [south, north] = std::minmax({dem.transform.y(box.left, box.top), dem.transform.y(box.right, box.bottom)});
  return fmt::format("x {:.6g} to {:.6g} and y {:.7g} to {:.7g}", west, east, south, north);
}

Box whole(const Grid& dem) {
  return {0, 0, static_cast<double>(dem.size.width), static_cast<double>(dem.size.height)};
}

/// A raster grown on all sides; its edge is repeated there.
class EdgeRepeated final : public Node {
 public:
  EdgeRepeated(const RasterInfo& input, int left, int top, int right, int bottom)
      : info_(input), inner_(input.grid.size), left_(left), top_(top) {
    info_.grid.transform = info_.grid.transform.shifted(-left, -top);
    info_.grid.size = {inner_.width + left + right, inner_.height + top + bottom};
  }
  std::string name() const override { return "edge of the dem"; }
  std::string signature() const override {
    return fmt::format("{} {} {} {} {}", name(), left_, top_, info_.grid.size.width, info_.grid.size.height);
  }
  RasterInfo describe(std::span<const RasterInfo>) const override { return info_; }
  Window required(std::size_t, Window output) const override {
    const int x = column(output.x);
    const int y = row(output.y);
    return {x, y, column(output.right() - 1) + 1 - x, row(output.bottom() - 1) + 1 - y};
  }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto in = inputs[0]->plane<float>(0);
    for (int y = w.y; y < w.bottom(); ++y) {
      const auto out = output.plane<float>(0).row(y);
      for (int x = w.x; x < w.right(); ++x) out[static_cast<std::size_t>(x - w.x)] = in.at(column(x), row(y));
    }
  }

 private:
  int column(int x) const { return std::clamp(x - left_, 0, inner_.width - 1); }
  int row(int y) const { return std::clamp(y - top_, 0, inner_.height - 1); }

  RasterInfo info_;
  Size inner_;
  int left_;
  int top_;
};

}  // namespace

void check_dem_covers(const Recipe& recipe, const Grid& dem) {
  const Box scene = box_on(scene_grid(recipe, 10), dem);
  constexpr double slack = 2;  // pixels: a DEM cut to the scene may end within a pixel of its edge
  const bool covers = !scene.empty() && scene.left >= -slack && scene.top >= -slack &&
                      scene.right <= dem.size.width + slack && scene.bottom <= dem.size.height + slack;
  if (covers) return;
  const bool beside = scene.empty() || scene.right <= 0 || scene.bottom <= 0 || scene.left >= dem.size.width ||
                      scene.top >= dem.size.height;
  throw UserError(fmt::format("the DEM {} the scene on tile {}: it spans {}{}",
                              beside ? "does not meet" : "covers only part of", recipe.tile, span_of(dem, whole(dem)),
                              scene.empty() ? "" : ", the scene " + span_of(dem, scene) + " in its CRS"),
                  "give a DEM that covers the scene and 3 km around, or leave it out for a fractal terrain");
}

double beyond_dem(const Grid& grid, const Grid& dem) {
  const Box box = box_on(grid, dem);
  if (box.empty()) return 0;
  const double across = std::max({0.0, -box.left, box.right - dem.size.width});
  const double along = std::max({0.0, -box.top, box.bottom - dem.size.height});
  const double pixel = grid.transform.a[1];
  return std::max(across * pixel * grid.size.width / (box.right - box.left),
                  along * pixel * grid.size.height / (box.bottom - box.top));
}

Edge covering_dem(Graph& graph, Edge dem, const Grid& grid) {
  const RasterInfo& info = graph.info(dem);
  const Box box = box_on(grid, info.grid);
  if (box.empty()) return dem;
  // A cubic kernel looks two pixels around, of the larger ones when pixels grow.
  const double larger =
      std::max({1.0, (box.right - box.left) / grid.size.width, (box.bottom - box.top) / grid.size.height});
  const double reach = 2 * larger + 2;
  const auto short_of = [&](double pixels) { return std::max(0, static_cast<int>(std::ceil(pixels + reach))); };
  const int left = short_of(-box.left);
  const int top = short_of(-box.top);
  const int right = short_of(box.right - info.grid.size.width);
  const int bottom = short_of(box.bottom - info.grid.size.height);
  if (left + top + right + bottom == 0) return dem;
  return graph.add(std::make_unique<EdgeRepeated>(info, left, top, right, bottom), {dem});
}

}  // namespace cers::simulator
