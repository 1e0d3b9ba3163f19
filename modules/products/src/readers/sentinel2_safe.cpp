// SPDX-License-Identifier: Apache-2.0
#include "readers/sentinel2_safe.hpp"

#include <algorithm>
#include <cmath>
#include <regex>
#include <set>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "readers/sentinel2_bands.hpp"

namespace cers::products::sentinel2 {
namespace {

// "MTD_TL.xml"; "S2A_OPER_MTD_L1C_TL_….xml" before December 2016; "metadata.xml" in public buckets.
constexpr const char* tile_metadata = "MTD_TL\\.xml|S2[A-D]_.*_MTD_L(1C|2A)_TL_.*\\.xml|metadata\\.xml";

// The part before the last slash, "" without one; every entry below it belongs to one product.
bool holds_all(const Listing& listing, const std::string& folder) {
  return std::all_of(listing.entries().begin(), listing.entries().end(), [&](const Listing::Entry& entry) {
    return folder.empty() || entry.path.starts_with(folder + "/");
  });
}

bool is_tile_of(const Listing& listing, const Listing::Entry& entry, const SafeLevel& level) {
  if (entry.path.find("GRANULE/") != std::string::npos) return false;  // a part of the product above it
  return listing.text(entry).find(level.tile_root) != std::string::npos;
}

const std::regex& tile_pattern() {
  static const std::regex pattern("_T(\\d{2}[A-Z]{3})(?![A-Z0-9])");
  return pattern;
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
  return text;
}

std::string tile_in(const std::string& text) {
  std::smatch match;
  return std::regex_search(text, match, tile_pattern()) ? match[1].str() : std::string();
}

// UTM zone of an MGRS tile; bands N to X lie in the north.
std::optional<int> epsg_of_tile(const std::string& tile) {
  if (tile.size() != 5) return std::nullopt;
  return (tile[2] >= 'N' ? 32600 : 32700) + (tile[0] - '0') * 10 + (tile[1] - '0');
}

std::string without_suffix(std::string text, std::string_view suffix) {
  if (text.ends_with(suffix)) text.resize(text.size() - suffix.size());
  return text;
}

// Pairs of latitude and longitude, closed.
std::vector<std::pair<double, double>> footprint_of(pugi::xml_node root) {
  std::vector<std::pair<double, double>> ring;
  const auto text =
      element_text(root, "Geometric_Info/Product_Footprint/Product_Footprint/Global_Footprint/EXT_POS_LIST");
  if (!text) return ring;
  std::vector<double> numbers;
  for (const std::string& part : split(*text, ' ')) {
    if (const auto value = parse_real(trimmed(part))) numbers.push_back(*value);
  }
  for (std::size_t i = 0; i + 1 < numbers.size(); i += 2) ring.emplace_back(numbers[i + 1], numbers[i]);
  if (!ring.empty() && ring.front() != ring.back()) ring.push_back(ring.front());
  return ring;
}

Radiometry default_radiometry() {
  Radiometry radiometry;
  for (const auto& band : sentinel2_bands) {
    radiometry.names.emplace_back(band.name);
    radiometry.wavelengths_nm.push_back(band.wavelength_nm);
  }
  radiometry.offsets.assign(sentinel2_bands.size(), 0);
  return radiometry;
}

std::optional<std::size_t> index_in(pugi::xml_attribute id, std::size_t count) {
  const auto value = parse_integer(id.value());
  if (!value || *value < 0 || static_cast<std::size_t>(*value) >= count) return std::nullopt;
  return static_cast<std::size_t>(*value);
}

// Values may stand in a list of their own or, in Level-1C, directly below the characteristics.
std::optional<double> quantity(pugi::xml_node characteristics, const std::string& name) {
  for (const char* list : {"QUANTIFICATION_VALUES_LIST/", "L1C_L2A_Quantification_Values_List/", ""}) {
    if (const auto value = element_number(characteristics, list + name)) return value;
  }
  return std::nullopt;
}

// The offset of -1000 came with this baseline (Sentinel-2 Products Specification Document, issue 14.9).
constexpr double first_with_offset = 4.0;
// Of products that users make by Sen2Cor themselves, whichever version of it that is.
constexpr double of_users = 99.99;

// When the baseline, by the metadata or by the product's name, has an offset: without it every number is wrong.
std::optional<BandFault> lacking_offset(const SafeLevel& level, const std::string& shown, const Product& product) {
  static const std::regex named("_N(\\d{2})(\\d{2})_");
  std::string baseline = product.baseline;
  std::smatch match;
  if (baseline.empty() && std::regex_search(product.id, match, named)) baseline = match[1].str() + "." + match[2].str();
  const double number = parse_real(baseline).value_or(0);
  if (number < first_with_offset || number == of_users) return std::nullopt;
  return BandFault{shown + " lacks " + level.offset + ", which products of baseline " + baseline +
                       " have: whether their numbers are shifted by 1000 is not known",
                   "download the product again; or give its bands as an image, with -scale 0.0001 and with -offset "
                   "-0.1 if they are shifted, -offset 0 if not"};
}

Radiometry read_radiometry(pugi::xml_node characteristics, const SafeLevel& level, const std::string& shown,
                           Product& product) {
  Radiometry radiometry = default_radiometry();
  if (const auto value = quantity(characteristics, level.quantification)) {
    if (!(*value > 0)) throw DataError(shown + ": " + level.quantification + " is not positive", "download it again");
    radiometry.quantification = *value;
  } else {
    product.problems.push_back(shown + " lacks " + level.quantification +
                               ": 10000 is taken, as in every product so far");
  }
  radiometry.aerosol_quantification = quantity(characteristics, "AOT_QUANTIFICATION_VALUE").value_or(1000);
  radiometry.water_vapour_quantification = quantity(characteristics, "WVP_QUANTIFICATION_VALUE").value_or(1000);

  for (const pugi::xml_node node : element(characteristics, "Spectral_Information_List").children()) {
    const auto index = index_in(node.attribute("bandId"), radiometry.names.size());
    if (!index) continue;
    if (const auto centre = element_number(node, "Wavelength/CENTRAL")) radiometry.wavelengths_nm[*index] = *centre;
    const std::string name = node.attribute("physicalBand").value();
    if (!name.empty() && name != radiometry.names[*index])
      throw DataError(
          shown + ": band index " + std::to_string(*index) + " is '" + name + "', not " + radiometry.names[*index],
          "download the product again");
  }

  // -1000 since baseline 04.00, none before: the element decides, since old scenes are processed anew.
  std::set<std::size_t> given;
  for (const pugi::xml_node list : characteristics.children()) {
    for (const pugi::xml_node node : list.children()) {
      if (local_name(node) != level.offset) continue;
      const auto index = index_in(node.attribute("band_id"), radiometry.offsets.size());
      const auto value = parse_real(trimmed(node.text().get()));
      if (!index || !value) throw DataError(shown + ": a " + level.offset + " cannot be read", "download it again");
      radiometry.offsets[*index] = *value;
      given.insert(*index);
    }
  }
  if (given.empty()) radiometry.fault = lacking_offset(level, shown, product);
  if (radiometry.fault) product.problems.push_back(radiometry.fault->what + ", and its bands cannot be read");
  if (!given.empty() && given.size() < radiometry.offsets.size())
    product.problems.push_back(shown + " has " + level.offset + " for " + std::to_string(given.size()) +
                               " of 13 bands only: the others are read without offset");
  return radiometry;
}

std::vector<pugi::xml_node> granules_of(pugi::xml_node info) {
  std::vector<pugi::xml_node> granules;
  for (const pugi::xml_node list : element(info, "Product_Organisation").children()) {
    for (const pugi::xml_node node : list.children()) {
      if (local_name(node).starts_with("Granule")) granules.push_back(node);
    }
  }
  return granules;
}

// Of the granules that the metadata lists, the one whose tile metadata is there.
std::vector<pugi::xml_node> granules_at_hand(const std::vector<pugi::xml_node>& listed, const Listing::Entry& tile) {
  std::vector<pugi::xml_node> found;
  const std::string folder = Listing::folder_of(tile);
  const std::string name = folder.substr(folder.rfind('/') + 1);
  const std::string wanted = tile_in(tile.path);
  for (const pugi::xml_node granule : listed) {
    const std::string id = granule.attribute("granuleIdentifier").value();
    if (id == name) return {granule};
    if (!wanted.empty() && tile_in(id) == wanted) found.push_back(granule);
  }
  return found;
}

void name_missing(const std::vector<std::string>& missing, std::size_t expected, const std::string& shown,
                  Product& product) {
  if (missing.empty()) return;
  constexpr std::size_t most_named = 4;
  const std::vector<std::string> some(
      missing.begin(), missing.begin() + static_cast<std::ptrdiff_t>(std::min(most_named, missing.size())));
  const bool more = missing.size() > some.size();
  product.problems.push_back(std::to_string(missing.size()) + " of " + std::to_string(expected) + " images that " +
                             shown + " lists are missing: " + join(some, ", ") +
                             (more ? " and " + std::to_string(missing.size() - some.size()) + " more" : ""));
}

void compare_with_list(const std::vector<pugi::xml_node>& granules, const std::vector<SafeImage>& images,
                       const std::string& shown, Product& product) {
  std::vector<std::string> missing;
  std::size_t expected = 0;
  for (const pugi::xml_node granule : granules) {
    for (const pugi::xml_node node : granule.children()) {
      const auto name = local_name(node);
      if (!name.starts_with("IMAGE_FILE") && !name.starts_with("IMAGE_ID")) continue;
      const std::string path(trimmed(node.text().get()));
      const auto wanted = image_of(path);
      if (!wanted) continue;
      ++expected;
      const bool there = std::any_of(images.begin(), images.end(), [&](const SafeImage& image) {
        return image.name == wanted->name && image.gsd_m == wanted->gsd_m;
      });
      if (!there) missing.push_back(path.substr(path.rfind('/') + 1));
    }
  }
  if (expected == 0 && images.empty()) {
    product.problems.push_back(shown + " lists no image, and none is there");
    return;
  }
  name_missing(missing, expected, shown, product);
}

void read_general(pugi::xml_node root, pugi::xml_node info, Product& product) {
  product.processed = element_text(info, "GENERATION_TIME").value_or("");
  product.baseline = element_text(info, "PROCESSING_BASELINE").value_or("");
  product.datetime = element_text(info, "PRODUCT_START_TIME").value_or("");
  const pugi::xml_node take = element(info, "Datatake");
  product.platform = lower(element_text(take, "SPACECRAFT_NAME").value_or(""));
  product.orbit_state = lower(element_text(take, "SENSING_ORBIT_DIRECTION").value_or(""));
  product.relative_orbit = count_in(element_text(take, "SENSING_ORBIT_NUMBER").value_or(""));
  // "GS2A_20221005T115411_038058_N04.00": the third part is the absolute orbit.
  const auto parts = split(take.attribute("datatakeIdentifier").value(), '_');
  if (parts.size() == 4) product.absolute_orbit = count_in(parts[2]);
  product.footprint = footprint_of(root);
  const pugi::xml_node quality = element(root, "Quality_Indicators_Info");
  product.cloud_percent = element_number(quality, "Cloud_Coverage_Assessment");
  product.snow_percent = element_number(quality, "Image_Content_QI/SNOW_ICE_PERCENTAGE");
  product.nodata_percent = element_number(quality, "Image_Content_QI/NODATA_PIXEL_PERCENTAGE");
}

// Without the product's metadata the offset follows from the baseline at the end of TILE_ID, "…_N05.00".
Radiometry read_granule_alone(const Xml& xml, const SafeLevel& level, Product& product) {
  Radiometry radiometry = default_radiometry();
  std::string id = element_text(xml.root(), "General_Info/TILE_ID_2A").value_or("");
  if (id.empty()) id = element_text(xml.root(), "General_Info/TILE_ID").value_or("");
  product.id = id;
  const auto mark = id.rfind("_N");
  if (mark != std::string::npos) product.baseline = id.substr(mark + 2);
  const double baseline = parse_real(product.baseline).value_or(0);
  constexpr double offset_since_then = -1000;
  if (baseline >= first_with_offset) radiometry.offsets.assign(radiometry.offsets.size(), offset_since_then);
  if (id.size() > 3 && id.starts_with("S2")) product.platform = "sentinel-2" + lower(id.substr(2, 1));
  product.problems.push_back(
      "only a granule is there, without the metadata of its product: quantification 10000 and offset " +
      format_real(radiometry.offsets[0]) + " follow from baseline " +
      (product.baseline.empty() ? std::string("unknown") : product.baseline) + " of " + level.level);
  return radiometry;
}

std::string spelled(std::string platform) {
  if (!platform.empty()) platform[0] = 'S';
  if (!platform.empty()) platform.back() = static_cast<char>(platform.back() - 'a' + 'A');
  return platform;
}

}  // namespace

pugi::xml_node element(pugi::xml_node node, std::string_view path) {
  while (node && !path.empty()) {
    const auto slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    const pugi::xml_node plain = child(node, name);
    node = plain ? plain : child(node, "L2A_" + std::string(name));
    path = slash == std::string_view::npos ? std::string_view{} : path.substr(slash + 1);
  }
  return node;
}

std::optional<std::string> element_text(pugi::xml_node node, std::string_view path) {
  const std::string text(trimmed(element(node, path).text().get()));
  if (text.empty()) return std::nullopt;
  return text;
}

std::optional<double> element_number(pugi::xml_node node, std::string_view path) {
  const auto text = element_text(node, path);
  return text ? parse_real(*text) : std::nullopt;
}

std::vector<ProductPart> safe_granules(const Listing& listing) {
  std::vector<ProductPart> parts;
  for (const auto& entry : listing.entries()) {
    const auto mark = lower(entry.path).rfind("granule/");
    if (mark == std::string::npos || (mark > 0 && entry.path[mark - 1] != '/')) continue;
    const auto end = entry.path.find('/', mark + std::string_view("granule/").size());
    if (end == std::string::npos) continue;
    const std::string folder = entry.path.substr(0, end);
    auto part = std::find_if(parts.begin(), parts.end(), [&](const auto& one) { return one.folder == folder; });
    if (part == parts.end()) part = parts.insert(parts.end(), {tile_in(upper(folder.substr(mark))), folder});
    if (part->tile.empty()) part->tile = tile_in(upper(Listing::base_of(entry)));
  }
  return parts;
}

const Listing::Entry* safe_metadata(const Listing& listing, const SafeLevel& level) {
  if (const auto* entry = listing.find(level.metadata)) {
    return holds_all(listing, Listing::folder_of(*entry)) ? entry : nullptr;
  }
  const auto* tile = listing.find(tile_metadata);
  if (tile == nullptr || !holds_all(listing, Listing::folder_of(*tile))) return nullptr;
  return is_tile_of(listing, *tile, level) ? tile : nullptr;
}

Product read_safe(const Listing& listing, const SafeLevel& level) {
  const Listing::Entry& entry = *safe_metadata(listing, level);
  const Xml xml = Xml::parse(listing, entry);
  const bool granule_alone = xml.root().name() && local_name(xml.root()) == level.tile_root;

  Product product;
  product.level = level.level;
  product.constellation = "sentinel-2";
  product.instrument = "msi";
  const std::vector<SafeImage> images = find_images(listing);
  const pugi::xml_node info = element(xml.root(), "General_Info/Product_Info");
  Radiometry radiometry;
  const Listing::Entry* tile = &entry;
  if (granule_alone) {
    radiometry = read_granule_alone(xml, level, product);
  } else {
    if (!info) static_cast<void>(xml.need("General_Info/Product_Info"));
    tile = listing.find(tile_metadata);
    const auto listed = granules_of(info);
    const auto granules = listed.size() > 1 && tile != nullptr ? granules_at_hand(listed, *tile) : listed;
    if (listed.size() > 1) {
      // Of the products of several tiles from before December 2016: each granule is one, under its own name.
      if (granules.size() == 1) product.id = granules.front().attribute("granuleIdentifier").value();
    } else {
      product.id = element_text(info, "PRODUCT_URI").value_or("");
      if (product.id.empty()) product.id = element_text(info, "PRODUCT_URI_" + level.level.substr(1)).value_or("");
    }
    if (product.id.empty()) product.id = xml.need("General_Info/Product_Info/PRODUCT_URI");
    product.id = without_suffix(product.id, ".SAFE");
    read_general(xml.root(), info, product);
    radiometry = read_radiometry(element(xml.root(), "General_Info/Product_Image_Characteristics"), level,
                                 listing.shown(entry), product);
    product.tile = tile_in(product.id);
    if (product.tile.empty() && !granules.empty())
      product.tile = tile_in(granules.front().attribute("granuleIdentifier").value());
    compare_with_list(granules, images, listing.shown(entry), product);
  }
  if (tile != nullptr) {
    read_tile(Xml::parse(listing, *tile), radiometry, product);
  } else {
    product.problems.push_back("MTD_TL.xml of '" + listing.path() +
                               "' is missing: there are no angles, and the time is that of the whole datatake");
  }
  if (product.tile.empty()) product.tile = tile_in(product.id);
  if (!product.epsg) product.epsg = epsg_of_tile(product.tile);
  product.title = level.title + ", " + spelled(product.platform);
  add_bands(listing, images, radiometry, product);
  add_layers(listing, images, radiometry, product);
  return product;
}

}  // namespace cers::products::sentinel2
