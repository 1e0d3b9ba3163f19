// SPDX-License-Identifier: Apache-2.0
#include "given_terrain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cers/core/vector_clones.hpp"
#include "light.hpp"
#include "upsample.hpp"

namespace cers::simulator {
namespace {

constexpr double pixel = 20;  // m

std::vector<float> gaussian(double sigma, double shift) {
  const int radius = static_cast<int>(std::ceil(3 * sigma + std::abs(shift)));
  std::vector<double> exact;
  double sum = 0;
  for (int i = -radius; i <= radius; ++i) {
    const double d = (i - shift) / sigma;
    exact.push_back(std::exp(-0.5 * d * d));
    sum += exact.back();
  }
  std::vector<float> weights;
  for (double w : exact) weights.push_back(static_cast<float>(w / sum));
  return weights;
}

double sigma_of(const Recipe& recipe) {
  return recipe.dem_smoothing / 2.3548 / pixel;  // full width at half maximum to standard deviation
}
constexpr double half_pixel = 0.5;

struct RowScratch final : Scratch {
  std::vector<float> row;
  std::vector<float> error;
};

class DegradedDem final : public Node {
 public:
  DegradedDem(const Recipe& recipe, const Grid& grid, const Grid& terrain)
      : grid_(grid),
        frame_(frame_of(grid)),
        nest_(nest_of(grid, terrain)),
        weights_(gaussian(sigma_of(recipe), half_pixel)),
        halo_(degraded_halo(recipe)),
        error_(static_cast<float>(recipe.dem_error)),
        seed_(seed_of(recipe.seed, 70)) {}
  std::string name() const override { return "degraded dem"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("altitude", "m")}, PixelType::f32};
  }
  Window required(std::size_t, Window output) const override { return grown(nest_.fine(output), halo_); }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<RowScratch>(); }
  double cost() const override { return 40; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    const Window w = output.window();
    const auto truth = inputs[0]->plane<float>(0);
    const auto out = output.plane<float>(0);
    auto& state = static_cast<RowScratch&>(*scratch);
    const int radius = static_cast<int>(weights_.size()) / 2;
    state.row.resize(static_cast<std::size_t>(w.width + 2 * radius));
    state.error.resize(static_cast<std::size_t>(w.width));
    for (int y = w.y; y < w.bottom(); ++y) {
      std::fill(state.row.begin(), state.row.end(), 0.0F);
      for (int j = -radius; j <= radius; ++j) {
        const float* from = &truth.at(w.x + nest_.column - radius, y + nest_.row + j);
        const float weight = weights_[static_cast<std::size_t>(j + radius)];
        for (std::size_t i = 0; i < state.row.size(); ++i) state.row[i] += weight * from[i];
      }
      fractal_row(seed_, 1600, 4, 0.6F, frame_.x(w.x), frame_.step, frame_.y(y), state.error);
      const auto row = out.row(y);
      for (std::size_t i = 0; i < row.size(); ++i) {
        float sum = 0;
        for (std::size_t k = 0; k < weights_.size(); ++k) sum += weights_[k] * state.row[i + k];
        row[i] = sum + error_ * state.error[i];
      }
    }
  }

 private:
  Grid grid_;
  Frame frame_;
  Nest nest_;
  std::vector<float> weights_;
  int halo_;
  float error_;
  std::uint32_t seed_;
};

class Voids final : public PixelwiseNode {
 public:
  Voids(const Recipe& recipe, const Grid& grid)
      : frame_(frame_of(grid)),
        // Share of a normal field above the threshold: 0.4 % above 2.65.
        threshold_(recipe.dem_voids > 0 ? static_cast<float>(std::sqrt(-2 * std::log(2 * recipe.dem_voids)) - 0.45)
                                        : 9),
        seed_(seed_of(recipe.seed, 71)) {}
  std::string name() const override { return "voids"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    info.bands[0].nodata = std::numeric_limits<double>::quiet_NaN();
    return info;
  }
  double cost() const override { return 10; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<float>(0);
    const auto out = row.out<float>(0);
    fractal_row(seed_, 900, 3, 0.5F, frame_.x(row.x), frame_.step, frame_.y(row.y), out);
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = out[i] > threshold_ ? std::numeric_limits<float>::quiet_NaN() : in[i];
    }
  }

 private:
  Frame frame_;
  float threshold_;
  std::uint32_t seed_;
};

class Incidence final : public Node {
 public:
  Incidence(const SunField& sun, const Grid& grid, const Grid& dem)
      : grid_(grid), frame_(frame_of(grid)), nest_(nest_of(grid, dem)), sun_(sun) {}
  std::string name() const override { return "incidence"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("cosine of incidence", "1"), band_named("sine of elevation", "1")}, PixelType::f32};
  }
  Window required(std::size_t, Window output) const override { return grown(nest_.fine(output), 1); }
  double cost() const override { return 8; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto dem = inputs[0]->plane<float>(0);
    const float per_metre = 1.0F / static_cast<float>(frame_.step);
    for (int y = w.y; y < w.bottom(); ++y) {
      const int ty = y + nest_.row;
      const auto cosine = output.plane<float>(0).row(y);
      const auto sine = output.plane<float>(1).row(y);
      for (int x = w.x; x < w.right(); ++x) {
        const int tx = x + nest_.column;
        const float east = (dem.at(tx + 1, ty) - dem.at(tx - 1, ty)) * per_metre;
        const float north = (dem.at(tx, ty - 1) - dem.at(tx, ty + 1)) * per_metre;
        const auto s = sun_.at(frame_.x(x), frame_.y(y));
        const auto i = static_cast<std::size_t>(x - w.x);
        cosine[i] = (s[2] - east * s[0] - north * s[1]) / std::sqrt(1 + east * east + north * north);
        sine[i] = s[2];
      }
    }
  }

 private:
  Grid grid_;
  Frame frame_;
  Nest nest_;
  SunField sun_;
};

CERS_VECTOR_CLONES void correct(const float* image, const float* cosine, const float* sine, float least, float diffuse,
                                float* out, int count) {
  for (int i = 0; i < count; ++i) {
    const float c = cosine[i] < least ? least : cosine[i];
    out[i] = image[i] / ((1.0F - diffuse) * c / sine[i] + diffuse);
  }
}

struct CorrectionScratch final : Scratch {
  std::vector<float> cosine;
  std::vector<float> sine;
  std::vector<float> work;
};

class SlopeCorrection final : public Node {
 public:
  SlopeCorrection(const Recipe& recipe, const std::vector<int>& bands, const Grid& grid, const Grid& incidence)
      : nest_(nest_of(incidence, grid)), least_(static_cast<float>(recipe.least_cos)) {
    // The processor assumes another share of diffuse light than there is.
    constexpr double wrong = 1.35;
    const auto shares = diffuse_shares(recipe, wrong);
    for (int band : bands) diffuse_.push_back(shares[static_cast<std::size_t>(band)]);
  }
  std::string name() const override { return "slope correction"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override { return inputs[0]; }
  Window required(std::size_t input, Window output) const override {
    return input == 0 ? output : upsample_window(nest_, output);
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<CorrectionScratch>(); }
  double cost() const override { return 3.0 * static_cast<double>(diffuse_.size()); }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    const Window w = output.window();
    auto& s = static_cast<CorrectionScratch&>(*scratch);
    s.cosine.resize(static_cast<std::size_t>(w.width));
    s.sine.resize(static_cast<std::size_t>(w.width));
    for (int y = w.y; y < w.bottom(); ++y) {
      upsample_row(*inputs[1], 0, nest_, w.x, y, s.work, s.cosine);
      upsample_row(*inputs[1], 1, nest_, w.x, y, s.work, s.sine);
      for (std::size_t b = 0; b < diffuse_.size(); ++b) {
        const int band = static_cast<int>(b);
        correct(inputs[0]->plane<float>(band).row(y, {w.x, y, w.width, 1}).data(), s.cosine.data(), s.sine.data(),
                least_, diffuse_[b], output.plane<float>(band).row(y).data(), w.width);
      }
    }
  }

 private:
  Nest nest_;
  float least_;
  std::vector<float> diffuse_;
};

/// Whether ground may have borne a wood two years ago: not water, ice, rock, roads, houses or land above the tree line.
constexpr bool may_have_been_wood(Surface surface) {
  return (surface >= Surface::winter_cereal && surface <= Surface::vineyard) ||
         (surface >= Surface::broadleaf && surface <= Surface::moor);
}

class TreeCoverMap final : public Node {
 public:
  TreeCoverMap(const Recipe& recipe, const Grid& grid)
      : grid_(grid),
        frame_(frame_of(grid)),
        error_(static_cast<float>(recipe.tcd_error)),
        seed_(seed_of(recipe.seed, 72)) {}
  std::string name() const override { return "tree cover map"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    RasterInfo info{grid_, {band_named("tree cover density", "%")}, PixelType::u8};
    info.bands[0].nodata = 255;
    return info;
  }
  Window required(std::size_t input, Window w) const override {
    return input == 0 ? w : Window{2 * w.x, 2 * w.y, 2 * w.width, 2 * w.height};
  }
  double cost() const override { return 12; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto now = inputs[0]->plane<float>(0);
    const auto classes = inputs[1]->plane<std::uint8_t>(0);
    std::vector<float> error(static_cast<std::size_t>(w.width));
    for (int y = w.y; y < w.bottom(); ++y) {
      const HalfMetres ym = frame_.y(y);
      fractal_row(seed_, 240, 3, 0.7F, frame_.x(w.x), frame_.step, ym, error);
      const auto out = output.plane<std::uint8_t>(0).row(y);
      for (int x = w.x; x < w.right(); ++x) {
        const auto i = static_cast<std::size_t>(x - w.x);
        const float trees = now.at(x, y);
        // Felled since: patches of about 2 ha, three in a hundred.
        const bool patch = unit(hashed(seed_ + 1, floor_quotient(frame_.x(x), 280), floor_quotient(ym, 280))) < 0.03F;
        bool felled = patch && trees < 0.1F;
        for (int q = 0; felled && q < 4; ++q)
          felled = may_have_been_wood(static_cast<Surface>(classes.at(2 * x + q % 2, 2 * y + q / 2)));
        const float then = felled ? 0.7F : trees;
        // Little trees are missed, dense ones overstated: the error shrinks towards both ends.
        const float spread = error_ * (0.35F + 2.6F * then * (1.0F - then));
        const float percent = 100.0F * then + spread * error[i] - (then < 0.05F ? 4.0F : 0.0F);
        out[i] = static_cast<std::uint8_t>(clamped(percent, 0, 100) + 0.5F);
      }
    }
  }

 private:
  Grid grid_;
  Frame frame_;
  float error_;
  std::uint32_t seed_;
};

}  // namespace

int degraded_halo(const Recipe& recipe) {
  return static_cast<int>(std::ceil(3 * sigma_of(recipe) + half_pixel)) + 1;
}

std::unique_ptr<const Node> make_degraded_dem(const Recipe& recipe, const Grid& grid, const Grid& terrain) {
  return std::make_unique<DegradedDem>(recipe, grid, terrain);
}
std::unique_ptr<const Node> make_voids(const Recipe& recipe, const Grid& grid) {
  return std::make_unique<Voids>(recipe, grid);
}
std::unique_ptr<const Node> make_incidence(const SunField& sun, const Grid& grid, const Grid& dem) {
  return std::make_unique<Incidence>(sun, grid, dem);
}
std::unique_ptr<const Node> make_slope_correction(const Recipe& recipe, const SunField&, const std::vector<int>& bands,
                                                  const Grid& grid, const Grid& incidence) {
  return std::make_unique<SlopeCorrection>(recipe, bands, grid, incidence);
}
std::unique_ptr<const Node> make_tree_cover_map(const Recipe& recipe, const Grid& grid) {
  return std::make_unique<TreeCoverMap>(recipe, grid);
}

}  // namespace cers::simulator
