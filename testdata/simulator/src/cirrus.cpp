// SPDX-License-Identifier: Apache-2.0
#include "cirrus.hpp"

#include <cmath>
#include <numbers>

#include "noise.hpp"

namespace cers::simulator {

GroundLight::GroundLight(const Recipe& recipe, const SceneDate& date, double sun_zenith)
    : share_(static_cast<float>(recipe.false_cirrus)),
      beam_(static_cast<float>(date.water_vapour * (1 + 1 / std::cos(sun_zenith * std::numbers::pi / 180)))),
      level_(static_cast<float>(recipe.plain_altitude)),
      per_metre_(static_cast<float>(1 / recipe.vapour_height)) {}

float GroundLight::seen(float altitude, float infrared, float swir) const {
  // Strong lines: transmission falls with the root of the vapour. With about 0.4 g/cm² in the beam the ground is as
  // good as hidden (MODIS cloud mask ATBD, Ackerman et al. 2010): here a twentieth of its light remains.
  constexpr float per_root = 4.74F;  // ln 20 / sqrt(0.4 g/cm²)
  const float above = clamped((altitude - level_) * per_metre_, -5, 20);
  const float vapour = beam_ * exponential(-above);
  const float ground = 0.45F * (infrared + swir);
  return ground * exponential(-clamped(per_root * std::sqrt(vapour), 0, 60));
}

float GroundLight::called_cloud(float reflectance) const {
  constexpr float lower = 0.012F;
  constexpr float upper = 0.035F;
  return share_ * clamped((reflectance - lower) * (1 / (upper - lower)), 0, 1);
}

}  // namespace cers::simulator
