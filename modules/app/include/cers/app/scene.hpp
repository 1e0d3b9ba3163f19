// SPDX-License-Identifier: Apache-2.0
// A product in a graph: its parts become edges when they are asked for, each on its own grid.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cers/engine/graph.hpp"
#include "cers/geo/control_points.hpp"
#include "cers/products/product.hpp"
#include "cers/raster-io/handle_pool.hpp"

namespace cers {

class Scene {
 public:
  /// `gsd_m`: parts are brought to the product's grid of that ground sampling distance; 0 leaves each on its own.
  /// Throws UserError when the product has no band of that gsd. `graph` and `pool` must outlive the scene.
  Scene(Graph& graph, HandlePool& pool, std::shared_ptr<const Product> product, double gsd_m = 0);

  const Product& product() const { return *product_; }

  /// Physical values of a band as float, NaN where missing or saturated: reflectance 0..1, kelvin; σ0 in linear power
  /// for radar. Throws UserError naming the roles there are when the product has no such band.
  Edge band(BandRole role) const;
  Edge band(const ProductBand& band) const;
  /// Stored numbers of a band, file type; BandInfo has scale, offset and nodata.
  Edge raw(BandRole role) const;
  /// uint8, 1 where the product says so.
  Edge mask(MaskMeaning meaning) const;
  /// Degrees as float, on the chosen grid or that of the finest band: "sun_zenith", "view_azimuth_B4"; nothing for
  /// words that are no angle of the product.
  std::optional<Edge> angle(std::string_view name) const;
  /// A layer under its own name in its stored type ("SCL", "CLM_R1").
  Edge layer(const ProductLayer& layer) const;

  /// All bands of one of the product's files (as in LayerFile::file) in its stored type, on its own grid.
  Edge file(const std::string& name) const;

  /// By the name used in pipelines: a role ("red"), "raw_red", a mask ("cloud"), an angle ("sun_zenith"), a band's own
  /// name ("B8A") or a layer's ("SCL"). Throws UserError with a suggestion.
  Edge part(std::string_view name) const;
  std::vector<std::string> part_names() const;

  /// The grid of its bands of that gsd (0: the finest). No pixel is read.
  Grid grid(double gsd_m = 0) const;
  /// One band of each role, in the order of the product's band list; what the product is as one image.
  std::vector<const ProductBand*> image_bands() const;

  /// Of a product that only control points place (Sentinel-1); null for others.
  const ControlPoints* control() const;

  /// `edge` on `grid`: by its control points when only these place it (terrain is not corrected); as it is when it lies
  /// there already, else by averaging whole pixels (quantities, coarser grid), bilinear (quantities, finer grid) or
  /// nearest neighbour (codes).
  Edge on_grid(Edge edge, const Grid& grid, bool codes) const;

  /// "id", "date" (YYYYMMDD), "tile", "platform", "level" for names of outputs; nothing for other words.
  std::optional<std::string> text(std::string_view word) const;

 private:
  SourceId source(const std::string& file) const;
  /// The finest band of that gsd (0: of all); null when there is none.
  const ProductBand* band_of(double gsd_m) const;
  /// What a test of `mask` is made on.
  Edge tested(const MaskTest& test, const ProductMask& mask) const;
  Edge stored(const LayerFile& pixels) const;
  /// Throws DataError where the numbers of a band tell no quantity.
  void need_numbers(const LayerFile& pixels) const;
  Edge placed(Edge edge, bool codes) const;

  Graph* graph_;
  HandlePool* pool_;
  std::shared_ptr<const Product> product_;
  double gsd_m_;
  mutable std::optional<std::optional<ControlPoints>> control_;  // once it was asked for
  mutable std::map<std::string, int> sources_;                   // index of the source of each opened file
};

}  // namespace cers
