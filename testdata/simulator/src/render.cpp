// SPDX-License-Identifier: Apache-2.0
// From surfaces and light to the radiance field at 5 m, as reflectance.
#include <algorithm>
#include <cmath>
#include <vector>

#include "cers/core/vector_clones.hpp"
#include "light.hpp"
#include "mixture.hpp"
#include "surface.hpp"
#include "upsample.hpp"

namespace cers::simulator {
namespace {

/// Rows common to all bands.
struct RenderRows {
  std::vector<float> direct;
  std::vector<float> diffuse;
  std::vector<float> terrain;
  std::vector<float> through;
  std::vector<float> added;
  std::vector<float> lit;
  std::vector<float> cloud;
  std::vector<float> sky;
  Materials::Rows materials;
  std::vector<int> kind;
  std::vector<float> view;
  std::vector<float> work;
};

struct RenderScratch final : Scratch {
  RenderRows rows;
};

// In: lit share, sunlight through clouds and sky view. Out: the three factors of light.
CERS_VECTOR_CLONES void light_row(const float* above, const float* below, const float* left, float per_metre,
                                  std::array<float, 3> sun, const float* lit, const float* cloud, const float* sky,
                                  float* __restrict direct, float* __restrict diffuse, float* __restrict terrain,
                                  int count) {
  for (int i = 0; i < count; ++i) {
    const float east = (left[i + 2] - left[i]) * per_metre;
    const float north = (above[i] - below[i]) * per_metre;
    const float incidence = (sun[2] - east * sun[0] - north * sun[1]) / std::sqrt(1.0F + east * east + north * north);
    direct[i] = lit[i] * cloud[i] * (incidence < 0 ? 0 : incidence) / sun[2];
    // Under a cloud the sky is brighter than its loss of direct light would say.
    diffuse[i] = sky[i] * (0.75F + 0.25F * cloud[i]);
    terrain[i] = (1.0F - sky[i]) * (0.35F + 0.65F * cloud[i]);
  }
}

class RenderNode final : public Node {
 public:
  RenderNode(const Recipe& recipe, const SunField& sun, const RenderGrids& grids,
             const std::optional<DirectionalGain>& view)
      : grid_(grids.fine),
        frame_(frame_of(grids.fine)),
        terrain_(nest_of(grids.fine, grids.terrain)),
        surface_(nest_of(grids.fine, grids.surface)),
        light_(nest_of(grids.light, grids.fine)),
        sky_(nest_of(grids.sky, grids.fine)),
        veil_(nest_of(grids.veil, grids.fine)),
        sun_(sun),
        view_(view),
        materials_(recipe, sun.centre[2]) {}
  std::string name() const override { return "render"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    RasterInfo info{grid_, {}, PixelType::f32};
    for (const char* band : band_names) info.bands.push_back(band_named(band, "1"));
    return info;
  }
  Window required(std::size_t input, Window output) const override {
    switch (input) {
      case 0:
        return grown(terrain_.fine(output), 1);
      case 1:
        return surface_.fine(output);
      case 2:
        return upsample_window(light_, output);
      case 3:
        return upsample_window(sky_, output);
      default:
        return upsample_window(veil_, output);
    }
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<RenderScratch>(); }
  double cost() const override { return 60; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override;

 private:
  /// By how much land is brighter than from above, along a row.
  void seen_row(int band, int x0, int y, std::vector<float>& out) const;

  Grid grid_;
  Frame frame_;
  Nest terrain_;
  Nest surface_;
  Nest light_;
  Nest sky_;
  Nest veil_;
  SunField sun_;
  std::optional<DirectionalGain> view_;
  Materials materials_;
};

// Pixels over which sun and view stand still (320 m), counted from the grid's edge, so that tiles do not matter.
constexpr int anchor = 64;

void RenderNode::seen_row(int band, int x0, int y, std::vector<float>& out) const {
  if (!view_) {
    std::fill(out.begin(), out.end(), 0.0F);
    return;
  }
  const HalfMetres ym = frame_.y(y);
  const int count = static_cast<int>(out.size());
  for (int i = 0; i < count;) {
    const HalfMetres x = frame_.x(x0 + i);
    const int strip = strip_at(x, ym);
    const int first = floor_quotient(x0 + i, anchor) * anchor;
    const int to_seam = (strip_end(strip, ym) - x + frame_.step - 1) / frame_.step;
    const int run = std::min({count - i, to_seam, first + anchor - (x0 + i)});
    std::fill_n(out.begin() + i, run, view_->at(band, frame_.x(first + anchor / 2), ym, strip) - 1.0F);
    i += run;
  }
}

void RenderNode::compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const {
  const Window w = output.window();
  const auto count = static_cast<std::size_t>(w.width);
  RenderRows& r = static_cast<RenderScratch&>(*scratch).rows;
  for (auto* row : {&r.view, &r.direct, &r.diffuse, &r.terrain, &r.through, &r.added, &r.lit, &r.cloud, &r.sky})
    row->resize(count);
  r.materials.resize(count);
  r.kind.resize(count);
  const auto altitude = inputs[0]->plane<float>(0);
  const float per_metre = 1.0F / static_cast<float>(frame_.step);
  for (int y = w.y; y < w.bottom(); ++y) {
    const auto upsampled = [&](std::size_t input, int band, const Nest& nest, std::vector<float>& to) {
      upsample_row(*inputs[input], band, nest, w.x, y, r.work, to);
    };
    upsampled(2, 0, light_, r.lit);
    upsampled(3, 3, sky_, r.cloud);
    upsampled(2, 1, light_, r.sky);
    const int tx = w.x + terrain_.column;
    const int ty = y + terrain_.row;
    for (int x = w.x; x < w.right();) {
      const int stop = std::min(w.right(), (floor_quotient(x, anchor) + 1) * anchor);
      const auto at = static_cast<std::size_t>(x - w.x);
      const auto sun = sun_.at(frame_.x(floor_quotient(x, anchor) * anchor + anchor / 2), frame_.y(y));
      const int column = tx + (x - w.x);
      light_row(&altitude.at(column, ty - 1), &altitude.at(column, ty + 1), &altitude.at(column - 1, ty), per_metre,
                sun, r.lit.data() + at, r.cloud.data() + at, r.sky.data() + at, r.direct.data() + at,
                r.diffuse.data() + at, r.terrain.data() + at, stop - x);
      x = stop;
    }
    const auto surface = [&](SurfaceBand band) {
      return &inputs[1]->plane<float>(band).at(w.x + surface_.column, y + surface_.row);
    };
    const float* kind = surface(surface_class);
    for (std::size_t i = 0; i < count; ++i) r.kind[i] = static_cast<int>(kind[i]);
    const SurfaceRows rows{surface(surface_green), surface(surface_leaves), surface(surface_brightness),
                           surface(surface_trees), surface(surface_snow),   surface(surface_canopy),
                           surface(surface_age),   surface(surface_dirt)};
    for (int band = 0; band < band_count; ++band) {
      const auto b = static_cast<std::size_t>(band);
      seen_row(band, w.x, y, r.view);
      upsampled(4, band, veil_, r.through);
      upsampled(4, band_count + band, veil_, r.added);
      materials_.look_up(b, r.kind, r.materials);
      const LightRows light{r.direct.data(),  r.diffuse.data(), r.terrain.data(),
                            r.through.data(), r.added.data(),   r.view.data()};
      mix_row(materials_.model(b), rows, r.materials, light, output.plane<float>(band).row(y).data(), w.width);
    }
  }
}

}  // namespace

std::unique_ptr<const Node> make_render(const Recipe& recipe, const SunField& sun, const RenderGrids& grids,
                                        const std::optional<DirectionalGain>& view) {
  return std::make_unique<RenderNode>(recipe, sun, grids, view);
}

}  // namespace cers::simulator
