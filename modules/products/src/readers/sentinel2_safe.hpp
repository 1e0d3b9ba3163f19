// SPDX-License-Identifier: Apache-2.0
// What Level-1C and Level-2A SAFE products share. Grammar: Sentinel-2 Products Specification Document,
// S2-PDGS-TAS-DI-PSD, issues 13 to 15. Sen2Cor before 2.8 puts "L2A_" before the names of its own elements.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cers/products/product.hpp"
#include "listing.hpp"
#include "readers/reader.hpp"
#include "xml.hpp"

namespace cers::products::sentinel2 {

/// What differs between the levels.
struct SafeLevel {
  std::string level;           ///< "L2A"
  std::string title;           ///< "ESA Sentinel-2 Level-2A SAFE"
  std::string metadata;        ///< regular expression of the base name of the product's metadata
  std::string tile_root;       ///< root element of a tile's metadata: "Level-2A_Tile_ID"
  std::string quantification;  ///< element names
  std::string offset;
};

/// Radiometry and spectral dictionary of a product, by band index: B1 … B8, B8A, B9 … B12 (13 of them).
struct Radiometry {
  double quantification = 10000;
  double aerosol_quantification = 1000;
  double water_vapour_quantification = 1000;
  std::vector<std::string> names;
  std::vector<double> wavelengths_nm;
  std::vector<double> offsets;     ///< DN; reflectance = (DN + offset) / quantification
  std::optional<BandFault> fault;  ///< when the offsets are not known
};

/// An image of the product, present or only listed.
struct SafeImage {
  std::string name;  ///< "B8A", "SCL", "TCI", "CLDPRB", without leading zeros
  int gsd_m = 0;
  const Listing::Entry* entry = nullptr;
};

/// The metadata of the product, or of its tile when only a granule folder is given; null when the listing holds
/// neither, or holds more than the product.
const Listing::Entry* safe_metadata(const Listing& listing, const SafeLevel& level);
Product read_safe(const Listing& listing, const SafeLevel& level);
/// The granules there are, each with its tile. Products have one since December 2016.
std::vector<ProductPart> safe_granules(const Listing& listing);

/// The child at "A/B/C" whose names may carry the prefix "L2A_".
pugi::xml_node element(pugi::xml_node node, std::string_view path);
std::optional<std::string> element_text(pugi::xml_node node, std::string_view path);
std::optional<double> element_number(pugi::xml_node node, std::string_view path);

/// Names as the product's or the file's: "B02" of "T29UNU_20221005T115411_B02_10m.jp2"; nothing for other files.
std::optional<SafeImage> image_of(std::string_view path);
/// Every image below IMG_DATA and QI_DATA, by name, the finest first.
std::vector<SafeImage> find_images(const Listing& listing);
void add_bands(const Listing& listing, const std::vector<SafeImage>& images, const Radiometry& radiometry,
               Product& product);
/// SCL, AOT, WVP, TCI, probabilities and MSK_CLASSI, each as "SCL_20m" and its finest as plain "SCL" too.
void add_layers(const Listing& listing, const std::vector<SafeImage>& images, const Radiometry& radiometry,
                Product& product);
/// Masks of Level-2A: of the scene classification, and of the quality of single bands.
void add_scl_masks(const Listing& listing, const std::vector<SafeImage>& images, Product& product);
/// Masks of Level-1C: MSK_CLASSI and MSK_QUALIT since baseline 04.00, polygons (GML) before.
void add_level_1c_masks(const Listing& listing, const std::vector<SafeImage>& images, Product& product);

/// Sensing time, tile, CRS, angles and percentages of a tile's metadata.
void read_tile(const Xml& tile, const Radiometry& radiometry, Product& product);

}  // namespace cers::products::sentinel2
