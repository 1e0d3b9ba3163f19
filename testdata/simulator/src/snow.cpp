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

}  // namespace

SnowModel::SnowModel(const Recipe& recipe, const SceneDate& date)
    : line(static_cast<float>(date.snow_line)),
      spread(static_cast<float>(recipe.snow_spread)),
      aspect(static_cast<float>(recipe.aspect_effect)),
      patch(static_cast<float>(recipe.patchiness)),
      age(static_cast<float>(std::min(1.0, date.days_since_snowfall / 12.0))),
      wetness(static_cast<float>(date.wetness)),
      dust(static_cast<float>(date.dust)),
      // Snow leaves the crowns within about four days, at once when it thaws.
      interception(static_cast<float>(recipe.interception * std::max(0.0, 1 - date.days_since_snowfall / 4.0) *
                                      (1 - 0.8 * date.wetness))),
      ceiling(static_cast<float>(recipe.snow_ceiling)),
      wind(static_cast<float>(recipe.wind_drift)),
      wind_east(static_cast<float>(-std::sin(recipe.wind_from * degree))),
      wind_north(static_cast<float>(-std::cos(recipe.wind_from * degree))),
      streak(static_cast<float>(recipe.wind_streaks)) {}

void snow_row(const SnowModel& model, const SnowRow& row) {
  if (model.torn()) {
    fill_torn(model, row.altitude, row.slope_x, row.slope_y, row.patches, row.streaks, row.cover, row.age, row.dirt,
              row.canopy, row.count);
    return;
  }
  fill(model, row.altitude, row.slope_x, row.slope_y, row.patches, row.cover, row.age, row.dirt, row.canopy, row.count);
}

Streaks::Streaks(const SnowModel& model, std::uint32_t seed)
    : seed_(seed), east_(std::lround(1024 * model.wind_east)), north_(std::lround(1024 * model.wind_north)) {}

// Drifts behind obstacles are some tens of metres wide and several times as long.
void Streaks::row(HalfMetres x0, HalfMetres step, HalfMetres y, std::span<float> out) const {
  constexpr HalfMetres width = 180;  // 90 m
  constexpr HalfMetres stretch = 6;
  for (std::size_t i = 0; i < out.size(); ++i) {
    const std::int64_t x = x0 + static_cast<std::int64_t>(i) * step;
    const auto along = static_cast<HalfMetres>((x * east_ + y * north_) >> 10);
    const auto across = static_cast<HalfMetres>((y * east_ - x * north_) >> 10);
    out[i] = fractal_at(seed_, width, 3, 0.6F, floor_quotient(along, stretch), across);
  }
}

}  // namespace cers::simulator
