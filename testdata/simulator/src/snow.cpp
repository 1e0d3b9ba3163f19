// SPDX-License-Identifier: Apache-2.0
#include "snow.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "cers/core/vector_clones.hpp"

namespace cers::simulator {
namespace {

constexpr double degree = std::numbers::pi / 180;

CERS_VECTOR_CLONES void fill(SnowModel model, const float* altitude, const float* slope_x, const float* slope_y,
                             const float* patches, float* __restrict covers, float* __restrict ages,
                             float* __restrict dirts, float* __restrict canopies, std::size_t count) {
  const float per_spread = 0.5F / model.spread;
  for (std::size_t i = 0; i < count; ++i) {
    const float sx = slope_x[i];
    const float sy = slope_y[i];
    const float steep = sx * sx + sy * sy;  // tan² of the slope
    // Of the unit normal the part towards the north: −1 … 1.
    const float north = -sy / std::sqrt(1.0F + steep);
    const float above = altitude[i] - model.line;
    // Slopes beyond 40° (tan² 0.7) shed their snow.
    float shed = (steep - 0.7F) * 300.0F;
    shed = shed < 0 ? 0 : shed;
    // Drifts reach only so far below the line: the noise is cut at 1.6 deviations.
    float drift = patches[i];
    drift = drift > 1.6F ? 1.6F : (drift < -1.6F ? -1.6F : drift);
    const float u = above + model.aspect * north + model.patch * drift - shed;
    float cover = 0.5F + u * per_spread;
    cover = cover < 0.02F ? 0 : (cover > 0.98F ? 1 : cover);
    covers[i] = cover;
    // Low and sunny snow is older in its grain; high snow stays as it fell.
    float age =
        model.age * (1.15F - above * (1.0F / 2500.0F)) + model.wetness * 0.6F - 0.15F * north + 0.06F * patches[i];
    ages[i] = age < 0 ? 0 : (age > 1 ? 1 : age);
    float dirt = model.dust * (1.0F + 0.35F * patches[i]) + model.wetness * (0.35F - above * (1.0F / 4000.0F));
    dirts[i] = dirt < 0 ? 0 : (dirt > 1 ? 1 : dirt);
    float held = above * (1.0F / 250.0F);
    held = held < 0 ? 0 : (held > 1 ? 1 : held);
    canopies[i] = held * model.interception;
  }
}

// Thin snow that the wind carries: no thicker from some way above the line, off windward slopes and out of the troughs
// between drifts, gone first where the sun stands on it. What is left there is old, hard and dusty.
CERS_VECTOR_CLONES void fill_torn(SnowModel model, const float* altitude, const float* slope_x, const float* slope_y,
                                  const float* patches, const float* streaks, float* __restrict covers,
                                  float* __restrict ages, float* __restrict dirts, float* __restrict canopies,
                                  std::size_t count) {
  const float per_spread = 0.5F / model.spread;
  const float ceiling = model.ceiling > 0 ? model.ceiling : 1e6F;
  for (std::size_t i = 0; i < count; ++i) {
    const float sx = slope_x[i];
    const float sy = slope_y[i];
    const float steep = sx * sx + sy * sy;
    const float tilt = 1.0F / std::sqrt(1.0F + steep);
    const float north = -sy * tilt;
    const float lee = -(sx * model.wind_east + sy * model.wind_north) * tilt;  // −1 … 1
    const float above = altitude[i] - model.line;
    float shed = (steep - 0.6F) * 350.0F;
    shed = shed < 0 ? 0 : shed;
    float drift = model.patch * patches[i] + model.streak * streaks[i];
    const float most = 1.6F * (model.patch + model.streak);
    drift = drift > most ? most : (drift < -most ? -most : drift);
    const float deep = above < ceiling ? above : ceiling;
    const float u = deep + model.aspect * north + model.wind * lee + drift - shed;
    float cover = 0.5F + u * per_spread;
    cover = cover < 0.02F ? 0 : (cover > 0.98F ? 1 : cover);
    covers[i] = cover;
    float age = model.age * (1.1F - above * (1.0F / 3500.0F)) + model.wetness * 0.6F - 0.25F * north - 0.15F * lee -
                0.08F * streaks[i];
    ages[i] = age < 0 ? 0 : (age > 1 ? 1 : age);
    float dirt = model.dust * (1.0F - 0.4F * streaks[i] + 1.5F * (1.0F - cover) - 0.5F * lee);
    dirts[i] = dirt < 0 ? 0 : (dirt > 1 ? 1 : dirt);
    float held = above * (1.0F / 250.0F);
    held = held < 0 ? 0 : (held > 1 ? 1 : held);
    canopies[i] = held * model.interception;
  }
}

// Snow of a long winter: between tussocks and in hollows first and last, so that places of some metres are white or
// bare; taken off open fells but for their lee, where it stays in beds; hard and shaded between sastrugi, glazed where
// the sun stands on it; long in the crowns.
void fill_packed(const SnowModel& model, const SnowRow& row) {
  const float per_spread = 0.5F / model.spread;
  for (std::size_t i = 0; i < row.count; ++i) {
    const float sx = row.slope_x[i];
    const float sy = row.slope_y[i];
    const float steep = sx * sx + sy * sy;
    const float tilt = 1.0F / std::sqrt(1.0F + steep);
    const float north = -sy * tilt;
    const float lee = -(sx * model.wind_east + sy * model.wind_north) * tilt;  // −1 … 1
    const float above = row.altitude[i] - model.line;
    const float open = smooth_step(-40, 120, row.altitude[i] - model.open);
    // Beds under breaks of the slope are deep, so what wind takes is a matter of where one stands to it.
    const float exposed = open * clamped(0.6F - 3.0F * lee + 0.35F * row.patches[i], 0, 1.4F);
    const float shed = std::max(0.0F, (steep - 0.8F) * 300.0F);
    const float deep = std::min(above, 2.0F * model.spread + 0.1F * above);
    const float u = deep + model.aspect * north + model.patch * clamped(row.patches[i], -2, 2) +
                    model.hummock * row.hummocks[i] + open * model.streak * row.streaks[i] - model.scour * exposed -
                    shed;
    const float cover = 0.5F + u * per_spread;
    row.cover[i] = cover < 0.02F ? 0 : (cover > 0.98F ? 1 : cover);
    const float crust = std::max(0.0F, -north - 0.03F) * 1.6F;
    row.age[i] = clamped(model.age * 1.1F + 0.15F + model.wetness * 0.5F + crust + 0.12F * open, 0, 1);
    // Ridges of the wind's work throw shade under a low sun.
    row.dirt[i] = clamped(model.dust + open * 0.16F * std::abs(row.streaks[i]) + 0.05F * row.patches[i], 0, 1);
    // Wind and sun unload crowns stand by stand.
    const float held =
        clamped(0.25F + above * (1.0F / 200.0F), 0, 1) * clamped(0.3F + 0.7F * row.patches[i] + 2.0F * north, 0, 1.3F);
    row.canopy[i] = clamped(held * model.interception, 0, 1);
  }
}

}  // namespace

SnowModel::SnowModel(const Recipe& recipe, const SceneDate& date)
    : line(static_cast<float>(date.snow_line)),
      spread(static_cast<float>(recipe.snow_spread)),
      aspect(static_cast<float>(recipe.aspect_effect)),
      patch(static_cast<float>(recipe.patchiness)),
      age(static_cast<float>(std::min(1.0, date.days_since_snowfall / 12.0))),
      wetness(static_cast<float>(date.wetness)),
      dust(static_cast<float>(date.dust)),
      // Snow leaves the crowns within about four days, later in lasting cold, at once when it thaws.
      interception(
          static_cast<float>(recipe.interception * std::max(0.0, 1 - date.days_since_snowfall / recipe.crown_days) *
                             (1 - 0.8 * date.wetness))),
      ceiling(static_cast<float>(recipe.snow_ceiling)),
      wind(static_cast<float>(recipe.wind_drift)),
      wind_east(static_cast<float>(-std::sin(recipe.wind_from * degree))),
      wind_north(static_cast<float>(-std::cos(recipe.wind_from * degree))),
      streak(static_cast<float>(recipe.north_ground > 0 ? recipe.sastrugi : recipe.wind_streaks)),
      packed(recipe.north_ground > 0),
      open(static_cast<float>(recipe.tree_line)),
      scour(static_cast<float>(recipe.scour)),
      hummock(static_cast<float>(recipe.hummocks)) {}

void snow_row(const SnowModel& model, const SnowRow& row) {
  if (model.packed) {
    fill_packed(model, row);
    return;
  }
  if (model.torn()) {
    fill_torn(model, row.altitude, row.slope_x, row.slope_y, row.patches, row.streaks, row.cover, row.age, row.dirt,
              row.canopy, row.count);
    return;
  }
  fill(model, row.altitude, row.slope_x, row.slope_y, row.patches, row.cover, row.age, row.dirt, row.canopy, row.count);
}

Streaks::Streaks(const SnowModel& model, std::uint32_t seed)
    : seed_(seed),
      east_(std::lround(1024 * model.wind_east)),
      north_(std::lround(1024 * model.wind_north)),
      width_(model.packed ? 64 : 180),
      stretch_(model.packed ? 12 : 6) {}

// Drifts behind obstacles are some tens of metres wide (90 m) and several times as long; fields of sastrugi narrower.
void Streaks::row(HalfMetres x0, HalfMetres step, HalfMetres y, std::span<float> out) const {
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int64_t x = x0 + static_cast<std::int64_t>(i) * step;
    const auto along = static_cast<HalfMetres>((x * east_ + y * north_) >> 10);
    const auto across = static_cast<HalfMetres>((y * east_ - x * north_) >> 10);
    out[i] = fractal_at(seed_, width_, 3, 0.6F, floor_quotient(along, stretch_), across);
  }
}

}  // namespace cers::simulator
