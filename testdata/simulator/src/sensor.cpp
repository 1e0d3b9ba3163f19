// SPDX-License-Identifier: Apache-2.0
#include "sensor.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "cers/core/vector_clones.hpp"
#include "view.hpp"

namespace cers::simulator {
namespace {

constexpr double fine_pixel = 5;  // m

/// Weights of fine pixels around the centre of every coarse pixel, along one axis.
struct Kernel {
  int first = 0;  ///< of the fine pixels, from the coarse pixel's first one
  std::vector<float> weights;
};

Kernel kernel_of(double sigma, double shift, int factor) {
  const double s = sigma / fine_pixel;
  const double centre = 0.5 * factor + shift / fine_pixel;  // from the first fine pixel's edge
  const double reach = 3 * s;
  Kernel kernel;
  kernel.first = static_cast<int>(std::floor(centre - reach));
  const int last = static_cast<int>(std::floor(centre + reach));
  double sum = 0;
  std::vector<double> exact;
  for (int i = kernel.first; i <= last; ++i) {
    const double d = (i + 0.5 - centre) / s;
    exact.push_back(std::exp(-0.5 * d * d));
    sum += exact.back();
  }
  for (double w : exact) kernel.weights.push_back(static_cast<float>(w / sum));
  return kernel;
}

CERS_VECTOR_CLONES void add_weighted(const float* from, float weight, float* to, int count) {
  for (int i = 0; i < count; ++i) to[i] += weight * from[i];
}

CERS_VECTOR_CLONES void add_noise(float* row, float gain, float floor, float slope, std::uint32_t seed, HalfMetres x,
                                  HalfMetres step, HalfMetres y, int count) {
  for (int i = 0; i < count; ++i) {
    const float value = row[i] * gain;
    const float bright = value < 0 ? 0 : value;
    row[i] = value + (floor + slope * bright) * normal(hashed(seed, x + i * step, y));
  }
}

struct SensorScratch final : Scratch {
  std::vector<float> column_sum;
};

class SensorNode final : public Node {
 public:
  SensorNode(const Recipe& recipe, const SceneDate& date, const std::vector<BandOptics>& optics, const Grid& grid,
             const Grid& fine, bool staggered)
      : recipe_(recipe),
        optics_(optics),
        staggered_(staggered),
        grid_(grid),
        frame_(frame_of(grid)),
        nest_(nest_of(grid, fine)),
        halo_(sensor_halo(optics)),
        seed_(mixed(seed_of(recipe.seed, 60) + static_cast<std::uint32_t>(date.year * 400 + date.day_of_year()))) {
    for (const BandOptics& o : optics) {
      across_.push_back(kernel_of(o.sigma, o.east, nest_.factor));
      down_.push_back(kernel_of(o.sigma, -o.north, nest_.factor));
    }
  }
  std::string name() const override { return "sensor"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{grid_, {}, PixelType::f32};
    for (const BandOptics& o : optics_) {
      BandInfo band = inputs[0].bands.at(static_cast<std::size_t>(o.band));
      band.nodata = std::numeric_limits<double>::quiet_NaN();
      info.bands.push_back(band);
    }
    return info;
  }
  Window required(std::size_t, Window output) const override { return grown(nest_.fine(output), halo_); }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<SensorScratch>(); }
  double cost() const override { return 25.0 * static_cast<double>(optics_.size()); }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    const Window w = output.window();
    for (std::size_t k = 0; k < optics_.size(); ++k) {
      blur(inputs[0]->plane<float>(optics_[k].band), output.plane<float>(static_cast<int>(k)), across_[k], down_[k],
           static_cast<SensorScratch&>(*scratch).column_sum);
      for (int y = w.y; y < w.bottom(); ++y) finish(output.plane<float>(static_cast<int>(k)).row(y), k, w.x, y);
    }
  }

 private:
  /// Down first, whole rows at once; then across at the wanted columns only.
  void blur(const Plane<const float>& fine, const Plane<float>& out, const Kernel& across, const Kernel& down,
            std::vector<float>& sum) const {
    const Window w = out.window;
    const int first = nest_.column + w.x * nest_.factor + across.first;
    const int span = (w.width - 1) * nest_.factor + static_cast<int>(across.weights.size());
    sum.resize(static_cast<std::size_t>(span));
    for (int y = w.y; y < w.bottom(); ++y) {
      std::fill(sum.begin(), sum.end(), 0.0F);
      const int top = nest_.row + y * nest_.factor + down.first;
      for (std::size_t i = 0; i < down.weights.size(); ++i) {
        add_weighted(&fine.at(first, top + static_cast<int>(i)), down.weights[i], sum.data(), span);
      }
      const auto row = out.row(y);
      for (int x = 0; x < w.width; ++x) {
        const float* from = sum.data() + x * nest_.factor;
        float value = 0;
        for (std::size_t i = 0; i < across.weights.size(); ++i) value += across.weights[i] * from[i];
        row[static_cast<std::size_t>(x)] = value;
      }
    }
  }

  void finish(std::span<float> row, std::size_t k, int x0, int y) const {
    const auto floor = static_cast<float>(recipe_.noise_floor);
    const auto slope = static_cast<float>(recipe_.noise_slope);
    const std::uint32_t seed =
        mixed(seed_ + static_cast<std::uint32_t>(k) * 131U + static_cast<std::uint32_t>(frame_.step) * 7919U);
    const HalfMetres ym = frame_.y(y);
    const int count = static_cast<int>(row.size());
    for (int i = 0; i < count;) {
      const HalfMetres x = frame_.x(x0 + i);
      const int strip = strip_at(x, ym);
      const HalfMetres left = strip_end(strip, ym) - x;
      const int run = std::min(count - i, (left + frame_.step - 1) / frame_.step);
      add_noise(row.data() + i, gain_of(strip, k), floor, slope, seed, x, frame_.step, ym, run);
      i += run;
    }
    if (recipe_.swath_cut <= 0) return;
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (outside_swath(recipe_, frame_.x(x0 + static_cast<int>(i)), ym)) {
        row[i] = std::numeric_limits<float>::quiet_NaN();
      }
    }
  }

  float gain_of(int strip, std::size_t k) const {
    if (!staggered_) return 1;
    return 1.0F + static_cast<float>(recipe_.detector_step) * normal(hashed(seed_ + 3, strip, optics_[k].band));
  }

  Recipe recipe_;
  std::vector<BandOptics> optics_;
  bool staggered_;
  Grid grid_;
  Frame frame_;
  Nest nest_;
  int halo_;
  std::uint32_t seed_;
  std::vector<Kernel> across_;
  std::vector<Kernel> down_;
};

class BlockMean final : public Node {
 public:
  BlockMean(const std::vector<int>& bands, const std::vector<std::string>& names, const Grid& grid, const Grid& fine)
      : bands_(bands), names_(names), grid_(grid), nest_(nest_of(grid, fine)) {}
  std::string name() const override { return "block mean"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    RasterInfo info{grid_, {}, PixelType::f32};
    for (const std::string& name : names_) info.bands.push_back(band_named(name, "1"));
    return info;
  }
  Window required(std::size_t, Window output) const override { return nest_.fine(output); }
  double cost() const override { return nest_.factor * nest_.factor * static_cast<double>(bands_.size()); }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const float scale = 1.0F / static_cast<float>(nest_.factor * nest_.factor);
    for (std::size_t k = 0; k < bands_.size(); ++k) {
      const auto fine = inputs[0]->plane<float>(bands_[k]);
      const auto out = output.plane<float>(static_cast<int>(k));
      for (int y = w.y; y < w.bottom(); ++y) {
        const auto row = out.row(y);
        std::fill(row.begin(), row.end(), 0.0F);
        for (int j = 0; j < nest_.factor; ++j) {
          const float* from = &fine.at(nest_.column + w.x * nest_.factor, nest_.row + y * nest_.factor + j);
          for (std::size_t x = 0; x < row.size(); ++x) {
            for (int i = 0; i < nest_.factor; ++i) row[x] += *from++;
          }
        }
        for (float& value : row) value *= scale;
      }
    }
  }

 private:
  std::vector<int> bands_;
  std::vector<std::string> names_;
  Grid grid_;
  Nest nest_;
};

}  // namespace

double psf_sigma(double pixel, double mtf) {
  return pixel * std::sqrt(-2 * std::log(mtf)) / std::numbers::pi;
}

int sensor_halo(const std::vector<BandOptics>& optics) {
  double reach = 0;
  for (const BandOptics& o : optics) {
    reach = std::max(reach, 3 * o.sigma + std::max(std::abs(o.east), std::abs(o.north)));
  }
  return static_cast<int>(std::ceil(reach / fine_pixel)) + 1;
}

bool outside_swath(const Recipe& recipe, HalfMetres x, HalfMetres y) {
  if (recipe.swath_cut <= 0) return false;
  const double from_west = 0.5 * x - recipe.west;
  const double from_north = recipe.north - 0.5 * y;
  return from_west < recipe.swath_cut * 10.0 * recipe.side - 0.2 * from_north;
}

std::unique_ptr<const Node> make_sensor(const Recipe& recipe, const SceneDate& date,
                                        const std::vector<BandOptics>& optics, const Grid& grid, const Grid& fine,
                                        bool staggered) {
  return std::make_unique<SensorNode>(recipe, date, optics, grid, fine, staggered);
}

std::unique_ptr<const Node> make_block_mean(const std::vector<int>& bands, const std::vector<std::string>& names,
                                            const Grid& grid, const Grid& fine) {
  return std::make_unique<BlockMean>(bands, names, grid, fine);
}

}  // namespace cers::simulator
