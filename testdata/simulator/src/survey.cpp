// SPDX-License-Identifier: Apache-2.0
#include "survey.hpp"

#include <limits>

#include "given_lakes.hpp"

namespace cers::simulator {
namespace {

struct Rows final : Scratch {
  std::vector<float> stand;
  std::vector<float> patches;
  std::vector<float> crowns;
  std::vector<float> basins;   // of dry ground
  std::vector<float> valleys;  // where fields keep to rivers
};

/// Bands f32: the surface without frost, hedges and tracks; 1 on fields. What a field bears is the caller's to say.
/// Input: terrain with water on `grid` grown by a pixel.
class SurveyNode final : public Node {
 public:
  SurveyNode(const Recipe& recipe, int year, const Grid& grid)
      : grid_(grid),
        frame_(frame_of(grid)),
        parcels_(recipe),
        wild_(recipe, std::numeric_limits<float>::max()),
        farm_(recipe),
        seed_(ground_seed(recipe)),
        year_(year) {}
  std::string name() const override { return "surveyed ground"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("surface"), band_named("farmed")}, PixelType::f32};
  }
  Window required(std::size_t, Window output) const override {
    return {output.x, output.y, output.width + 2, output.height + 2};
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<Rows>(); }
  double cost() const override { return 60; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    const Window w = output.window();
    auto& rows = static_cast<Rows&>(*scratch);
    for (auto* row : {&rows.stand, &rows.patches, &rows.crowns, &rows.basins, &rows.valleys})
      row->resize(static_cast<std::size_t>(w.width));
    const auto altitude = inputs[0]->plane<float>(0);
    const auto shore = inputs[0]->plane<float>(1);
    const auto turbid = inputs[0]->plane<float>(2);
    const auto surface = output.plane<float>(0);
    const auto farmed = output.plane<float>(1);
    const float per_metre = 1.0F / static_cast<float>(frame_.step);
    for (int y = w.y; y < w.bottom(); ++y) {
      const HalfMetres x0 = frame_.x(w.x);
      const HalfMetres ym = frame_.y(y);
      stand_noise.row(seed_, x0, frame_.step, ym, rows.stand);
      patch_noise.row(seed_, x0, frame_.step, ym, rows.patches);
      crown_noise.row(seed_, x0, frame_.step, ym, rows.crowns);
      if (wild_.dry()) basin_noise.row(seed_, x0, frame_.step, ym, rows.basins);
      if (farm_.along_rivers()) valley_noise.row(seed_, x0, frame_.step, ym, rows.valleys);
      for (int x = w.x; x < w.right(); ++x) {
        const auto i = static_cast<std::size_t>(x - w.x);
        const int tx = x + 1;
        const int ty = y + 1;
        const GroundPlace place{altitude.at(tx, ty),
                                (altitude.at(tx + 1, ty) - altitude.at(tx - 1, ty)) * per_metre,
                                (altitude.at(tx, ty - 1) - altitude.at(tx, ty + 1)) * per_metre,
                                shore.at(tx, ty),
                                turbid.at(tx, ty) > 0,
                                rows.stand[i],
                                rows.patches[i],
                                rows.crowns[i],
                                rows.basins[i]};
        const float slope2 = place.slope_x * place.slope_x + place.slope_y * place.slope_y;
        const bool field = farm_.farmed(place.altitude, slope2, place.shore, rows.valleys[i]);
        const Surface found = field ? parcels_.crop(parcels_.at(frame_.x(x), ym), year_) : wild_.at(place).surface;
        surface.at(x, y) = static_cast<float>(found);
        farmed.at(x, y) = field ? 1.0F : 0.0F;
      }
    }
  }

 private:
  Grid grid_;
  Frame frame_;
  Parcels parcels_;
  WildRules wild_;
  FarmRules farm_;
  std::uint32_t seed_;
  int year_;
};

/// Pixels of 5 m, those of the tiles' own rasters, over all places.
Grid grid_over(const Recipe& world, const std::vector<Place>& places) {
  Grid grid = scene_grid(world, 5);
  const Frame frame = frame_of(grid);
  Window all{0, 0, 1, 1};
  for (const Place& place : places) {
    all = all.united({floor_quotient(place.x - frame.x0 + frame.step / 2, frame.step),
                      floor_quotient(frame.y0 - place.y + frame.step / 2, frame.step), 1, 1});
  }
  grid.transform = grid.transform.shifted(all.x, all.y);
  grid.size = {all.width, all.height};
  return grid;
}

}  // namespace

SurveyedGround::SurveyedGround(Graph& graph, const std::vector<Recipe>& tiles, int year, Edge dem,
                               const std::vector<Place>& places) {
  const Recipe& world = tiles.front();
  const Grid grid = grid_over(world, places);
  const Edge terrain = given_terrain(graph, world, dem, with_margin(grid, 1));
  const Edge ground = graph.add(std::make_unique<SurveyNode>(world, year, grid), {terrain});
  const Frame frame = frame_of(grid);
  auto positions = std::make_shared<SampleSelection>();
  for (const Place& place : places) {
    positions->push_back({0, floor_quotient(place.x - frame.x0 + frame.step / 2, frame.step),
                          floor_quotient(frame.y0 - place.y + frame.step / 2, frame.step)});
  }
  values_ = extract_values(graph, ground, std::move(positions), "ground of the reference polygons");
}

}  // namespace cers::simulator
