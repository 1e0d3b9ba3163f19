// SPDX-License-Identifier: Apache-2.0
#include "sky.hpp"

#include "adjacency.hpp"
#include "view.hpp"

#include <algorithm>
#include <cmath>

namespace cers::simulator {
namespace {

// Quantile of the normal law (Abramowitz & Stegun 26.2.23, error below 0.0005).
double normal_quantile(double p) {
  const bool low = p < 0.5;
  const double t = std::sqrt(-2 * std::log(std::clamp(low ? p : 1 - p, 1e-6, 0.5)));
  const double q =
      t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return low ? -q : q;
}

constexpr int octaves = 6;

}  // namespace

CloudField::CloudField(const Recipe& recipe, const CloudLayer& layer, std::uint32_t index)
    : seed_(seed_of(recipe.seed, 40 + index)),
      cell_(static_cast<HalfMetres>(2 * layer.cell)),
      stretch_(index == 2 ? 4 : 1),
      height_(static_cast<float>(layer.height)),
      threshold_(static_cast<float>(-normal_quantile(layer.cover))),
      thickness_(layer.cover > 0 ? static_cast<float>(layer.thickness) : 0) {}

// Thin rims: the edge is soft over a fifth of the structure.
float CloudField::thickness_of(float noise) const {
  const float t = (noise - threshold_) * 0.8F;
  if (t <= 0) return 0;
  return thickness_ * (t < 0.5F ? 2.0F * t * t : t);
}

void CloudField::row(HalfMetres x0, HalfMetres step, HalfMetres y, std::span<float> out) const {
  if (empty()) {
    std::fill(out.begin(), out.end(), 0.0F);
    return;
  }
  if (stretch_ == 1) {
    fractal_row(seed_, cell_, octaves, 0.55F, x0, step, y, out);
  } else {
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = fractal_at(seed_, cell_, octaves, 0.55F, floor_quotient(x0 + static_cast<int>(i) * step, stretch_), y);
    }
  }
  for (float& value : out) value = thickness_of(value);
}

float CloudField::at(HalfMetres x, HalfMetres y) const {
  if (empty()) return 0;
  // Most of the sky is clear: the large octaves alone tell where the small ones cannot make a cloud.
  const HalfMetres u = stretch_ == 1 ? x : floor_quotient(x, stretch_);
  return thickness_of(fractal_at(seed_, cell_, octaves, 0.55F, u, y));
}

namespace {

struct SkyScratch final : Scratch {
  std::vector<float> row;
};

class SkyNode final : public Node {
 public:
  SkyNode(const Recipe& recipe, const SceneDate& date, const SunField& sun, const Grid& grid, const Grid& terrain)
      : grid_(grid), frame_(frame_of(grid)), nest_(nest_of(grid, terrain)), sun_(sun), view_(recipe, date) {
    for (std::uint32_t i = 0; i < 3; ++i) fields_.emplace_back(recipe, date.clouds[i], i);
    ground_ = static_cast<float>(recipe.plain_altitude);
  }
  std::string name() const override { return "sky"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    RasterInfo info{grid_, {}, PixelType::f32};
    for (const char* band : {"low cloud", "middle cloud", "high cloud", "sunlight"}) {
      info.bands.push_back(band_named(band, "1"));
    }
    return info;
  }
  Window required(std::size_t, Window output) const override { return nest_.fine(output); }
  double cost() const override { return 700; }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto altitude = inputs[0]->plane<float>(0);
    for (int band = 0; band < 3; ++band) {
      const auto plane = output.plane<float>(band);
      for (int y = w.y; y < w.bottom(); ++y) clouds_row(fields_[static_cast<std::size_t>(band)], w.x, y, plane.row(y));
    }
    const bool clear = std::all_of(fields_.begin(), fields_.end(), [](const CloudField& f) { return f.empty(); });
    const auto light = output.plane<float>(sky_sun);
    for (int y = w.y; y < w.bottom(); ++y) {
      const auto row = light.row(y);
      if (clear) {
        std::fill(row.begin(), row.end(), 1.0F);
        continue;
      }
      const auto ground = altitude.row(y + nest_.row, {w.x + nest_.column, y + nest_.row, w.width, 1});
      for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = sunlight(frame_.x(w.x + static_cast<int>(i)), frame_.y(y), ground[i]);
      }
    }
  }

 private:
  /// A cloud is seen away from the sensor, by its height times the tangent of the view angle. That angle stands still
  /// over squares of 640 m of the map.
  void clouds_row(const CloudField& field, int x0, int y, std::span<float> out) const {
    constexpr HalfMetres square = 1280;
    const HalfMetres ym = frame_.y(y);
    const double row = (floor_quotient(ym, square) + 0.5) * square;
    const auto count = static_cast<int>(out.size());
    for (int i = 0; i < count;) {
      const HalfMetres x = frame_.x(x0 + i);
      const HalfMetres left = floor_quotient(x, square) * square;
      const int run = std::min(count - i, (left + square - x + frame_.step - 1) / frame_.step);
      const ViewTangent view = view_.mean(left + 0.5 * square, row);
      const auto shift = [&](double tangent) {
        return static_cast<HalfMetres>(std::lround(2 * static_cast<double>(field.height() - ground_) * tangent));
      };
      field.row(x + shift(view.east), frame_.step, ym + shift(view.north),
                out.subspan(static_cast<std::size_t>(i), static_cast<std::size_t>(run)));
      i += run;
    }
  }
  /// Along the ray from the ground to the sun through each layer.
  float sunlight(HalfMetres x, HalfMetres y, float ground) const {
    const auto s = sun_.at(x, y);
    float thickness = 0;
    for (const CloudField& field : fields_) {
      if (field.empty() || field.height() <= ground) continue;
      const float run = 2.0F * (field.height() - ground) / s[2];
      const auto dx = static_cast<HalfMetres>(std::floor(run * s[0] + 0.5F));
      const auto dy = static_cast<HalfMetres>(std::floor(run * s[1] + 0.5F));
      thickness += field.at(x + dx, y + dy);
    }
    // Forward scattering (asymmetry 0.85) counts as direct light: a quarter of the thickness extinguishes.
    return exponential(-std::min(0.25F * thickness / s[2], 60.0F));
  }

  Grid grid_;
  Frame frame_;
  Nest nest_;
  SunField sun_;
  ViewField view_;
  std::vector<CloudField> fields_;
  float ground_ = 0;
};

// When each band of Sentinel-2 looks at the ground, from first to last, in tenths (order of the detectors in the focal
// plane: B2 B8 B3 B4 B5 B11 B6 B7 B8A B12).
constexpr std::array<float, band_count> look_order = {0, 2, 4, 5, 7, 8, 1, 9, 6, 10};
constexpr int reference_band = 2;

// Aerosol error falls with wavelength between these two of the recipe: weight of the blue one.
constexpr std::array<float, band_count> aerosol_weight = {1, .85F, .65F, .6F, .55F, .5F, .45F, .42F, .1F, 0};

class VeilNode final : public Node {
 public:
  VeilNode(const Recipe& recipe, const SceneDate& date, const Grid& grid, const Grid& sky, const Grid& terrain)
      : spectra_(spectra_of(recipe.spectra)),
        date_(date),
        grid_(grid),
        frame_(frame_of(grid)),
        nest_(nest_of(grid, sky)),
        surroundings_(recipe, date, nest_of(grid, terrain)),
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
    return input == 0 ? grown(nest_.fine(output), halo_) : surroundings_.required(output);
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<SkyScratch>(); }
  double cost() const override { return 250; }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    const Window w = output.window();
    const auto count = static_cast<std::size_t>(w.width);
    std::vector<float>& work = static_cast<SkyScratch&>(*scratch).row;
    work.resize(4 * count);
    const std::span<float> thickness(work.data(), count);
    const std::span<float> common(work.data() + count, count);
    const std::span<float> own(work.data() + 2 * count, count);
    const std::span<float> white(work.data() + 3 * count, count);
    for (int y = w.y; y < w.bottom(); ++y) {
      fractal_row(seed_, 16000, 3, 0.6F, frame_.x(w.x), frame_.step, frame_.y(y), common);
      surroundings_.white_share(*inputs[1], w.x, y, white);
      for (int band = 0; band < band_count; ++band) {
        const auto b = static_cast<std::size_t>(band);
        fractal_row(seed_ + 11 + static_cast<std::uint32_t>(band), 12000, 2, 0.5F, frame_.x(w.x), frame_.step,
                    frame_.y(y), own);
        const auto through = output.plane<float>(band).row(y);
        const auto added = output.plane<float>(band_count + band).row(y);
        // Two thirds of the error are common to all bands.
        for (std::size_t i = 0; i < count; ++i) added[i] = aerosol_[b] * (0.8F * common[i] + 0.6F * own[i]);
        surroundings_.add_light(b, white, through, added);
        for (int layer = 0; layer < 3; ++layer) {
          if (date_.clouds[static_cast<std::size_t>(layer)].cover <= 0) continue;
          seen(*inputs[0], layer, band, y, w, thickness);
          mix(layer, b, thickness, through, added);
        }
      }
    }
  }

 private:
  /// Thickness of a layer as the band sees it: the layer moved along the track, between pixels linearly.
  void seen(const Block& sky, int layer, int band, int y, const Window& w, std::span<float> out) const {
    const auto& cloud = date_.clouds[static_cast<std::size_t>(layer)];
    const float tenths = look_order[static_cast<std::size_t>(band)] - look_order[reference_band];
    const float along = 0.1F * tenths * rate_ * static_cast<float>(cloud.height) / 20.0F;  // pixels
    const float dy = along * 0.98F;  // descending orbit: 10° from the meridian
    const float dx = along * 0.17F;
    const int iy = static_cast<int>(std::floor(dy));
    const int ix = static_cast<int>(std::floor(dx));
    const float fy = dy - static_cast<float>(iy);
    const float fx = dx - static_cast<float>(ix);
    const auto plane = sky.plane<float>(layer);
    const int sy = y + nest_.row + iy;
    const int sx = w.x + nest_.column + ix;
    const float* top = &plane.at(sx, sy);
    const float* low = &plane.at(sx, sy + 1);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const float a = top[i] + fx * (top[i + 1] - top[i]);
      const float b = low[i] + fx * (low[i + 1] - low[i]);
      out[i] = a + fy * (b - a);
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
  Surroundings surroundings_;
  int halo_;
  float rate_;
  std::uint32_t seed_;
  std::array<float, band_count> aerosol_{};
};

}  // namespace

int veil_halo(const Recipe& recipe, const SceneDate& date) {
  double highest = 0;
  for (const CloudLayer& layer : date.clouds) highest = std::max(highest, layer.cover > 0 ? layer.height : 0);
  return static_cast<int>(std::ceil(recipe.parallax_rate * highest / 20)) + 2;
}

std::unique_ptr<const Node> make_sky(const Recipe& recipe, const SceneDate& date, const SunField& sun, const Grid& grid,
                                     const Grid& terrain) {
  return std::make_unique<SkyNode>(recipe, date, sun, grid, terrain);
}

std::unique_ptr<const Node> make_veil(const Recipe& recipe, const SceneDate& date, const Grid& grid, const Grid& sky,
                                      const Grid& terrain) {
  return std::make_unique<VeilNode>(recipe, date, grid, sky, terrain);
}

}  // namespace cers::simulator
