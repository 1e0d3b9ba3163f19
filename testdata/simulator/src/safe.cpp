// SPDX-License-Identifier: Apache-2.0
// The files of a Sentinel-2 Level-2A product of ESA, baseline 04.00.
#include "safe.hpp"

#include <fmt/format.h>

#include "cers/simulator/product.hpp"
#include "metadata.hpp"
#include "sensor.hpp"
#include "stored.hpp"

namespace cers::simulator {
namespace {

constexpr double quantum = 1e-4;
// stored = 10 000 · reflectance + 1000; 0 is missing, 65535 saturated.
constexpr Storage reflectance{PixelType::u16, quantum, -0.1, 0, 1, 65534};

/// u8 codes times a whole number, u16.
class Multiplied final : public PixelwiseNode {
 public:
  Multiplied(std::size_t band, int factor) : band_(band), factor_(factor) {}
  std::string name() const override { return "rescale"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info{inputs[0].grid, {inputs[0].bands.at(band_)}, PixelType::u16};
    info.bands[0].nodata = 0;
    return info;
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto in = row.in<std::uint8_t>(band_);
    const auto out = row.out<std::uint16_t>(0);
    for (std::size_t i = 0; i < row.count; ++i) out[i] = static_cast<std::uint16_t>(in[i] * factor_);
  }

 private:
  std::size_t band_;
  int factor_;
};

}  // namespace

SafeNames safe_names(const SimulatedScene& scene) {
  const std::string time = compact_time(scene.date);
  SafeNames names;
  names.product = fmt::format("S2B_MSIL2A_{}_N0400_R108_{}_{}.SAFE", time, scene.recipe.tile, time);
  names.granule = fmt::format("L2A_{}_A004868_{}", scene.recipe.tile, time);
  names.datastrip = fmt::format("S2B_OPER_MSI_L2A_DS_CERS_{}_S{}_N04.00", time, time);
  names.stem = fmt::format("{}_{}", scene.recipe.tile, time);
  return names;
}

SimulatedProduct safe_l2a(Graph& graph, const SimulatedScene& scene, const std::string& driver) {
  const SafeNames names = safe_names(scene);
  const std::string extension = driver == "GTiff" ? ".tif" : ".jp2";
  SimulatedProduct product;
  product.id = names.product;
  std::vector<std::string> images;
  const auto add = [&](const std::string& band, int metres, Edge edge, double scale, double offset) {
    ProductFile file;
    const std::string stem =
        fmt::format("GRANULE/{}/IMG_DATA/R{}m/{}_{}_{}m", names.granule, metres, names.stem, band, metres);
    images.push_back(stem);
    file.path = stem + extension;
    file.edge = edge;
    file.type = graph.info(edge).type;
    file.scale = scale;
    file.offset = offset;
    file.nodata = 0;
    file.driver = driver;
    // ESA's files are lossless with tiles of 1024 pixels.
    file.creation =
        driver == "GTiff" ? "COMPRESS=DEFLATE" : "QUALITY=100 REVERSIBLE=YES BLOCKXSIZE=1024 BLOCKYSIZE=1024";
    product.rasters.push_back(file);
  };
  const auto image = [&](int band, int metres, Edge group, std::size_t position) {
    const Edge edge = graph.add(make_stored(reflectance, static_cast<int>(position)), {group});
    add(band_facts[static_cast<std::size_t>(band)].padded, metres, edge, quantum, -0.1);
  };
  // Sen2Cor corrects the terrain itself, with a coarse DEM.
  for (std::size_t i = 0; i < bands_10m.size(); ++i) image(bands_10m[i], 10, scene.fre_r1, i);
  const Edge halved = graph.add(
      make_block_mean({0, 1, 2}, {"B2", "B3", "B4"}, scene_grid(scene.recipe, 20), scene_grid(scene.recipe, 10)),
      {scene.fre_r1});
  for (std::size_t i = 0; i < 3; ++i) image(bands_10m[i], 20, halved, i);
  for (std::size_t i = 0; i < bands_20m.size(); ++i) image(bands_20m[i], 20, scene.fre_r2, i);
  // Aerosol in thousandths, water vapour in thousandths of a centimetre.
  for (const auto& [metres, edge] : {std::pair{10, scene.atb_r1}, std::pair{20, scene.atb_r2}}) {
    add("AOT", metres, graph.add(std::make_unique<Multiplied>(1, 5), {edge}), 1e-3, 0);
    add("WVP", metres, graph.add(std::make_unique<Multiplied>(0, 50), {edge}), 1e-3, 0);
  }
  add("SCL", 20, scene.scl, 1, 0);
  const std::string tile_metadata = fmt::format("GRANULE/{}/MTD_TL.xml", names.granule);
  product.texts.push_back({"MTD_MSIL2A.xml", safe_product_metadata(scene, names, images)});
  product.texts.push_back({tile_metadata, safe_tile_metadata(scene, names)});
  std::vector<std::string> files{"MTD_MSIL2A.xml", tile_metadata};
  for (const std::string& stem : images) files.push_back(stem + extension);
  product.texts.push_back({"manifest.safe", safe_manifest(scene, files)});
  return product;
}

}  // namespace cers::simulator
