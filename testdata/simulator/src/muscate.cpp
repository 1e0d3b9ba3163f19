// SPDX-License-Identifier: Apache-2.0
// The files of a MUSCATE Level-2A product.
#include "muscate.hpp"

#include <fmt/format.h>

#include "cers/ops/bands.hpp"
#include "cers/simulator/product.hpp"
#include "coarse.hpp"
#include "metadata.hpp"
#include "stored.hpp"

namespace cers::simulator {
namespace {

constexpr double quantum = 1e-4;
constexpr double missing = -10000;
// Values below −0.9 would meet the missing value.
constexpr Storage reflectance{PixelType::i16, quantum, 0, missing, -9000, 32767};

}  // namespace

ProductText fixed_text(std::string path, std::string text) {
  return {std::move(path), {}, [content = std::move(text)](const LateValues&) { return content; }};
}

SimulatedProduct muscate_l2a(Graph& graph, const SimulatedScene& scene) {
  SimulatedProduct product;
  product.id = fmt::format("SENTINEL2B_{}_L2A_{}_C_V1-0", muscate_time(scene.date), scene.recipe.tile);
  const auto image = [&](const std::string& kind, Edge group, std::size_t position, int band) {
    ProductFile file;
    file.path = fmt::format("{}_{}_{}.tif", product.id, kind, band_names[static_cast<std::size_t>(band)]);
    file.edge = graph.add(make_stored(reflectance, static_cast<int>(position)), {group});
    file.type = PixelType::i16;
    file.scale = quantum;
    file.nodata = missing;
    product.rasters.push_back(file);
  };
  for (const bool flat : {false, true}) {
    const std::string kind = flat ? "FRE" : "SRE";
    for (std::size_t i = 0; i < bands_10m.size(); ++i) {
      image(kind, flat ? scene.fre_r1 : scene.sre_r1, i, bands_10m[i]);
    }
    for (std::size_t i = 0; i < bands_20m.size(); ++i) {
      image(kind, flat ? scene.fre_r2 : scene.sre_r2, i, bands_20m[i]);
    }
  }
  const auto mask = [&](const std::string& name, Edge edge, const char* folder) {
    ProductFile file;
    file.path = fmt::format("{}{}_{}.tif", folder, product.id, name);
    file.edge = edge;
    product.rasters.push_back(file);
  };
  mask("ATB_R1", scene.atb_r1, "");
  mask("ATB_R2", scene.atb_r2, "");
  mask("CLM_R1", scene.clm_r1, "MASKS/");
  mask("CLM_R2", scene.clm_r2, "MASKS/");
  mask("EDG_R1", scene.edg_r1, "MASKS/");
  mask("EDG_R2", scene.edg_r2, "MASKS/");
  mask("IAB_R1", scene.iab_r1, "MASKS/");
  mask("IAB_R2", scene.iab_r2, "MASKS/");
  mask("MG2_R1", scene.mg2_r1, "MASKS/");
  mask("MG2_R2", scene.mg2_r2, "MASKS/");
  mask("SAT_R1", scene.sat_r1, "MASKS/");
  mask("SAT_R2", scene.sat_r2, "MASKS/");
  // About a thousand pixels wide; white is what ESA's pictures call white (reflectance 0.3558, PSD-14).
  const Grid r1 = scene_grid(scene.recipe, 10);
  const int factor = (scene.recipe.side + 999) / 1000;
  ProductFile picture;
  picture.path = product.id + "_QKL_ALL.jpg";
  picture.edge = graph.add(make_picture({2, 1, 0}, r1, factor, 0.3558F), {scene.sre_r1});
  picture.driver = "JPEG";
  picture.placed = false;
  picture.creation = "";
  product.rasters.push_back(picture);
  const LateCover cover = cover_of(graph, scene);
  product.texts.push_back(
      {product.id + "_MTD_ALL.xml", cover.values(), [cover, scene, id = product.id](const LateValues& values) {
         return muscate_metadata(scene, id, cover.of(values));
       }});
  product.texts.push_back(fixed_text("DATA/" + product.id + "_JPI_ALL.xml", muscate_processing()));
  return product;
}

}  // namespace cers::simulator
