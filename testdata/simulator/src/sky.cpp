// SPDX-License-Identifier: Apache-2.0
#include "sky.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "clouds.hpp"
#include "light.hpp"
#include "view.hpp"

namespace cers::simulator {
namespace {

constexpr double pixel = 20;  // m

/// The largest tangent of the view angle over a grid.
double steepest_view(const ViewField& view, const Grid& grid) {
  const Frame frame = frame_of(grid);
  double most = 0;
  for (const int row : {0, grid.size.height - 1}) {
    for (const int column : {0, grid.size.width - 1}) {
      const ViewTangent tangent = view.mean(frame.x(column), frame.y(row));
      most = std::max(most, std::hypot(tangent.east, tangent.north));
    }
  }
  return most;
}

class SkyNode final : public Node {
 public:
  SkyNode(const Recipe& recipe, const SceneDate& date, double relief, const SunField& sun, const Grid& grid,
          const Grid& terrain)
      : grid_(grid),
        frame_(frame_of(grid)),
        ground_frame_(frame_of(terrain)),
        nest_(nest_of(grid, terrain)),
        sun_(sun),
        view_(recipe, date),
        depth_(static_cast<float>(cloud_depth(recipe, date, relief))) {
    for (std::uint32_t i = 0; i < 3; ++i) fields_.emplace_back(recipe, date, i);
    const double flat = std::hypot(sun.centre[0], sun.centre[1]);
    // A tenth more for the sun's azimuth, which turns by a degree over a tile.
    const double away = 1.1 * shadow_reach(cloud_depth(recipe, date, relief), sun, grid) / pixel;
    const double aside = 1.1 * cloud_depth(recipe, date, relief) * steepest_view(view_, grid) / pixel;
    const auto far = [&](double share) {
      return static_cast<int>(std::ceil(std::max(aside, away * std::max(0.0, share / flat + 0.05)))) + 2;
    };
    halo_ = {far(-sun.centre[0]), far(sun.centre[1]), far(sun.centre[0]), far(-sun.centre[1])};
  }
  std::string name() const override { return "sky"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    RasterInfo info{grid_, {}, PixelType::f32};
    for (const char* band : {"low cloud", "middle cloud", "high cloud", "sunlight"}) {
      info.bands.push_back(band_named(band, "1"));
    }
    return info;
  }
  Window required(std::size_t, Window output) const override { return nest_.fine(output).grown(halo_); }
  double cost() const override { return 900; }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto altitude = inputs[0]->plane<float>(0);
    for (int y = w.y; y < w.bottom(); ++y) {
      const auto ground = altitude.row(y + nest_.row, {w.x + nest_.column, y + nest_.row, w.width, 1});
      for (int band = 0; band < 3; ++band) {
        clouds_row(fields_[static_cast<std::size_t>(band)], altitude, ground, w.x, y, output.plane<float>(band).row(y));
      }
      light_row(altitude, ground, w.x, y, output.plane<float>(sky_sun).row(y));
    }
  }

 private:
  /// Thickness of a layer over a place, for ground at altitude `z` that looks through it; none where the terrain there
  /// reaches above the layer.
  float over(const CloudField& field, const Plane<const float>& altitude, HalfMetres x, HalfMetres y, float z) const {
    float below = z;
    if (field.height() - z <= depth_) {  // else the layer lies above all ground
      const int column = floor_quotient(x - ground_frame_.x0 + ground_frame_.step / 2, ground_frame_.step);
      const int row = floor_quotient(ground_frame_.y0 - y + ground_frame_.step / 2, ground_frame_.step);
      below = altitude.at(column, row);
      if (below >= field.height()) return 0;
    }
    return field.at(x, y, below);
  }

  /// A cloud is seen away from the sensor, by its height above the ground times the tangent of the view angle. That
  /// angle stands still over squares of 640 m of the map.
  void clouds_row(const CloudField& field, const Plane<const float>& altitude, std::span<const float> ground, int x0,
                  int y, std::span<float> out) const {
    std::fill(out.begin(), out.end(), 0.0F);
    if (field.empty()) return;
    constexpr HalfMetres square = 1280;
    const HalfMetres ym = frame_.y(y);
    const double line = (floor_quotient(ym, square) + 0.5) * square;
    HalfMetres known = 0;
    float east = 0;
    float north = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
      const HalfMetres x = frame_.x(x0 + static_cast<int>(i));
      const HalfMetres left = floor_quotient(x, square) * square;
      if (i == 0 || left != known) {
        const ViewTangent view = view_.mean(left + 0.5 * square, line);
        east = static_cast<float>(view.east);
        north = static_cast<float>(view.north);
        known = left;
      }
      const float run = 2.0F * (field.height() - ground[i]);
      if (run <= 0) continue;
      out[i] = over(field, altitude, x + rounded(run * east), ym + rounded(run * north), ground[i]);
    }
  }

  /// Along the ray from the ground to the sun through each layer above it.
  void light_row(const Plane<const float>& altitude, std::span<const float> ground, int x0, int y,
                 std::span<float> out) const {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const HalfMetres x = frame_.x(x0 + static_cast<int>(i));
      const HalfMetres ym = frame_.y(y);
      const auto s = sun_.at(x, ym);
      float thickness = 0;
      for (const CloudField& field : fields_) {
        if (field.empty() || field.height() <= ground[i]) continue;
        const float run = 2.0F * (field.height() - ground[i]) / s[2];
        thickness += over(field, altitude, x + rounded(run * s[0]), ym + rounded(run * s[1]), ground[i]);
      }
      // Forward scattering (asymmetry 0.85) counts as direct light: a quarter of the thickness extinguishes.
      out[i] = thickness > 0 ? exponential(-std::min(0.25F * thickness / s[2], 60.0F)) : 1.0F;
    }
  }

  static HalfMetres rounded(float value) { return static_cast<HalfMetres>(std::floor(value + 0.5F)); }

  Grid grid_;
  Frame frame_;
  Frame ground_frame_;
  Nest nest_;
  SunField sun_;
  ViewField view_;
  float depth_;
  std::vector<CloudField> fields_;
  Halo halo_;
};

}  // namespace

double cloud_depth(const Recipe& recipe, const SceneDate& date, double relief) {
  const double lowest = altitude_bound(recipe).low;
  double depth = 0;
  for (const CloudLayer& layer : date.clouds) {
    if (layer.cover <= 0) continue;
    // What the ground does to a layer matters as long as the layer may touch it, or over all ground below a lifted one.
    depth = std::max(depth, layer.lift != 0 ? std::max(relief, layer.height - lowest) : relief);
  }
  return depth;
}

std::unique_ptr<const Node> make_sky(const Recipe& recipe, const SceneDate& date, double relief, const SunField& sun,
                                     const Grid& grid, const Grid& terrain) {
  return std::make_unique<SkyNode>(recipe, date, relief, sun, grid, terrain);
}

}  // namespace cers::simulator
