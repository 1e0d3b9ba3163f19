// SPDX-License-Identifier: Apache-2.0
// The files of a Sentinel-2 Level-2A product of ESA, baseline 04.00.
#include "safe.hpp"

#include <fmt/format.h>

#include "cers/simulator/product.hpp"
#include "coarse.hpp"
#include "metadata.hpp"
#include "safe_masks.hpp"
#include "stored.hpp"

namespace cers::simulator {
namespace {

constexpr double quantum = 1e-4;
// stored = 10 000 · reflectance + 1000; 0 is missing, 65535 saturated.
constexpr Storage reflectance{PixelType::u16, quantum, -0.1, 0, 1, 65534};
// Reflectance that ESA's pictures show as white (PSD-14: 3558 of 10 000).
constexpr float white = 0.3558F;

/// u8 codes times a whole number, u16.
class Multiplied final : public PixelwiseNode {
 public:
  Multiplied(std::size_t band, int factor) : band_(band), factor_(factor) {}
  std::string name() const override { return "rescale"; }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    return {inputs[0].grid, {BandInfo()}, PixelType::u16};
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

class SafeFiles {
 public:
  SafeFiles(Graph& graph, const SimulatedScene& scene, const std::string& driver)
      : graph_(graph), scene_(scene), names_(safe_names(scene)), driver_(driver) {
    product_.id = names_.product;
  }

  SimulatedProduct made() {
    const Grid r1 = scene_grid(scene_.recipe, 10);
    const Grid r2 = scene_grid(scene_.recipe, 20);
    // Sen2Cor corrects the terrain itself, with a coarse DEM.
    const Edge ten = scene_.fre_r1;
    const Edge twenty = scene_.fre_r2;
    const Edge halved = graph_.add(make_coarse_mean({0, 1, 2}, r1, 2), {ten});
    const Edge sixth = graph_.add(make_coarse_mean({0, 1, 2}, r1, 6), {ten});
    const Edge third = graph_.add(make_coarse_mean({0, 1, 2, 3, 4, 5}, r2, 3), {twenty});

    bands(10, {"B02", "B03", "B04", "B08"}, ten, {0, 1, 2, 3});
    surroundings(10, r1, 1, scene_.atb_r1);
    bands(20, {"B01", "B02", "B03", "B04"}, halved, {0, 0, 1, 2});
    bands(20, {"B05", "B06", "B07", "B8A", "B11", "B12"}, twenty, {0, 1, 2, 3, 4, 5});
    surroundings(20, r1, 2, scene_.atb_r2);
    image("SCL", 20, sampled(scene_.scl, 1), 1, 0);
    bands(60, {"B01", "B02", "B03", "B04"}, sixth, {0, 0, 1, 2});
    bands(60, {"B05", "B06", "B07", "B8A", "B09", "B11", "B12"}, third, {0, 1, 2, 3, 3, 4, 5});
    surroundings(60, r1, 6, sampled(scene_.atb_r2, 3));
    const Edge classes = sampled(scene_.scl, 3);
    image("SCL", 60, classes, 1, 0);

    masks(classes);
    texts();
    return std::move(product_);
  }

 private:
  std::string granule(const std::string& path) const { return "GRANULE/" + names_.granule + "/" + path; }
  Edge sampled(Edge edge, int factor) { return graph_.add(make_coarse_sample(graph_.info(edge), factor), {edge}); }

  void file(const std::string& stem, Edge edge, double scale, double offset, int group = 0) {
    ProductFile file;
    file.path = stem + (driver_ == "GTiff" ? ".tif" : ".jp2");
    file.edge = edge;
    file.type = graph_.info(edge).type;
    file.scale = scale;
    file.offset = offset;
    file.nodata = 0;
    file.driver = driver_;
    file.group = group;
    // ESA's files are lossless with tiles of 1024 pixels.
    file.creation =
        driver_ == "GTiff" ? "COMPRESS=DEFLATE" : "QUALITY=100 REVERSIBLE=YES BLOCKXSIZE=1024 BLOCKYSIZE=1024";
    files_.push_back(file.path);
    product_.rasters.push_back(file);
  }
  void image(const std::string& band, int metres, Edge edge, double scale, double offset) {
    const std::string stem = granule(fmt::format("IMG_DATA/R{}m/{}_{}_{}m", metres, names_.stem, band, metres));
    images_.push_back(stem);
    file(stem, edge, scale, offset);
  }
  void bands(int metres, const std::vector<const char*>& names, Edge group, const std::vector<int>& positions) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      image(names[i], metres, graph_.add(make_stored(reflectance, positions[i]), {group}), quantum, -0.1);
    }
  }
  /// True colour, aerosol in thousandths, water vapour in thousandths of a centimetre.
  void surroundings(int metres, const Grid& r1, int factor, Edge atmosphere) {
    image("TCI", metres, graph_.add(make_picture({2, 1, 0}, r1, factor, white), {scene_.fre_r1}), 1, 0);
    image("AOT", metres, graph_.add(std::make_unique<Multiplied>(1, 5), {atmosphere}), 1e-3, 0);
    image("WVP", metres, graph_.add(std::make_unique<Multiplied>(0, 50), {atmosphere}), 1e-3, 0);
  }

  void mask(const std::string& name, const std::string& type, Edge edge, int band = -1, int group = 0) {
    const std::string stem = granule("QI_DATA/" + name);
    masks_.push_back({stem + ".jp2", type, band});
    file(stem, edge, 1, 0, group);
  }
  void masks(Edge classes) {
    for (std::size_t band = 0; band < esa_bands.size(); ++band) {
      Grid grid = scene_grid(scene_.recipe, 10);
      if (esa_bands[band].pixel > 10) grid = coarser(grid, esa_bands[band].pixel / 10);
      // These need nothing of the image: passes of their own cost little, and fewer files are open at once.
      const Edge footprint = graph_.add(make_detector_footprint(scene_.recipe, grid), {});
      const auto mask_of_band = [&](const std::string& type, Edge edge, int group) {
        mask(fmt::format("{}_{}", type, esa_bands[band].padded), type, edge, static_cast<int>(band), group);
      };
      mask_of_band("MSK_DETFOO", footprint, 1);
      mask_of_band("MSK_QUALIT", graph_.add(make_quality_masks(), {footprint}), esa_bands[band].pixel == 10 ? 2 : 3);
    }
    mask("MSK_CLASSI_B00", "MSK_CLASSI", graph_.add(make_classification_masks(), {classes}));
    for (const auto& [metres, edge] : {std::pair{20, scene_.scl}, std::pair{60, classes}}) {
      mask(fmt::format("MSK_CLDPRB_{}m", metres), "MSK_CLDPRB", graph_.add(make_cloud_probability(), {edge}));
      mask(fmt::format("MSK_SNWPRB_{}m", metres), "MSK_SNWPRB", graph_.add(make_snow_probability(), {edge}));
    }
    constexpr int preview_factor = 32;  // 320 m
    preview_ = granule(fmt::format("QI_DATA/{}_PVI", names_.stem));
    file(preview_,
         graph_.add(make_picture({2, 1, 0}, scene_grid(scene_.recipe, 10), preview_factor, white), {scene_.fre_r1}), 1,
         0);
  }

  void text(const std::string& path, const std::string& content) {
    files_.push_back(path);
    product_.texts.push_back(fixed_text(path, content));
  }
  template <class F>
  void late_text(const std::string& path, const LateClasses& classes, F make) {
    files_.push_back(path);
    product_.texts.push_back(
        {path, classes.values(), [classes, make](const LateValues& values) { return make(classes.of(values)); }});
  }
  void texts() {
    const LateClasses classes = classes_of(graph_, scene_);
    late_text("MTD_MSIL2A.xml", classes, [scene = scene_, names = names_, images = images_](const ClassShares& shares) {
      return safe_product_metadata(scene, names, images, shares);
    });
    late_text(granule("MTD_TL.xml"), classes,
              [scene = scene_, names = names_, masks = masks_, preview = preview_](const ClassShares& shares) {
                return safe_tile_metadata(scene, names, masks, preview + ".jp2", shares);
              });
    late_text(granule("QI_DATA/L2A_QUALITY.xml"), classes, [scene = scene_](const ClassShares& shares) {
      return safe_report(scene, "L2A_QUALITY", content_shares(shares));
    });
    const std::string strip = "DATASTRIP/" + names_.strip;
    for (const char* check : {"FORMAT_CORRECTNESS", "GENERAL_QUALITY", "GEOMETRIC_QUALITY", "SENSOR_QUALITY"}) {
      text(granule(fmt::format("QI_DATA/{}.xml", check)), safe_report(scene_, check));
      text(fmt::format("{}/QI_DATA/{}.xml", strip, check), safe_report(scene_, check));
    }
    text(strip + "/QI_DATA/RADIOMETRIC_QUALITY.xml", safe_report(scene_, "RADIOMETRIC_QUALITY"));
    text(strip + "/MTD_DS.xml", safe_datastrip_metadata(scene_, names_));
    text("INSPIRE.xml", safe_inspire(scene_, names_));
    text("HTML/UserProduct_index.html", safe_index(names_));
    // The scene can be made again from it. Readers look for AUX_DATA's own files by name and leave others alone.
    text(granule("AUX_DATA/SIMULATION_KNOBS.txt"), knob_lines(knob_values(scene_)));
    product_.texts.push_back(fixed_text("manifest.safe", safe_manifest(scene_, files_)));
  }

  Graph& graph_;
  const SimulatedScene& scene_;
  SafeNames names_;
  std::string driver_;
  SimulatedProduct product_;
  std::vector<std::string> images_;
  std::vector<SafeMask> masks_;
  std::string preview_;
  std::vector<std::string> files_;
};

}  // namespace

SafeNames safe_names(const SimulatedScene& scene) {
  const std::string time = compact_time(scene.date);
  const std::string& tile = scene.recipe.tile;
  SafeNames names;
  names.product = fmt::format("S2B_MSIL2A_{}_N0400_R108_{}_{}.SAFE", time, tile, time);
  names.granule = fmt::format("L2A_{}_A{:06}_{}", tile, absolute_orbit, time);
  names.strip = fmt::format("DS_CERS_{}_S{}", time, time);
  names.datastrip = fmt::format("S2B_OPER_MSI_L2A_{}_N04.00", names.strip);
  names.tile = fmt::format("S2B_OPER_MSI_L2A_TL_CERS_{}_A{:06}_{}_N04.00", time, absolute_orbit, tile);
  names.stem = fmt::format("{}_{}", tile, time);
  return names;
}

SimulatedProduct safe_l2a(Graph& graph, const SimulatedScene& scene, const std::string& driver) {
  return SafeFiles(graph, scene, driver).made();
}

}  // namespace cers::simulator
