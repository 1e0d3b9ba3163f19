// SPDX-License-Identifier: Apache-2.0
// Theia's Level-2A by MAJA (Sentinel-2, Landsat, Venµs) and Level-3A by WASP.
#include "readers/muscate.hpp"

#include "cers/core/error.hpp"
#include "readers/reader.hpp"

namespace cers::products {
namespace {

constexpr const char* metadata_name = "(.*_)?MTD_ALL\\.xml";

// The metadata of a product without its bands, or of a Theia product of another level, says which it is.
bool is_reflectance_metadata(const Listing& listing, const Listing::Entry& entry) {
  const std::string text = listing.text(entry);
  return text.find("<Muscate_Metadata_Document") != std::string::npos &&
         (text.find("<PRODUCT_LEVEL>L2A<") != std::string::npos ||
          text.find("<PRODUCT_LEVEL>L3A<") != std::string::npos);
}

bool recognises(const Listing& listing) {
  const Listing::Entry* metadata = listing.find(metadata_name);
  const Listing::Entry* image = listing.find(".*_(FRE|SRE|FRC)_B\\d{1,2}A?\\.tiff?");
  if (metadata == nullptr && image == nullptr) return false;
  const Listing::Entry* first = metadata == nullptr || (image != nullptr && image < metadata) ? image : metadata;
  if (!muscate::holds_all(listing, Listing::folder_of(*first))) return false;
  return image != nullptr || is_reflectance_metadata(listing, *metadata);
}

std::string level_in_words(const std::string& level) {
  return level.size() == 3 && level[0] == 'L' ? "Level-" + level.substr(1) : level;
}

// A sensor nobody named: the bands' numbers are those of Sentinel-2.
muscate::Sensor sensor_of(const std::string& platform, const std::string& id, Product& product) {
  if (const auto sensor = muscate::sensor_named(platform)) return *sensor;
  const auto name = muscate::name_in(id);
  if (const auto sensor = name ? muscate::sensor_named(name->platform) : std::nullopt) return *sensor;
  product.problems.push_back("neither metadata nor names of '" + id +
                             "' say which satellite it is: the bands are read as those of Sentinel-2");
  return *muscate::sensor_named("SENTINEL2X");
}

Product read(const Listing& listing) {
  const muscate::Images images(listing);
  const std::vector<std::string> stems = images.stems();
  if (stems.size() > 1)
    throw UserError("'" + listing.path() + "' holds the files of " + std::to_string(stems.size()) +
                        " products in one folder: " + stems[0] + ", " + stems[1],
                    "put each into a folder of its own");
  Product product;
  const Listing::Entry* metadata = listing.find(metadata_name);
  muscate::Format format;
  if (metadata != nullptr) {
    const Xml xml = Xml::parse(listing, *metadata);
    muscate::read_general(xml, product);
    format = muscate::read_format(xml, sensor_of(product.platform, product.id, product), product);
    muscate::add_bands(listing, images, format, product);
    muscate::read_angles(xml, product);
  } else {
    const std::string id = stems.empty() ? std::string() : stems.front();
    muscate::apply_name(id, product);
    product.problems.push_back("no metadata file (…_MTD_ALL.xml) in '" + listing.path() +
                               "': scale 1e-4 and nodata -10000 of the format are assumed");
    format.sensor = sensor_of(product.platform, id, product);
    muscate::add_bands(listing, images, format, product);
  }
  muscate::add_layers(listing, images, format, product);
  muscate::add_masks(listing, images, format, product);
  if (product.level.empty()) product.level = images.has("FRC") ? "L3A" : "L2A";
  product.family = product.level == "L3A" ? "muscate-l3a" : "muscate-l2a";
  product.title = "Theia MUSCATE " + level_in_words(product.level) + ", " + format.sensor.title;
  if (!product.epsg) product.epsg = muscate::epsg_of_tile(product.tile);
  return product;
}

}  // namespace

ProductReader muscate_reader() {
  return {"muscate-l2a", "Theia MUSCATE Level-2A and Level-3A (…_MTD_ALL.xml, or …_FRE_B*.tif and the like)",
          recognises, read};
}

}  // namespace cers::products
