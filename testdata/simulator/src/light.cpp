// SPDX-License-Identifier: Apache-2.0
#include "light.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "cers/core/vector_clones.hpp"

namespace cers::simulator {
namespace {

constexpr double pixel = 20;    // m
constexpr float disc = 0.005F;  // the sun's radius is 0.27°, in tangent units near the horizon
constexpr int sky_directions = 8;
constexpr std::array<double, 6> sky_distances = {30, 60, 120, 260, 560, 1200};  // m

/// A place `distance` metres away as whole pixels and the rest.
struct Offset {
  int x;
  int y;
  float fx;
  float fy;
  float per_metre;  ///< 1 / distance
};

Offset offset_of(double east, double north, double distance) {
  const double x = east * distance / pixel;
  const double y = -north * distance / pixel;
  return {static_cast<int>(std::floor(x)), static_cast<int>(std::floor(y)), static_cast<float>(x - std::floor(x)),
          static_cast<float>(y - std::floor(y)), static_cast<float>(1 / distance)};
}

// Tangent of the horizon seen from each pixel of a row, as far as this one offset tells.
CERS_VECTOR_CLONES void raise_horizon(const float* ground, const float* top, const float* low, Offset o, float* horizon,
                                      int count) {
  for (int i = 0; i < count; ++i) {
    const float a = top[i] + o.fx * (top[i + 1] - top[i]);
    const float b = low[i] + o.fx * (low[i + 1] - low[i]);
    const float tangent = (a + o.fy * (b - a) - ground[i]) * o.per_metre;
    horizon[i] = horizon[i] > tangent ? horizon[i] : tangent;
  }
}

CERS_VECTOR_CLONES void add_sky(const float* horizon, float* sky, int count) {
  for (int i = 0; i < count; ++i) {
    const float h = horizon[i] < 0 ? 0 : horizon[i];
    sky[i] += (1.0F / sky_directions) / (1.0F + h * h);  // cos² of the horizon: an evenly bright sky
  }
}

/// Tangent of the elevation of the sun's lower rim as the pixels of a row see it, the least of both ends: it changes
/// linearly to a millionth over a tile.
float least_tangent(const SunField& sun, HalfMetres first, HalfMetres last, HalfMetres y) {
  const auto tangent = [&](HalfMetres x) {
    const auto s = sun.at(x, y);
    return s[2] / std::sqrt(s[0] * s[0] + s[1] * s[1]);
  };
  return std::min(tangent(first), tangent(last)) - disc;
}

// Highest and lowest altitude of a row of `count` pixels; NaN takes no part.
struct Extremes {
  float low = std::numeric_limits<float>::infinity();
  float high = -std::numeric_limits<float>::infinity();
  void add(std::span<const float> row) {
    for (const float z : row) {
      low = z < low ? z : low;
      high = z > high ? z : high;
    }
  }
};

struct LightScratch final : Scratch {
  std::vector<float> horizon;
};

class LightNode final : public Node {
 public:
  LightNode(double relief, const SunField& sun, const Grid& grid, const Grid& terrain)
      : grid_(grid), frame_(frame_of(grid)), nest_(nest_of(grid, terrain)), sun_(sun) {
    const double flat = std::hypot(sun.centre[0], sun.centre[1]);
    const double reach = std::max(shadow_reach(relief, sun, grid), 2 * pixel);
    for (double d = 0.75 * pixel; d < reach; d += 0.5 * pixel) {
      ray_.push_back(offset_of(sun.centre[0] / flat, sun.centre[1] / flat, d));
      distances_.push_back(static_cast<float>(d));
    }
    // Eight directions by a rational turn, so that no library's cosine decides.
    constexpr double half = 0.70710678118654752;
    constexpr std::array<std::array<double, 2>, sky_directions> compass = {
        {{0, 1}, {half, half}, {1, 0}, {half, -half}, {0, -1}, {-half, -half}, {-1, 0}, {-half, half}}};
    for (std::size_t k = 0; k < compass.size(); ++k) {
      for (double d : sky_distances) around_[k].push_back(offset_of(compass[k][0], compass[k][1], d));
    }
    const auto include = [&](const Offset& o) {
      halo_.left = std::max(halo_.left, -o.x);
      halo_.right = std::max(halo_.right, o.x + 1);
      halo_.top = std::max(halo_.top, -o.y);
      halo_.bottom = std::max(halo_.bottom, o.y + 1);
    };
    for (const Offset& o : ray_) include(o);
    for (const auto& direction : around_) {
      for (const Offset& o : direction) include(o);
    }
  }
  std::string name() const override { return "light"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("lit share", "1"), band_named("sky view", "1")}, PixelType::f32};
  }
  Window required(std::size_t, Window output) const override { return nest_.fine(output).grown(halo_); }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<LightScratch>(); }
  double cost() const override { return static_cast<double>(ray_.size()) + 60; }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    const Window w = output.window();
    const auto terrain = inputs[0]->plane<float>(0);
    auto& horizon = static_cast<LightScratch&>(*scratch).horizon;
    horizon.resize(static_cast<std::size_t>(w.width));
    const auto look = [&](int y, std::span<const Offset> offsets, float start) {
      std::fill(horizon.begin(), horizon.end(), start);
      const int ty = y + nest_.row;
      const int tx = w.x + nest_.column;
      for (const Offset& o : offsets) {
        raise_horizon(&terrain.at(tx, ty), &terrain.at(tx + o.x, ty + o.y), &terrain.at(tx + o.x, ty + o.y + 1), o,
                      horizon.data(), w.width);
      }
    };
    Extremes all;
    for (int y = terrain.window.y; y < terrain.window.bottom(); ++y) all.add(terrain.row(y));
    for (int y = w.y; y < w.bottom(); ++y) {
      const auto lit = output.plane<float>(0).row(y);
      const auto sky = output.plane<float>(1).row(y);
      Extremes here;
      here.add(terrain.row(y + nest_.row, {w.x + nest_.column, y + nest_.row, w.width, 1}));
      // No ground is high enough to stand before the sun from farther away: looking there changes nothing.
      const float lowest_sun = least_tangent(sun_, frame_.x(w.x), frame_.x(w.right() - 1), frame_.y(y));
      const float drop = (all.high - here.low) * 1.001F + 1.0F;
      const auto end = std::upper_bound(distances_.begin(), distances_.end(), drop / std::max(lowest_sun, 0.01F));
      look(y, {ray_.data(), static_cast<std::size_t>(end - distances_.begin())}, -1);
      for (int i = 0; i < w.width; ++i) {
        const auto s = sun_.at(frame_.x(w.x + i), frame_.y(y));
        const float elevation = s[2] / std::sqrt(s[0] * s[0] + s[1] * s[1]);
        const auto at = static_cast<std::size_t>(i);
        lit[at] = clamped((elevation - horizon[at]) * (0.5F / disc) + 0.5F, 0, 1);
      }
      std::fill(sky.begin(), sky.end(), 0.0F);
      for (const auto& direction : around_) {
        look(y, direction, 0);
        add_sky(horizon.data(), sky.data(), w.width);
      }
    }
  }

 private:
  Grid grid_;
  Frame frame_;
  Nest nest_;
  SunField sun_;
  std::vector<Offset> ray_;
  std::vector<float> distances_;  ///< of ray_
  std::array<std::vector<Offset>, sky_directions> around_;
  Halo halo_;
};

}  // namespace

double shadow_reach(double drop, const SunField& sun, const Grid& grid) {
  const Frame frame = frame_of(grid);
  double tangent = std::numeric_limits<double>::infinity();
  for (const int row : {0, grid.size.height - 1}) {
    const float least = least_tangent(sun, frame.x(0), frame.x(grid.size.width - 1), frame.y(row));
    tangent = std::min(tangent, static_cast<double>(least));
  }
  return drop / std::max(tangent, 0.01);
}

int light_halo(double relief, const SunField& sun, const Grid& grid) {
  return static_cast<int>(std::ceil(std::max(shadow_reach(relief, sun, grid), sky_distances.back()) / pixel)) + 3;
}

std::unique_ptr<const Node> make_light(double relief, const SunField& sun, const Grid& grid, const Grid& terrain) {
  return std::make_unique<LightNode>(relief, sun, grid, terrain);
}

}  // namespace cers::simulator
