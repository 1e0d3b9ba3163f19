// SPDX-License-Identifier: Apache-2.0
// Landsat 8 Collection 2 Level 2 of the same scene.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cers/simulator/product.hpp"
#include "cover.hpp"
#include "light.hpp"
#include "metadata.hpp"
#include "registration.hpp"
#include "stored.hpp"

namespace cers::simulator {
namespace {

constexpr double pixel = 30;
constexpr double quantum = 2.75e-5;
constexpr double offset = -0.2;
constexpr Storage reflectance{PixelType::u16, quantum, offset, 0, 1, 65534};
// Modulation of OLI at its Nyquist frequency, about (Wenny et al. 2015).
constexpr double modulation = 0.22;
// B1 … B7 by the nearest band of Sentinel-2: coastal and blue share one.
constexpr std::array<int, 7> nearest_band = {0, 0, 1, 2, 7, 8, 9};

/// Pixel centres lie on multiples of 30 m: half a pixel off Sentinel-2's grid.
Grid landsat_grid(const Recipe& recipe) {
  Grid grid = scene_grid(recipe, 10);
  const double west = std::floor(recipe.west / pixel) * pixel - pixel / 2;
  const double north = std::ceil(recipe.north / pixel) * pixel + pixel / 2;
  const int count = static_cast<int>(std::ceil((recipe.side * 10.0 + pixel) / pixel));
  grid.size = {count, count};
  grid.transform.a = {west, pixel, 0, north, 0, -pixel};
  return grid;
}

/// QA_PIXEL from the masks at 20 m, nearest pixel. Inputs: CLM, MG2.
class QualityNode final : public Node {
 public:
  QualityNode(const Recipe& recipe, const Grid& grid, const Grid& masks)
      : recipe_(recipe), grid_(grid), masks_(masks), frame_(frame_of(grid)), fine_(frame_of(masks)) {}
  std::string name() const override { return "landsat quality"; }
  RasterInfo describe(std::span<const RasterInfo>) const override {
    return {grid_, {band_named("QA_PIXEL", "bits")}, PixelType::u16};
  }
  Window required(std::size_t, Window output) const override {
    const int x = column(output.x);
    const int y = row(output.y);
    return {x, y, column(output.right() - 1) + 1 - x, row(output.bottom() - 1) + 1 - y};
  }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    const Window w = output.window();
    const auto clouds = inputs[0]->plane<std::uint8_t>(0);
    const auto ground = inputs[1]->plane<std::uint8_t>(0);
    const auto out = output.plane<std::uint16_t>(0);
    for (int y = w.y; y < w.bottom(); ++y) {
      for (int x = w.x; x < w.right(); ++x) {
        out.at(x, y) = outside_swath(recipe_, frame_.x(x), frame_.y(y))
                           ? std::uint16_t{1}
                           : quality(clouds.at(column(x), row(y)), ground.at(column(x), row(y)));
      }
    }
  }

 private:
  int column(int x) const {
    return std::clamp(floor_quotient(frame_.x(x) - fine_.x0 + fine_.step / 2, fine_.step), 0, masks_.size.width - 1);
  }
  int row(int y) const {
    return std::clamp(floor_quotient(fine_.y0 - frame_.y(y) + fine_.step / 2, fine_.step), 0, masks_.size.height - 1);
  }
  static std::uint16_t quality(unsigned clouds, unsigned ground) {
    const bool cloud = (clouds & 2U) != 0;
    const bool thin = (clouds & 16U) != 0;
    const bool cirrus = (clouds & 128U) != 0;
    const bool shadow = (clouds & 96U) != 0;
    const bool snow = (ground & 4U) != 0;
    const bool water = (ground & 1U) != 0;
    unsigned bits = 0;
    if (thin) bits |= 1U << 1;
    if (cirrus) bits |= 1U << 2;
    if (cloud) bits |= 1U << 3;
    if (shadow) bits |= 1U << 4;
    if (snow) bits |= 1U << 5;
    if (!cloud && !thin) bits |= 1U << 6;
    if (water) bits |= 1U << 7;
    const auto confidence = [&](bool found, unsigned shift) { bits |= (found ? 3U : 1U) << shift; };
    confidence(cloud, 8);
    confidence(shadow, 10);
    confidence(snow, 12);
    confidence(cirrus, 14);
    return static_cast<std::uint16_t>(bits);
  }

  Recipe recipe_;
  Grid grid_;
  Grid masks_;
  Frame frame_;
  Frame fine_;
};

/// Groups of KEY = VALUE lines.
class Odl {
 public:
  template <class F>
  void group(const std::string& name, F content) {
    text_ += indent() + "GROUP = " + name + "\n";
    ++depth_;
    content();
    --depth_;
    text_ += indent() + "END_GROUP = " + name + "\n";
  }
  void word(const std::string& key, const std::string& value) { bare(key, "\"" + value + "\""); }
  void bare(const std::string& key, const std::string& value) { text_ += indent() + key + " = " + value + "\n"; }
  std::string text() const { return text_ + "END\n"; }

 private:
  std::string indent() const { return std::string(2 * depth_, ' '); }
  std::string text_;
  std::size_t depth_ = 0;
};

std::string landsat_metadata(const SimulatedScene& scene, const std::string& id, const Grid& grid, const Cover& cover) {
  Odl odl;
  const std::size_t bands = nearest_band.size();
  odl.group("LANDSAT_METADATA_FILE", [&] {
    odl.group("PRODUCT_CONTENTS", [&] {
      odl.word("ORIGIN", "Simulated by Cers");
      odl.word("LANDSAT_PRODUCT_ID", id);
      odl.word("PROCESSING_LEVEL", "L2SR");
      odl.bare("COLLECTION_NUMBER", "02");
      odl.word("COLLECTION_CATEGORY", "T1");
      odl.word("OUTPUT_FORMAT", "GEOTIFF");
      for (std::size_t b = 1; b <= bands; ++b) {
        odl.word(fmt::format("FILE_NAME_BAND_{}", b), fmt::format("{}_SR_B{}.TIF", id, b));
      }
      odl.word("FILE_NAME_QUALITY_L1_PIXEL", id + "_QA_PIXEL.TIF");
      odl.word("FILE_NAME_METADATA_ODL", id + "_MTL.txt");
      for (std::size_t b = 1; b <= bands; ++b) odl.word(fmt::format("DATA_TYPE_BAND_{}", b), "UINT16");
    });
    odl.group("IMAGE_ATTRIBUTES", [&] {
      odl.word("SPACECRAFT_ID", "LANDSAT_8");
      odl.word("SENSOR_ID", "OLI_TIRS");
      odl.bare("WRS_TYPE", "2");
      odl.bare("WRS_PATH", "195");
      odl.bare("WRS_ROW", "28");
      odl.bare("DATE_ACQUIRED", scene.date.iso());
      odl.word("SCENE_CENTER_TIME", iso_time(scene.date, 7).substr(11));
      odl.bare("CLOUD_COVER", fmt::format("{:.2f}", cover.cloud));
      odl.bare("SUN_AZIMUTH", fmt::format("{:.8f}", scene.sun.azimuth));
      odl.bare("SUN_ELEVATION", fmt::format("{:.8f}", 90 - scene.sun.zenith));
    });
    odl.group("PROJECTION_ATTRIBUTES", [&] {
      odl.word("MAP_PROJECTION", "UTM");
      odl.word("DATUM", "WGS84");
      odl.word("ELLIPSOID", "WGS84");
      odl.bare("UTM_ZONE", fmt::format("{}", scene.recipe.epsg % 100));
      odl.bare("GRID_CELL_SIZE_REFLECTIVE", "30.00");
      odl.bare("REFLECTIVE_LINES", fmt::format("{}", grid.size.height));
      odl.bare("REFLECTIVE_SAMPLES", fmt::format("{}", grid.size.width));
      odl.word("ORIENTATION", "NORTH_UP");
      const auto corners = corners_of(scene);
      const std::array<const char*, 4> names = {"UL", "UR", "LR", "LL"};
      for (std::size_t i = 0; i < names.size(); ++i) {
        odl.bare(fmt::format("CORNER_{}_LAT_PRODUCT", names[i]), fmt::format("{:.5f}", corners[i].latitude));
        odl.bare(fmt::format("CORNER_{}_LON_PRODUCT", names[i]), fmt::format("{:.5f}", corners[i].longitude));
        // Centres of the corner pixels.
        const bool east = i == 1 || i == 2;
        const bool south = i >= 2;
        odl.bare(fmt::format("CORNER_{}_PROJECTION_X_PRODUCT", names[i]),
                 fmt::format("{:.3f}", grid.transform.x(east ? grid.size.width - 0.5 : 0.5, 0)));
        odl.bare(fmt::format("CORNER_{}_PROJECTION_Y_PRODUCT", names[i]),
                 fmt::format("{:.3f}", grid.transform.y(0, south ? grid.size.height - 0.5 : 0.5)));
      }
    });
    odl.group("LEVEL2_SURFACE_REFLECTANCE_PARAMETERS", [&] {
      for (std::size_t b = 1; b <= bands; ++b) odl.bare(fmt::format("REFLECTANCE_MULT_BAND_{}", b), "2.75e-05");
      for (std::size_t b = 1; b <= bands; ++b) odl.bare(fmt::format("REFLECTANCE_ADD_BAND_{}", b), "-0.2");
    });
  });
  return odl.text();
}

}  // namespace

LandsatEdges landsat_bands(Graph& graph, const SimulatedScene& scene) {
  const Recipe& recipe = scene.recipe;
  LandsatEdges landsat;
  landsat.grid = landsat_grid(recipe);
  std::vector<BandOptics> optics;
  const Shift shift = date_shift(recipe, scene.date, 1);
  for (int band : nearest_band) optics.push_back({band, psf_sigma(pixel, modulation), shift.east, shift.north});
  const Edge fine = scene.truth.at("fine");
  landsat.bands = graph.add(make_sensor(recipe, scene.date, optics, landsat.grid, graph.info(fine).grid), {fine});
  landsat.quality = graph.add(std::make_unique<QualityNode>(recipe, landsat.grid, graph.info(scene.clm_r2).grid),
                              {scene.clm_r2, scene.mg2_r2});
  return landsat;
}

SimulatedProduct landsat_c2(Graph& graph, const SimulatedScene& scene) {
  const LandsatEdges landsat = landsat_bands(graph, scene);
  const std::string day = compact_time(scene.date).substr(0, 8);
  SimulatedProduct product;
  product.id = fmt::format("LC08_L2SR_195028_{}_{}_02_T1", day, day);
  for (std::size_t i = 0; i < nearest_band.size(); ++i) {
    ProductFile file;
    file.path = fmt::format("{}_SR_B{}.TIF", product.id, i + 1);
    file.edge = graph.add(make_stored(reflectance, static_cast<int>(i)), {landsat.bands});
    file.type = PixelType::u16;
    file.scale = quantum;
    file.offset = offset;
    file.nodata = 0;
    file.nodata_tag = true;
    product.rasters.push_back(file);
  }
  ProductFile quality;
  quality.path = product.id + "_QA_PIXEL.TIF";
  quality.edge = landsat.quality;
  quality.type = PixelType::u16;
  quality.nodata = 1;
  quality.nodata_tag = true;
  product.rasters.push_back(quality);
  const LateCover cover = cover_of(graph, scene);
  product.texts.push_back({product.id + "_MTL.txt", cover.values(),
                           [cover, scene, id = product.id, grid = landsat.grid](const LateValues& values) {
                             return landsat_metadata(scene, id, grid, cover.of(values));
                           }});
  return product;
}

}  // namespace cers::simulator
