// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cers/core/text.hpp"
#include "cers/simulator/product.hpp"
#include "stored.hpp"

namespace cers::simulator {
namespace {

std::string description(const SimulatedScene& scene) {
  const SceneDate& d = scene.date;
  std::string text = knobs(scene.recipe);
  const auto line = [&](const char* key, double value) { text += fmt::format("{} = {}\n", key, format_real(value)); };
  text += fmt::format("date = {}\n", d.iso());
  line("hour", d.hour);
  line("sun_zenith", scene.sun.zenith);
  line("sun_azimuth", scene.sun.azimuth);
  line("snow_line", d.snow_line);
  line("days_since_snowfall", d.days_since_snowfall);
  line("wetness", d.wetness);
  line("dust", d.dust);
  line("freezing_level", d.freezing_level);
  for (std::size_t i = 0; i < d.clouds.size(); ++i) {
    const CloudLayer& c = d.clouds[i];
    text += fmt::format("cloud_{} = height {} cover {} thickness {} cell {} {}\n", i + 1, format_real(c.height),
                        format_real(c.cover), format_real(c.thickness), format_real(c.cell), c.cold ? "cold" : "warm");
  }
  return text;
}

}  // namespace

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
    classes += fmt::format("{},{},{}\n", c, surface_name(surface), surface_colour(surface));
  }
  product.texts.push_back(fixed_text("RECIPE.txt", description(scene)));
  product.texts.push_back(fixed_text("CLASSES.csv", classes));
  return product;
}

}  // namespace cers::simulator
