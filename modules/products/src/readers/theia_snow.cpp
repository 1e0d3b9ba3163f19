// SPDX-License-Identifier: Apache-2.0
// Snow products: Theia L2B-SNOW and L3B-SNOW, outputs of let-it-snow (LIS), Copernicus high-resolution snow (FSC).
// Codes: let-it-snow's documentation; Copernicus HR-S&I product user manual.
#include <algorithm>
#include <numeric>
#include <regex>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "cers/products/legends.hpp"
#include "readers/muscate.hpp"
#include "readers/reader.hpp"

namespace cers::products {
namespace {

constexpr auto any_case = std::regex::ECMAScript | std::regex::icase;

struct SnowImage {
  std::string stem;   ///< the same for every image of a product
  std::string kind;   ///< "SNW", "FSCTOC", "SCD"
  std::string layer;  ///< "SNW_R2"
  double gsd_m = 20;
  const Listing::Entry* entry = nullptr;
};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

std::optional<SnowImage> snow_image_of(const std::string& base) {
  static const std::regex theia("(.+)_(SNW|SCD|SOD|SMD|SMOD|NSP|NOB|NOBS)_(R2|XS)\\.tiff?", any_case);
  static const std::regex lis("LIS_(S2|L8|S2L8)-SNOW-(FSC|FSC-TOC|FSC-QCFLAGS|MSK|SCD|SMOD|SOD|NOBS|NSP)_(.+)\\.tiff?",
                              any_case);
  static const std::regex working("LIS_(SEB|SNOW_ALL)\\.tiff?", any_case);
  static const std::regex copernicus("((G?FSC|PSA)_.+)_(FSCTOC|FSCOG|NDSI|QCTOC|QCOG|QCFLAGS|CLD|GF|QC|AT|PSA)\\.tiff?",
                                     any_case);
  std::smatch m;
  if (!muscate::is_tiff_name(base)) return std::nullopt;
  if (std::regex_match(base, m, theia)) {
    const std::string kind = upper(m[2].str());
    const std::string part = upper(m[3].str());
    return SnowImage{m[1].str(), kind, kind + "_" + part, part == "XS" ? 30.0 : 20.0, nullptr};
  }
  if (std::regex_match(base, m, lis)) {
    std::string kind = upper(m[2].str());
    if (kind == "FSC-TOC") kind = "FSCTOC";
    if (kind == "FSC-QCFLAGS") kind = "QCFLAGS";
    const std::string mission = upper(m[1].str());
    return SnowImage{"LIS_" + mission + "_" + m[3].str(), kind, kind, mission == "L8" ? 30.0 : 20.0, nullptr};
  }
  if (std::regex_match(base, m, working)) return SnowImage{"LIS", upper(m[1].str()), upper(m[1].str()), 20, nullptr};
  if (std::regex_match(base, m, copernicus))
    return SnowImage{m[1].str(), upper(m[3].str()), upper(m[3].str()), upper(m[2].str()) == "GFSC" ? 60.0 : 20.0,
                     nullptr};
  return std::nullopt;
}

std::vector<SnowImage> images_of(const Listing& listing) {
  std::vector<SnowImage> images;
  for (const Listing::Entry& entry : listing.entries()) {
    auto image = snow_image_of(Listing::base_of(entry));
    if (!image) continue;
    image->entry = &entry;
    images.push_back(std::move(*image));
  }
  return images;
}

bool recognises(const Listing& listing) {
  const auto images = images_of(listing);
  return !images.empty() && muscate::holds_all(listing, Listing::folder_of(*images.front().entry));
}

bool is_snow_mask(const std::string& kind) {
  return kind == "SNW" || kind == "MSK" || kind == "SEB";
}

bool is_fraction(const std::string& kind) {
  return kind == "FSC" || kind == "FSCOG" || kind == "FSCTOC" || kind == "GF";
}

bool is_synthesis(const std::string& kind) {
  static const std::vector<std::string> kinds = {"SCD", "SOD", "SMD", "SMOD", "NSP", "NOB", "NOBS"};
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

std::string describe(const std::string& kind) {
  if (is_snow_mask(kind)) return "0 no snow, 100 snow, 205 cloud or shadow, 254 (LIS before 1.6) or 255 nodata";
  if (is_fraction(kind)) return "0 to 100 snow cover in percent, 205 cloud or shadow, 210 water, 255 nodata";
  if (kind == "NDSI") return "0 to 100 NDSI of snow in percent, 205 cloud or shadow, 255 nodata";
  if (kind == "SNOW_ALL")
    return "bits: 0 and 1 snow of both passes, 2 to 4 cloud at each stage, 5 slope correction bad";
  if (kind == "QCFLAGS") return "quality flags, bits";
  if (kind == "QC" || kind == "QCTOC" || kind == "QCOG") return "quality, 0 high to 3 minimal";
  if (kind == "CLD") return "cloud mask of MAJA, bits";
  if (kind == "AT") return "acquisition time, seconds since 1970";
  if (kind == "SCD") return "snow cover duration, days";
  if (kind == "SOD") return "snow onset, days since the start of the period";
  if (kind == "SMD" || kind == "SMOD") return "snow melt-out, days since the start of the period";
  if (kind == "NSP") return "number of snow periods";
  if (kind == "NOB" || kind == "NOBS") return "number of clear observations";
  if (kind == "PSA") return "1 snow all summer, 255 nodata";
  return {};
}

std::vector<ClassInfo> legend_of(const std::string& kind) {
  if (is_fraction(kind)) return snow_fraction_classes();
  if (kind == "QC" || kind == "QCTOC" || kind == "QCOG") return snow_quality_classes();
  if (!is_snow_mask(kind)) return {};
  std::vector<ClassInfo> classes = snow_mask_classes(255, false);
  classes.insert(classes.end() - 1, {254, "no data", classes.back().colour});  // of Let-it-snow before 1.6
  return classes;
}

void add_layers(const Listing& listing, const std::vector<SnowImage>& images, Product& product) {
  for (const SnowImage& image : images) {
    ProductLayer layer;
    layer.name = image.layer;
    layer.pixels.file = listing.gdal_name(*image.entry);
    layer.gsd_m = image.gsd_m;
    // Fractions too: between 100 % and 205 lies no mean.
    layer.classes = !is_synthesis(image.kind);
    if (is_fraction(image.kind) || image.kind == "NDSI" || image.kind == "PSA") layer.nodata = 255;
    layer.description = describe(image.kind);
    layer.legend = legend_of(image.kind);
    product.layers.push_back(std::move(layer));
  }
}

// Of the image that says most plainly what is snow; of FSC, on the ground before top of canopy.
void add_masks(const Listing& listing, const std::vector<SnowImage>& images, Product& product) {
  const SnowImage* carrier = nullptr;
  for (const char* kind : {"SNW", "MSK", "SEB", "FSC", "FSCOG", "FSCTOC", "GF"}) {
    for (const SnowImage& image : images) {
      if (carrier == nullptr && image.kind == kind) carrier = &image;
    }
  }
  if (carrier == nullptr) return;
  const auto add = [&](MaskMeaning meaning, std::vector<int> values, const std::string& words) {
    MaskTest test;
    test.pixels.file = listing.gdal_name(*carrier->entry);
    test.gsd_m = carrier->gsd_m;
    test.kind = MaskTest::Kind::one_of;
    test.values = std::move(values);
    product.masks.push_back({meaning, carrier->gsd_m, {test}, carrier->layer + " " + words});
  };
  if (is_snow_mask(carrier->kind)) {
    add(MaskMeaning::snow, {100}, "100");
  } else {
    std::vector<int> percents(100);
    std::iota(percents.begin(), percents.end(), 1);
    add(MaskMeaning::snow, std::move(percents), "1 to 100");
    add(MaskMeaning::water, {210}, "210");
  }
  add(MaskMeaning::cloud, {205}, "205");
  add(MaskMeaning::nodata, {254, 255}, "254, 255");
}

// A product that is read as one image is its first layer: not the flags, whose name may come first.
void lead_with_snow(Product& product) {
  if (product.masks.empty()) return;
  const LayerFile snow = product.masks.front().any.front().pixels;
  std::stable_partition(product.layers.begin(), product.layers.end(),
                        [&](const ProductLayer& layer) { return layer.pixels == snow; });
}

void set_sensor(const std::string& platform, Product& product) {
  const auto sensor = muscate::sensor_named(platform);
  if (!sensor) return;
  product.platform = sensor->platform;
  product.constellation = sensor->constellation;
  product.instrument = sensor->instrument;
}

std::string date_of(const std::string& day, const std::string& time) {
  return day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6, 2) + "T" +
         (time.size() == 6 ? time.substr(0, 2) + ":" + time.substr(2, 2) + ":" + time.substr(4, 2) : "00:00:00") + "Z";
}

// "LIS_S2_T31TCH_20210214T105101_1.7_1" (the stem of its images), "FSC_20200612T110855_S2A_T31TCJ_V100_1".
void read_name(const std::string& stem, Product& product) {
  static const std::regex lis(
      "LIS_(S2|L8|S2L8)_T(\\d{2}[A-Z]{3})_(\\d{8})(?:T(\\d{6}))?(?:_\\d{8})?_([0-9.-]+)(?:_\\d+)?", any_case);
  static const std::regex copernicus(
      "G?FSC_(\\d{8})[T-](\\d{6}|\\d+)(?:-\\d{3})?_(S2[A-D]|S1-S2|SENTINEL2[A-D])_T(\\d{2}[A-Z]{3})_V([0-9-]+).*",
      any_case);
  muscate::apply_name(stem, product);
  std::smatch m;
  if (std::regex_match(stem, m, lis)) {
    if (upper(m[1].str()) == "S2") set_sensor("SENTINEL2X", product);
    if (upper(m[1].str()) == "L8") set_sensor("LANDSAT8", product);
    product.tile = upper(m[2].str());
    product.datetime = date_of(m[3].str(), m[4].str());
    product.baseline = m[5].str();
  } else if (std::regex_match(stem, m, copernicus)) {
    set_sensor(m[3].str(), product);
    product.tile = upper(m[4].str());
    product.datetime = date_of(m[1].str(), m[2].str());
    product.baseline = m[5].str();
  }
  product.epsg = muscate::epsg_of_tile(product.tile);
}

// ISO 19139 metadata of Copernicus. Fields in brackets are what its producer's template left unfilled.
void read_iso(const Xml& xml, Product& product) {
  if (const auto id = xml.text("fileIdentifier/CharacterString"); id && !id->starts_with("[")) product.id = *id;
  if (const auto time = xml.text("dateStamp/DateTime")) product.processed = *time + "Z";
  const std::string extent = "identificationInfo/MD_DataIdentification/extent/EX_Extent/";
  if (const auto time = xml.text(extent + "temporalElement/EX_TemporalExtent/extent/TimePeriod/beginPosition"))
    product.datetime = *time + "Z";
  const std::string box = extent + "geographicElement/EX_GeographicBoundingBox/";
  const auto side = [&](const char* name) {
    const auto text = xml.text(box + name + "/Decimal");
    return text ? parse_real(*text) : std::nullopt;
  };
  const auto west = side("westBoundLongitude");
  const auto east = side("eastBoundLongitude");
  const auto south = side("southBoundLatitude");
  const auto north = side("northBoundLatitude");
  if (west && east && south && north)
    product.footprint = {{*west, *north}, {*east, *north}, {*east, *south}, {*west, *south}, {*west, *north}};
}

void read_metadata(const Listing& listing, Product& product) {
  const Listing::Entry* entry =
      listing.find("(.*_)?MTD_ALL\\.xml|LIS_(?!.*[.]aux[.]xml$).*\\.xml|(G?FSC|PSA)_.*_MTD\\.xml");
  if (entry == nullptr) {
    product.problems.push_back("no metadata file in '" + listing.path() +
                               "': date and tile are those of its file names");
    return;
  }
  const Xml xml = Xml::parse(listing, *entry);
  const std::string_view root = local_name(xml.root());
  if (root == "Muscate_Metadata_Document") muscate::read_general(xml, product);
  if (root == "MD_Metadata") read_iso(xml, product);
  for (const pugi::xml_node index : xml.find("Global_Index_List").children()) {  // LIS_METADATA.XML
    const std::string_view name = index.attribute("name").value();
    const auto value = parse_real(trimmed(index.text().get()));
    if (name == "SnowPercent") product.snow_percent = value;
    if (name == "CloudPercent") product.cloud_percent = value;
  }
}

Product read(const Listing& listing) {
  Product product;
  std::vector<SnowImage> images = images_of(listing);
  const std::string stem = images.front().stem;
  for (const SnowImage& image : images) {
    if (image.stem != stem && Listing::folder_of(*image.entry) == Listing::folder_of(*images.front().entry))
      throw UserError("'" + listing.path() + "' holds several snow products in one folder: " +
                          Listing::base_of(*images.front().entry) + ", " + Listing::base_of(*image.entry),
                      "put each into a folder of its own, or open one of its files");
    if (image.entry->bytes == 0) product.problems.push_back(listing.shown(*image.entry) + " is empty: it is left out");
  }
  std::erase_if(images, [&](const SnowImage& image) { return image.entry->bytes == 0 || image.stem != stem; });

  product.id = stem;
  read_name(stem, product);
  read_metadata(listing, product);
  const bool synthesis =
      std::any_of(images.begin(), images.end(), [](const SnowImage& image) { return is_synthesis(image.kind); });
  const bool copernicus = stem.starts_with("FSC_") || stem.starts_with("GFSC_") || stem.starts_with("PSA_");
  if (product.level.empty() && !copernicus) product.level = synthesis ? "L3B-SNOW" : "L2B-SNOW";
  product.title = copernicus ? "Copernicus high-resolution snow"
                             : std::string("Theia snow") + (synthesis ? ", synthesis of a season" : "");
  if (const auto sensor = muscate::sensor_named(product.platform)) product.title += ", " + sensor->title;
  add_layers(listing, images, product);
  add_masks(listing, images, product);
  lead_with_snow(product);
  return product;
}

}  // namespace

ProductReader theia_snow_reader() {
  return {"theia-snow", "Theia snow and LIS (…_SNW_R2.tif, LIS_…-SNOW-….tif), Copernicus FSC (FSC_…_FSCOG.tif)",
          recognises, read};
}

}  // namespace cers::products
