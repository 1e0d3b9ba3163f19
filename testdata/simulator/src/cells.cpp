// SPDX-License-Identifier: Apache-2.0
#include "cells.hpp"

#include <algorithm>

#include "cers/simulator/scene.hpp"
#include "detector.hpp"
#include "frame.hpp"
#include "sky.hpp"
#include "truth.hpp"

namespace cers::simulator {
namespace {

/// Means over a cell.
struct Means {
  float cloudy = 0;   ///< share of cloud pixels
  float opacity = 0;  ///< of low and middle clouds
  float high = 0;     ///< opacity of the high layer
  float snow = 0;
  float dark = 0;     ///< share of shadow pixels
  float changed = 0;  ///< share of fields that lost their green
  float bright = 0;   ///< share of pixels that look like bright bare soil, rock or roofs
  float dim = 0;      ///< share of pixels that are dark in B8A
  float leak = 0;     ///< reflectance of the ground at 1.38 µm, above the atmosphere
};

class Cells final : public Node {
 public:
  Cells(const Recipe& recipe, const SceneDate& date, const GroundLight& light, const Grid& scene)
      : recipe_(recipe),
        light_(light),
        scene_(scene.size),
        grid_(cell_grid(scene)),
        frame_(frame_of(grid_)),
        seed_(mixed(seed_of(recipe.seed, 100) + static_cast<std::uint32_t>(date.year * 400 + date.day_of_year()))) {}
  std::string name() const override { return "detector cells"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("decision", "bits")}, PixelType::u8};
  }
  Window required(std::size_t, Window output) const override {
    return Window{output.x * cell_pixels, output.y * cell_pixels, output.width * cell_pixels,
                  output.height * cell_pixels}
        .clipped(scene_);
  }
  double cost() const override { return 3.0 * cell_pixels * cell_pixels; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        const Window pixels = Window{x * cell_pixels, y * cell_pixels, cell_pixels, cell_pixels}.clipped(scene_);
        output.plane<std::uint8_t>(0).at(x, y) = decided(means_of(inputs, pixels), frame_.x(x), frame_.y(y));
      }
    }
  }

 private:
  static float opacity_of(float thickness) { return 1.0F - exponential(-std::min(0.28F * thickness, 60.0F)); }

  /// B5, B8A and B11 of ground without much green that is brighter than most soils.
  static bool looks_bright(float red_edge, float infrared, float swir) {
    return red_edge > 0.24F && infrared < 1.5F * red_edge && swir > red_edge;
  }

  Means means_of(std::span<const Block* const> inputs, const Window& pixels) const {
    const Block& truth = *inputs[0];
    const Block& sky = *inputs[1];
    const Block& image = *inputs[2];
    Means sum;
    for (int y = pixels.y; y < pixels.bottom(); ++y) {
      for (int x = pixels.x; x < pixels.right(); ++x) {
        const float low = sky.plane<float>(sky_low).at(x, y) + sky.plane<float>(sky_middle).at(x, y);
        const float high = sky.plane<float>(sky_high).at(x, y);
        sum.cloudy += low + high >= least_cloud ? 1.0F : 0.0F;
        sum.opacity += opacity_of(low);
        sum.high += opacity_of(high);
        sum.snow += truth.plane<float>(truth_viewable).at(x, y);
        sum.dark += sky.plane<float>(sky_sun).at(x, y) < most_sunlight ? 1.0F : 0.0F;
        sum.changed += truth.plane<float>(truth_changed).at(x, y);
        const auto seen = [&](int band) { return image.plane<float>(band).at(x, y); };
        sum.bright += looks_bright(seen(0), seen(3), seen(4)) ? 1.0F : 0.0F;
        sum.dim += seen(3) < 0.1F ? 1.0F : 0.0F;
        if (light_.any()) sum.leak += light_.seen(inputs[3]->plane<float>(0).at(x, y), seen(3), seen(4));
      }
    }
    const float scale = 1.0F / static_cast<float>(pixels.area());
    for (float* value :
         {&sum.cloudy, &sum.opacity, &sum.high, &sum.snow, &sum.dark, &sum.changed, &sum.bright, &sum.dim, &sum.leak})
      *value *= scale;
    return sum;
  }

  std::uint8_t decided(const Means& m, HalfMetres x, HalfMetres y) const {
    std::uint8_t bits = 0;
    const auto chance = [&](std::uint32_t use, double share) {
      return static_cast<double>(unit(hashed(seed_ + use, x, y))) < share;
    };
    // What is missed is missed over patches of some cells, so that dilation does not bring all of it back.
    const auto missed = [&](std::uint32_t use, double share) {
      const float doubt = fractal_at(seed_ + use, 1920, 2, 0.5F, x, y);
      return 1.0F / (1.0F + exponential(clamped(-1.7F * doubt, -40, 40))) < static_cast<float>(share);
    };
    const float opacity = std::max(m.opacity, m.high);
    constexpr float thick = 0.35F;
    const double over_snow = recipe_.miss_over_snow * static_cast<double>(m.snow);
    bool by_colour_or_time = true;
    if (m.cloudy >= static_cast<float>(recipe_.least_cover)) {
      // The thinner a cloud, the rather it is missed.
      const double thin = static_cast<double>(clamped(1 - opacity / thick, 0, 1));
      if (!missed(1, recipe_.miss_thick + thin * (recipe_.miss_thin - recipe_.miss_thick) + over_snow)) {
        bits |= cell_cloud;
        if (opacity < 0.12F) bits |= cell_thin;
      }
      // The 1.38 µm band sees high cloud over any ground, but not all of it.
      by_colour_or_time = bits != 0;
      if (m.high > 0.06F && !missed(2, 0.15 + thin * recipe_.miss_thin)) bits |= cell_cloud | cell_high;
    } else if (m.cloudy > 0.2F) {
      // Broken cloud and rims: neither found nor mistaken.
    } else if (m.snow > 0.2F && m.snow < 0.8F && chance(3, recipe_.false_snow_edge)) {
      bits |= cell_cloud;
    } else if (m.changed > 0.25F && chance(9, recipe_.false_change)) {
      bits |= cell_cloud | cell_multi;
    } else if (recipe_.false_flat > 0 && m.snow > 0.6F && missed(12, recipe_.false_flat)) {
      bits |= cell_cloud;  // a white plain, as even as stratus
    } else if (m.snow <= 0.2F && m.bright > 0.25F && chance(4, recipe_.false_bright)) {
      bits |= cell_cloud;
    }
    if (light_.any() && (bits & cell_high) == 0 && missed(10, static_cast<double>(light_.called_cloud(m.leak)))) {
      if (bits == 0) by_colour_or_time = false;
      bits |= cell_cloud | cell_high;
    }
    if ((bits & cell_cloud) != 0) {
      // Clouds come with their neighbours: the wide dilation is drawn for squares of 960 m.
      if (unit(hashed(seed_ + 5, floor_quotient(x, 1920), floor_quotient(y, 1920))) <
          static_cast<float>(recipe_.wide_dilation))
        bits |= cell_wide;
      if (by_colour_or_time) {
        bits |= chance(6, 0.7) ? cell_multi : cell_mono;
        if (chance(7, 0.4)) bits |= cell_mono;
      }
    }
    if (m.dark > 0.35F && !chance(8, recipe_.miss_shadow)) bits |= cell_shadow;
    if (recipe_.false_shadow > 0 && m.dim > 0.6F && missed(13, recipe_.false_shadow)) bits |= cell_shadow;
    return bits;
  }

  Recipe recipe_;
  GroundLight light_;
  Size scene_;
  Grid grid_;
  Frame frame_;
  std::uint32_t seed_;
};

}  // namespace

Grid cell_grid(const Grid& scene) {
  Grid grid = scene;
  grid.size = {ceil_div(scene.size.width, cell_pixels), ceil_div(scene.size.height, cell_pixels)};
  grid.transform.a[1] = cell_side;
  grid.transform.a[5] = -cell_side;
  return grid;
}

std::unique_ptr<const Node> make_cells(const Recipe& recipe, const SceneDate& date, const GroundLight& light,
                                       const Grid& scene) {
  return std::make_unique<Cells>(recipe, date, light, scene);
}

}  // namespace cers::simulator
