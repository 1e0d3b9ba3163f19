// SPDX-License-Identifier: Apache-2.0
// A simulated scene in the clothes of a product: files, types, scales, metadata. Writing is left to the caller.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cers/engine/graph.hpp"
#include "cers/simulator/scene.hpp"

namespace cers::simulator {

/// One raster. `edge` holds the numbers to store, in `type` already: nothing is left to convert.
struct ProductFile {
  std::string path;  ///< inside the product's folder: "MASKS/…_CLM_R1.tif"
  Edge edge;
  PixelType type = PixelType::u8;
  double scale = 1;  ///< physical = stored · scale + offset
  double offset = 0;
  std::optional<double> nodata;  ///< stored; by which file tag or metadata it is told is the format's matter
  bool nodata_tag = false;       ///< whether the file carries the tag, as the real product's does
  bool placed = true;            ///< false: a picture whose file does not say where it lies
  std::string creation = "COMPRESS=DEFLATE";  ///< options of the driver, separated by spaces
  std::string driver = "GTiff";               ///< or "JP2OpenJPEG"
  int group = 0;                              ///< files of one number are best written together
};

struct ProductText {
  std::string path;
  std::vector<LateRef> values;                         ///< what `make` asks for
  std::function<std::string(const LateValues&)> make;  ///< the content
};
/// A text that is known beforehand.
ProductText fixed_text(std::string path, std::string text);

struct SimulatedProduct {
  std::string id;  ///< name of the folder
  std::vector<ProductFile> rasters;
  std::vector<ProductText> texts;
};

/// Theia's Level-2A by MAJA (MUSCATE), with all masks, quicklook, MTD_ALL.xml and the DATA folder.
SimulatedProduct muscate_l2a(Graph& graph, const SimulatedScene& scene);
/// ESA's Level-2A, baseline 04.00 (offset −1000): bands, pictures, SCL, AOT and WVP at 10 m, 20 m and 60 m, the masks
/// and reports of QI_DATA, metadata of product, tile and datastrip, every knob in AUX_DATA/SIMULATION_KNOBS.txt. Not
/// there: AUX_ECMWFT and AUX_CAMSFO (GRIB 1), the schemas of rep_info. `driver`: "JP2OpenJPEG" as the real one, or
/// "GTiff" (files keep the name .jp2's stem with .tif then). The scene has no spectra at 443 nm and 945 nm: B01 shows
/// the reflectance of B02, B09 that of B8A. Terrain corrected with the coarse DEM, as Sen2Cor does over rugged ground.
SimulatedProduct safe_l2a(Graph& graph, const SimulatedScene& scene, const std::string& driver = "JP2OpenJPEG");
/// Landsat 8 Collection 2 Level-2 science product: SR_B1 … SR_B7, QA_PIXEL, QA_RADSAT, SR_QA_AEROSOL, the metadata as
/// MTL.txt, MTL.xml and MTL.json, ANG.txt. Path and row are those of the scene whose middle is nearest. On the square
/// of the recipe, not on the 185 km of a real one: two tiles may bear the same id.
SimulatedProduct landsat_c2(Graph& graph, const SimulatedScene& scene);
/// What is true of the scene and what tools need beside the product: TRUTH_*.tif, DEM.tif, TCD.tif, RECIPE.txt and
/// the class names.
SimulatedProduct truth_files(Graph& graph, const SimulatedScene& scene);

/// Years whose harvests the dates see, that of most dates first.
std::vector<int> harvest_years(const std::vector<SceneDate>& dates);

/// Reference polygons as GeoJSON in the map's CRS, at most `count` over all tiles of one world, some astride two of
/// them, large ones more likely. Fields: `year`, the first of `years`, for whose harvest `class` (the truth) and
/// `label` (what the surveyor wrote) hold; when there are several years, `class_2019` and so on, the truth of each.
/// `wrong`: share of labels that are another class. Lakes are one class, 20, named "water": which are turbid changes
/// with the date. 60 places a polygon are tried; `made`, unless null, becomes how many polygons found room. The file
/// tells `polygons_asked` and `wrong_labels`. Pure function of the recipes, on their fractal terrain.
std::string reference_polygons(const std::vector<Recipe>& tiles, const std::vector<int>& years, int count,
                               double wrong = 0.06, int* made = nullptr);
/// The same on the given DEM: a pass looks at the ground there. At most 200 000 places are tried.
/// `made`, unless null, is set when the text is made.
ProductText reference_polygons_on(Graph& graph, Edge dem, const std::vector<Recipe>& tiles,
                                  const std::vector<int>& years, int count, double wrong = 0.06,
                                  std::shared_ptr<int> made = nullptr);

}  // namespace cers::simulator
