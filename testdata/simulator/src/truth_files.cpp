// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cers/simulator/product.hpp"
#include "metadata.hpp"
#include "stored.hpp"

namespace cers::simulator {

SimulatedProduct truth_files(Graph& graph, const SimulatedScene& scene) {
  SimulatedProduct product;
  product.id = "TRUTH";
  const auto add = [&](const std::string& path, Edge edge, std::optional<double> nodata) {
    ProductFile file;
    file.path = path;
    file.edge = edge;
    file.type = graph.info(edge).type;
    file.nodata = nodata;
    file.nodata_tag = nodata.has_value();
    product.rasters.push_back(file);
  };
  for (const auto& [name, edge] : scene.truth) {
    if (name == "fine") continue;  // 5 m, ten bands: for who asks for it
    add(fmt::format("TRUTH_{}.tif", name), edge, std::nullopt);
  }
  constexpr double void_altitude = -32768;  // as SRTM marks them
  const Storage altitude{PixelType::f32, 1, 0, void_altitude, 0, 0};
  add("DEM.tif", graph.add(make_stored(altitude, 0), {scene.dem}), void_altitude);
  add("TCD.tif", scene.tree_cover, 255);
  std::string classes = "code,name,colour\n";
  for (int c = 1; c < static_cast<int>(Surface::count); ++c) {
    const auto surface = static_cast<Surface>(c);
    if (!has_surface(scene.recipe, surface)) continue;
    classes += fmt::format("{},{},{}\n", c, surface_name(surface), surface_colour(surface));
  }
  product.texts.push_back(fixed_text("RECIPE.txt", knob_lines(knob_values(scene))));
  product.texts.push_back(fixed_text("CLASSES.csv", classes));
  return product;
}

}  // namespace cers::simulator
