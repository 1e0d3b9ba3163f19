// SPDX-License-Identifier: Apache-2.0
#include "detector.hpp"

#include <algorithm>
#include <cmath>

#include "align.hpp"
#include "cells.hpp"
#include "masks.hpp"
#include "sky.hpp"
#include "sun.hpp"
#include "truth.hpp"

namespace cers::simulator {
namespace {

/// How far a pixel lies from a cell, in metres, 0 inside.
float distance_to(int cell, int pixel) {
  const int first = cell * cell_pixels;
  const int gap = pixel < first ? first - pixel : std::max(0, pixel - (first + cell_pixels - 1));
  return static_cast<float>(gap) * 20.0F;
}

class DetailedCloud final : public Node {
 public:
  DetailedCloud(const Recipe& recipe, const SceneDate& date, const SunField& sun, const Grid& grid)
      : recipe_(recipe), grid_(grid), frame_(frame_of(grid)), reach_(recipe.dilation + 1) {
    // A shadow whose cloud, at the height of the lowest layer, would lie outside the image.
    double height = 1500;
    for (const CloudLayer& layer : date.clouds) {
      if (layer.cover > 0) {
        height = layer.height - recipe.plain_altitude;
        break;
      }
    }
    to_cloud_x_ = static_cast<HalfMetres>(2 * height * sun.centre[0] / sun.centre[2]);
    to_cloud_y_ = static_cast<HalfMetres>(2 * height * sun.centre[1] / sun.centre[2]);
  }
  std::string name() const override { return "cloud mask"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("CLM", "bits", "detailed cloud mask, bits 0-7 of MUSCATE")}, PixelType::u8};
  }
  Window required(std::size_t, Window output) const override { return grown(cells_of(output), reach_); }
  Border border(std::size_t) const override { return {Outside::constant, 0}; }
  double cost() const override { return 60; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto cells = inputs[0]->plane<std::uint8_t>(0);
    const auto out = output.plane<std::uint8_t>(0);
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) out.at(x, y) = bits_at(cells, x, y);
    }
  }

 private:
  static Window cells_of(const Window& w) {
    const int x = floor_quotient(w.x, cell_pixels);
    const int y = floor_quotient(w.y, cell_pixels);
    return {x, y, floor_quotient(w.right() - 1, cell_pixels) + 1 - x,
            floor_quotient(w.bottom() - 1, cell_pixels) + 1 - y};
  }

  std::uint8_t bits_at(const Plane<const std::uint8_t>& cells, int x, int y) const {
    const HalfMetres mx = frame_.x(x);
    const HalfMetres my = frame_.y(y);
    if (outside_swath(recipe_, mx, my)) return 0;
    const int cx = floor_quotient(x, cell_pixels);
    const int cy = floor_quotient(y, cell_pixels);
    unsigned found = 0;
    unsigned thick = 0;
    for (int j = cy - reach_; j <= cy + reach_; ++j) {
      for (int i = cx - reach_; i <= cx + reach_; ++i) {
        const unsigned cell = cells.at(i, j);
        if (cell == 0) continue;
        const float dx = distance_to(i, x);
        const float dy = distance_to(j, y);
        const int steps = recipe_.dilation + ((cell & cell_wide) != 0 ? 1 : 0);
        const float radius = static_cast<float>(cell_side) * static_cast<float>(steps);  // round corners
        if (dx * dx + dy * dy > radius * radius) continue;
        found |= cell;
        if ((cell & cell_cloud) != 0 && (cell & cell_thin) == 0) thick |= cell;
      }
    }
    unsigned bits = 0;
    if (thick != 0) {
      bits |= 3U;
      if ((thick & cell_mono) != 0) bits |= 4U;
      if ((thick & cell_multi) != 0) bits |= 8U;
    } else if ((found & cell_cloud) != 0) {
      bits |= 16U;
    }
    if ((found & cell_high) != 0) bits |= 128U | (thick != 0 ? 3U : 0U);
    if ((found & cell_shadow) != 0) {
      const bool inside = in_scene(mx + to_cloud_x_, my + to_cloud_y_);
      bits |= 1U | (inside ? 32U : 64U);
    }
    return static_cast<std::uint8_t>(bits);
  }

  bool in_scene(HalfMetres x, HalfMetres y) const {
    return x > frame_.x(-1) && x < frame_.x(grid_.size.width) && y < frame_.y(-1) && y > frame_.y(grid_.size.height);
  }

  Recipe recipe_;
  Grid grid_;
  Frame frame_;
  int reach_;  ///< cells
  HalfMetres to_cloud_x_ = 0;
  HalfMetres to_cloud_y_ = 0;
};

/// Inputs: cloud mask, truth, light, incidence.
class Geophysical final : public PixelwiseNode {
 public:
  Geophysical(const Recipe& recipe, const Grid& grid)
      : recipe_(recipe), frame_(frame_of(grid)), seed_(seed_of(recipe.seed, 110)) {}
  std::string name() const override { return "geophysical mask"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid,
            {band_named("MG2", "bits",
                        "water, cloud, snow, cloud shadow, terrain shadow, hidden, sun too low, tangent sun")},
            PixelType::u8};
  }
  double cost() const override { return 12; }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto clouds = row.in<std::uint8_t>(0);
    const auto share = [&](int band) { return row.in<float>(1 + static_cast<std::size_t>(band)); };
    const auto lit = row.in<float>(1 + truth_bands);
    const auto incidence = row.in<float>(1 + truth_bands + 2);
    const auto out = row.out<std::uint8_t>(0);
    for (std::size_t i = 0; i < row.count; ++i) {
      const HalfMetres x = frame_.x(row.x + static_cast<int>(i));
      const HalfMetres y = frame_.y(row.y);
      if (outside_swath(recipe_, x, y)) {
        out[i] = 0;
        continue;
      }
      const float doubt = 0.15F * normal(hashed(seed_, x, y));
      const bool cloud = (clouds[i] & 2U) != 0;
      unsigned bits = 0;
      if (share(truth_water)[i] > 0.5F + doubt && share(truth_viewable)[i] < 0.3F) bits |= 1U;
      if (cloud) bits |= 2U;
      if (!cloud && share(truth_viewable)[i] > 0.42F + doubt) bits |= 4U;
      if ((clouds[i] & 96U) != 0) bits |= 8U;
      if (lit[i] < 0.5F) bits |= 16U;
      if (incidence[i] <= 0.02F) {
        bits |= 64U;
      } else if (incidence[i] < static_cast<float>(recipe_.least_cos)) {
        bits |= 128U;
      }
      out[i] = static_cast<std::uint8_t>(bits);
    }
  }

 private:
  Recipe recipe_;
  Frame frame_;
  std::uint32_t seed_;
};

}  // namespace

void add_detector(Graph& graph, SimulatedScene& scene, const Evidence& evidence) {
  const Recipe& recipe = scene.recipe;
  const Grid r1 = scene_grid(recipe, 10);
  const Grid r2 = scene_grid(recipe, 20);
  const SunField sun = sun_field(recipe, scene.date, scene.longitude, scene.latitude);
  const auto fine = [&](Edge edge) { return graph.add(make_repeat(graph.info(edge), r1), {edge}); };

  const GroundLight ground_light(recipe, scene.date, scene.sun.zenith);
  std::vector<Edge> seen = {evidence.truth, evidence.sky, scene.sre_r2};
  std::vector<Edge> classified = {evidence.truth, evidence.sky, evidence.light, scene.sre_r2};
  if (ground_light.any()) {
    seen.push_back(scene.truth.at("dem"));
    classified.push_back(scene.truth.at("dem"));
  }
  const Edge cells = graph.add(make_cells(recipe, scene.date, ground_light, r2), seen);
  scene.clm_r2 = graph.add(std::make_unique<DetailedCloud>(recipe, scene.date, sun, r2), {cells});
  const Edge incidence = graph.add(make_align(graph.info(evidence.incidence), r2), {evidence.incidence});
  scene.mg2_r2 =
      graph.add(std::make_unique<Geophysical>(recipe, r2), {scene.clm_r2, evidence.truth, evidence.light, incidence});
  scene.edg_r2 = graph.add(make_edge_mask(recipe, r2), {});
  scene.edg_r1 = graph.add(make_edge_mask(recipe, r1), {});
  scene.sat_r1 = graph.add(make_saturation(), {scene.sre_r1});
  scene.sat_r2 = graph.add(make_saturation(), {scene.sre_r2});
  scene.iab_r2 = graph.add(make_interpolated(), {scene.clm_r2, scene.mg2_r2});
  scene.atb_r2 = graph.add(make_atmosphere(recipe, scene.date, r2), {scene.edg_r2});
  scene.clm_r1 = fine(scene.clm_r2);
  scene.mg2_r1 = fine(scene.mg2_r2);
  scene.iab_r1 = fine(scene.iab_r2);
  scene.atb_r1 = fine(scene.atb_r2);
  scene.scl = graph.add(make_scene_classes(recipe, scene.date, ground_light, r2), classified);
}

}  // namespace cers::simulator
