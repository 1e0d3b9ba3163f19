// SPDX-License-Identifier: Apache-2.0
#include "snow.hpp"

#include <algorithm>
#include <cmath>

#include "cers/core/vector_clones.hpp"

namespace cers::simulator {
namespace {

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
                                      (1 - 0.8 * date.wetness))) {}

void snow_row(const SnowModel& model, const SnowRow& row) {
  fill(model, row.altitude, row.slope_x, row.slope_y, row.patches, row.cover, row.age, row.dirt, row.canopy, row.count);
}

}  // namespace cers::simulator
