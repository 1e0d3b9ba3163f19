// SPDX-License-Identifier: Apache-2.0
#include "surface.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "frame.hpp"
#include "ground.hpp"
#include "parcels.hpp"
#include "phenology.hpp"
#include "snow.hpp"
#include "spectra.hpp"

namespace cers::simulator {
namespace {

/// How far the sun of spring has got: 0 until the end of March, 1 in the middle of May.
float spring_sun(const SceneDate& date) {
  const int day = date.day_of_year();
  return day > 200 ? 0 : smooth_step(85, 130, static_cast<float>(day));
}

/// A field as a row meets it.
struct Stretch {
  int first;
  int count;
  Parcel parcel;
  Surface crop;
  float green;
  float brightness;
  float loss;
};

struct Rows final : Scratch {
  std::vector<float> slope_x;
  std::vector<float> slope_y;
  std::vector<float> stand;     ///< woods and meadows, 600 m
  std::vector<float> patches;   ///< 160 m
  std::vector<float> crowns;    ///< 60 m
  std::vector<float> basins;    ///< of dry ground
  std::vector<float> valleys;   ///< where fields keep to rivers
  std::vector<float> streaks;   ///< along the wind
  std::vector<float> hummocks;  ///< of the high north
  std::vector<Stretch> stretches;
};

class SurfaceNode final : public Node {
 public:
  SurfaceNode(const Recipe& recipe, const SceneDate& date, const Grid& grid, const Grid& terrain)
      : recipe_(recipe),
        date_(date),
        grid_(grid),
        frame_(frame_of(grid)),
        nest_(nest_of(grid, terrain)),
        parcels_(recipe),
        wild_(recipe, date.freezing_level),
        farm_(recipe),
        cuts_(recipe),
        snow_(recipe, date),
        seed_(ground_seed(recipe)),
        streaks_(snow_, seed_ + 33),
        ponds_(std::max(smooth_step(0.15F, 0.6F, static_cast<float>(date.wetness)), 0.7F * spring_sun(date))) {
    CERS_EXPECT(nest_.factor == 1);
    for (std::size_t i = 0; i < surface_count; ++i) {
      green_[i] = green_cover(static_cast<Surface>(i), seed_, seed_, date.year, date.day_of_year(), 0);
    }
  }

  std::string name() const override { return "surface"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    RasterInfo info{grid_, {}, PixelType::f32};
    for (const char* band :
         {"class", "green", "leaves", "brightness", "trees", "snow", "canopy snow", "grain age", "dirt", "loss"}) {
      info.bands.push_back(band_named(band, "1"));
    }
    return info;
  }
  Window required(std::size_t input, Window output) const override {
    return grown(nest_.fine(output), input == 0 ? 1 : 0);
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<Rows>(); }
  double cost() const override { return 90; }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    const Window w = output.window();
    const auto count = static_cast<std::size_t>(w.width);
    auto& rows = static_cast<Rows&>(*scratch);
    for (auto* row : {&rows.slope_x, &rows.slope_y, &rows.stand, &rows.patches, &rows.crowns, &rows.basins,
                      &rows.valleys, &rows.streaks, &rows.hummocks})
      row->resize(count);
    const auto altitude = inputs[0]->plane<float>(0);
    const auto shore = inputs[0]->plane<float>(1);
    const auto turbid = inputs[0]->plane<float>(2);
    // Two pixels of step/2 metres, or the two places beside.
    const bool beside = inputs.size() > 1;
    const float per_metre = 1.0F / (beside ? 2 * static_cast<float>(slope_reach) : static_cast<float>(frame_.step));
    for (int y = w.y; y < w.bottom(); ++y) {
      const int ty = y + nest_.row;
      const int tx = w.x + nest_.column;
      const Window here{tx, ty, w.width, 1};
      const float* z = altitude.row(ty, here).data();
      const auto side = [&](std::size_t input) { return &inputs[input]->plane<float>(0).at(tx, ty); };
      const float* left = beside ? side(1) : &altitude.at(tx - 1, ty);
      const float* right = beside ? side(2) : &altitude.at(tx + 1, ty);
      const float* above = beside ? side(3) : &altitude.at(tx, ty - 1);
      const float* below = beside ? side(4) : &altitude.at(tx, ty + 1);
      for (std::size_t i = 0; i < count; ++i) {
        rows.slope_x[i] = (right[i] - left[i]) * per_metre;
        rows.slope_y[i] = (above[i] - below[i]) * per_metre;
      }
      const HalfMetres x0 = frame_.x(w.x);
      const HalfMetres ym = frame_.y(y);
      stand_noise.row(seed_, x0, frame_.step, ym, rows.stand);
      patch_noise.row(seed_, x0, frame_.step, ym, rows.patches);
      crown_noise.row(seed_, x0, frame_.step, ym, rows.crowns);
      if (wild_.dry()) basin_noise.row(seed_, x0, frame_.step, ym, rows.basins);
      if (wild_.north()) {
        bog_noise.row(seed_, x0, frame_.step, ym, rows.basins);
        hummock_noise.row(seed_, x0, frame_.step, ym, rows.hummocks);
      }
      if (farm_.along_rivers()) valley_noise.row(seed_, x0, frame_.step, ym, rows.valleys);
      if (snow_.torn()) streaks_.row(x0, frame_.step, ym, rows.streaks);
      const auto out = [&](SurfaceBand band) { return output.plane<float>(band).row(y).data(); };
      snow_row(snow_, {z, rows.slope_x.data(), rows.slope_y.data(), rows.patches.data(), rows.streaks.data(),
                       out(surface_snow), out(surface_age), out(surface_dirt), out(surface_canopy), count,
                       rows.hummocks.data()});
      find_stretches(x0, ym, w.width, z, rows);
      Pixels row{z, shore.row(ty, here).data(), turbid.row(ty, here).data(), x0, ym, count};
      wild_row(row, rows, output, y);
      for (const Stretch& stretch : rows.stretches) farmed(stretch, row, rows, output, y);
    }
  }

 private:
  struct Pixels {
    const float* altitude;
    const float* shore;
    const float* turbid;
    HalfMetres x0;
    HalfMetres y;
    std::size_t count;
  };

  void find_stretches(HalfMetres x0, HalfMetres y, int count, const float* altitude, Rows& rows) const {
    rows.stretches.clear();
    // No fields where no pixel is low enough: high ground costs nothing here.
    if (std::none_of(altitude, altitude + count, [&](float z) { return farm_.low(z); })) return;
    parcels_.runs(x0, frame_.step, y, count, [&](int first, int length, const Parcel& parcel) {
      if (std::none_of(altitude + first, altitude + first + length, [&](float z) { return farm_.low(z); })) return;
      Stretch stretch{first, length, parcel, parcels_.crop(parcel, date_.harvest_year()), 0, 1, 0};
      const SeasonDay season = season_day(stretch.crop, date_);
      const float lag = season_lag(recipe_, parcel.centre_x, parcel.centre_y);
      const auto green_on = [&](int day) {
        return green_cover(stretch.crop, parcel.id, parcel.region, season.year, day, recipe_.sowing_spread, lag);
      };
      stretch.green = green_on(season.day);
      stretch.loss = std::max(0.0F, green_on(season.day - date_.revisit) - stretch.green);
      const float regional = 0.12F * (2.0F * unit(mixed(parcel.region + 41)) - 1.0F);
      stretch.brightness = 1.0F + regional +
                           static_cast<float>(recipe_.brightness_spread) * 0.6F *
                               normal(mixed(parcel.id + 42 + static_cast<std::uint32_t>(season.year)));
      rows.stretches.push_back(stretch);
    });
  }

  /// Surfaces that follow the terrain, and snow on water.
  void wild_row(const Pixels& p, const Rows& rows, Block& output, int y) const {
    float* kind = output.plane<float>(surface_class).row(y).data();
    float* green = output.plane<float>(surface_green).row(y).data();
    float* leaves = output.plane<float>(surface_leaves).row(y).data();
    float* brightness = output.plane<float>(surface_brightness).row(y).data();
    float* trees = output.plane<float>(surface_trees).row(y).data();
    float* snow = output.plane<float>(surface_snow).row(y).data();
    float* loss = output.plane<float>(surface_loss).row(y).data();
    const float* drifts = snow_.torn() ? rows.streaks.data() : rows.patches.data();
    std::fill_n(loss, p.count, 0.0F);
    for (std::size_t i = 0; i < p.count; ++i) {
      const auto [surface, cover] =
          wild_.at({p.altitude[i], rows.slope_x[i], rows.slope_y[i], p.shore[i], p.turbid[i] > 0, rows.stand[i],
                    rows.patches[i], rows.crowns[i], rows.basins[i], rows.hummocks[i],
                    cuts_.any() && cuts_.at(p.x0 + static_cast<int>(i) * frame_.step, p.y, rows.basins[i])});
      if (p.shore[i] <= 0 && wild_.north()) {
        // The lake lies low and level: it keeps its snow but where wind sweeps it.
        snow[i] = surface == Surface::lake_ice ? clamped(snow[i] + 0.75F + 0.4F * rows.patches[i], 0, 1) : 0;
      } else if (p.shore[i] <= 0) {
        // Open water melts what falls on it; on ice the snow drifts.
        snow[i] = surface == Surface::lake_ice ? clamped(snow[i] - 0.3F + 0.4F * drifts[i], 0, 1) : 0;
      }
      const std::uint32_t h = hashed(seed_ + 5, p.x0 + static_cast<int>(i) * frame_.step, p.y);
      const auto at = static_cast<std::size_t>(surface);
      kind[i] = static_cast<float>(surface);
      trees[i] = cover;
      leaves[i] = green_[at];
      const bool woods = cover > 0;
      green[i] = clamped((woods ? 0.4F * green_[static_cast<std::size_t>(Surface::grassland)] : green_[at]) +
                             0.1F * rows.patches[i] + 0.05F * normal(h),
                         0, 1);
      if (wild_.north() && surface == Surface::lake_ice) {
        // Melt stands in ponds on the ice (their spectrum is the green one), and no snow there.
        const float pond = ponds_ * smooth_step(0.1F, 0.9F, rows.patches[i] + 0.4F * rows.hummocks[i]);
        green[i] = pond;
        snow[i] *= 1.0F - pond;
      }
      brightness[i] = 1.0F + 0.06F * rows.patches[i] + 0.05F * normal(mixed(h));
    }
  }

  /// Fields overwrite grassland and woods on gentle low ground.
  void farmed(const Stretch& s, const Pixels& p, const Rows& rows, Block& output, int y) const {
    float* kind = output.plane<float>(surface_class).row(y).data();
    float* green = output.plane<float>(surface_green).row(y).data();
    float* leaves = output.plane<float>(surface_leaves).row(y).data();
    float* brightness = output.plane<float>(surface_brightness).row(y).data();
    float* trees = output.plane<float>(surface_trees).row(y).data();
    float* loss = output.plane<float>(surface_loss).row(y).data();
    const bool edged = s.parcel.borders != 0;
    const auto patch = static_cast<float>(recipe_.patch_variation);
    const auto pixel = static_cast<float>(recipe_.pixel_variation);
    const auto end = static_cast<std::size_t>(s.first + s.count);
    for (auto i = static_cast<std::size_t>(s.first); i < end; ++i) {
      const float slope2 = rows.slope_x[i] * rows.slope_x[i] + rows.slope_y[i] * rows.slope_y[i];
      if (!farm_.farmed(p.altitude[i], slope2, p.shore[i], rows.valleys[i])) continue;
      const HalfMetres x = p.x0 + static_cast<int>(i) * frame_.step;
      const std::uint32_t h = hashed(seed_ + 6, x, p.y);
      Surface surface = s.crop;
      float cover = 0;
      float share = s.green + patch * rows.patches[i] + pixel * normal(h);
      if (surface == Surface::broadleaf) {
        cover = clamped(static_cast<float>(recipe_.crown_cover) + 0.2F * rows.crowns[i], 0.2F, 0.98F);
      } else if (surface == Surface::orchard) {
        cover = clamped(0.35F + 0.17F * rows.crowns[i] + 0.1F * normal(mixed(h)), 0, 0.8F);
      } else if (surface == Surface::diffuse_built) {
        // Houses of 10 m in gardens.
        const bool house = unit(hashed(seed_ + 7, floor_quotient(x, 20), floor_quotient(p.y, 20))) < 0.3F;
        share = house ? 0.02F : clamped(s.green + 0.35F + 0.2F * rows.crowns[i], 0, 1);
        cover = house ? 0 : clamped(0.25F * rows.crowns[i], 0, 0.6F);
      } else if (surface == Surface::dense_built || surface == Surface::industrial) {
        const int block = surface == Surface::industrial ? 80 : 20;
        share = unit(hashed(seed_ + 8, floor_quotient(x, block), floor_quotient(p.y, block))) < 0.4F ? 0.95F : 0.05F;
      }
      if (edged) {
        const Surface border = border_of(s.parcel, x, p.y);
        if (border == Surface::road) {
          surface = Surface::road;
          cover = 0;
        } else if (border == Surface::broadleaf) {
          cover = std::max(cover, 0.75F);
        }
      }
      kind[i] = static_cast<float>(surface);
      green[i] = clamped(share, 0, 1);
      leaves[i] = green_[static_cast<std::size_t>(Surface::broadleaf)];
      brightness[i] = s.brightness + 0.05F * rows.patches[i] + 0.035F * normal(mixed(h + 1));
      trees[i] = cover;
      loss[i] = s.loss;
    }
  }

  /// Tracks of 7 m along some ends of fields, hedges of 6 m along some sides; else none.
  Surface border_of(const Parcel& parcel, HalfMetres x, HalfMetres y) const {
    const Parcels::Local at = Parcels::local(parcel, x, y);
    if ((parcel.borders & 2U) != 0 && at.v - parcel.v0 < 14) return Surface::road;
    if ((parcel.borders & 1U) != 0 && at.u - parcel.u0 < 12) return Surface::broadleaf;
    return Surface::none;
  }

  Recipe recipe_;
  SceneDate date_;
  Grid grid_;
  Frame frame_;
  Nest nest_;
  Parcels parcels_;
  WildRules wild_;
  FarmRules farm_;
  ClearCuts cuts_;
  SnowModel snow_;
  std::uint32_t seed_;
  Streaks streaks_;
  float ponds_;  ///< share of the hollows of lake ice that hold water
  std::array<float, surface_count> green_{};
};

}  // namespace

std::unique_ptr<const Node> make_surface(const Recipe& recipe, const SceneDate& date, const Grid& grid,
                                         const Grid& terrain) {
  return std::make_unique<SurfaceNode>(recipe, date, grid, terrain);
}

}  // namespace cers::simulator
