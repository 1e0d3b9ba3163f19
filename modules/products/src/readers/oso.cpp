// SPDX-License-Identifier: Apache-2.0
// OSO, the yearly land cover of France by iota2 (CESBIO): class codes at 10 m, with confidence and validity.
#include <regex>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/products/legends.hpp"
#include "readers/muscate.hpp"
#include "readers/reader.hpp"

namespace cers::products {
namespace {

enum class Content { classes, confidence, validity };
struct Map {
  Content content;
  std::string year;
  const Listing::Entry* entry;
};

constexpr int first_year_of_23_classes = 2018;

int year_of(const Map& map) {
  return static_cast<int>(parse_integer(map.year).value_or(0));
}

// "OSO_20180101_RASTER_V1-0.tif", "OCS_2016_CESBIO_L93.tif", "OCS_2020.tif", and "OCS_2020_CONFIDENCE.tif" beside it.
std::vector<Map> maps_of(const Listing& listing) {
  static const std::regex pattern(
      "(?:OSO_(\\d{4})\\d{4}_RASTER_V\\d+-\\d+|OCS_(\\d{4})(?:_CESBIO)?(?:_L93)?)(?:_(CONFIDENCE|VALIDITY))?\\.tiff?",
      std::regex::ECMAScript | std::regex::icase);
  std::vector<Map> maps;
  for (const Listing::Entry& entry : listing.entries()) {
    const std::string base = Listing::base_of(entry);
    std::smatch match;
    if (!muscate::is_tiff_name(base) || !std::regex_match(base, match, pattern)) continue;
    const std::string extra = lower(match[3].str());
    const Content content = extra.empty()           ? Content::classes
                            : extra == "confidence" ? Content::confidence
                                                    : Content::validity;
    maps.push_back({content, match[1].matched ? match[1].str() : match[2].str(), &entry});
  }
  return maps;
}

bool recognises(const Listing& listing) {
  const auto maps = maps_of(listing);
  return !maps.empty() && muscate::holds_all(listing, Listing::folder_of(*maps.front().entry));
}

ProductLayer layer_of(const Listing& listing, const Map& map) {
  ProductLayer layer;
  layer.pixels.file = listing.gdal_name(*map.entry);
  layer.gsd_m = 10;
  switch (map.content) {
    case Content::classes:
      layer.name = "classes";
      layer.classes = true;
      layer.nodata = 0;
      layer.description = "land cover, codes of OSO: 23 classes since 2018, 17 before";
      if (year_of(map) >= first_year_of_23_classes) layer.legend = oso_legend();
      break;
    case Content::confidence:
      layer.name = "confidence";
      layer.description = "confidence of the classifier, percent";
      break;
    case Content::validity:
      layer.name = "validity";
      layer.description = "number of cloud-free dates";
      break;
  }
  return layer;
}

Product read(const Listing& listing) {
  const auto maps = maps_of(listing);
  Product product;
  const Map* classes = nullptr;
  for (const Map& map : maps) {
    if (map.entry->bytes == 0) {
      product.problems.push_back(listing.shown(*map.entry) + " is empty: it is left out");
      continue;
    }
    if (map.content == Content::classes && classes != nullptr)
      throw UserError(
          "'" + listing.path() + "' holds several land cover maps: " + classes->entry->path + ", " + map.entry->path,
          "put each into a folder of its own, or open one of its files");
    if (map.content == Content::classes) classes = &map;
    product.layers.push_back(layer_of(listing, map));
  }
  const Map& first = classes != nullptr ? *classes : maps.front();
  const std::string base = Listing::base_of(*first.entry);
  product.id = base.substr(0, base.rfind('.'));
  product.title = "OSO land cover of France, " + first.year;
  product.level = "L4";                                // CEOS: a result of analysis
  product.datetime = first.year + "-01-01T00:00:00Z";  // of the first day: it describes the year
  product.epsg = 2154;                                 // RGF93 v1 / Lambert-93
  if (classes == nullptr) {
    product.problems.push_back("the class codes of '" + listing.path() + "' are missing");
    return product;
  }
  MaskTest test;
  test.pixels.file = listing.gdal_name(*classes->entry);
  test.gsd_m = 10;
  test.kind = MaskTest::Kind::one_of;
  test.values = {0};
  product.masks.push_back({MaskMeaning::nodata, 10, {test}, "classes 0"});
  return product;
}

}  // namespace

ProductReader oso_reader() {
  return {"oso", "OSO land cover (OSO_…_RASTER_V1-0.tif, OCS_….tif)", recognises, read};
}

}  // namespace cers::products
