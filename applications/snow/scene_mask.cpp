// SPDX-License-Identifier: Apache-2.0
#include "scene_mask.hpp"

#include <fmt/format.h>

#include "cers/core/error.hpp"
#include "cers/ops/bands.hpp"
#include "high_cloud.hpp"
#include "shaded_snow.hpp"

namespace cers::snow {

SceneMask make_scene_mask(Graph& graph, const Inputs& inputs, const SnowRules& rules, const std::string& dem) {
  SceneMask scene;
  scene.dark = coarse_red(graph, inputs.red, rules);
  scene.findings = find(graph, inputs, scene.dark, rules);
  graph.keep(scene.findings);
  graph.keep(inputs.altitude);
  const Late<AltitudeHistogram> counts = count_by_altitude(graph, scene.findings, inputs.altitude, rules);
  scene.line = graph.then(
      [rules, dem](const TaskContext&, const AltitudeHistogram& histogram) {
        Snowline found = find_snowline(histogram, rules);
        if (found.seen > 0 && found.without_altitude == found.seen)
          throw DataError(fmt::format("{} has no altitude for any pixel that the scene shows", dem),
                          "give a DEM that covers the scene");
        return found;
      },
      "snow line", counts);
  scene.decision = decide(graph, scene.findings, inputs.altitude, inputs.shaded_snow, scene.line, rules);
  scene.mask = graph.add(make_select_bands(graph.info(scene.decision), {static_cast<int>(DecisionBand::mask)}),
                         {scene.decision});
  return scene;
}

SnowRules rules_for(Profile profile, const ImageInput& image) {
  SnowRules rules = rules_of(profile);
  // 240 m around: 12 pixels of 20 m, 8 of 30 m.
  if (image.scene() && image.scene()->product().platform.starts_with("landsat")) rules.coarse_factor = 8;
  return rules;
}

bool is_scene(const ImageInput& image) {
  return image.scene() != nullptr && !image.scene()->product().bands.empty();
}

Grid mask_grid(Graph& graph, const ImageInput& product, Profile profile) {
  return product_inputs(graph, *product.scene(), rules_for(profile, product), {.red = false, .nir = false}).grid;
}

SceneMask mask_of_product(Graph& graph, const ImageInput& product, const ImageInput& dem, Profile profile,
                          std::vector<std::string>& warnings) {
  const SnowRules rules = rules_for(profile, product);
  Inputs inputs = product_inputs(graph, *product.scene(), rules, {.nir = profile == Profile::standard});
  inputs.altitude = altitude_on(dem, graph, inputs.grid, !rules.lis_bands);
  if (profile == Profile::standard && !has_own_shade(product) && knows_sun(product))
    inputs.flags = shaded_by_terrain(product, dem, graph, inputs, std::nullopt, std::nullopt, default_shade_reach_m);
  if (rules.shaded_pass) {
    std::string lacking;
    inputs.shaded_snow = shaded_snow_of(product, graph, inputs, rules, std::nullopt, lacking);
    if (!inputs.shaded_snow) warnings.push_back(lacking + ": shaded slopes are not looked at for snow");
  }
  inputs.flags = without_false_high_cloud(graph, *product.scene(), inputs, rules);
  return make_scene_mask(graph, inputs, rules, dem.label());
}

}  // namespace cers::snow
