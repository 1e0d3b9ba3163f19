// SPDX-License-Identifier: Apache-2.0
// USGS Landsat: Collection 2 Level 1 and Level 2, Collection 1 Level 1, and scenes from before the collections.
#include <algorithm>
#include <set>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "readers/landsat_layers.hpp"
#include "readers/landsat_mtl.hpp"
#include "readers/reader.hpp"

namespace cers::products {
namespace {

// All three hold the same; the text first, since every collection has it.
constexpr const char* metadata[] = {R"((.*_)?MTL\.txt)", R"((.*_)?MTL\.xml)", R"((.*_)?MTL\.json)"};

std::string prefix_of(const Listing::Entry& entry) {
  const std::string name = Listing::base_of(entry);
  const auto mark = lower(name).rfind("mtl.");
  return mark == 0 ? std::string() : name.substr(0, mark - 1);
}

// Null unless the folder of the MTL is where the product starts.
const Listing::Entry* find_metadata(const Listing& listing) {
  for (const char* pattern : metadata) {
    const auto* entry = listing.find(pattern);
    if (entry == nullptr) continue;
    const std::string folder = Listing::folder_of(*entry);
    const bool whole = std::all_of(listing.entries().begin(), listing.entries().end(), [&](const Listing::Entry& one) {
      return folder.empty() || one.path.starts_with(folder + "/");
    });
    const std::string text = listing.text(*entry);
    const bool landsat =
        text.find("LANDSAT_METADATA_FILE") != std::string::npos || text.find("L1_METADATA_FILE") != std::string::npos;
    if (whole && landsat) return entry;
  }
  return nullptr;
}

void refuse_several(const Listing& listing, const Listing::Entry& chosen) {
  std::set<std::string> prefixes;
  for (const char* pattern : metadata) {
    for (const auto* entry : listing.find_all(pattern)) {
      if (Listing::folder_of(*entry) == Listing::folder_of(chosen)) prefixes.insert(prefix_of(*entry));
    }
  }
  constexpr std::size_t most_named = 6;
  std::vector<std::string> some;
  for (const std::string& prefix : prefixes) {
    if (some.size() < most_named) some.push_back(prefix);
  }
  if (prefixes.size() > 1)
    throw UserError("'" + listing.path() + "' holds " + std::to_string(prefixes.size()) +
                        " Landsat products side by side: " + join(some, ", ") +
                        (prefixes.size() > some.size() ? ", …" : ""),
                    "put each into a folder of its own");
}

landsat::Sensor sensor_of(const LandsatMtl& mtl) {
  const std::string sensor = mtl.need({"IMAGE_ATTRIBUTES", "PRODUCT_METADATA"}, "SENSOR_ID");
  const std::string spacecraft = mtl.need({"IMAGE_ATTRIBUTES", "PRODUCT_METADATA"}, "SPACECRAFT_ID");
  if (sensor.starts_with("MSS"))
    return spacecraft.ends_with("4") || spacecraft.ends_with("5") ? landsat::Sensor::mss_45 : landsat::Sensor::mss_123;
  return sensor.starts_with("TM") || sensor.starts_with("ETM") ? landsat::Sensor::tm : landsat::Sensor::oli;
}

std::string three_digits(const std::string& number) {
  return number.size() < 3 ? std::string(3 - number.size(), '0') + number : number;
}

void read_place(const LandsatMtl& mtl, Product& product) {
  const auto place = {std::string_view("PROJECTION_ATTRIBUTES"), std::string_view("PRODUCT_METADATA")};
  const auto system = {std::string_view("PROJECTION_ATTRIBUTES"), std::string_view("PROJECTION_PARAMETERS")};
  for (const char* corner : {"UL", "LL", "LR", "UR", "UL"}) {
    const auto latitude = mtl.number(place, "CORNER_" + std::string(corner) + "_LAT_PRODUCT");
    const auto longitude = mtl.number(place, "CORNER_" + std::string(corner) + "_LON_PRODUCT");
    if (latitude && longitude) product.footprint.emplace_back(*longitude, *latitude);
  }
  const std::string projection = mtl.text(system, "MAP_PROJECTION").value_or("");
  const auto zone = mtl.number(system, "UTM_ZONE");
  if (projection == "UTM" && zone && *zone >= 1 && *zone <= 60) {
    product.epsg = 32600 + static_cast<int>(*zone);  // of the north everywhere: northings are negative in the south
  } else if (projection == "PS") {
    product.epsg = 3031;  // Antarctica
  } else {
    product.problems.push_back(mtl.shown() + " has the projection '" + projection +
                               "', for which no EPSG code is known: the band files tell their own");
  }
}

void read_image(const LandsatMtl& mtl, Product& product) {
  const auto image = {std::string_view("IMAGE_ATTRIBUTES"), std::string_view("PRODUCT_METADATA")};
  const std::string time = mtl.text(image, "SCENE_CENTER_TIME").value_or("00:00:00Z");
  product.datetime = mtl.need(image, "DATE_ACQUIRED") + "T" + time;
  product.platform = lower(mtl.need(image, "SPACECRAFT_ID"));
  std::replace(product.platform.begin(), product.platform.end(), '_', '-');
  product.instrument = lower(mtl.need(image, "SENSOR_ID"));
  product.constellation = "landsat";
  const auto path = mtl.text(image, "WRS_PATH");
  const auto row = mtl.text(image, "WRS_ROW");
  if (path && row) product.tile = three_digits(*path) + three_digits(*row);
  const auto cloud = mtl.number({"IMAGE_ATTRIBUTES"}, "CLOUD_COVER");
  if (cloud && *cloud >= 0) product.cloud_percent = cloud;  // -1 where it was not judged
  if (const auto elevation = mtl.number({"IMAGE_ATTRIBUTES"}, "SUN_ELEVATION"))
    product.sun_zenith_deg = 90 - *elevation;
  if (const auto azimuth = mtl.number({"IMAGE_ATTRIBUTES"}, "SUN_AZIMUTH"))
    product.sun_azimuth_deg = *azimuth < 0 ? *azimuth + 360 : *azimuth;
}

void read_identity(const LandsatMtl& mtl, Product& product) {
  const auto contents = {std::string_view("PRODUCT_CONTENTS"), std::string_view("METADATA_FILE_INFO")};
  const auto record = {std::string_view("LEVEL2_PROCESSING_RECORD"), std::string_view("LEVEL1_PROCESSING_RECORD"),
                       std::string_view("METADATA_FILE_INFO")};
  product.id = mtl.text(contents, "LANDSAT_PRODUCT_ID").value_or("");
  if (product.id.empty()) product.id = mtl.need(record, "LANDSAT_SCENE_ID");
  product.level = mtl.collection_2() ? mtl.need({"PRODUCT_CONTENTS"}, "PROCESSING_LEVEL")
                                     : mtl.need({"PRODUCT_METADATA"}, "DATA_TYPE");
  product.baseline = mtl.text(record, "PROCESSING_SOFTWARE_VERSION").value_or("");
  product.processed = mtl.text(record, "DATE_PRODUCT_GENERATED").value_or("");
  if (product.processed.empty()) product.processed = mtl.text(record, "FILE_DATE").value_or("");
}

std::string spelled(std::string platform) {
  platform[0] = 'L';
  std::replace(platform.begin(), platform.end(), '-', ' ');
  return platform;
}

Product read(const Listing& listing) {
  const Listing::Entry& entry = *find_metadata(listing);
  refuse_several(listing, entry);
  const LandsatMtl mtl = LandsatMtl::parse(listing, entry);
  Product product;
  read_identity(mtl, product);
  read_image(mtl, product);
  read_place(mtl, product);

  landsat::Scene scene{listing, mtl, Listing::folder_of(entry), prefix_of(entry)};
  scene.sensor = sensor_of(mtl);
  scene.level_2 = product.level.starts_with("L2");
  const bool collection_1 = mtl.text({"METADATA_FILE_INFO"}, "COLLECTION_NUMBER").has_value();
  if (!mtl.collection_2()) scene.quality = collection_1 ? landsat::Quality::collection_1 : landsat::Quality::before;
  product.family = !mtl.collection_2() ? "landsat-c1-l1" : scene.level_2 ? "landsat-c2-l2" : "landsat-c2-l1";
  product.title = std::string(mtl.collection_2() ? "USGS Landsat Collection 2"
                              : collection_1     ? "USGS Landsat Collection 1"
                                                 : "USGS Landsat before the collections") +
                  " " + product.level + ", " + spelled(product.platform);
  landsat::add_bands(scene, product);
  landsat::add_layers(scene, product);
  landsat::add_masks(scene, product);
  return product;
}

}  // namespace

ProductReader landsat_reader() {
  return {"landsat", "USGS Landsat Collection 2 Level 1 and 2, Collection 1 Level 1 (*_MTL.txt, .xml or .json)",
          [](const Listing& listing) { return find_metadata(listing) != nullptr; }, read};
}

}  // namespace cers::products
