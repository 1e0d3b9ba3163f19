// SPDX-License-Identifier: Apache-2.0
#include "safe_masks.hpp"

#include "frame.hpp"
#include "sensor.hpp"
#include "view.hpp"

namespace cers::simulator {
namespace {

class DetectorFootprint final : public Node {
 public:
  DetectorFootprint(const Recipe& recipe, const Grid& grid) : recipe_(recipe), grid_(grid), frame_(frame_of(grid)) {}
  std::string name() const override { return "detector footprint"; }
  RasterInfo describe(std::span<const RasterInfo>) const override { return {grid_, {BandInfo()}, PixelType::u8}; }
  double cost() const override { return 4; }
  void compute(std::span<const Block* const>, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto out = output.plane<std::uint8_t>(0);
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        const HalfMetres mx = frame_.x(x);
        const HalfMetres my = frame_.y(y);
        const bool seen = !outside_swath(recipe_, mx, my);
        out.at(x, y) = seen ? static_cast<std::uint8_t>(detector_of(strip_at(mx, my))) : std::uint8_t{0};
      }
    }
  }

 private:
  Recipe recipe_;
  Grid grid_;
  Frame frame_;
};

class QualityMasks final : public PixelwiseNode {
 public:
  std::string name() const override { return "quality masks"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, std::vector<BandInfo>(components), PixelType::u8};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto footprint = row.in<std::uint8_t>(0);
    for (std::size_t b = 0; b < components; ++b) {
      const auto out = row.out<std::uint8_t>(b);
      for (std::size_t i = 0; i < row.count; ++i) out[i] = b == no_data && footprint[i] == 0 ? 1 : 0;
    }
  }

 private:
  static constexpr std::size_t components = 8;
  static constexpr std::size_t no_data = 5;
};

/// Each output band is a table over the classes.
class ByClass final : public PixelwiseNode {
 public:
  using Table = std::array<std::uint8_t, 12>;
  ByClass(const char* name, std::vector<Table> bands) : name_(name), bands_(std::move(bands)) {}
  std::string name() const override { return name_; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, std::vector<BandInfo>(bands_.size()), PixelType::u8};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto classes = row.in<std::uint8_t>(0);
    for (std::size_t b = 0; b < bands_.size(); ++b) {
      const auto out = row.out<std::uint8_t>(b);
      for (std::size_t i = 0; i < row.count; ++i) out[i] = bands_[b][classes[i]];
    }
  }

 private:
  const char* name_;
  std::vector<Table> bands_;
};

}  // namespace

std::unique_ptr<const Node> make_detector_footprint(const Recipe& recipe, const Grid& grid) {
  return std::make_unique<DetectorFootprint>(recipe, grid);
}

std::unique_ptr<const Node> make_quality_masks() {
  return std::make_unique<QualityMasks>();
}

std::unique_ptr<const Node> make_classification_masks() {
  constexpr ByClass::Table opaque = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0};
  constexpr ByClass::Table cirrus = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0};
  constexpr ByClass::Table snow = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
  return std::make_unique<ByClass>("classification masks", std::vector<ByClass::Table>{opaque, cirrus, snow});
}

// Sen2Cor calls more than 65 % cloud of high probability and 35 to 65 % of medium probability (its ATBD): here the
// middle of each range, and little elsewhere.
std::unique_ptr<const Node> make_cloud_probability() {
  constexpr ByClass::Table percent = {0, 0, 0, 5, 0, 5, 0, 20, 50, 83, 25, 5};
  return std::make_unique<ByClass>("cloud probability", std::vector<ByClass::Table>{percent});
}
std::unique_ptr<const Node> make_snow_probability() {
  constexpr ByClass::Table percent = {0, 0, 0, 0, 0, 0, 0, 5, 5, 0, 0, 90};
  return std::make_unique<ByClass>("snow probability", std::vector<ByClass::Table>{percent});
}

}  // namespace cers::simulator
