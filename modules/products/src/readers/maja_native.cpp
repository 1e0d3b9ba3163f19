// SPDX-License-Identifier: Apache-2.0
// MAJA's own layout of Level-2A: a header X.HDR beside a folder X.DBL.DIR whose images hold the bands of a group each.
// Grammar: MAJA's templates of Earth Explorer headers (CNES).
#include <algorithm>
#include <map>
#include <regex>

#include "cers/core/error.hpp"
#include "cers/core/text.hpp"
#include "readers/muscate.hpp"
#include "readers/reader.hpp"

namespace cers::products {
namespace {

struct Stack {
  std::string stem;   ///< "S2A_OPER_SSC_PDTIMG_L2VALD_31TCJ____20180615"
  std::string kind;   ///< "FRE", "CLD"
  std::string group;  ///< "R1", "R2", or "XS" for sensors of one group
  const Listing::Entry* entry = nullptr;
};

// "S2A_OPER_SSC_PDTIMG_L2VALD_31TCJ____20180615_FRE_R1.DBL.TIF"
constexpr const char* stack_name = "(.+)_(FRE|SRE|ATB|CLD|MSK|QLT)(?:_(R[12]))?\\.DBL\\.TIFF?";
// "S2A_OPER_SSC_L2VALD_31TCJ____20180615"
constexpr const char* product_name = "([A-Z0-9]{2,3})_.*L2VALD_([A-Z0-9-]+?)_+(\\d{8}).*";

// With empty ones, which have no bytes.
std::vector<Stack> stacks_of(const Listing& listing) {
  static const std::regex pattern(stack_name, std::regex::ECMAScript | std::regex::icase);
  std::vector<Stack> stacks;
  for (const Listing::Entry& entry : listing.entries()) {
    const std::string base = Listing::base_of(entry);
    std::smatch match;
    if (!muscate::is_tiff_name(base) || !std::regex_match(base, match, pattern)) continue;
    std::string kind = match[2].str();
    std::transform(kind.begin(), kind.end(), kind.begin(),
                   [](char c) { return static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c); });
    const std::string group = match[3].matched ? "R" + match[3].str().substr(1) : "XS";
    stacks.push_back({match[1].str(), kind, group, &entry});
  }
  return stacks;
}

// "…/X" of "…/X.DBL.DIR/file"; empty when the folder is named otherwise.
std::string stem_of(const Listing::Entry& entry) {
  const std::string folder = Listing::folder_of(entry);
  constexpr std::string_view suffix = ".dbl.dir";
  return lower(folder).ends_with(suffix) ? folder.substr(0, folder.size() - suffix.size()) : std::string();
}

bool recognises(const Listing& listing) {
  const auto stacks = stacks_of(listing);
  if (stacks.empty()) return false;
  const std::string folder = Listing::folder_of(*stacks.front().entry);
  const std::string stem = stem_of(*stacks.front().entry);
  return std::all_of(listing.entries().begin(), listing.entries().end(), [&](const Listing::Entry& entry) {
    return folder.empty() || entry.path.starts_with(folder + "/") || (!stem.empty() && entry.path.starts_with(stem));
  });
}

struct Native {
  muscate::Format format;
  std::map<std::string, std::vector<std::string>> bands;  ///< names of a group's bands in their order
};

Native native_of(muscate::Sensor sensor) {
  Native native;
  if (sensor.platform == "venus") native.format.reflectance_step = 1e-3;  // MAJA's configuration for Venµs
  for (const muscate::SensorBand& band : sensor.bands) native.bands[band.group].push_back(band.name);
  // The table of Venµs starts with B2.
  if (sensor.platform == "venus") std::swap(native.bands["XS"][0], native.bands["XS"][1]);
  native.format.sensor = std::move(sensor);
  return native;
}

// "UTC=2018-06-15T10:51:07" → "2018-06-15T10:51:07Z"
std::string utc(std::string text) {
  if (text.starts_with("UTC=")) text.erase(0, 4);
  if (!text.empty() && text.back() != 'Z') text += 'Z';
  return text;
}

void read_bands(pugi::xml_node image, Native& native) {
  for (const pugi::xml_node resolution : child(image, "List_of_Resolutions").children()) {
    // Groups are numbered from the finest.
    const auto size = parse_real(resolution.attribute("r").value());
    const bool alone = !resolution.previous_sibling() && !resolution.next_sibling();
    const std::string group = alone ? "XS" : resolution.previous_sibling() ? "R2" : "R1";
    std::vector<std::string> names;
    for (const pugi::xml_node band : child(resolution, "List_of_Bands").children())
      names.emplace_back(trimmed(band.text().get()));
    if (names.empty()) continue;
    for (muscate::SensorBand& band : native.format.sensor.bands) {
      if (size && *size > 0 && std::find(names.begin(), names.end(), band.name) != names.end()) band.gsd_m = *size;
    }
    native.bands[group] = std::move(names);
  }
}

void read_header(const Xml& xml, Native& native, Product& product) {
  if (local_name(xml.root()) != "Earth_Explorer_Header")
    throw DataError(xml.shown() + " is no Earth_Explorer_Header",
                    "copy the product again; its images can still be opened one by one");
  const std::string specific = "Variable_Header/Specific_Product_Header/";
  const std::string information = specific + "Product_Information/";
  if (const auto name = xml.text("Fixed_Header/File_Name")) product.id = *name;
  if (const auto time = xml.text(information + "Acquisition_Date_Time")) product.datetime = utc(*time);
  if (const auto time = xml.text("Fixed_Header/Source/Creation_Date")) product.processed = utc(*time);
  if (const auto version = xml.text("Fixed_Header/Source/Creator_Version")) product.baseline = *version;
  const auto orbit = count_in(xml.text(information + "Acquisition_Orbit_Number").value_or(""));
  if (orbit && *orbit > 0) product.absolute_orbit = orbit;
  if (const auto code = xml.text(specific + "Geo_Referencing_Information/Product_Coverage/Cartographic/"
                                            "Coordinate_Reference_System/Code")) {
    const auto number = count_in(code->substr(code->rfind(':') + 1));  // "EPSG:32631"
    if (number) product.epsg = number;
  }
  product.cloud_percent = xml.number(information + "Cloud_Percentage");
  product.snow_percent = xml.number(information + "Snow_Percentage");
  if (const auto value = xml.number(information + "Reflectance_Quantification_Value"); value && *value > 0)
    native.format.reflectance_step = muscate::step_of(*value);
  if (const auto value = xml.number(specific + "Image_Information/Nodata_Value")) native.format.nodata = *value;
  read_bands(xml.find(specific + "Image_Information"), native);
}

const Listing::Entry* header_of(const Listing& listing, const std::string& stem) {
  if (stem.empty()) return nullptr;
  return listing.at("", stem + ".HDR");
}

void add_stack(const Listing& listing, const Stack& stack, const Native& native, bool as_bands, Product& product) {
  const auto names = native.bands.find(stack.group);
  if (names == native.bands.end()) return;
  for (std::size_t i = 0; i < names->second.size(); ++i) {
    const std::string& name = names->second[i];
    const auto& sensor_bands = native.format.sensor.bands;
    const auto known = std::find_if(sensor_bands.begin(), sensor_bands.end(),
                                    [&](const muscate::SensorBand& band) { return band.name == name; });
    if (known == sensor_bands.end()) continue;
    const LayerFile pixels{listing.gdal_name(*stack.entry), static_cast<int>(i) + 1};
    product.layers.push_back({stack.kind + "_" + name, pixels, known->gsd_m, false, native.format.reflectance_step, 0,
                              native.format.nodata,
                              stack.kind == "FRE" ? "surface reflectance, corrected for slopes"
                                                  : "surface reflectance, not corrected for slopes"});
    if (!as_bands) continue;
    ProductBand band{};
    band.role = known->role;
    band.name = name;
    band.pixels = pixels;
    band.gsd_m = known->gsd_m;
    band.scale = native.format.reflectance_step;
    band.nodata = native.format.nodata;
    band.wavelength_nm = known->wavelength_nm;
    product.bands.push_back(std::move(band));
  }
}

struct NativeBits {
  const char* kind;
  MaskMeaning meaning;
  std::uint32_t bits;
  const char* words;
};
// CLD here is not CLM of MUSCATE: 0 all, 1 clouds, 2 and 3 shadows of clouds inside and outside, 4 reflectance, 5 its
// change, 6 extension (thin clouds), 7 cirrus or altitude. MSK has the bits of MG2. Source: MAJA.
constexpr NativeBits native_bits[] = {
    {"CLD", MaskMeaning::cloud, 0x42, "bits 1, 6"},     {"CLD", MaskMeaning::cloud_shadow, 0x0C, "bits 2, 3"},
    {"CLD", MaskMeaning::cirrus, 0x80, "bit 7"},        {"MSK", MaskMeaning::water, 0x01, "bit 0"},
    {"MSK", MaskMeaning::snow, 0x04, "bit 2"},          {"MSK", MaskMeaning::topographic_shadow, 0x30, "bits 4, 5"},
    {"QLT", MaskMeaning::saturated, 0xFFFF, "any bit"},
};
constexpr NativeBits without_cloud_mask[] = {
    {"MSK", MaskMeaning::cloud, 0x02, "bit 1"},
    {"MSK", MaskMeaning::cloud_shadow, 0x08, "bit 3"},
};

void add_layer(const Listing& listing, const Stack& stack, const Native& native, Product& product) {
  const double gsd = native.format.gsd_of(stack.group);
  const std::string file = listing.gdal_name(*stack.entry);
  const std::string suffix = "_" + stack.group;
  const muscate::Format& format = native.format;
  if (stack.kind == "ATB") {
    product.layers.push_back({"WVC" + suffix,
                              {file, 1},
                              gsd,
                              false,
                              format.water_vapour_step,
                              0,
                              format.water_vapour_nodata,
                              "water vapour, g/cm²"});
    product.layers.push_back({"AOT" + suffix,
                              {file, 2},
                              gsd,
                              false,
                              format.aerosol_step,
                              0,
                              format.aerosol_nodata,
                              "aerosol optical thickness"});
  } else if (stack.kind == "QLT") {
    int band = 1;
    for (const char* name : {"SAT", "PIX", "OTH"})
      product.layers.push_back({name + suffix, {file, band++}, gsd, true, 1, 0, {}, "quality, bits"});
  } else {
    product.layers.push_back({stack.kind + suffix,
                              {file, 1},
                              gsd,
                              true,
                              1,
                              0,
                              {},
                              stack.kind == "CLD" ? "bits: 0 all, 1 cloud, 2 and 3 shadow, 4 by reflectance, 5 by its "
                                                    "change, 6 extension, 7 cirrus or altitude"
                                                  : "bits: 0 water, 1 cloud, 2 snow, 3 cloud shadow, 4 and 5 terrain, "
                                                    "6 sun too low, 7 tangent sun"});
  }
}

void add_masks(const Listing& listing, const std::vector<Stack>& stacks, const Native& native, Product& product) {
  const auto add = [&](const NativeBits& bits, const Stack& stack) {
    MaskTest test;
    test.pixels.file = listing.gdal_name(*stack.entry);
    test.gsd_m = native.format.gsd_of(stack.group);
    test.bits = bits.bits;
    const std::string source = stack.kind + "_" + stack.group + " " + bits.words;
    product.masks.push_back({bits.meaning, test.gsd_m, {test}, source});
  };
  for (const Stack& stack : stacks) {
    for (const NativeBits& bits : native_bits) {
      if (stack.kind == bits.kind) add(bits, stack);
    }
    const bool detailed = std::any_of(stacks.begin(), stacks.end(), [&](const Stack& other) {
      return other.kind == "CLD" && other.group == stack.group;
    });
    for (const NativeBits& bits : without_cloud_mask) {
      if (stack.kind == bits.kind && !detailed) add(bits, stack);
    }
  }
}

Product read(const Listing& listing) {
  Product product;
  std::vector<Stack> stacks = stacks_of(listing);
  const std::string stem = stem_of(*stacks.front().entry);
  const std::string image = stacks.front().stem;
  for (const Stack& stack : stacks) {
    if (stack.entry->bytes == 0) product.problems.push_back(listing.shown(*stack.entry) + " is empty: it is left out");
  }
  std::erase_if(stacks, [](const Stack& stack) { return stack.entry->bytes == 0; });
  // The folder may be named anything, the images keep their names.
  std::string id = stem.substr(stem.rfind('/') + 1);
  std::smatch match;
  static const std::regex pattern(product_name);
  const bool named = (is_short(id) && std::regex_match(id, match, pattern)) || std::regex_match(image, match, pattern);
  if (id.empty()) id = image;
  product.id = id;
  std::optional<muscate::Sensor> sensor;
  if (named) {
    const std::string day = match[3].str();
    product.tile = muscate::tile_of_zone("T" + match[2].str());
    if (product.tile == "T" + match[2].str()) product.tile.erase(0, 1);  // a site, no tile
    product.datetime = day.substr(0, 4) + "-" + day.substr(4, 2) + "-" + day.substr(6, 2) + "T00:00:00Z";
    const std::string unit = match[1].str();
    sensor = muscate::sensor_named(unit == "VE" ? "VENUS" : unit);
  }
  if (!sensor) {
    product.problems.push_back("the name of '" + id +
                               "' does not say which satellite it is: the bands are read as those of Sentinel-2");
    sensor = muscate::sensor_named("SENTINEL2X");
  }
  product.platform = sensor->platform;
  product.constellation = sensor->constellation;
  product.instrument = sensor->instrument;
  product.level = "L2A";
  product.title = "MAJA Level-2A (native layout), " + sensor->title;
  product.epsg = muscate::epsg_of_tile(product.tile);

  Native native = native_of(*sensor);
  if (const Listing::Entry* header = header_of(listing, stem)) {
    read_header(Xml::parse(listing, *header), native, product);
  } else {
    product.problems.push_back("no header (.HDR) of '" + id + "': scale " +
                               format_real(native.format.reflectance_step) +
                               " and nodata -10000 of the format are assumed, and the time of day is unknown");
  }
  const bool flat = std::any_of(stacks.begin(), stacks.end(), [](const Stack& one) { return one.kind == "FRE"; });
  for (const Stack& stack : stacks) {
    if (stack.kind == "FRE" || stack.kind == "SRE") {
      add_stack(listing, stack, native, stack.kind == (flat ? "FRE" : "SRE"), product);
    } else {
      add_layer(listing, stack, native, product);
    }
  }
  if (!flat)
    product.problems.push_back("there are no FRE images of '" + id +
                               "': the bands are SRE, which is not corrected for "
                               "slopes");
  add_masks(listing, stacks, native, product);
  if (product.mask(MaskMeaning::cloud) == nullptr)
    product.problems.push_back("there is no cloud mask (CLD or MSK) of '" + id + "'");
  return product;
}

}  // namespace

ProductReader maja_native_reader() {
  return {"maja-native", "MAJA Level-2A in its own layout (.DBL.DIR with …_FRE_R1.DBL.TIF)", recognises, read};
}

}  // namespace cers::products
