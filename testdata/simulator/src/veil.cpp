// SPDX-License-Identifier: Apache-2.0
// What lies between the ground and the sensor, band by band: clouds, the error of the aerosol correction, light from
// the surroundings.
#include <algorithm>
#include <cmath>

#include "adjacency.hpp"
#include "sky.hpp"
#include "upsample.hpp"

namespace cers::simulator {
namespace {

struct VeilScratch final : Scratch {
  std::vector<float> rows;
  std::vector<float> work;
};

// When each band of Sentinel-2 looks at the ground, from first to last, in tenths (order of the detectors in the focal
// plane: B2 B8 B3 B4 B5 B11 B6 B7 B8A B12).
constexpr std::array<float, band_count> look_order = {0, 2, 4, 5, 7, 8, 1, 9, 6, 10};
constexpr int reference_band = 2;
constexpr float deepest_ground = 500;  // m below sea level: the shore of the Dead Sea lies 430 m deep

// Aerosol error falls with wavelength between these two of the recipe: weight of the blue one.
constexpr std::array<float, band_count> aerosol_weight = {1, .85F, .65F, .6F, .55F, .5F, .45F, .42F, .1F, 0};

class VeilNode final : public Node {
 public:
  VeilNode(const Recipe& recipe, const SceneDate& date, const Grid& grid, const Grid& sky, const Grid& terrain,
           const Grid& surroundings)
      : spectra_(spectra_of(recipe.spectra)),
        date_(date),
        grid_(grid),
        frame_(frame_of(grid)),
        nest_(nest_of(grid, sky)),
        terrain_(nest_of(grid, terrain)),
        surroundings_(nest_of(surroundings, grid)),
        scattered_(scattered_shares(date)),
        halo_(veil_halo(recipe, date)),
        rate_(static_cast<float>(recipe.parallax_rate)),
        seed_(mixed(seed_of(recipe.seed, 50) + static_cast<std::uint32_t>(date.day_of_year()) * 977U +
                    static_cast<std::uint32_t>(date.year))) {
    for (std::size_t b = 0; b < band_count; ++b) {
      aerosol_[b] = static_cast<float>(recipe.aerosol_swir) +
                    aerosol_weight[b] * static_cast<float>(recipe.aerosol_blue - recipe.aerosol_swir);
    }
  }
  std::string name() const override { return "veil"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    RasterInfo info{grid_, {}, PixelType::f32};
    for (const char* kind : {"transmission ", "added light "}) {
      for (const char* band : band_names) info.bands.push_back(band_named(std::string(kind) + band, "1"));
    }
    return info;
  }
  Window required(std::size_t input, Window output) const override {
    if (input == 0) return grown(nest_.fine(output), halo_);
    return input == 1 ? terrain_.fine(output) : upsample_window(surroundings_, output);
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<VeilScratch>(); }
  double cost() const override { return 250; }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    const Window w = output.window();
    const auto count = static_cast<std::size_t>(w.width);
    auto& [rows, work] = static_cast<VeilScratch&>(*scratch);
    rows.resize(4 * count);
    const std::span<float> thickness(rows.data(), count);
    const std::span<float> common(rows.data() + count, count);
    const std::span<float> own(rows.data() + 2 * count, count);
    const std::span<float> around(rows.data() + 3 * count, count);
    std::array<bool, 3> present{};
    for (int layer = 0; layer < 3; ++layer) {
      const auto plane = inputs[0]->plane<float>(layer);
      bool& some = present[static_cast<std::size_t>(layer)];
      for (int y = plane.window.y; y < plane.window.bottom() && !some; ++y) {
        const auto row = plane.row(y);
        some = std::any_of(row.begin(), row.end(), [](float t) { return t > 0; });
      }
    }
    for (int y = w.y; y < w.bottom(); ++y) {
      fractal_row(seed_, 16000, 3, 0.6F, frame_.x(w.x), frame_.step, frame_.y(y), common);
      const auto ground =
          inputs[1]->plane<float>(0).row(y + terrain_.row, {w.x + terrain_.column, y + terrain_.row, w.width, 1});
      for (int band = 0; band < band_count; ++band) {
        const auto b = static_cast<std::size_t>(band);
        fractal_row(seed_ + 11 + static_cast<std::uint32_t>(band), 12000, 2, 0.5F, frame_.x(w.x), frame_.step,
                    frame_.y(y), own);
        const auto through = output.plane<float>(band).row(y);
        const auto added = output.plane<float>(band_count + band).row(y);
        // Two thirds of the error are common to all bands.
        for (std::size_t i = 0; i < count; ++i) added[i] = aerosol_[b] * (0.8F * common[i] + 0.6F * own[i]);
        upsample_row(*inputs[2], band, surroundings_, w.x, y, work, around);
        const float strength = scattered_[b];
        for (std::size_t i = 0; i < count; ++i) {
          through[i] = 1.0F - strength;
          added[i] += strength * around[i];
        }
        for (int layer = 0; layer < 3; ++layer) {
          if (!present[static_cast<std::size_t>(layer)]) continue;
          seen(*inputs[0], layer, band, y, w.x, ground, thickness);
          mix(layer, b, thickness, through, added);
        }
      }
    }
  }

 private:
  /// Thickness of a layer as the band sees it: moved along the track by its height above the ground, between pixels
  /// linearly. Ground above the layer sees none of it.
  void seen(const Block& sky, int layer, int band, int y, int x0, std::span<const float> ground,
            std::span<float> out) const {
    const auto height = static_cast<float>(date_.clouds[static_cast<std::size_t>(layer)].height);
    const float tenths = look_order[static_cast<std::size_t>(band)] - look_order[reference_band];
    const float per_metre = 0.1F * tenths * rate_ / 20.0F;  // pixels
    const auto plane = sky.plane<float>(layer);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const float above = height - (ground[i] > -deepest_ground ? ground[i] : -deepest_ground);
      if (above <= 0) {
        out[i] = 0;
        continue;
      }
      const float along = per_metre * above;
      const float dy = along * 0.98F;  // descending orbit: 10° from the meridian
      const float dx = along * 0.17F;
      const float top = std::floor(dy);
      const float left = std::floor(dx);
      const float* from = &plane.at(x0 + static_cast<int>(i) + nest_.column + static_cast<int>(left),
                                    y + nest_.row + static_cast<int>(top));
      const float a = from[0] + (dx - left) * (from[1] - from[0]);
      const float b = from[plane.stride] + (dx - left) * (from[plane.stride + 1] - from[plane.stride]);
      out[i] = a + (dy - top) * (b - a);
    }
  }

  void mix(int layer, std::size_t band, std::span<const float> thickness, std::span<float> through,
           std::span<float> added) const {
    const auto& cloud = date_.clouds[static_cast<std::size_t>(layer)];
    const Spectrum& spectrum = layer == 2 ? spectra_.cirrus : cloud.cold ? spectra_.cold_cloud : spectra_.warm_cloud;
    const float thick = spectrum[band];
    for (std::size_t i = 0; i < thickness.size(); ++i) {
      if (thickness[i] <= 0) continue;
      const float open = exponential(-std::min(0.28F * thickness[i], 60.0F));
      // Dense parts are brighter.
      const float bright = thick * (0.82F + 0.18F * std::min(1.0F, thickness[i] * (1.0F / 35.0F)));
      through[i] *= open;
      added[i] = added[i] * open + (1.0F - open) * bright;
    }
  }

  const Spectra& spectra_;
  SceneDate date_;
  Grid grid_;
  Frame frame_;
  Nest nest_;
  Nest terrain_;
  Nest surroundings_;
  std::array<float, band_count> scattered_;
  int halo_;
  float rate_;
  std::uint32_t seed_;
  std::array<float, band_count> aerosol_{};
};

}  // namespace

int veil_halo(const Recipe& recipe, const SceneDate& date) {
  double highest = 0;
  for (const CloudLayer& layer : date.clouds) highest = std::max(highest, layer.cover > 0 ? layer.height : 0);
  return static_cast<int>(std::ceil(recipe.parallax_rate * (highest + static_cast<double>(deepest_ground)) / 20)) + 2;
}

std::unique_ptr<const Node> make_veil(const Recipe& recipe, const SceneDate& date, const Grid& grid, const Grid& sky,
                                      const Grid& terrain, const Grid& surroundings) {
  return std::make_unique<VeilNode>(recipe, date, grid, sky, terrain, surroundings);
}

}  // namespace cers::simulator
