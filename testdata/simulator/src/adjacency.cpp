// SPDX-License-Identifier: Apache-2.0
#include "adjacency.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "frame.hpp"
#include "mixture.hpp"
#include "surface.hpp"

namespace cers::simulator {
namespace {

// Share of a band's signal that comes from the surroundings over land with an aerosol thickness of 0.12: diffuse upward
// transmission after Vermote et al. (1997, 6S), of which the correction removes about two thirds.
constexpr std::array<float, band_count> scattered = {.045F, .036F, .028F, .025F, .022F,
                                                     .020F, .018F, .017F, .006F, .003F};

RasterInfo ten_bands(const Grid& grid, const std::string& kind) {
  RasterInfo info{grid, {}, PixelType::f32};
  for (const char* band : band_names) info.bands.push_back(band_named(kind + band, "1"));
  return info;
}

struct AlbedoScratch final : Scratch {
  Materials::Rows materials;
  std::vector<int> kind;
  std::vector<float> one;
  std::vector<float> zero;
  std::vector<float> row;
};

class Albedo final : public Node {
 public:
  Albedo(const Recipe& recipe, const SunField& sun, const Grid& grid, const Grid& samples)
      : grid_(grid), nest_(nest_of(grid, samples)), materials_(recipe, sun.centre[2]) {}
  std::string name() const override { return "albedo"; }
  RasterInfo describe(std::span<const RasterInfo>) const override { return ten_bands(grid_, "albedo "); }
  Window required(std::size_t, Window output) const override { return nest_.fine(output); }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<AlbedoScratch>(); }
  double cost() const override { return 60.0 * nest_.factor * nest_.factor; }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    const Window w = output.window();
    const Window samples = nest_.fine(w);
    const auto count = static_cast<std::size_t>(samples.width);
    auto& s = static_cast<AlbedoScratch&>(*scratch);
    s.materials.resize(count);
    s.kind.resize(count);
    s.row.resize(count);
    s.one.assign(count, 1);
    s.zero.assign(count, 0);
    // Light of flat open ground: nothing of it from opposite slopes, nothing lost or added on the way.
    const LightRows light{s.one.data(), s.one.data(), s.zero.data(), s.one.data(), s.zero.data(), s.zero.data()};
    const float scale = 1.0F / static_cast<float>(nest_.factor * nest_.factor);
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int band = 0; band < band_count; ++band) {
        const auto row = output.plane<float>(band).row(y);
        std::fill(row.begin(), row.end(), 0.0F);
      }
      for (int j = 0; j < nest_.factor; ++j) {
        const int line = nest_.row + y * nest_.factor + j;
        const auto surface = [&](SurfaceBand band) { return &inputs[0]->plane<float>(band).at(samples.x, line); };
        const float* kind = surface(surface_class);
        for (std::size_t i = 0; i < count; ++i) s.kind[i] = static_cast<int>(kind[i]);
        const SurfaceRows rows{surface(surface_green), surface(surface_leaves), surface(surface_brightness),
                               surface(surface_trees), surface(surface_snow),   surface(surface_canopy),
                               surface(surface_age),   surface(surface_dirt)};
        for (int band = 0; band < band_count; ++band) {
          const auto b = static_cast<std::size_t>(band);
          materials_.look_up(b, s.kind, s.materials);
          mix_row(materials_.model(b), rows, s.materials, light, s.row.data(), samples.width);
          const auto out = output.plane<float>(band).row(y);
          const float* from = s.row.data();
          for (float& value : out) {
            for (int i = 0; i < nest_.factor; ++i) value += scale * *from++;
          }
        }
      }
    }
  }

 private:
  Grid grid_;
  Nest nest_;
  Materials materials_;
};

class Surroundings final : public Node {
 public:
  Surroundings(const Grid& grid, const Grid& albedo) : grid_(grid), nest_(nest_of(grid, albedo)) {
    CERS_EXPECT(nest_.factor == 1);
  }
  std::string name() const override { return "surroundings"; }
  RasterInfo describe(std::span<const RasterInfo>) const override { return ten_bands(grid_, "surroundings "); }
  Window required(std::size_t, Window output) const override { return grown(nest_.fine(output), surroundings_reach); }
  double cost() const override { return 800; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    constexpr int side = 2 * surroundings_reach + 1;
    const Window w = output.window();
    for (int band = 0; band < band_count; ++band) {
      const auto in = inputs[0]->plane<float>(band);
      for (int y = w.y; y < w.bottom(); ++y) {
        for (int x = w.x; x < w.right(); ++x) {
          float sum = 0;
          for (int j = 0; j < side; ++j) {
            const float* from = &in.at(x + nest_.column - surroundings_reach, y + nest_.row - surroundings_reach + j);
            for (int i = 0; i < side; ++i) sum += from[i];
          }
          output.plane<float>(band).at(x, y) = sum * (1.0F / (side * side));
        }
      }
    }
  }

 private:
  Grid grid_;
  Nest nest_;
};

}  // namespace

Grid albedo_grid(const Grid& grid, int cells) {
  const auto& a = grid.transform.a;
  const double west = std::floor(a[0] / albedo_cell) - cells;
  const double north = std::ceil(a[3] / albedo_cell) + cells;
  const double east = std::ceil((a[0] + a[1] * grid.size.width) / albedo_cell) + cells;
  const double south = std::floor((a[3] + a[5] * grid.size.height) / albedo_cell) - cells;
  Grid coarse = grid;
  coarse.transform.a = {west * albedo_cell, albedo_cell, 0, north * albedo_cell, 0, -albedo_cell};
  coarse.size = {static_cast<int>(east - west), static_cast<int>(north - south)};
  return coarse;
}

Grid sample_grid(const Grid& albedo) {
  Grid fine = albedo;
  constexpr int factor = static_cast<int>(albedo_cell / albedo_sample);
  fine.transform.a[1] = albedo_sample;
  fine.transform.a[5] = -albedo_sample;
  fine.size = {albedo.size.width * factor, albedo.size.height * factor};
  return fine;
}

std::unique_ptr<const Node> make_albedo(const Recipe& recipe, const SunField& sun, const Grid& grid,
                                        const Grid& samples) {
  return std::make_unique<Albedo>(recipe, sun, grid, samples);
}
std::unique_ptr<const Node> make_surroundings(const Grid& grid, const Grid& albedo) {
  return std::make_unique<Surroundings>(grid, albedo);
}

std::array<float, band_count> scattered_shares(const SceneDate& date) {
  const auto thick = static_cast<float>(date.aerosol / 0.12);
  std::array<float, band_count> shares{};
  for (std::size_t b = 0; b < band_count; ++b) shares[b] = clamped(scattered[b] * thick, 0, 0.3F);
  return shares;
}

}  // namespace cers::simulator
