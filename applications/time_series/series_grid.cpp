// SPDX-License-Identifier: Apache-2.0
#include "series_grid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/geo/align.hpp"
#include "cers/geo/crs.hpp"
#include "cers/geo/pixel_map.hpp"

namespace cers::series {
namespace {

/// Columns and rows of the reference lattice between which a scene lies.
struct Box {
  double left = std::numeric_limits<double>::infinity();
  double top = std::numeric_limits<double>::infinity();
  double right = -std::numeric_limits<double>::infinity();
  double bottom = -std::numeric_limits<double>::infinity();
};

/// Corners of the pixels along the four edges of a raster, at most 1024 steps a side: an edge of a tile of 110 km bends
/// by less than a hundredth of a pixel of 10 m between two of them.
void outline(Size size, std::vector<double>& x, std::vector<double>& y) {
  const int steps_x = std::min(size.width, 1024);
  const int steps_y = std::min(size.height, 1024);
  for (int i = 0; i <= steps_x; ++i) {
    const double column = static_cast<double>(size.width) * i / steps_x;
    x.insert(x.end(), {column, column});
    y.insert(y.end(), {0.0, static_cast<double>(size.height)});
  }
  for (int i = 0; i <= steps_y; ++i) {
    const double row = static_cast<double>(size.height) * i / steps_y;
    x.insert(x.end(), {0.0, static_cast<double>(size.width)});
    y.insert(y.end(), {row, row});
  }
}

Box box_of(const SceneGrid& scene, const SceneGrid& reference) {
  std::vector<double> x;
  std::vector<double> y;
  outline(scene.grid.size, x, y);
  std::vector<int> mapped(x.size());
  PixelMap(scene.grid, reference.grid).map(x, y, mapped);
  if (std::find(mapped.begin(), mapped.end(), 0) != mapped.end())
    throw UserError(fmt::format("{} has no place in {}, the CRS of {}", scene.label, crs_label(reference.grid.crs),
                                reference.label),
                    "map it apart: give scenes of one region in one run");
  const auto [left, right] = std::minmax_element(x.begin(), x.end());
  const auto [top, bottom] = std::minmax_element(y.begin(), y.end());
  return {*left, *top, *right, *bottom};
}

UserError too_far_apart(const std::string& label) {
  return UserError(fmt::format("{} lies too far from the other scenes for one raster", label),
                   "give scenes of one region in one run");
}

/// Whole pixels around a box; what reaches over an edge by less than a hundredth of a pixel does not count.
Window whole_pixels(const Box& box, const std::string& label) {
  constexpr double tolerance = 0.01;
  const double left = std::floor(box.left + tolerance);
  const double top = std::floor(box.top + tolerance);
  const double right = std::ceil(box.right - tolerance);
  const double bottom = std::ceil(box.bottom - tolerance);
  // A raster has at most as many columns and rows as GDAL counts.
  constexpr double most = std::numeric_limits<int>::max() / 2.0;
  if (!(left > -most && top > -most && right < most && bottom < most && right - left < most && bottom - top < most))
    throw too_far_apart(label);
  return {static_cast<int>(left), static_cast<int>(top), static_cast<int>(right - left),
          static_cast<int>(bottom - top)};
}

}  // namespace

double pixel_side_m(const Grid& grid) {
  if (!grid.georeferenced) return 1;
  const auto& a = grid.transform.a;
  const double side = std::sqrt(std::abs(a[1] * a[5] - a[2] * a[4]));
  if (grid.crs.empty()) return side;
  constexpr double radius_m = 6378137;  // WGS 84, semi-major axis
  return side * metres_per_unit(grid.crs).value_or(radius_m * std::numbers::pi / 180);
}

std::vector<int> ranks_of_pixels(const std::vector<SceneGrid>& scenes) {
  std::vector<double> sides;
  for (const SceneGrid& scene : scenes) sides.push_back(pixel_side_m(scene.grid));
  std::vector<double> sizes = sides;
  std::sort(sizes.begin(), sizes.end());
  // Of each size the finest side stays.
  std::size_t kept = 0;
  for (const double side : sizes)
    if (kept == 0 || side > sizes[kept - 1] * 1.001) sizes[kept++] = side;
  sizes.resize(kept);
  std::vector<int> ranks;
  for (const double side : sides)
    ranks.push_back(static_cast<int>(std::upper_bound(sizes.begin(), sizes.end(), side) - sizes.begin()) - 1);
  return ranks;
}

SeriesGrid grid_of_series(const std::vector<SceneGrid>& scenes, Extent extent) {
  const std::vector<int> ranks = ranks_of_pixels(scenes);
  SeriesGrid chosen;
  chosen.scene = static_cast<std::size_t>(std::find(ranks.begin(), ranks.end(), 0) - ranks.begin());
  const SceneGrid& reference = scenes[chosen.scene];
  chosen.grid = reference.grid;
  if (extent == Extent::first) return chosen;
  Window all = Window::of(reference.grid.size);
  double covered = static_cast<double>(all.width) * all.height;  // pixels, those under several scenes counted again
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    const bool again = i > 0 && scenes[i].grid == scenes[i - 1].grid;
    if (again || !grid_difference_geo(scenes[i].grid, reference.grid)) continue;
    const Window own = whole_pixels(box_of(scenes[i], reference), scenes[i].label);
    all = all.united(own);
    covered += static_cast<double>(own.width) * own.height;
    // Scenes of two regions by mistake make a raster of nothing that runs for hours: of its pixels not one in a hundred
    // would be seen.
    if (static_cast<double>(all.width) * all.height > 100 * covered) throw too_far_apart(scenes[i].label);
  }
  chosen.grid.size = all.size();
  chosen.grid.transform = reference.grid.transform.shifted(all.x, all.y);
  return chosen;
}

double covered_share(const Grid& grid, const Grid& scene) {
  constexpr int points = 64;  // a side
  std::vector<double> x;
  std::vector<double> y;
  for (int row = 0; row < points; ++row) {
    for (int column = 0; column < points; ++column) {
      x.push_back((column + 0.5) * grid.size.width / points);
      y.push_back((row + 0.5) * grid.size.height / points);
    }
  }
  std::vector<int> mapped(x.size());
  PixelMap(grid, scene).map(x, y, mapped);
  int inside = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    inside += mapped[i] != 0 && x[i] >= 0 && y[i] >= 0 && x[i] < scene.size.width && y[i] < scene.size.height;
  return static_cast<double>(inside) / (points * points);
}

void tell_grid(Wiring& wiring, const SeriesGrid& chosen, const std::vector<SceneGrid>& scenes, Extent extent) {
  const Grid& grid = chosen.grid;
  std::string unit;
  if (grid.georeferenced && !grid.crs.empty()) unit = metres_per_unit(grid.crs) ? " m" : "°";
  const double side = unit == " m" ? pixel_side_m(grid) : std::abs(grid.georeferenced ? grid.transform.a[1] : 1.0);
  const std::string place = grid.georeferenced ? ", " + crs_label(grid.crs) : "";
  wiring.report("grid", fmt::format("{} x {} pixels of {:.7g}{}{}, those of {}", grid.size.width, grid.size.height,
                                    side, unit, place, scenes[chosen.scene].label));
  if (extent == Extent::all) return;  // there no scene need cover the others
  std::vector<std::string> little;
  double share = 1;
  for (std::size_t i = 0; i < scenes.size(); ++i) {
    if (i == 0 || !(scenes[i].grid == scenes[i - 1].grid))
      share = grid_difference_geo(grid, scenes[i].grid) ? covered_share(grid, scenes[i].grid) : 1;
    if (share < 0.5) little.push_back(fmt::format("{} {:.0f} %", scenes[i].label, 100 * share));
  }
  if (little.empty()) return;
  const std::size_t count = little.size();
  constexpr std::size_t named = 5;
  if (count > named) {
    little.resize(named);
    little.push_back(fmt::format("and {} more", count - named));
  }
  wiring.warn(
      fmt::format("{} of {} scenes cover less than half of the grid, that of {}: {}; `-extent all` maps all "
                  "that the scenes cover",
                  count, scenes.size(), scenes[chosen.scene].label, join(little, ", ")));
}

}  // namespace cers::series
