// SPDX-License-Identifier: Apache-2.0
// Landsat 8 Collection 2 Level 2 of the same scene.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cers/simulator/product.hpp"
#include "landsat.hpp"
#include "light.hpp"
#include "registration.hpp"
#include "stored.hpp"

namespace cers::simulator {
namespace {

constexpr double pixel = 30;
constexpr Storage reflectance{PixelType::u16, landsat_scale, landsat_offset, 0, 1, 65534};
// Modulation of OLI at its Nyquist frequency, about (Wenny et al. 2015).
constexpr double modulation = 0.22;
// B1 … B7 by the nearest band of Sentinel-2: coastal and blue share one.
constexpr std::array<int, landsat_bands_count> nearest_band = {0, 0, 1, 2, 7, 8, 9};

/// Pixel centres lie on multiples of 30 m: half a pixel off Sentinel-2's grid.
Grid landsat_grid(const Recipe& recipe) {
  Grid grid = scene_grid(recipe, 10);
  const double west = std::floor(recipe.west / pixel) * pixel - pixel / 2;
  const double north = std::ceil(recipe.north / pixel) * pixel + pixel / 2;
  const int count = static_cast<int>(std::ceil((recipe.side * 10.0 + pixel) / pixel));
  grid.size = {count, count};
  grid.transform.a = {west, pixel, 0, north, 0, -pixel};
  return grid;
}

/// What reads masks at 20 m, the nearest pixel.
class OnLandsat : public Node {
 public:
  OnLandsat(const Recipe& recipe, const Grid& grid, const Grid& masks)
      : grid_(grid), recipe_(recipe), masks_(masks), frame_(frame_of(grid)), fine_(frame_of(masks)) {}
  Window required(std::size_t, Window output) const override {
    const int x = column(output.x);
    const int y = row(output.y);
    return {x, y, column(output.right() - 1) + 1 - x, row(output.bottom() - 1) + 1 - y};
  }

 protected:
  int column(int x) const {
    return std::clamp(floor_quotient(frame_.x(x) - fine_.x0 + fine_.step / 2, fine_.step), 0, masks_.size.width - 1);
  }
  int row(int y) const {
    return std::clamp(floor_quotient(fine_.y0 - frame_.y(y) + fine_.step / 2, fine_.step), 0, masks_.size.height - 1);
  }
  bool outside(int x, int y) const { return outside_swath(recipe_, frame_.x(x), frame_.y(y)); }

  Grid grid_;

 private:
  Recipe recipe_;
  Grid masks_;
  Frame frame_;
  Frame fine_;
};

/// QA_PIXEL. Inputs: CLM, MG2.
class QualityNode final : public OnLandsat {
 public:
  using OnLandsat::OnLandsat;
  std::string name() const override { return "landsat quality"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("QA_PIXEL", "bits")}, PixelType::u16};
  }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto clouds = inputs[0]->plane<std::uint8_t>(0);
    const auto ground = inputs[1]->plane<std::uint8_t>(0);
    const auto out = output.plane<std::uint16_t>(0);
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        out.at(x, y) =
            outside(x, y) ? std::uint16_t{1} : quality(clouds.at(column(x), row(y)), ground.at(column(x), row(y)));
      }
    }
  }

 private:
  static std::uint16_t quality(unsigned clouds, unsigned ground) {
    const bool cloud = (clouds & 12U) != 0;  // cirrus that no other test saw has its own bit only
    const bool thin = (clouds & 16U) != 0;
    const bool cirrus = (clouds & 128U) != 0;
    const bool shadow = (clouds & 96U) != 0;
    const bool snow = (ground & 4U) != 0;
    const bool water = (ground & 1U) != 0;
    unsigned bits = 0;
    if (thin) bits |= 1U << 1;
    if (cirrus) bits |= 1U << 2;
    if (cloud) bits |= 1U << 3;
    if (shadow) bits |= 1U << 4;
    if (snow) bits |= 1U << 5;
    if (!cloud && !thin && !cirrus) bits |= 1U << 6;
    if (water) bits |= 1U << 7;
    const auto confidence = [&](bool found, unsigned shift) { bits |= (found ? 3U : 1U) << shift; };
    confidence(cloud, 8);
    confidence(shadow, 10);
    confidence(snow, 12);
    confidence(cirrus, 14);
    return static_cast<std::uint16_t>(bits);
  }
};

/// SR_QA_AEROSOL from the masks at 20 m: 0 fill, 1 valid retrieval, 2 water, 5 interpolated, 6-7 level (USGS
/// LSDS-1619). LaSRC retrieves on clear dark ground in the middle of 3 × 3 pixels and interpolates the others. The
/// guide does not say where its levels part: here at optical thickness 0.1 and 0.3; under cloud and on snow it is the
/// climatology's. Inputs: CLM, MG2, atmosphere (band 1: thickness × 200).
class AerosolNode final : public OnLandsat {
 public:
  using OnLandsat::OnLandsat;
  std::string name() const override { return "landsat aerosol"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("SR_QA_AEROSOL", "bits")}, PixelType::u8};
  }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto out = output.plane<std::uint8_t>(0);
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        const int tx = column(x);
        const int ty = row(y);
        out.at(x, y) = outside(x, y) ? std::uint8_t{1}
                                     : quality(x % 3 == 1 && y % 3 == 1, inputs[0]->plane<std::uint8_t>(0).at(tx, ty),
                                               inputs[1]->plane<std::uint8_t>(0).at(tx, ty),
                                               inputs[2]->plane<std::uint8_t>(1).at(tx, ty));
      }
    }
  }

 private:
  static std::uint8_t quality(bool middle, unsigned clouds, unsigned ground, unsigned thickness) {
    const bool covered = (clouds & 3U) != 0 || (ground & 4U) != 0;
    const bool water = (ground & 1U) != 0;
    unsigned bits = 0;
    if (water) bits |= 1U << 2;
    if (!covered && (middle || water)) bits |= 1U << 1;
    if (covered || !(middle || water)) bits |= 1U << 5;
    if (!covered) bits |= (thickness < 20 ? 1U : (thickness < 60 ? 2U : 3U)) << 6;
    return static_cast<std::uint8_t>(bits);
  }
};

/// QA_RADSAT: bit b − 1 where band b is brighter than the instrument's range. No terrain hides another from Landsat's
/// nearly upright view. Input: the bands.
class RadiometricSaturation final : public PixelwiseNode {
 public:
  std::string name() const override { return "landsat saturation"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {band_named("QA_RADSAT", "bits")}, PixelType::u16};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    constexpr float range = 1.2107F;  // REFLECTANCE_MAXIMUM of OLI's Level-1 metadata
    const auto out = row.out<std::uint16_t>();
    std::fill(out.begin(), out.end(), std::uint16_t{0});
    for (std::size_t band = 0; band < nearest_band.size(); ++band) {
      const auto in = row.in<float>(band);
      for (std::size_t i = 0; i < row.count; ++i) {
        if (in[i] > range) out[i] = static_cast<std::uint16_t>(out[i] | 1U << band);
      }
    }
  }
};

}  // namespace

LandsatEdges landsat_bands(Graph& graph, const SimulatedScene& scene) {
  const Recipe& recipe = scene.recipe;
  LandsatEdges landsat;
  landsat.grid = landsat_grid(recipe);
  std::vector<BandOptics> optics;
  const Shift shift = date_shift(recipe, scene.date, 1);
  for (int band : nearest_band) optics.push_back({band, psf_sigma(pixel, modulation), shift.east, shift.north});
  const Edge fine = scene.truth.at("fine");
  landsat.bands = graph.add(make_sensor(recipe, scene.date, optics, landsat.grid, graph.info(fine).grid), {fine});
  landsat.quality = graph.add(std::make_unique<QualityNode>(recipe, landsat.grid, graph.info(scene.clm_r2).grid),
                              {scene.clm_r2, scene.mg2_r2});
  return landsat;
}

SimulatedProduct landsat_c2(Graph& graph, const SimulatedScene& scene) {
  const LandsatEdges landsat = landsat_bands(graph, scene);
  SimulatedProduct product;
  product.id = landsat_id(scene);
  const auto add = [&](const std::string& name, Edge edge, std::optional<double> nodata) {
    ProductFile file;
    file.path = fmt::format("{}_{}.TIF", product.id, name);
    file.edge = edge;
    file.type = graph.info(edge).type;
    file.nodata = nodata;
    file.nodata_tag = nodata.has_value();
    product.rasters.push_back(file);
    return &product.rasters.back();
  };
  for (std::size_t i = 0; i < nearest_band.size(); ++i) {
    const Edge edge = graph.add(make_stored(reflectance, static_cast<int>(i)), {landsat.bands});
    ProductFile* file = add(fmt::format("SR_B{}", i + 1), edge, 0);
    file->scale = landsat_scale;
    file->offset = landsat_offset;
  }
  add("QA_PIXEL", landsat.quality, 1);
  add("QA_RADSAT", graph.add(std::make_unique<RadiometricSaturation>(), {landsat.bands}), std::nullopt);
  add("SR_QA_AEROSOL",
      graph.add(std::make_unique<AerosolNode>(scene.recipe, landsat.grid, graph.info(scene.clm_r2).grid),
                {scene.clm_r2, scene.mg2_r2, scene.atb_r2}),
      1);
  const LateCover cover = cover_of(graph, scene);
  const auto text = [&](const char* extension, std::string LandsatTexts::*form) {
    product.texts.push_back({fmt::format("{}_MTL.{}", product.id, extension), cover.values(),
                             [cover, scene, form, grid = landsat.grid](const LateValues& values) {
                               return landsat_metadata(scene, grid, cover.of(values)).*form;
                             }});
  };
  text("txt", &LandsatTexts::odl);
  text("xml", &LandsatTexts::xml);
  text("json", &LandsatTexts::json);
  product.texts.push_back(fixed_text(product.id + "_ANG.txt", landsat_angles(scene, landsat.grid)));
  return product;
}

}  // namespace cers::simulator
