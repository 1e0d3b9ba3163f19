// SPDX-License-Identifier: Apache-2.0
#include "clouds.hpp"

#include <algorithm>
#include <cmath>

namespace cers::simulator {
namespace {

constexpr int octaves = 6;
constexpr float gain = 0.55F;
constexpr int smooth_octaves = 4;  // of fog and of the ice cloud above it
constexpr float smooth_gain = 0.4F;

}  // namespace

// Quantile of the normal law (Abramowitz & Stegun 26.2.23, error below 0.0005).
double normal_quantile(double p) {
  const bool low = p < 0.5;
  const double t = std::sqrt(-2 * std::log(std::clamp(low ? p : 1 - p, 1e-6, 0.5)));
  const double q =
      t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
  return low ? -q : q;
}

CloudField::CloudField(const Recipe& recipe, const SceneDate& date, std::uint32_t index)
    : seed_(hashed(seed_of(recipe.seed, 40 + index), date.year, date.day_of_year())) {
  const CloudLayer& layer = date.clouds[index];
  cell_ = static_cast<HalfMetres>(2 * layer.cell);
  stretch_ = index == 2 ? 4 : 1;
  height_ = static_cast<float>(layer.height);
  threshold_ = static_cast<float>(-normal_quantile(layer.cover));
  thickness_ = layer.cover > 0 ? static_cast<float>(layer.thickness) : 0;
  lift_ = static_cast<float>(layer.lift);
  level_ = static_cast<float>(layer.level);
  per_metre_ = static_cast<float>(2 / std::max(recipe.relief, 100.0));
  smooth_ = recipe.valley_fog > 0;
  fog_ = smooth_ && index == 0;
  depth_ = static_cast<float>(0.12 * std::max(recipe.relief, 100.0));
}

float CloudField::at(HalfMetres x, HalfMetres y, float ground) const {
  if (empty()) return 0;
  const float threshold =
      lift_ == 0 ? threshold_ : threshold_ - lift_ * clamped((ground - level_) * per_metre_, -1.0F, 1.0F);
  // Most of the sky is clear: the large octaves alone tell where the small ones cannot make a cloud.
  const HalfMetres u = stretch_ == 1 ? x : floor_quotient(x, stretch_);
  if (smooth_) {
    float t = (fractal_above(threshold, seed_, cell_, smooth_octaves, smooth_gain, u, y) - threshold) * 2.0F;
    if (t <= 0) return 0;
    if (t > 1) t = 1;  // a sheet: as dense in its midst as anywhere
    if (fog_) t *= clamped((height_ - ground) / depth_, 0, 1);
    return thickness_ * t * t * (3.0F - 2.0F * t);
  }
  const float t = (fractal_above(threshold, seed_, cell_, octaves, gain, u, y) - threshold) * 0.8F;
  if (t <= 0) return 0;
  // Thin rims: the edge is soft over a fifth of the structure.
  return thickness_ * (t < 0.5F ? 2.0F * t * t : t);
}

}  // namespace cers::simulator
