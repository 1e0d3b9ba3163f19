// SPDX-License-Identifier: Apache-2.0
// Products whose metadata lie: sizes, depths and numbers that no producer writes. Each was found by product_fuzz.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cers/core/error.hpp"
#include "cers/products/sar.hpp"
#include "cers/products/stac.hpp"
#include "fuzz/archive.hpp"

namespace cers {
namespace {

class Unsound : public ::testing::Test {
 protected:
  static std::string seed(const std::string& name) {
    std::ifstream stream(std::string(CERS_PRODUCT_CORPUS) + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  /// The seed with its first `from` replaced.
  static std::string altered(const std::string& name, const std::string& from, const std::string& to) {
    std::string text = seed(name);
    const auto at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from << " in " << name;
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
  }
  Product open(const std::string& text) { return open_product(archive_.write(text)); }
  /// The message of the DataError that opening throws.
  std::string fault(const std::string& text) {
    try {
      open(text);
    } catch (const DataError& error) {
      EXPECT_FALSE(error.remedy().empty()) << error.what();
      return error.what();
    }
    ADD_FAILURE() << "it opens";
    return {};
  }
  static bool mentions(const Product& product, const std::string& words) {
    return std::any_of(product.problems.begin(), product.problems.end(),
                       [&](const std::string& problem) { return problem.find(words) != std::string::npos; });
  }

  fuzz::Archive archive_;
};

TEST_F(Unsound, SeedsAreWhatTheirNamesSay) {
  const std::pair<const char*, const char*> seeds[] = {
      {"copernicus_fsc.txt", "theia-snow"},
      {"landsat_c1_l1.txt", "landsat-c1-l1"},
      {"landsat_c2_l1_json.txt", "landsat-c2-l1"},
      {"landsat_c2_l1_xml.txt", "landsat-c2-l1"},
      {"landsat_c2_l2.txt", "landsat-c2-l2"},
      {"lis.txt", "theia-snow"},
      {"lis_names.txt", "theia-snow"},
      {"maja_native.txt", "maja-native"},
      {"muscate_l2a.txt", "muscate-l2a"},
      {"muscate_l3a.txt", "muscate-l3a"},
      {"muscate_venus.txt", "muscate-l2a"},
      {"oso.txt", "oso"},
      {"sentinel1_grd.txt", "sentinel1-grd"},
      {"sentinel2_granule.txt", "sentinel2-l2a"},
      {"sentinel2_l1c.txt", "sentinel2-l1c"},
      {"sentinel2_l2a.txt", "sentinel2-l2a"},
      {"theia_snow.txt", "theia-snow"},
  };
  for (const auto& [name, family] : seeds) {
    const Product product = open(seed(name));
    EXPECT_EQ(product.family, family) << name;
    EXPECT_FALSE(product.bands.empty() && product.masks.empty()) << name;
  }
}

// Regular expressions recurse over what they match: this was a segmentation fault.
TEST_F(Unsound, NamesOfAnyLength) {
  const std::string run(300'000, 'a');
  const Product image = open(altered("sentinel2_l2a.txt", "_B04_10m</IMAGE_FILE>", "_B04" + run + "</IMAGE_FILE>"));
  EXPECT_EQ(image.bands.size(), 2U);
  const Product folder = open(altered("sentinel2_l2a.txt", "<IMAGE_FILE>", "<IMAGE_FILE>" + run + "/"));
  EXPECT_EQ(folder.bands.size(), 2U);
  const Product id = open(altered("muscate_l2a.txt", "<PRODUCT_ID>", "<PRODUCT_ID>" + run));
  EXPECT_EQ(id.platform, "sentinel-2b");
  const Product stem = open(altered("maja_native.txt", "S2A_OPER_SSC_L2VALD_31TCJ____20180615.HDR", run + ".HDR"));
  EXPECT_TRUE(mentions(stem, "no header"));
}

// So was this: whoever prints a tree recurses.
TEST_F(Unsound, JsonOfAnyDepth) {
  constexpr std::size_t depth = 2'000'000;
  const std::string nested = std::string(depth, '[') + std::string(depth, ']');
  const Product product = open(altered("landsat_c2_l1_json.txt", R"([[1, 2], {"a": null}])", nested));
  EXPECT_EQ(product.bands.size(), 1U);
  EXPECT_DOUBLE_EQ(product.cloud_percent.value_or(-1), -1);
}

TEST_F(Unsound, OrbitsAndCodesBeyondAnyInteger) {
  for (const char* orbit : {"2147483647", "-9223372036854775808", "4294967297", "1e9"}) {
    const Product product = open(altered("muscate_l2a.txt", ">14799<", ">" + std::string(orbit) + "<"));
    EXPECT_EQ(product.absolute_orbit, std::nullopt) << orbit;
    EXPECT_EQ(product.relative_orbit, std::nullopt) << orbit;
    const Product radar = open(altered("sentinel1_grd.txt", ">39156<", ">" + std::string(orbit) + "<"));
    EXPECT_EQ(radar.absolute_orbit, std::nullopt) << orbit;
    EXPECT_EQ(radar.relative_orbit, std::nullopt) << orbit;
    const Product native = open(altered("maja_native.txt", ">15567<", ">" + std::string(orbit) + "<"));
    EXPECT_EQ(native.absolute_orbit, std::nullopt) << orbit;
  }
  // 32632 + 2³², which a cast makes 32632.
  const Product product = open(altered("sentinel2_l2a.txt", "EPSG:32631", "EPSG:4294999928"));
  EXPECT_EQ(product.epsg, 32631);  // of its tile
}

TEST_F(Unsound, LinesOfRadarTablesBeyondAnyInteger) {
  for (const char* line : {"-9223372036854775808", "9223372036854775807", "nan"}) {
    const std::string text =
        altered("sentinel1_grd.txt", "<calibrationVector><line>0", "<calibrationVector><line>" + std::string(line));
    const Product product = open(text);
    EXPECT_THROW(read_sar_calibration(product, BandRole::vv), DataError) << line;
  }
}

TEST_F(Unsound, ScalesAndSizesThatAreNoNumbers) {
  const std::string value = "<REFLECTANCE_QUANTIFICATION_VALUE>10000";
  EXPECT_NE(fault(altered("muscate_l2a.txt", value, "<REFLECTANCE_QUANTIFICATION_VALUE>inf")).find("B4 a scale of 0"),
            std::string::npos);
  EXPECT_NE(fault(altered("muscate_l2a.txt", value, "<REFLECTANCE_QUANTIFICATION_VALUE>nan")).find("not positive"),
            std::string::npos);
  EXPECT_NE(fault(altered("landsat_c2_l2.txt", "BAND_4 = 2.75e-05", "BAND_4 = nan")).find("B4 a scale of nan"),
            std::string::npos);
  EXPECT_NE(fault(altered("landsat_c2_l2.txt", "BAND_4 = -0.2", "BAND_4 = -inf")).find("B4 an offset of -inf"),
            std::string::npos);
  EXPECT_NE(fault(altered("landsat_c2_l2.txt", "REFLECTIVE = 30", "REFLECTIVE = -30")).find("a pixel size of -30"),
            std::string::npos);
}

// "{scene.id}_ndvi.tif" must not leave the folder of the outputs.
TEST_F(Unsound, IdsThatAreNoNames) {
  const Product product = open(altered("muscate_l2a.txt", "<PRODUCT_ID>", "<PRODUCT_ID>../../etc/x\\"));
  EXPECT_TRUE(product.id.starts_with(".._.._etc_x_SENTINEL2B_2020")) << product.id;
  EXPECT_TRUE(mentions(product, "part of no file name"));
  EXPECT_EQ(open(altered("muscate_l2a.txt", ">T31TCJ<", ">a/../b<")).tile, "a_.._b");
}

TEST_F(Unsound, FootprintsOffTheEarth) {
  for (const char* longitude : {"inf", "nan", "1e300"}) {
    const Product product = open(altered("sentinel2_l2a.txt", "44.2 0.4", "44.2 " + std::string(longitude)));
    EXPECT_TRUE(product.footprint.empty()) << longitude;
    EXPECT_TRUE(mentions(product, "does not lie on Earth")) << longitude;
    EXPECT_TRUE(nlohmann::json::parse(product_stac_item(product))["geometry"].is_null()) << longitude;
  }
}

// Metadata of old products say UTF-8 and are Latin-1; this was an exception of the JSON library.
TEST_F(Unsound, TextThatIsNoUtf8) {
  const Product product = open(altered("muscate_l2a.txt", ">2.2<",
                                       ">d\xe9"
                                       "finitif<"));
  EXPECT_EQ(nlohmann::json::parse(product_stac_item(product))["properties"]["processing:version"], "d\uFFFDfinitif");
}

TEST_F(Unsound, ListsWithoutEnd) {
  std::string files;
  for (int i = 0; i < 10'001; ++i) files += "<MASK_FILE>" + std::to_string(i) + ".tif</MASK_FILE>";
  EXPECT_NE(fault(altered("muscate_l2a.txt", "<MASK_FILE", files + "<MASK_FILE")).find("no product has so many"),
            std::string::npos);
  std::string members;
  for (int i = 0; i < 20'001; ++i) members += "=== " + std::to_string(i) + "/a.tif\n";
  EXPECT_NE(fault(members).find("more than 20000 files"), std::string::npos);
}

}  // namespace
}  // namespace cers
