// SPDX-License-Identifier: Apache-2.0
#include "truth.hpp"

#include <algorithm>
#include <array>

#include "spectra.hpp"
#include "surface.hpp"

namespace cers::simulator {
namespace {

bool is_water(float kind) {
  return kind >= static_cast<float>(Surface::clear_water) && kind <= static_cast<float>(Surface::lake_ice);
}

bool bears_low_cover(float kind) {
  const auto surface = static_cast<Surface>(kind);
  return surface == Surface::grassland || (surface >= Surface::moor && surface <= Surface::scree);
}

class Truth final : public Node {
 public:
  Truth(const Grid& grid, const Grid& fine, bool low_cover)
      : grid_(grid), nest_(nest_of(grid, fine)), low_cover_(low_cover) {}
  std::string name() const override { return "truth"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    RasterInfo info{grid_, {}, PixelType::f32};
    for (const char* band : {"ground snow", "canopy snow", "viewable snow", "tree cover", "water", "changed"}) {
      info.bands.push_back(band_named(band, "1"));
    }
    return info;
  }
  Window required(std::size_t, Window output) const override { return nest_.fine(output); }
  double cost() const override { return 3.0 * nest_.factor * nest_.factor; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto kind = inputs[0]->plane<float>(surface_class);
    const auto trees = inputs[0]->plane<float>(surface_trees);
    const auto snow = inputs[0]->plane<float>(surface_snow);
    const auto canopy = inputs[0]->plane<float>(surface_canopy);
    const auto loss = inputs[0]->plane<float>(surface_loss);
    const float scale = 1.0F / static_cast<float>(nest_.factor * nest_.factor);
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        std::array<float, truth_bands> sum{};
        for (int j = 0; j < nest_.factor; ++j) {
          for (int i = 0; i < nest_.factor; ++i) {
            const int fx = nest_.column + x * nest_.factor + i;
            const int fy = nest_.row + y * nest_.factor + j;
            const float t = trees.at(fx, fy);
            const float f = snow.at(fx, fy);
            const float white = t * canopy.at(fx, fy);
            const bool trees_here = !low_cover_ || !bears_low_cover(kind.at(fx, fy));
            sum[truth_ground] += f;
            sum[truth_canopy] += trees_here ? white : 0;
            sum[truth_viewable] += f * (1 - t) + white;
            sum[truth_trees] += trees_here ? t : 0;
            sum[truth_water] += is_water(kind.at(fx, fy)) ? 1.0F : 0.0F;
            sum[truth_changed] += loss.at(fx, fy) >= least_loss ? (1 - t) * (1 - f) : 0.0F;
          }
        }
        for (int b = 0; b < truth_bands; ++b)
          output.plane<float>(b).at(x, y) = sum[static_cast<std::size_t>(b)] * scale;
      }
    }
  }

 private:
  Grid grid_;
  Nest nest_;
  bool low_cover_;
};

class TruthClass final : public Node {
 public:
  TruthClass(const Grid& grid, const Grid& fine) : grid_(grid), nest_(nest_of(grid, fine)) {}
  std::string name() const override { return "truth class"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("class", "", "surface of most of the pixel")}, PixelType::u8};
  }
  Window required(std::size_t, Window output) const override { return nest_.fine(output); }
  double cost() const override { return 4.0 * nest_.factor * nest_.factor; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto kind = inputs[0]->plane<float>(surface_class);
    const auto out = output.plane<std::uint8_t>(0);
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        std::array<int, surface_count> votes{};
        for (int j = 0; j < nest_.factor; ++j) {
          const float* row = &kind.at(nest_.column + x * nest_.factor, nest_.row + y * nest_.factor + j);
          for (int i = 0; i < nest_.factor; ++i) ++votes[static_cast<std::size_t>(row[i])];
        }
        out.at(x, y) = static_cast<std::uint8_t>(std::max_element(votes.begin(), votes.end()) - votes.begin());
      }
    }
  }

 private:
  Grid grid_;
  Nest nest_;
};

class Threshold final : public PixelwiseNode {
 public:
  Threshold(const std::string& name, int band, Side side, float threshold)
      : name_(name), band_(band), side_(side), threshold_(threshold) {}
  std::string name() const override { return name_; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {band_named(name_)}, PixelType::u8};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<float>(static_cast<std::size_t>(band_));
    const auto out = row.out<std::uint8_t>(0);
    for (std::size_t i = 0; i < row.count; ++i) {
      out[i] = (side_ == Side::at_least ? in[i] >= threshold_ : in[i] < threshold_) ? 1 : 0;
    }
  }

 private:
  std::string name_;
  int band_;
  Side side_;
  float threshold_;
};

class Sum final : public PixelwiseNode {
 public:
  Sum(const std::string& name, int count) : name_(name), count_(count) {}
  std::string name() const override { return name_; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {band_named(name_, "1")}, PixelType::f32};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<float>(0);
    std::fill(out.begin(), out.end(), 0.0F);
    for (int band = 0; band < count_; ++band) {
      const auto in = row.in<float>(static_cast<std::size_t>(band));
      for (std::size_t i = 0; i < row.count; ++i) out[i] += in[i];
    }
  }

 private:
  std::string name_;
  int count_;
};

}  // namespace

std::unique_ptr<const Node> make_truth(const Grid& grid, const Grid& fine, bool low_cover) {
  return std::make_unique<Truth>(grid, fine, low_cover);
}
std::unique_ptr<const Node> make_truth_class(const Grid& grid, const Grid& fine) {
  return std::make_unique<TruthClass>(grid, fine);
}
std::unique_ptr<const Node> make_threshold(const std::string& name, int band, Side side, float threshold) {
  return std::make_unique<Threshold>(name, band, side, threshold);
}
std::unique_ptr<const Node> make_sum(const std::string& name, int count) {
  return std::make_unique<Sum>(name, count);
}

}  // namespace cers::simulator
