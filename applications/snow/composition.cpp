// SPDX-License-Identifier: Apache-2.0
#include "composition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "snow_rules.hpp"

namespace cers::snow {
namespace {

constexpr double brightest = 0.3;  // reflectance shown as 255

class Composition final : public Node {
 public:
  Composition(std::vector<PixelType> types, double unit) : types_(std::move(types)), unit_(unit) {}
  std::string name() const override { return "composition"; }
  std::string signature() const override { return fmt::format("composition {}", unit_); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, std::vector<BandInfo>(3), PixelType::u8};
    info.bands[0].name = "short-wave infrared";
    info.bands[1].name = "red";
    info.bands[2].name = "green";
    return info;
  }
  Window required(std::size_t input, Window output) const override {
    if (input != 0) return output;
    return {output.x - 1, output.y - 1, output.width + 2, output.height + 2};
  }
  double cost() const override { return 8; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    for (int band = 0; band < 3; ++band) {
      const auto index = static_cast<std::size_t>(band) + 1;
      visit(types_[index], [&](auto pixel) {
        using T = decltype(pixel);
        stretch(inputs[index]->plane<T>(0), output.plane<std::uint8_t>(band));
      });
    }
    const auto mask = inputs[0]->plane<std::uint8_t>(0);
    outline(mask, static_cast<std::uint8_t>(SnowCode::cloud), {0, 255, 0}, output);
    outline(mask, static_cast<std::uint8_t>(SnowCode::snow), {255, 0, 255}, output);
  }

 private:
  template <class T>
  void stretch(const Plane<const T>& from, const Plane<std::uint8_t>& to) const {
    const Window w = to.window;
    for (int y = w.y; y < w.bottom(); ++y) {
      const auto in = from.row(y, w);
      const auto out = to.row(y);
      for (std::size_t i = 0; i < out.size(); ++i) {
        const double value = std::floor(static_cast<double>(in[i]) * 255 / (brightest * unit_) + 0.5);
        out[i] = static_cast<std::uint8_t>(value > 0 ? std::min(value, 255.0) : 0);  // NaN is 0
      }
    }
  }

  static void outline(const Plane<const std::uint8_t>& mask, std::uint8_t kind, std::array<std::uint8_t, 3> colour,
                      Block& output) {
    const Window w = output.window();
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        if (mask.at(x, y) != kind) continue;
        bool edge = false;
        for (int dy = -1; dy <= 1; ++dy)
          for (int dx = -1; dx <= 1; ++dx) edge = edge || mask.at(x + dx, y + dy) != kind;
        if (!edge) continue;
        for (int band = 0; band < 3; ++band)
          output.plane<std::uint8_t>(band).at(x, y) = colour[static_cast<std::size_t>(band)];
      }
    }
  }

  std::vector<PixelType> types_;
  double unit_;
};

}  // namespace

std::unique_ptr<const Node> make_composition(std::span<const RasterInfo> inputs, double unit) {
  std::vector<PixelType> types;
  for (const RasterInfo& input : inputs) types.push_back(input.type);
  return std::make_unique<Composition>(std::move(types), unit);
}

}  // namespace cers::snow
