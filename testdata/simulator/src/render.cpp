// SPDX-License-Identifier: Apache-2.0
// From surfaces and light to the radiance field at 5 m, as reflectance.
#include <algorithm>
#include <cmath>
#include <vector>

#include "cers/core/vector_clones.hpp"
#include "light.hpp"
#include "spectra.hpp"
#include "surface.hpp"
#include "upsample.hpp"

namespace cers::simulator {
namespace {

constexpr std::array<float, band_count> wavelengths = {492, 560, 665, 704, 740, 782, 833, 865, 1612, 2200};  // nm

/// Rows common to all bands.
struct LightRows {
  std::vector<float> direct;   ///< of flat ground in the sun: 1
  std::vector<float> diffuse;  ///< of open ground without cloud: 1
  std::vector<float> terrain;  ///< share of the half-space filled by opposite slopes
  std::vector<float> through;
  std::vector<float> added;
  std::vector<float> bare;
  std::vector<float> green;
  std::vector<float> crown_bare;
  std::vector<float> crown_green;
  std::vector<int> kind;
  std::vector<float> view;
  std::vector<float> work;
};

struct RenderScratch final : Scratch {
  LightRows rows;
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

struct BandModel {
  float diffuse;
  float fresh;
  float old;
  float dirty;
  float crown_snow;
  float land;  ///< reflectance of opposite slopes without snow
};

struct SurfaceRows {
  const float* green;
  const float* leaves;
  const float* brightness;
  const float* trees;
  const float* snow;
  const float* canopy;
  const float* age;
  const float* dirt;
};

CERS_VECTOR_CLONES void band_row(BandModel m, SurfaceRows s, const float* bare, const float* green,
                                 const float* crown_bare, const float* crown_green, const float* direct,
                                 const float* diffuse, const float* terrain, const float* through, const float* added,
                                 const float* view, float* __restrict out, int count) {
  for (int i = 0; i < count; ++i) {
    float white = m.fresh + s.age[i] * (m.old - m.fresh);
    white += s.dirt[i] * (m.dirty - white);
    // The kernels of the view are those of land; snow is near enough the same from all angles within the swath.
    const float seen = 1.0F + view[i];
    float ground = (bare[i] + s.green[i] * (green[i] - bare[i])) * s.brightness[i] * seen;
    ground += s.snow[i] * (white - ground);
    float crown = (crown_bare[i] + s.leaves[i] * (crown_green[i] - crown_bare[i])) * seen;
    crown += s.canopy[i] * (m.crown_snow - crown);
    // Between crowns of 20 m the ground of gaps lies mostly in their shade under a winter sun.
    const float shaded = ground * (1.0F - 0.85F * s.trees[i]);
    const float surface = shaded + s.trees[i] * (crown - shaded);
    const float opposite = m.land + s.snow[i] * (0.8F * white - m.land);
    const float light = (1.0F - m.diffuse) * direct[i] + m.diffuse * diffuse[i] + 0.8F * opposite * terrain[i];
    out[i] = surface * light * through[i] + added[i];
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
        spectra_(spectra_of(recipe.spectra)) {
    const auto shares = diffuse_shares(recipe);
    // Oblique light meets fewer crystals before it leaves again: snow is brighter in the SWIR under a low sun.
    const auto low_sun = static_cast<float>(1 + 0.5 * (1 - sun.centre[2]));
    for (std::size_t b = 0; b < band_count; ++b) {
      const float gain = b < 8 ? 1.0F : low_sun;
      BandModel& m = models_[b];
      m = {shares[b],
           spectra_.fresh_snow[b] * (b < 8 ? 1.0F : std::min(low_sun, 1.15F)),
           spectra_.old_snow[b] * gain,
           spectra_.dirty_snow[b] * gain,
           spectra_.crown_snow[b],
           0.5F * (spectra_.surfaces[static_cast<std::size_t>(Surface::rock)].bare[b] +
                   spectra_.surfaces[static_cast<std::size_t>(Surface::grassland)].green[b])};
      for (std::size_t c = 0; c < surface_count; ++c) {
        const Mixture& mixture = spectra_.surfaces[c];
        bare_[b][c] = mixture.bare[b];
        green_[b][c] = mixture.green[b];
        crown_bare_[b][c] = mixture.crown_bare[b];
        crown_green_[b][c] = mixture.crown_green[b];
      }
    }
  }
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

  using Table = std::array<std::array<float, surface_count>, band_count>;
  Grid grid_;
  Frame frame_;
  Nest terrain_;
  Nest surface_;
  Nest light_;
  Nest sky_;
  Nest veil_;
  SunField sun_;
  std::optional<DirectionalGain> view_;
  const Spectra& spectra_;
  std::array<BandModel, band_count> models_{};
  Table bare_{};
  Table green_{};
  Table crown_bare_{};
  Table crown_green_{};
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

void look_up(const std::array<float, surface_count>& table, const std::vector<int>& kind, std::vector<float>& out) {
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = table[static_cast<std::size_t>(kind[i])];
}

void RenderNode::compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const {
  const Window w = output.window();
  const auto count = static_cast<std::size_t>(w.width);
  LightRows& r = static_cast<RenderScratch&>(*scratch).rows;
  for (auto* row : {&r.view, &r.direct, &r.diffuse, &r.terrain, &r.through, &r.added, &r.bare, &r.green, &r.crown_bare,
                    &r.crown_green}) {
    row->resize(count);
  }
  r.kind.resize(count);
  const auto altitude = inputs[0]->plane<float>(0);
  const float per_metre = 1.0F / static_cast<float>(frame_.step);
  for (int y = w.y; y < w.bottom(); ++y) {
    const auto upsampled = [&](std::size_t input, int band, const Nest& nest, std::vector<float>& to) {
      upsample_row(*inputs[input], band, nest, w.x, y, r.work, to);
    };
    upsampled(2, 0, light_, r.bare);
    upsampled(3, 3, sky_, r.green);
    upsampled(2, 1, light_, r.crown_bare);
    const int tx = w.x + terrain_.column;
    const int ty = y + terrain_.row;
    for (int x = w.x; x < w.right();) {
      const int stop = std::min(w.right(), (floor_quotient(x, anchor) + 1) * anchor);
      const auto at = static_cast<std::size_t>(x - w.x);
      const auto sun = sun_.at(frame_.x(floor_quotient(x, anchor) * anchor + anchor / 2), frame_.y(y));
      const int column = tx + (x - w.x);
      light_row(&altitude.at(column, ty - 1), &altitude.at(column, ty + 1), &altitude.at(column - 1, ty), per_metre,
                sun, r.bare.data() + at, r.green.data() + at, r.crown_bare.data() + at, r.direct.data() + at,
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
      look_up(bare_[b], r.kind, r.bare);
      look_up(green_[b], r.kind, r.green);
      look_up(crown_bare_[b], r.kind, r.crown_bare);
      look_up(crown_green_[b], r.kind, r.crown_green);
      band_row(models_[b], rows, r.bare.data(), r.green.data(), r.crown_bare.data(), r.crown_green.data(),
               r.direct.data(), r.diffuse.data(), r.terrain.data(), r.through.data(), r.added.data(), r.view.data(),
               output.plane<float>(band).row(y).data(), w.width);
    }
  }
}

}  // namespace

std::array<float, band_count> diffuse_shares(const Recipe& recipe, double scale) {
  std::array<float, band_count> shares{};
  const auto weight = [](float wavelength) {
    const auto um = static_cast<double>(wavelength) / 1000;
    return 1 / (um * um);
  };
  const double blue = weight(wavelengths.front());
  const double swir = weight(wavelengths.back());
  for (std::size_t b = 0; b < band_count; ++b) {
    const double t = (weight(wavelengths[b]) - swir) / (blue - swir);
    shares[b] = static_cast<float>(scale * (recipe.diffuse_swir + t * (recipe.diffuse_blue - recipe.diffuse_swir)));
  }
  return shares;
}

std::unique_ptr<const Node> make_render(const Recipe& recipe, const SunField& sun, const RenderGrids& grids,
                                        const std::optional<DirectionalGain>& view) {
  return std::make_unique<RenderNode>(recipe, sun, grids, view);
}

}  // namespace cers::simulator
