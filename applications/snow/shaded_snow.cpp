// SPDX-License-Identifier: Apache-2.0
#include "shaded_snow.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "cers/ops/bands.hpp"

namespace cers::snow {
namespace {

/// Keys' kernel with a = −1/2 for the four nodes around a point `t` (0..1) beyond the second.
std::array<double, 4> cubic_weights(double t) {
  const auto near = [](double x) { return (1.5 * x - 2.5) * x * x + 1; };
  const auto far = [](double x) { return ((-0.5 * x + 2.5) * x - 4) * x + 2; };
  return {far(1 + t), near(t), near(1 - t), far(2 - t)};
}

struct Rows final : Scratch {
  std::vector<double> zenith, azimuth;
};

class SlopesOffTheSun final : public Node {
 public:
  SlopesOffTheSun(const RasterInfo& altitude, SunLattice sun, double least_cos)
      : grid_(altitude.grid), sun_(std::move(sun)), least_cos_(least_cos) {}
  std::string name() const override { return "slopes off the sun"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {BandInfo{}}, PixelType::u8};
    info.bands[0].name = "shade";
    return info;
  }
  Window required(std::size_t, Window w) const override { return {w.x - 1, w.y - 1, w.width + 2, w.height + 2}; }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<Rows>(); }
  double cost() const override { return 85; }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    auto& rows = static_cast<Rows&>(*scratch);
    const Window w = output.window();
    const auto count = static_cast<std::size_t>(w.width);
    rows.zenith.resize(count);
    rows.azimuth.resize(count);
    const auto z = inputs[0]->plane<float>(0);
    const auto& a = grid_.transform.a;
    for (int y = w.y; y < w.bottom(); ++y) {
      sun_.row(a[0] + (w.x + 0.5) * a[1], a[1], a[3] + (y + 0.5) * a[5], count, rows.zenith.data(),
               rows.azimuth.data());
      const auto out = output.plane<std::uint8_t>(0).row(y);
      const int line = std::max(0, std::min(y, grid_.size.height - 2));
      for (std::size_t i = 0; i < count; ++i) {
        const int column = std::max(0, std::min(w.x + static_cast<int>(i), grid_.size.width - 2));
        out[i] = incidence(z, column, line, rows.zenith[i], rows.azimuth[i]) < least_cos_ ? 1 : 0;
      }
    }
  }

 private:
  template <class Plane>
  double incidence(const Plane& z, int x, int y, double zenith_deg, double azimuth_deg) const {
    constexpr double radians = std::numbers::pi / 180;
    const double pixel = grid_.transform.a[1];
    const auto at = [&](int dx, int dy) { return static_cast<double>(z.at(x + dx, y + dy)); };
    // The mean of the normals of the two ways to cut the cell into triangles, eastwards, southwards, upwards.
    const double east = 0.5 * pixel * (at(0, 0) - at(1, 0) + at(0, 1) - at(1, 1));
    const double south = 0.5 * pixel * (at(0, 0) + at(1, 0) - at(0, 1) - at(1, 1));
    const double up = pixel * pixel;
    const double zenith = zenith_deg * radians;
    const double azimuth = azimuth_deg * radians;
    const double towards = east * std::sin(azimuth) * std::sin(zenith) - south * std::cos(azimuth) * std::sin(zenith) +
                           up * std::cos(zenith);
    return towards / std::sqrt(east * east + south * south + up * up);
  }

  Grid grid_;
  SunLattice sun_;
  double least_cos_;
};

/// Inputs: shade, blue, near infrared.
class BlueInShade final : public PixelwiseNode {
 public:
  BlueInShade(PixelType blue, PixelType nir, double difference) : blue_(blue), nir_(nir), difference_(difference) {}
  std::string name() const override { return "shaded snow"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {BandInfo{}}, PixelType::u8};
    info.bands[0].name = "shaded snow";
    return info;
  }
  double cost() const override { return 4; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    visit(blue_, [&](auto blue_pixel) {
      visit(nir_, [&](auto nir_pixel) {
        const auto shade = row.in<std::uint8_t>(0);
        const auto blue = row.in<decltype(blue_pixel)>(1);
        const auto nir = row.in<decltype(nir_pixel)>(2);
        const auto out = row.out<std::uint8_t>();
        for (std::size_t i = 0; i < row.count; ++i) {
          const double bluer = static_cast<double>(blue[i]) - static_cast<double>(nir[i]);
          out[i] = static_cast<std::uint8_t>((shade[i] != 0 ? 1U : 0U) & (bluer > difference_ ? 1U : 0U));
        }
      });
    });
  }

 private:
  PixelType blue_;
  PixelType nir_;
  double difference_;
};

}  // namespace

SunLattice::SunLattice(const AngleGrid& grid) : grid_(grid) {
  const auto known =
      std::find_if(grid_.azimuth_deg.begin(), grid_.azimuth_deg.end(), [](float angle) { return angle == angle; });
  if (known == grid_.azimuth_deg.end()) return;
  const float first = *known;
  for (float& angle : grid_.azimuth_deg) {
    if (angle - first > 180) angle -= 360;
    if (angle - first < -180) angle += 360;
  }
}

void SunLattice::row(double map_x, double step, double map_y, std::size_t count, double* zenith_deg,
                     double* azimuth_deg) const {
  const auto node = [](int index, int size) { return static_cast<std::size_t>(std::clamp(index, 0, size - 1)); };
  const double down = (grid_.origin_y - map_y) / grid_.step_m;
  const double above = std::floor(down);
  const auto vertical = cubic_weights(down - above);
  const auto columns = static_cast<std::size_t>(grid_.columns);
  std::vector<double> zenith(columns);
  std::vector<double> azimuth(columns);
  for (std::size_t k = 0; k < 4; ++k) {
    const std::size_t line = node(static_cast<int>(above) - 1 + static_cast<int>(k), grid_.rows);
    for (std::size_t c = 0; c < columns; ++c) {
      zenith[c] += vertical[k] * static_cast<double>(grid_.zenith_deg[line * columns + c]);
      azimuth[c] += vertical[k] * static_cast<double>(grid_.azimuth_deg[line * columns + c]);
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const double right = (map_x + static_cast<double>(i) * step - grid_.origin_x) / grid_.step_m;
    const double left = std::floor(right);
    const auto weights = cubic_weights(right - left);
    zenith_deg[i] = azimuth_deg[i] = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const std::size_t c = node(static_cast<int>(left) - 1 + static_cast<int>(k), grid_.columns);
      zenith_deg[i] += weights[k] * zenith[c];
      azimuth_deg[i] += weights[k] * azimuth[c];
    }
  }
}

Edge slopes_off_the_sun(Graph& graph, Edge altitude, const SunLattice& sun, double least_cos) {
  return graph.add(std::make_unique<SlopesOffTheSun>(graph.info(altitude), sun, least_cos), {altitude});
}

Edge blue_in_shade(Graph& graph, Edge shade, Edge blue, Edge nir, double difference) {
  return graph.add(std::make_unique<BlueInShade>(graph.info(blue).type, graph.info(nir).type, difference),
                   {shade, blue, nir});
}

std::optional<Edge> shaded_snow_of(const ImageInput& image, Graph& graph, const Inputs& inputs, const SnowRules& rules,
                                   std::optional<Edge> shade, std::string& lacking) {
  const Scene* scene = image.scene();
  if (scene == nullptr) {
    lacking = fmt::format("{} is no product", image.label());
    return std::nullopt;
  }
  const Product& product = scene->product();
  const ProductBand* nir = product.band(BandRole::nir_narrow);
  if (nir == nullptr) nir = product.band(BandRole::nir);
  const ProductBand* blue = product.band(BandRole::blue);
  const ProductLayer* blue_layer = blue == nullptr ? nullptr : product.layer("SRE_" + blue->name);
  const ProductLayer* nir_layer = nir == nullptr ? nullptr : product.layer("SRE_" + nir->name);
  if (blue_layer == nullptr || nir_layer == nullptr) {
    lacking = fmt::format("{} has no blue and near infrared without correction for slope (SRE)", product.id);
    return std::nullopt;
  }
  if (!shade) {
    if (product.sun.columns == 0 || inputs.grid.size.width < 2 || inputs.grid.size.height < 2) {
      lacking = fmt::format("{} has no grid of sun angles", product.id);
      return std::nullopt;
    }
    shade = slopes_off_the_sun(graph, inputs.altitude, SunLattice(product.sun), rules.shaded_cos);
  }
  const auto numbers = [&](const ProductLayer& layer) {
    return warped(graph, scene->layer(layer), inputs.grid, Resampling::cubic);
  };
  return blue_in_shade(graph, *shade, numbers(*blue_layer), numbers(*nir_layer), rules.shaded_difference);
}

}  // namespace cers::snow
