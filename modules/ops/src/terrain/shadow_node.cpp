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

using LateShadow = Late<std::shared_ptr<const ShadowBits>>;

struct Part {
  Window window;
  std::vector<float> pixels;
};

/// Collects a whole raster, part by part in any order.
class Gather {
 public:
  using State = std::vector<Part>;
  using Result = std::vector<float>;
  static constexpr bool exact = true;
  explicit Gather(Size size) : size_(size) {}
  std::size_t state_bytes() const { return sizeof(State); }
  /// Once more while the parts are put together.
  std::size_t result_bytes() const { return 2 * static_cast<std::size_t>(size_.area()) * sizeof(float); }

  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window chunk) const {
    const auto plane = pixels.plane<float>(0);
    Part part{chunk, {}};
    part.pixels.reserve(static_cast<std::size_t>(chunk.width) * static_cast<std::size_t>(chunk.height));
    for (int y = chunk.y; y < chunk.bottom(); ++y) {
      const auto row = plane.row(y, chunk);
      part.pixels.insert(part.pixels.end(), row.begin(), row.end());
    }
    state.push_back(std::move(part));
  }
  void merge(State& into, State&& from) const {
    into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }
  Result finish(State&& state) const {
    Result whole(static_cast<std::size_t>(size_.area()), std::numeric_limits<float>::quiet_NaN());
    for (Part& part : state) {
      const Window& w = part.window;
      for (int y = 0; y < w.height; ++y) {
        std::copy_n(part.pixels.begin() + static_cast<std::ptrdiff_t>(y) * w.width, w.width,
                    whole.begin() + static_cast<std::ptrdiff_t>(w.y + y) * size_.width + w.x);
      }
      part.pixels = {};
    }
    return whole;
  }

 private:
  Size size_;
};

class ShadowNode final : public PixelwiseNode {
 public:
  ShadowNode(Grid grid, LateShadow late, int column, int line)
      : grid_(std::move(grid)), late_(late), column_(column), line_(line) {}
  std::string name() const override { return "cast shadow"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    BandInfo band;
    band.name = "shadow";
    band.description = "1 where higher ground hides the sun";
    return {grid_, {band}, PixelType::u8};
  }
  std::unique_ptr<const Node> bind(const LateValues& values) const override {
    auto bound = std::make_unique<ShadowNode>(*this);
    bound->bits_ = values.get(late_);
    return bound;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<std::uint8_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      const int x = row.x + static_cast<int>(i) + column_;
      const int y = row.y + line_;
      const bool inside = x >= 0 && y >= 0 && x < bits_->size.width && y < bits_->size.height;
      out[i] = inside && bits_->at(x, y) ? 1 : 0;
    }
  }

 private:
  Grid grid_;
  LateShadow late_;
  int column_;
  int line_;
  std::shared_ptr<const ShadowBits> bits_;
};

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

LateShadow add_cast_shadow(Graph& graph, Edge altitude, const SunPosition& sun) {
  const RasterInfo& info = graph.info(altitude);
  CERS_EXPECT(info.type == PixelType::f32 && info.bands.size() == 1);
  const Size size = info.grid.size;
  const double pixel = info.grid.transform.a[1];
  const auto heights = graph.reduce(Gather(size), altitude, "terrain");
  return graph.then(
      [size, pixel, sun](const TaskContext&, const std::vector<float>& field) {
        return std::make_shared<const ShadowBits>(cast_shadow(field, size, pixel, sun));
      },
      "cast shadow", heights);
}

std::unique_ptr<const Node> make_shadow(const Grid& grid, LateShadow shadow, int column, int line) {
  return std::make_unique<ShadowNode>(grid, shadow, column, line);
}

std::unique_ptr<const Node> make_incidence(const RasterInfo& altitude, const SunPosition& sun) {
  CERS_EXPECT(altitude.type == PixelType::f32);
  return std::make_unique<Incidence>(altitude, sun);
}

}  // namespace cers
