// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "cers/core/error.hpp"
#include "cers/geo/crs.hpp"
#include "cers/geo/pixel_map.hpp"
#include "cers/ops/terrain_shadow.hpp"

namespace cers {
namespace {

class Incidence final : public Node {
 public:
  Incidence(const RasterInfo& altitude, const SunPosition& sun) : pixel_(altitude.grid.transform.a[1]) {
    const double azimuth = sun.azimuth_deg * std::numbers::pi / 180;
    const double elevation = sun.elevation_deg * std::numbers::pi / 180;
    east_ = std::sin(azimuth) * std::cos(elevation);
    north_ = std::cos(azimuth) * std::cos(elevation);
    up_ = std::sin(elevation);
  }
  std::string name() const override { return "incidence"; }
  std::string signature() const override { return fmt::format("incidence {} {} {} {}", pixel_, east_, north_, up_); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {BandInfo{}}, PixelType::f32};
    info.bands[0].name = "incidence";
    info.bands[0].description = "cosine of the angle between sun and ground";
    return info;
  }
  Window required(std::size_t, Window output) const override {
    return {output.x - 1, output.y - 1, output.width + 2, output.height + 2};
  }
  double cost() const override { return 8; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const auto z = inputs[0]->plane<float>(0);
    const auto out = output.plane<float>(0);
    const Window w = output.window();
    for (int y = w.y; y < w.bottom(); ++y) {
      const float* above = &z.at(w.x - 1, y - 1);
      const float* here = &z.at(w.x - 1, y);
      const float* below = &z.at(w.x - 1, y + 1);
      const auto to = out.row(y);
      for (std::size_t i = 0; i < to.size(); ++i) {
        const auto at = [i](const float* row, std::size_t k) { return static_cast<double>(row[i + k]); };
        const double east =
            (at(above, 2) + 2 * at(here, 2) + at(below, 2) - at(above, 0) - 2 * at(here, 0) - at(below, 0)) /
            (8 * pixel_);
        const double north =
            (at(above, 0) + 2 * at(above, 1) + at(above, 2) - at(below, 0) - 2 * at(below, 1) - at(below, 2)) /
            (8 * pixel_);
        to[i] = static_cast<float>((up_ - east * east_ - north * north_) / std::sqrt(1 + east * east + north * north));
      }
    }
  }

 private:
  double pixel_;
  double east_ = 0;
  double north_ = 0;
  double up_ = 1;
};

}  // namespace

SunPosition sun_over(const Grid& grid, double zenith_deg, double azimuth_from_north_deg) {
  SunPosition sun{90 - zenith_deg, azimuth_from_north_deg};
  if (!grid.georeferenced || grid.crs.empty()) return sun;
  // A point due north of the centre, in pixels of the grid: its direction is that of true north.
  constexpr double near = 1e-4;  // degrees, some ten metres
  const Grid degrees{{1, 1}, {{0, near, 0, 0, 0, -near}}, crs_from_epsg(4326), true};
  std::vector<double> x{0.5 * grid.size.width};
  std::vector<double> y{0.5 * grid.size.height};
  std::vector<int> mapped{1};
  PixelMap to_degrees(grid, degrees);
  to_degrees.map(x, y, mapped);
  if (mapped[0] == 0) return sun;
  std::vector<double> north_x{x[0], x[0]};
  std::vector<double> north_y{y[0], y[0] - 1};
  std::vector<int> both{1, 1};
  PixelMap back(degrees, grid);
  back.map(north_x, north_y, both);
  if (both[0] == 0 || both[1] == 0) return sun;
  sun.azimuth_deg += std::atan2(north_x[1] - north_x[0], north_y[0] - north_y[1]) * 180 / std::numbers::pi;
  return sun;
}

LateBits add_cast_shadow(Graph& graph, Edge altitude, const SunPosition& sun) {
  const RasterInfo& info = graph.info(altitude);
  CERS_EXPECT(info.type == PixelType::f32 && info.bands.size() == 1);
  const Size size = info.grid.size;
  const double pixel = info.grid.transform.a[1];
  const auto heights = graph.reduce(GatherReducer<float>(size), altitude, "terrain");
  return graph.then(
      [size, pixel, sun](const TaskContext&, const std::vector<float>& field) {
        return std::make_shared<const PixelBits>(cast_shadow(field, size, pixel, sun));
      },
      "cast shadow", heights);
}

std::unique_ptr<const Node> make_incidence(const RasterInfo& altitude, const SunPosition& sun) {
  CERS_EXPECT(altitude.type == PixelType::f32);
  return std::make_unique<Incidence>(altitude, sun);
}

}  // namespace cers
