// SPDX-License-Identifier: Apache-2.0
// What a user downloads (Theia, ESA SAFE, Landsat): its bands by role, masks by meaning, times and angles. Describing a
// product reads metadata only, no pixel.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cers/core/grid.hpp"
#include "cers/products/roles.hpp"

namespace cers {

/// Where a layer's pixels are.
struct LayerFile {
  std::string file;  ///< as GDAL opens it: a path, or "/vsizip/{archive.zip}/member.tif"
  int band = 1;      ///< counted from 1
  friend bool operator==(const LayerFile&, const LayerFile&) = default;
};

/// Why the numbers of a band tell no quantity, and what can be done.
struct BandFault {
  std::string what;
  std::string remedy;
};

/// One band. physical = DN · scale + offset, except where DN is nodata: reflectance 0..1 (negative values are kept),
/// kelvin for thermal bands, amplitude DN for Sentinel-1 (calibrated by SarCalibration).
struct ProductBand {
  BandRole role;
  std::string name;  ///< as the product spells it, without leading zeros: "B4", "B8A", "VV"
  LayerFile pixels;
  double gsd_m = 0;  ///< ground sampling distance
  double scale = 1;
  double offset = 0;
  std::optional<double> nodata;      ///< DN
  std::optional<double> saturated;   ///< DN
  double wavelength_nm = 0;          ///< centre; 0 when it has none (radar)
  std::string unit = "1";            ///< of the physical value: "1" for reflectance, "K"
  std::optional<BandFault> fault{};  ///< set: `offset` is not known, and reading the band is an error
};

/// True where a stored value says so.
struct MaskTest {
  enum class Kind : std::uint8_t {
    any_bit,      ///< value & bits is not zero
    all_bits,     ///< value & bits is bits
    one_of,       ///< value is one of `values`
    at_least,     ///< value ≥ values[0]
    inside,       ///< the centre of the pixel lies in a polygon of `polygons`; there is no `pixels`
    below_noise,  ///< radar amplitude whose backscatter lies below the noise floor
  };
  LayerFile pixels;
  double gsd_m = 0;
  Kind kind = Kind::any_bit;
  std::uint32_t bits = 0;
  std::vector<int> values;
  std::string polygons{};            ///< a GML file of masks (Sentinel-2 before baseline 04.00), as GDAL opens it
  std::vector<std::string> types{};  ///< of those polygons ("OPAQUE"); empty: all
};

/// A mask is set where any of its tests is. A product with masks at several resolutions has one entry for each. A test
/// of another resolution than its mask is repeated onto the grid of the mask.
struct ProductMask {
  MaskMeaning meaning;
  double gsd_m = 0;
  std::vector<MaskTest> any;
  std::string source;  ///< for people: "CLM_R1 bits 0-7", "SCL 8, 9, 10"
};

/// A layer under its own name, for who knows the product: "SCL", "CLM_R1", "MG2_R2", "AOT", "QA_PIXEL".
struct ProductLayer {
  std::string name;
  LayerFile pixels;
  double gsd_m = 0;
  bool classes = false;  ///< codes or bits: only ever resampled by nearest neighbour
  double scale = 1;
  double offset = 0;
  std::optional<double> nodata;
  std::string description;
  std::vector<ClassInfo> legend{};  ///< what its codes mean; empty: what the file itself says, if anything
};

/// Angles on a regular lattice of nodes, row by row from the north-west; NaN where unknown. Node (0, 0) lies at
/// (origin_x, origin_y), node (row r, column c) at (origin_x + c·step_m, origin_y − r·step_m) in the product's CRS.
struct AngleGrid {
  int columns = 0;
  int rows = 0;
  double step_m = 0;
  double origin_x = 0;
  double origin_y = 0;
  std::vector<float> zenith_deg;
  std::vector<float> azimuth_deg;  ///< clockwise from north
};

struct ViewAngles {
  std::string band;  ///< as in ProductBand::name
  double mean_zenith_deg = 0;
  double mean_azimuth_deg = 0;
  AngleGrid grid;  ///< detectors merged by the mean of those that see a node; empty when the product has none
};

struct Product {
  std::string id;        ///< from the metadata, not from the folder: "SENTINEL2B_20181023-105107-455_L2A_T30TYP_C_V1-9"
  std::string family;    ///< which reader: "muscate-l2a", "sentinel2-l2a", "landsat-c2-l2", "theia-snow", …
  std::string title;     ///< for people: "Theia MUSCATE Level-2A, Sentinel-2B"
  std::string path;      ///< as the user gave it
  std::string platform;  ///< as STAC spells it: "sentinel-2b", "landsat-8"
  std::string constellation;
  std::string instrument;  ///< "msi", "oli_tirs", "c-sar"
  std::string level;       ///< "L1C", "L2A", "L2SP", "L3A", "GRD"
  std::string tile;        ///< "31TCJ" without the T; "195025" (path and row) of Landsat; empty when it has none
  std::string granule;     ///< folder inside the product that was chosen among several tiles; empty when there is one
  std::string datetime;    ///< acquisition, UTC: "2018-10-23T10:51:07.455Z"
  std::string processed;   ///< production time, UTC; may be empty
  std::string baseline;    ///< processing baseline or version: "04.00", "1.9"
  std::optional<int> relative_orbit;
  std::optional<int> absolute_orbit;
  std::string orbit_state;                           ///< "ascending", "descending" or empty
  std::optional<int> epsg;                           ///< of its grids
  std::vector<std::pair<double, double>> footprint;  ///< longitude, latitude in degrees; closed; may be empty
  std::optional<double> cloud_percent;               ///< by the producer's metadata
  std::optional<double> snow_percent;
  std::optional<double> nodata_percent;
  std::optional<double> sun_zenith_deg;  ///< mean
  std::optional<double> sun_azimuth_deg;
  AngleGrid sun;  ///< empty when the product has none
  std::vector<ViewAngles> view;
  std::vector<ProductBand> bands;  ///< of each role the one of finest resolution first
  std::vector<ProductMask> masks;
  std::vector<ProductLayer> layers;
  std::vector<std::string> problems;  ///< what is missing or odd, one sentence each naming the file; the rest works

  /// Null when the product has none. `gsd_m` 0: the finest.
  const ProductBand* band(BandRole role, double gsd_m = 0) const;
  /// By its own name, with or without leading zeros ("B02" is "B2").
  const ProductBand* band_named(std::string_view name) const;
  const ProductMask* mask(MaskMeaning meaning, double gsd_m = 0) const;
  const ProductLayer* layer(std::string_view name) const;
  /// Ground sampling distances of its bands, ascending.
  std::vector<double> resolutions() const;
};

/// Path of a layer's file inside the product ("MASKS/x.tif"); `file` is a LayerFile::file of it.
std::string member_path(const Product& product, const std::string& file);

/// Paths inside the product of all files that hold no band and no layer: metadata, reports, quicklooks, vectors, images
/// that only masks are made of.
struct ProductFile {
  std::string path;
  std::uint64_t bytes = 0;
};
std::vector<ProductFile> other_files(const Product& product);
/// The most that read_product_text() reads: 64 MiB.
inline constexpr std::uint64_t most_product_text = std::uint64_t{64} << 20U;
/// One of them whole, text or not. Throws DataError, also when it is larger than `most_product_text`.
std::string read_product_text(const Product& product, const std::string& path);

/// True when `path` is a folder or an archive, which are no images, or a metadata file that some reader recognises:
/// what open_product() opens or explains. Never throws.
bool is_product(const std::string& path);

/// The products that lie side by side in a folder, sorted by name: its folders and archives that some reader
/// recognises. Empty when `path` is no folder, is a product itself, or holds none.
std::vector<std::string> products_in(const std::string& path);

/// Describes the product at `path`: a folder, .zip or .tar (each possibly renamed, the product possibly one or two
/// folders down), or its metadata file. Throws UserError when nothing is recognised (naming the families that are, and
/// what is at hand), DataError when its metadata cannot be read. What is merely missing goes to Product::problems.
/// `tile`: which tile of a product that holds several ("31TCJ", "T31TCJ", or the name of its granule folder), such as
/// Sentinel-2 before December 2016; without it UserError names the tiles. A granule folder opens as its tile.
Product open_product(const std::string& path, const std::string& tile = {});

/// What to give open_product() for each tile of a product that holds several, sorted: tiles, or names of granule
/// folders where a tile is there twice. Empty for a product of one tile. Throws as open_product() does.
std::vector<std::string> product_tiles(const std::string& path);

}  // namespace cers
