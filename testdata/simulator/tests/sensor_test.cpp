// SPDX-License-Identifier: Apache-2.0
#include "sensor.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "run_scene.hpp"

namespace cers::simulator {
namespace {

/// A wave along x with the given wavelength, crest on the map's multiples of it.
class Wave final : public Node {
 public:
  Wave(const Grid& grid, double wavelength) : grid_(grid), wavelength_(wavelength) {}
  std::string name() const override { return "wave"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("wave")}, PixelType::f32};
  }
  void compute(std::span<const Block* const>, Block& output, Scratch*) const override {
    const auto plane = output.plane<float>(0);
    const Window w = output.window();
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        const double east = grid_.transform.x(x + 0.5, 0);
        plane.at(x, y) = static_cast<float>(std::cos(2 * M_PI * east / wavelength_));
      }
    }
  }

 private:
  Grid grid_;
  double wavelength_;
};

Recipe silent() {
  Recipe recipe = small_recipe();
  recipe.side = 64;
  recipe.noise_floor = 0;
  recipe.noise_slope = 0;
  recipe.detector_step = 0;
  return recipe;
}

/// Largest value in the middle of the image of a wave of `wavelength` m seen with pixels of `pixel` m.
float amplitude(double pixel, double wavelength, double mtf, double east) {
  const Recipe recipe = silent();
  Graph graph;
  const Grid fine = with_margin(scene_grid(recipe, 5), 24);
  const Edge wave = graph.add(std::make_unique<Wave>(fine, wavelength), {});
  const Edge image = graph.add(
      make_sensor(recipe, SceneDate(), {{0, psf_sigma(pixel, mtf), east, 0}}, scene_grid(recipe, pixel), fine), {wave});
  auto rasters = testing::run(graph, {{"image", image}});
  float most = -1;
  for (float v : rasters["image"].bands[0]) most = std::max(most, v);
  return most;
}

// At the Nyquist frequency (wavelength of two pixels) the image keeps the share that the recipe states. Pixel centres
// lie a quarter wave off the crests; moving the image by half a pixel puts them there.
TEST(Sensor, ModulationAtNyquist) {
  EXPECT_NEAR(amplitude(20, 40, 0.26, 10), 0.26F, 0.01F);
  EXPECT_NEAR(amplitude(20, 40, 0.15, 10), 0.15F, 0.01F);
  EXPECT_NEAR(amplitude(10, 20, 0.22, 5), 0.22F, 0.02F);
}

// At half that frequency a Gaussian keeps the fourth root.
TEST(Sensor, ModulationAtHalfNyquist) {
  EXPECT_NEAR(amplitude(20, 80, 0.26, 10), std::pow(0.26F, 0.25F), 0.01F);
}

TEST(Sensor, SwathEdgeIsMissing) {
  Recipe recipe = silent();
  recipe.swath_cut = 0.5;
  Graph graph;
  const Grid fine = with_margin(scene_grid(recipe, 5), 24);
  const Edge wave = graph.add(std::make_unique<Wave>(fine, 1000), {});
  const Edge image = graph.add(make_sensor(recipe, SceneDate(), {{0, 5, 0, 0}}, scene_grid(recipe, 10), fine), {wave});
  auto rasters = testing::run(graph, {{"image", image}});
  const auto& raster = rasters["image"];
  EXPECT_TRUE(std::isnan(raster.at(0, 0)));
  EXPECT_FALSE(std::isnan(raster.at(33, 0)));
  // The edge moves 1 m to the west in 5 m: at the bottom it stands 640 / 5 = 128 m further west.
  EXPECT_FALSE(std::isnan(raster.at(20, 63)));
  EXPECT_TRUE(std::isnan(raster.at(18, 63)));
}

}  // namespace
}  // namespace cers::simulator
