// SPDX-License-Identifier: Apache-2.0
// From what lies at a place to its reflectance: snow, ground, crowns, mixed by their shares.
#pragma once

#include <array>
#include <vector>

#include "spectra.hpp"
#include "sun.hpp"

namespace cers::simulator {

/// Reflectances of one band that do not vary with the surface.
struct BandModel {
  float diffuse;  ///< share of diffuse light
  float fresh;
  float old;
  float dirty;
  float crown_snow;
  float land;  ///< of opposite slopes without snow
};
/// Snow by its age and dirt, both 0..1.
inline float snow_reflectance(const BandModel& m, float age, float dirt) {
  const float white = m.fresh + age * (m.old - m.fresh);
  return white + dirt * (m.dirty - white);
}

/// All bands of a recipe under a sun.
class Materials {
 public:
  /// `sun_up`: sine of the sun's elevation.
  Materials(const Recipe& recipe, double sun_up);
  const BandModel& model(std::size_t band) const { return models_[band]; }

  /// Rows of one band, by surface.
  struct Rows {
    std::vector<float> bare, green, crown_bare, crown_green;
    void resize(std::size_t count) {
      for (auto* row : {&bare, &green, &crown_bare, &crown_green}) row->resize(count);
    }
  };
  void look_up(std::size_t band, const std::vector<int>& kind, Rows& rows) const;

 private:
  using Table = std::array<std::array<float, surface_count>, band_count>;
  std::array<BandModel, band_count> models_{};
  Table bare_{};
  Table green_{};
  Table crown_bare_{};
  Table crown_green_{};
};

/// Rows of the surface node.
struct SurfaceRows {
  const float* green;
  const float* leaves;
  const float* brightness;
  const float* trees;
  const float* snow;
  const float* canopy;
  const float* age;
  const float* dirt;
};

/// Rows of what shines on the ground and lies before it.
struct LightRows {
  const float* direct;   ///< of flat ground in the sun: 1
  const float* diffuse;  ///< of open ground without cloud: 1
  const float* terrain;  ///< share of the half-space filled by opposite slopes
  const float* through;
  const float* added;
  const float* view;  ///< by how much land is brighter than from above
};

/// Reflectance of one band as it leaves the atmosphere.
void mix_row(const BandModel& model, const SurfaceRows& surface, const Materials::Rows& materials,
             const LightRows& light, float* out, int count);

}  // namespace cers::simulator
