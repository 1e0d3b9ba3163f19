// SPDX-License-Identifier: Apache-2.0
// Bands, layers and masks of MUSCATE products.
#include <algorithm>
#include <cmath>

#include "cers/core/text.hpp"
#include "readers/muscate.hpp"

namespace cers::products::muscate {
namespace {

// Bit numbers of the detailed cloud mask. Source: MAJA's MUSCATE writer. In MAJA's own layout (CLD) they differ.
enum CloudBit : unsigned { any_but_thinnest = 1, thinnest = 4, shadow_inside = 5, shadow_outside = 6, high = 7 };

constexpr std::uint32_t bit(unsigned number) {
  return std::uint32_t{1} << number;
}

struct Rule {
  MaskMeaning meaning;
  const char* kind;
  std::uint32_t bits;
};

// Natures of the geophysical mask MG2 and their bits in every format so far; the metadata knows its own.
struct Nature {
  const char* nature;
  MaskMeaning meaning;
  unsigned bit;
};
constexpr Nature natures[] = {
    {"Water", MaskMeaning::water, 0},
    {"Cloud", MaskMeaning::cloud, 1},
    {"Snow", MaskMeaning::snow, 2},
    {"Cloud_Shadow", MaskMeaning::cloud_shadow, 3},
    // MAJA joins hidden surface and shadow in either order, so both count as one.
    {"Topography_Shadow", MaskMeaning::topographic_shadow, 4},
    {"Hidden_Surface", MaskMeaning::topographic_shadow, 5},
};

struct Code {
  MaskMeaning meaning;
  int value;
};
// FLG of Level-3A is an enumeration; 4 is land. Source: WASP.
constexpr Code flags[] = {
    {MaskMeaning::nodata, 0}, {MaskMeaning::cloud, 1},        {MaskMeaning::snow, 2},
    {MaskMeaning::water, 3},  {MaskMeaning::cloud_shadow, 5}, {MaskMeaning::saturated, 6},
};

std::uint32_t bits_of_nature(const Format& format, const std::string& part, MaskMeaning meaning) {
  std::uint32_t bits = 0;
  for (const Nature& nature : natures) {
    if (nature.meaning != meaning) continue;
    const bool usual = !(meaning == MaskMeaning::snow && format.sensor.platform == "venus");  // Venµs has no SWIR
    if (format.listed.empty() && usual) bits |= bit(nature.bit);
    for (const Listed& listed : format.listed) {
      if (listed.kind == "MG2" && listed.part == part && equal_ignoring_case(listed.nature, nature.nature))
        bits |= bit(listed.bit.value_or(nature.bit));
    }
  }
  return bits;
}

std::uint32_t saturation_bits(const Format& format, const std::string& part) {
  std::uint32_t bits = 0;
  for (const Listed& listed : format.listed) {
    if (listed.kind == "SAT" && listed.part == part && listed.bit) bits |= bit(*listed.bit);
  }
  constexpr std::uint32_t any = 0xFFFF;  // one bit for each band of the group, twelve for Venµs
  return bits == 0 ? any : bits;
}

std::string bits_in_words(std::uint32_t bits) {
  std::vector<std::string> numbers;
  for (unsigned number = 0; number < 32; ++number) {
    if ((bits & bit(number)) != 0) numbers.push_back(std::to_string(number));
  }
  if (numbers.size() > 8) return "any bit";
  return (numbers.size() == 1 ? "bit " : "bits ") + join(numbers, ", ");
}

// Tests of one meaning and one resolution make one mask.
void add_test(MaskMeaning meaning, MaskTest test, const std::string& source, Product& product) {
  auto found = std::find_if(product.masks.begin(), product.masks.end(), [&](const ProductMask& mask) {
    return mask.meaning == meaning && mask.gsd_m == test.gsd_m;
  });
  if (found == product.masks.end()) {
    product.masks.push_back({meaning, test.gsd_m, {}, {}});
    found = product.masks.end() - 1;
  }
  found->source += (found->source.empty() ? "" : "; ") + source;
  found->any.push_back(std::move(test));
}

// Beside EDG: what the numbers of a band say. One stands for its resolution, for the others are set to nodata with it;
// the one that snow is told by comes first, since it is read anyway.
void add_missing_numbers(Product& product) {
  for (const double gsd_m : product.resolutions()) {
    const ProductBand* one = product.band(BandRole::swir1, gsd_m);
    if (one == nullptr) one = product.band(BandRole::red, gsd_m);
    constexpr double largest = 1e9;  // of a stored integer
    if (one == nullptr || !one->nodata || !(std::abs(*one->nodata) < largest)) continue;
    MaskTest test;
    test.pixels = one->pixels;
    test.gsd_m = gsd_m;
    test.kind = MaskTest::Kind::one_of;
    test.values = {static_cast<int>(*one->nodata)};
    add_test(MaskMeaning::nodata, std::move(test), one->name + " DN " + format_real(*one->nodata), product);
  }
}

std::string describe(std::string_view kind) {
  if (kind == "CLM")
    return "bits: 0 any cloud but the thinnest, or shadow; 1 any cloud but the thinnest; 2 by reflectance; 3 by its "
           "change; 4 the thinnest; 5 shadow of a cloud inside, 6 outside the image; 7 high cloud";
  if (kind == "MG2")
    return "bits: 0 water, 1 cloud, 2 snow, 3 cloud shadow, 4 and 5 terrain shadow and hidden surface, 6 sun too low, "
           "7 tangent sun";
  if (kind == "EDG") return "1: outside of what was seen";
  if (kind == "SAT") return "saturation, one bit for each band of the group";
  if (kind == "IAB") return "bits: 0 water vapour interpolated, 1 aerosol interpolated";
  if (kind == "DFP" || kind == "PIX") return "defective pixels, one bit for each band of the group";
  if (kind == "FLG") return "0 nodata, 1 cloud, 2 snow, 3 water, 4 land, 5 cloud shadow, 6 saturated";
  if (kind == "WGT") return "weight of the synthesis";
  if (kind == "DTS") return "mean date in days from the centre of the window";
  if (kind == "FRE") return "surface reflectance, corrected for slopes";
  if (kind == "SRE") return "surface reflectance, not corrected for slopes";
  if (kind == "FRC") return "surface reflectance, synthesis of several dates";
  return {};
}

bool is_reflectance(std::string_view kind) {
  return kind == "FRE" || kind == "SRE" || kind == "FRC";
}

// Whether what the metadata lists is there: by kind and part, whatever the name, since archives named "_D_" hold files
// named "_C_"; by its name when it is no image that is read.
bool is_there(const Listing& listing, const Images& images, const Listed& listed) {
  const auto is_it = [&](const Image& image) { return image.kind == listed.kind && image.part == listed.part; };
  if (std::any_of(images.all().begin(), images.all().end(), is_it)) return true;
  if (std::any_of(images.empty_files().begin(), images.empty_files().end(), is_it))
    return true;  // has its own sentence
  const std::string name = listed.file.substr(listed.file.rfind('/') + 1);
  return std::any_of(listing.entries().begin(), listing.entries().end(),
                     [&](const auto& entry) { return equal_ignoring_case(Listing::base_of(entry), name); });
}

void report_missing(const Listing& listing, const Images& images, const Format& format, Product& product) {
  std::vector<std::string> kinds;
  for (const Listed& listed : format.listed) {
    if (std::find(kinds.begin(), kinds.end(), listed.kind) == kinds.end()) kinds.push_back(listed.kind);
  }
  for (const std::string& kind : kinds) {
    std::vector<std::string> files;
    std::vector<std::string> missing;
    for (const Listed& listed : format.listed) {
      if (listed.kind != kind || std::find(files.begin(), files.end(), listed.file) != files.end()) continue;
      files.push_back(listed.file);
      if (!is_there(listing, images, listed)) missing.push_back(listed.file);
    }
    const std::string of = " of " + std::to_string(files.size()) + " " + kind + " files that the metadata lists";
    name_missing(missing, std::to_string(missing.size()) + of, product);
  }
}

void add_atmosphere(const Listing& listing, const Image& image, const Format& format, Product& product) {
  int vapour_band = 1;
  int aerosol_band = 2;
  for (const Listed& listed : format.listed) {
    if (listed.kind != "ATB" || listed.part != image.part) continue;
    (equal_ignoring_case(listed.nature, "Water_Vapor_Content") ? vapour_band : aerosol_band) = listed.band;
  }
  const double gsd = format.gsd_of(image.part);
  const std::string file = listing.gdal_name(*image.entry);
  product.layers.push_back({"WVC_" + image.part,
                            {file, vapour_band},
                            gsd,
                            false,
                            format.water_vapour_step,
                            0,
                            format.water_vapour_nodata,
                            "water vapour, g/cm²"});
  product.layers.push_back({"AOT_" + image.part,
                            {file, aerosol_band},
                            gsd,
                            false,
                            format.aerosol_step,
                            0,
                            format.aerosol_nodata,
                            "aerosol optical thickness"});
}

}  // namespace

double Format::gsd_of(std::string_view part) const {
  double finest = 0;
  for (const SensorBand& band : sensor.bands) {
    if (band.name == part || band.group == part) return band.gsd_m;
    if (finest == 0 || band.gsd_m < finest) finest = band.gsd_m;
  }
  return finest;
}

void add_bands(const Listing& listing, const Images& images, const Format& format, Product& product) {
  // Slopes corrected where there is a choice: what indices, series and land cover need.
  const char* kind = images.has("FRE") ? "FRE" : images.has("FRC") ? "FRC" : "SRE";
  if (std::string_view(kind) == "SRE" && images.has("SRE"))
    product.problems.push_back("there are no FRE files in '" + listing.path() +
                               "': the bands are SRE, which is not corrected for slopes");
  for (const SensorBand& known : format.sensor.bands) {
    const Image* image = images.find(kind, known.name);
    if (image == nullptr) continue;
    ProductBand band{};
    band.role = known.role;
    band.name = known.name;
    band.pixels.file = listing.gdal_name(*image->entry);
    band.gsd_m = known.gsd_m;
    band.scale = format.reflectance_step;
    band.nodata = format.nodata;
    band.wavelength_nm = known.wavelength_nm;
    product.bands.push_back(std::move(band));
  }
  report_missing(listing, images, format, product);
  for (const Image& image : images.empty_files())
    product.problems.push_back(listing.shown(*image.entry) + " is empty: it is left out");
  if (product.bands.empty()) product.problems.push_back("'" + listing.path() + "' holds none of its bands");
}

void add_layers(const Listing& listing, const Images& images, const Format& format, Product& product) {
  for (const Image& image : images.all()) {
    if (images.find(image.kind, image.part) != &image) continue;
    if (image.kind == "ATB") {
      add_atmosphere(listing, image, format, product);
      continue;
    }
    ProductLayer layer;
    layer.name = image.kind + "_" + image.part;
    layer.pixels.file = listing.gdal_name(*image.entry);
    layer.gsd_m = format.gsd_of(image.part);
    layer.description = describe(image.kind);
    if (is_reflectance(image.kind)) {
      layer.scale = format.reflectance_step;
      layer.nodata = format.nodata;
    } else if (image.kind == "WGT") {
      layer.scale = 1e-3;  // WASP
    } else if (image.kind != "DTS") {
      layer.classes = true;
    }
    product.layers.push_back(std::move(layer));
  }
}

void add_masks(const Listing& listing, const Images& images, const Format& format, Product& product) {
  const auto test_of = [&](const Image& image) {
    MaskTest test;
    test.pixels.file = listing.gdal_name(*image.entry);
    test.gsd_m = format.gsd_of(image.part);
    return test;
  };
  const auto add_bits = [&](MaskMeaning meaning, const Image& image, std::uint32_t bits) {
    if (bits == 0) return;
    MaskTest test = test_of(image);
    test.bits = bits;
    add_test(meaning, std::move(test), image.kind + "_" + image.part + " " + bits_in_words(bits), product);
  };
  for (const Image& image : images.all()) {
    if (images.find(image.kind, image.part) != &image) continue;
    if (image.kind == "CLM") {
      add_bits(MaskMeaning::cloud, image, bit(any_but_thinnest) | bit(thinnest));
      add_bits(MaskMeaning::cloud_shadow, image, bit(shadow_inside) | bit(shadow_outside));
      add_bits(MaskMeaning::cirrus, image, bit(high));
    } else if (image.kind == "MG2") {
      const bool detailed = images.find("CLM", image.part) != nullptr;
      for (const MaskMeaning meaning : all_mask_meanings()) {
        if (detailed && (meaning == MaskMeaning::cloud || meaning == MaskMeaning::cloud_shadow)) continue;
        add_bits(meaning, image, bits_of_nature(format, image.part, meaning));
      }
    } else if (image.kind == "EDG") {
      add_bits(MaskMeaning::nodata, image, bit(0));
    } else if (image.kind == "SAT") {
      add_bits(MaskMeaning::saturated, image, saturation_bits(format, image.part));
    } else if (image.kind == "FLG") {
      for (const Code& code : flags) {
        MaskTest test = test_of(image);
        test.kind = MaskTest::Kind::one_of;
        test.values = {code.value};
        add_test(code.meaning, std::move(test), "FLG_" + image.part + " " + std::to_string(code.value), product);
      }
    }
  }
  add_missing_numbers(product);
  if (product.mask(MaskMeaning::cloud) == nullptr)
    product.problems.push_back("there is no cloud mask (CLM, MG2 or FLG) in '" + listing.path() + "'");
}

}  // namespace cers::products::muscate
