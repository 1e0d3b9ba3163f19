// SPDX-License-Identifier: Apache-2.0
// The MUSCATE format of Theia: names, metadata, masks. Grammar: MAJA's MUSCATE writer and templates (CNES), WASP for
// Level-3A. Theia snow products use its names and metadata too.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cers/products/product.hpp"
#include "listing.hpp"
#include "xml.hpp"

namespace cers::products::muscate {

struct SensorBand {
  std::string name;
  BandRole role;
  double wavelength_nm;
  double gsd_m;
  std::string group;  ///< of bands of one resolution: "R1", "R2", "XS"
};

struct Sensor {
  std::string platform;  ///< as Product has them
  std::string constellation;
  std::string instrument;
  std::string title;  ///< "Sentinel-2B"
  std::vector<SensorBand> bands;
};

/// By the platform's name: "SENTINEL2B", "LANDSAT8-OLITIRS-XS", "VENUS", "S2A". Nothing for other names.
std::optional<Sensor> sensor_named(std::string_view platform);

/// What a name says: "SENTINEL2B_20181023-105107-455_L2A_T30TYP_D_V1-9".
struct Name {
  std::string platform;
  std::string datetime;
  std::string level;
  std::string tile;     ///< "30TYP", or the site: "FR-LUS"
  std::string version;  ///< "1.9"; empty when the name has none
};
std::optional<Name> name_in(const std::string& text);
/// The UTM zone of an MGRS tile "30TYP"; nothing for other names.
std::optional<int> epsg_of_tile(const std::string& tile);
/// "T32TLR" → "32TLR"; anything else unchanged.
std::string tile_of_zone(const std::string& zone);

/// True for a name of reasonable length that ends in ".tif" or ".tiff".
bool is_tiff_name(std::string_view base_name);

/// An image by the end of its name: "…_FRE_B4.tif" is kind "FRE", part "B4". Parts are spelled without leading zeros,
/// and "ALL", which old products write for their only group, is "XS".
struct Image {
  std::string stem;
  std::string kind;
  std::string part;
  const Listing::Entry* entry = nullptr;
};
std::optional<Image> image_of(const std::string& base_name);

/// The images of a product.
class Images {
 public:
  explicit Images(const Listing& listing);
  const std::vector<Image>& all() const { return images_; }
  /// Null when there is none, or when it is empty.
  const Image* find(std::string_view kind, std::string_view part) const;
  /// The stems of its bands: one for a whole product.
  std::vector<std::string> stems() const;
  bool has(std::string_view kind) const;
  /// Files of no bytes: what an interrupted download leaves.
  const std::vector<Image>& empty_files() const { return empty_; }

 private:
  std::vector<Image> images_;
  std::vector<Image> empty_;
};

/// A file that the metadata lists.
struct Listed {
  std::string nature;
  std::string kind;
  std::string part;
  std::string file;
  int band = 1;                 ///< in the file, counted from 1
  std::optional<unsigned> bit;  ///< counted from 0
};

/// What reading the images needs.
struct Format {
  Sensor sensor;
  double reflectance_step = 1e-4;
  double water_vapour_step = 1.0 / 20;  ///< g/cm²
  double aerosol_step = 1.0 / 200;
  double nodata = -10000;
  double water_vapour_nodata = 0;
  double aerosol_nodata = 0;
  std::vector<Listed> listed;  ///< empty without metadata

  double gsd_of(std::string_view part) const;
};

/// Identification, times, place and mean angles, which every product of MUSCATE has.
void read_general(const Xml& xml, Product& product);
/// Scales, nodata values, spectral bands and lists of files.
Format read_format(const Xml& xml, Sensor sensor, Product& product);
void read_angles(const Xml& xml, Product& product);
/// Sets what a name says, for products without metadata.
void apply_name(const std::string& id, Product& product);

void add_bands(const Listing& listing, const Images& images, const Format& format, Product& product);
void add_layers(const Listing& listing, const Images& images, const Format& format, Product& product);
void add_masks(const Listing& listing, const Images& images, const Format& format, Product& product);

/// A quantification value is the number of steps in 1 ("10000"); older writers give the step itself ("0.0001").
double step_of(double quantification);
/// True when every entry lies in `folder` ("" holds all).
bool holds_all(const Listing& listing, const std::string& folder);
/// One sentence for the files that are missing, naming the first of them; nothing for an empty list.
void name_missing(std::vector<std::string> files, const std::string& what, Product& product);

}  // namespace cers::products::muscate
