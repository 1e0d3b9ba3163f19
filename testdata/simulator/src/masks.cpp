// SPDX-License-Identifier: Apache-2.0
#include "masks.hpp"

#include <algorithm>
#include <cmath>

#include "clouds.hpp"
#include "sky.hpp"
#include "truth.hpp"

namespace cers::simulator {
namespace {

RasterInfo mask_info(const Grid& grid, const std::string& name) {
  return {grid, {band_named(name, "bits")}, PixelType::u8};
}

class EdgeMask final : public Node {
 public:
  EdgeMask(const Recipe& recipe, const Grid& grid) : recipe_(recipe), grid_(grid), frame_(frame_of(grid)) {}
  std::string name() const override { return "edge mask"; }
  RasterInfo describe(std::span<const RasterInfo>) const override { return mask_info(grid_, "EDG"); }
  double cost() const override { return 3; }
  void compute(std::span<const Block* const>, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto out = output.plane<std::uint8_t>(0);
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) out.at(x, y) = outside_swath(recipe_, frame_.x(x), frame_.y(y)) ? 1 : 0;
    }
  }

 private:
  Recipe recipe_;
  Grid grid_;
  Frame frame_;
};

class Saturation final : public PixelwiseNode {
 public:
  std::string name() const override { return "saturation"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return mask_info(inputs[0].grid, "SAT"); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    constexpr float range = 1.35F;  // the instrument's radiance range over snow under a summer sun
    const auto out = row.out<std::uint8_t>(0);
    std::fill(out.begin(), out.end(), std::uint8_t{0});
    for (std::size_t band = 0; band < row.inputs.size(); ++band) {
      const auto in = row.in<float>(band);
      for (std::size_t i = 0; i < row.count; ++i) {
        if (in[i] > range) out[i] = static_cast<std::uint8_t>(out[i] | 1U << band);
      }
    }
  }
};

class Interpolated final : public PixelwiseNode {
 public:
  std::string name() const override { return "interpolated atmosphere"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return mask_info(inputs[0].grid, "IAB"); }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto clouds = row.in<std::uint8_t>(0);
    const auto ground = row.in<std::uint8_t>(1);
    const auto out = row.out<std::uint8_t>(0);
    for (std::size_t i = 0; i < row.count; ++i) {
      // No vapour below clouds; no aerosol there, over water (bit 0) or over snow (bit 2).
      const bool cloud = (clouds[i] & 3U) != 0;
      out[i] = static_cast<std::uint8_t>((cloud ? 1U : 0U) | (cloud || (ground[i] & 5U) != 0 ? 2U : 0U));
    }
  }
};

class Atmosphere final : public PixelwiseNode {
 public:
  Atmosphere(const Recipe& recipe, const SceneDate& date, const Grid& grid)
      : frame_(frame_of(grid)),
        vapour_(static_cast<float>(20 * date.water_vapour)),
        aerosol_(static_cast<float>(200 * date.aerosol)),
        seed_(mixed(seed_of(recipe.seed, 120) + static_cast<std::uint32_t>(date.day_of_year()))) {}
  std::string name() const override { return "atmosphere"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {band_named("water vapour", "g/cm2"), band_named("aerosol", "1")}, PixelType::u8};
    return info;
  }
  double cost() const override { return 12; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto outside = row.in<std::uint8_t>(0);
    std::vector<float> noise(row.count);
    for (int band = 0; band < 2; ++band) {
      const float level = band == 0 ? vapour_ : aerosol_;
      fractal_row(seed_ + static_cast<std::uint32_t>(band), 16000, 3, 0.5F, frame_.x(row.x), frame_.step,
                  frame_.y(row.y), noise);
      const auto out = row.out<std::uint8_t>(static_cast<std::size_t>(band));
      for (std::size_t i = 0; i < row.count; ++i) {
        out[i] = outside[i] != 0 ? std::uint8_t{0}
                                 : static_cast<std::uint8_t>(clamped(level * (1 + 0.12F * noise[i]) + 0.5F, 1, 255));
      }
    }
  }

 private:
  Frame frame_;
  float vapour_;
  float aerosol_;
  std::uint32_t seed_;
};

class SceneClasses final : public PixelwiseNode {
 public:
  SceneClasses(const Recipe& recipe, const SceneDate& date, const GroundLight& ground_light, const Grid& grid)
      : recipe_(recipe),
        date_(date),
        ground_light_(ground_light),
        frame_(frame_of(grid)),
        seed_(mixed(seed_of(recipe.seed, 130) + static_cast<std::uint32_t>(date.year * 400 + date.day_of_year()))) {}
  std::string name() const override { return "scene classes"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return mask_info(inputs[0].grid, "SCL"); }
  double cost() const override { return 40; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    std::vector<float> doubt(row.count);  // errors come in patches of some pixels
    fractal_row(seed_, 320, 3, 0.7F, frame_.x(row.x), frame_.step, frame_.y(row.y), doubt);
    const auto truth = [&](int band) { return row.in<float>(static_cast<std::size_t>(band)); };
    const auto sky = [&](int band) { return row.in<float>(static_cast<std::size_t>(truth_bands + band)); };
    constexpr std::size_t after_sky = std::size_t{truth_bands} + std::size_t{sky_bands};
    const auto lit = row.in<float>(after_sky);
    const auto image = [&](std::size_t band) { return row.in<float>(after_sky + 2 + band); };
    const auto red_edge = image(0);
    const auto infrared = image(3);
    const auto swir = image(4);
    constexpr std::size_t bands_20m_count = 6;
    const auto altitude = ground_light_.any() ? image(bands_20m_count) : std::span<const float>();
    const auto changed = truth(truth_changed);
    const auto least = static_cast<float>(recipe_.scl_opacity);
    const auto cirrus = static_cast<float>(recipe_.scl_cirrus);
    // `doubt` above which the knob's share of a normal law lies.
    const float flat = static_cast<float>(recipe_.false_flat > 0 ? -normal_quantile(recipe_.false_flat) : 1e9);
    const float mistaken = static_cast<float>(-normal_quantile(recipe_.scl_false));
    const auto out = row.out<std::uint8_t>(0);
    for (std::size_t i = 0; i < row.count; ++i) {
      if (outside_swath(recipe_, frame_.x(row.x + static_cast<int>(i)), frame_.y(row.y))) {
        out[i] = 0;
        continue;
      }
      const float low = sky(sky_low)[i];
      const float middle = sky(sky_middle)[i];
      const float d = doubt[i];
      const float opaque = 1.0F - exponential(-std::min(0.28F * (low + middle), 60.0F));
      const float high = 1.0F - exponential(-std::min(0.28F * sky(sky_high)[i], 60.0F));
      const float snow = truth(truth_viewable)[i];
      const bool cold = (low > middle ? date_.clouds[0].cold : date_.clouds[1].cold);
      const bool edge = snow > 0.15F && snow < 0.6F;
      const bool bright = red_edge[i] > 0.24F && infrared[i] < 1.5F * red_edge[i] && snow < 0.15F;
      std::uint8_t scl = 7;
      if (opaque > 0.6F && cold && d > 0.6F) {
        scl = 11;  // cold cloud taken for snow
      } else if (opaque > least + 0.3F + 0.1F * d) {
        scl = 9;
      } else if (opaque > least * (1 + 0.4F * d) + 0.15F * snow) {
        scl = 8;
      } else if (high > cirrus * (1 + 0.4F * d)) {
        scl = 10;
      } else if (ground_light_.any() && taken_for_cirrus(altitude[i], infrared[i], swir[i], d)) {
        scl = 10;
      } else if (d > mistaken && (edge || changed[i] > 0.5F || bright)) {
        scl = 8;  // edges of snow, bright soil and fields just harvested taken for cloud
      } else if (snow > 0.6F && d > flat) {
        scl = 8;  // a white plain
      } else if (snow > 0.38F + 0.1F * d) {
        scl = 11;
      } else if (sky(sky_sun)[i] < 0.62F && d < 0.7F) {
        scl = 3;
      } else if (truth(truth_water)[i] > 0.5F + 0.1F * d) {
        scl = 6;
      } else if (lit[i] < 0.4F) {
        scl = 2;
      } else {
        const float index = (infrared[i] - red_edge[i]) / std::max(0.01F, infrared[i] + red_edge[i]);
        scl = index > 0.32F + 0.04F * d ? 4 : (index > 0.02F ? 5 : 7);
      }
      out[i] = scl;
    }
  }

 private:
  bool taken_for_cirrus(float altitude, float infrared, float swir, float doubt) const {
    const float share = ground_light_.called_cloud(ground_light_.seen(altitude, infrared, swir));
    return 1.0F / (1.0F + exponential(clamped(1.7F * doubt, -40, 40))) < share;
  }

  Recipe recipe_;
  SceneDate date_;
  GroundLight ground_light_;
  Frame frame_;
  std::uint32_t seed_;
};

}  // namespace

std::unique_ptr<const Node> make_edge_mask(const Recipe& recipe, const Grid& grid) {
  return std::make_unique<EdgeMask>(recipe, grid);
}
std::unique_ptr<const Node> make_saturation() {
  return std::make_unique<Saturation>();
}
std::unique_ptr<const Node> make_interpolated() {
  return std::make_unique<Interpolated>();
}
std::unique_ptr<const Node> make_atmosphere(const Recipe& recipe, const SceneDate& date, const Grid& grid) {
  return std::make_unique<Atmosphere>(recipe, date, grid);
}
std::unique_ptr<const Node> make_scene_classes(const Recipe& recipe, const SceneDate& date,
                                               const GroundLight& ground_light, const Grid& grid) {
  return std::make_unique<SceneClasses>(recipe, date, ground_light, grid);
}

}  // namespace cers::simulator
