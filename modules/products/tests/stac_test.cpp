// SPDX-License-Identifier: Apache-2.0
#include "cers/products/stac.hpp"

#include <cmath>
#include <fstream>
#include <regex>
#include <set>

#include "safe_samples.hpp"

namespace cers {
namespace {
using namespace sample;
using Json = nlohmann::json;

ProductBand band(BandRole role, const std::string& name, const LayerFile& pixels, double gsd_m) {
  ProductBand made;
  made.role = role;
  made.name = name;
  made.pixels = pixels;
  made.gsd_m = gsd_m;
  return made;
}

ProductBand reflectance(BandRole role, const std::string& name, double gsd_m, double wavelength_nm, double offset = 0) {
  ProductBand made = band(role, name, {"/data/P/P_FRE_" + name + ".tif", 1}, gsd_m);
  made.scale = 1e-4;
  made.offset = offset;
  made.nodata = -10000;
  made.wavelength_nm = wavelength_nm;
  return made;
}

ProductLayer layer(const std::string& name, const LayerFile& pixels, double gsd_m, double scale = 1) {
  ProductLayer made;
  made.name = name;
  made.pixels = pixels;
  made.gsd_m = gsd_m;
  made.scale = scale;
  made.description = "about " + name;
  return made;
}

ProductMask mask(MaskMeaning meaning, const LayerFile& pixels, std::uint32_t bits,
                 const std::vector<int>& values = {}) {
  MaskTest test;
  test.pixels = pixels;
  test.kind = values.empty() ? MaskTest::Kind::any_bit : MaskTest::Kind::one_of;
  test.bits = bits;
  test.values = values;
  ProductMask made;
  made.meaning = meaning;
  made.any.push_back(test);
  made.source = "a mask";
  return made;
}

/// A Theia product cut down to a few files.
Product theia() {
  Product product;
  product.id = "SENTINEL2B_20181023-105107-455_L2A_T31TCJ_C_V1-9";
  product.family = "muscate-l2a";
  product.title = "Theia MUSCATE Level-2A, Sentinel-2B";
  product.platform = "sentinel-2b";
  product.constellation = "sentinel-2";
  product.instrument = "msi";
  product.level = "L2A";
  product.tile = "31TCJ";
  product.datetime = "2018-10-23T10:51:07.455Z";
  product.processed = "2018-10-24T01:02:03Z";
  product.baseline = "1.9";
  product.relative_orbit = 94;
  product.orbit_state = "descending";
  product.epsg = 32631;
  product.cloud_percent = 12.5;
  product.sun_zenith_deg = 56.25;
  product.sun_azimuth_deg = 169;
  ViewAngles view;
  view.mean_zenith_deg = 3;
  view.mean_azimuth_deg = 350;
  product.view.push_back(view);
  view.mean_zenith_deg = 5;
  view.mean_azimuth_deg = 10;
  product.view.push_back(view);
  product.footprint = {{0.5, 44.25}, {1.9, 44.25}, {1.9, 43.25}, {0.5, 43.25}, {0.5, 44.25}};  // clockwise
  product.bands = {reflectance(BandRole::red, "B4", 10, 665), reflectance(BandRole::swir1, "B11", 20, 1610.4, -0.1),
                   reflectance(BandRole::red_edge1, "B5", 20, 703.8)};
  const LayerFile clm{"/data/P/MASKS/P_CLM_R1.tif", 1};
  const LayerFile scl{"/data/P/SCL.jp2", 1};
  product.layers = {layer("CLM_R1", clm, 10), layer("WVC_R1", {"/data/P/P_ATB_R1.tif", 1}, 10, 0.05),
                    layer("AOT_R1", {"/data/P/P_ATB_R1.tif", 2}, 10, 0.005), layer("SCL", scl, 20),
                    layer("SCL_20m", scl, 20)};
  product.masks = {mask(MaskMeaning::cloud, clm, 2 | 128), mask(MaskMeaning::cirrus, clm, 128),
                   mask(MaskMeaning::cloud, scl, 0, {8, 9}), mask(MaskMeaning::nodata, scl, 0, {0}),
                   mask(MaskMeaning::nodata, {"/data/P/MASKS/P_EDG_R1.tif", 1}, 1)};
  return product;
}

double twice_area(const Json& ring) {
  double sum = 0;
  for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
    sum += ring[i][0].get<double>() * ring[i + 1][1].get<double>() -
           ring[i + 1][0].get<double>() * ring[i][1].get<double>();
  }
  return sum;
}

void expect_ring(const Json& ring) {
  ASSERT_GE(ring.size(), 4U);
  EXPECT_EQ(ring.front(), ring.back());
  EXPECT_GT(twice_area(ring), 0) << "counter-clockwise";
}

/// The rules of the Item specification and of the extensions for what is written here.
void expect_valid(const Json& item) {
  EXPECT_EQ(item["type"], "Feature");
  EXPECT_EQ(item["stac_version"], "1.1.0");
  EXPECT_FALSE(item["id"].get<std::string>().empty());
  EXPECT_TRUE(item["links"].is_array());
  const std::regex rfc3339(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))");
  EXPECT_TRUE(std::regex_match(item["properties"]["datetime"].get<std::string>(), rfc3339))
      << item["properties"]["datetime"];
  std::set<std::string> declared;
  const std::regex uri(R"(https://stac-extensions\.github\.io/([a-z]+)/v\d+\.\d+\.\d+/schema\.json)");
  for (const auto& extension : item["stac_extensions"]) {
    std::smatch parts;
    const std::string text = extension;
    ASSERT_TRUE(std::regex_match(text, parts, uri)) << text;
    EXPECT_TRUE(declared.insert(parts[1] == "projection" ? "proj" : parts[1].str()).second);
  }
  // Every prefixed member belongs to a declared extension, wherever it stands.
  const std::function<void(const Json&)> visit = [&](const Json& json) {
    if (json.is_object()) {
      for (const auto& [key, value] : json.items()) {
        if (const auto colon = key.find(':'); colon != std::string::npos) {
          EXPECT_TRUE(declared.contains(key.substr(0, colon))) << key;
        }
        visit(value);
      }
    } else if (json.is_array()) {
      for (const auto& one : json) visit(one);
    }
  };
  visit(item["properties"]);
  visit(item["assets"]);

  if (item["geometry"].is_null()) {
    EXPECT_FALSE(item.contains("bbox"));
  } else {
    const auto& bbox = item["bbox"];
    ASSERT_EQ(bbox.size(), 4U);
    const bool crosses = bbox[0] > bbox[2];
    EXPECT_EQ(item["geometry"]["type"], crosses ? "MultiPolygon" : "Polygon");
    const Json polygons = crosses ? item["geometry"]["coordinates"] : Json::array({item["geometry"]["coordinates"]});
    for (const auto& polygon : polygons) {
      expect_ring(polygon[0]);
      for (const auto& point : polygon[0]) {
        const double lon = point[0];
        EXPECT_LE(std::abs(lon), 180);
        EXPECT_TRUE(crosses ? lon >= bbox[0] || lon <= bbox[2] : lon >= bbox[0] && lon <= bbox[2]) << lon;
        EXPECT_GE(point[1], bbox[1]);
        EXPECT_LE(point[1], bbox[3]);
      }
    }
  }
  for (const auto& [key, asset] : item["assets"].items()) {
    EXPECT_FALSE(asset["href"].get<std::string>().empty()) << key;
    EXPECT_FALSE(asset["type"].get<std::string>().empty()) << key;
    EXPECT_FALSE(asset["roles"].empty()) << key;
    ASSERT_FALSE(asset["bands"].empty()) << key;
    for (const auto& band : asset["bands"]) EXPECT_FALSE(band["name"].get<std::string>().empty()) << key;
  }
}

TEST(ProductStac, describes_a_product) {
  const std::string text = product_stac_item(theia());
  EXPECT_EQ(text, product_stac_item(theia()));
  EXPECT_EQ(text.substr(0, 50), "{\n  \"type\": \"Feature\",\n  \"stac_version\": \"1.1.0\",\n");
  const Json item = Json::parse(text);
  expect_valid(item);
  const auto& properties = item["properties"];
  EXPECT_EQ(item["id"], "SENTINEL2B_20181023-105107-455_L2A_T31TCJ_C_V1-9");
  EXPECT_EQ(item["bbox"], Json::parse("[0.5, 43.25, 1.9, 44.25]"));
  EXPECT_EQ(properties["platform"], "sentinel-2b");
  EXPECT_EQ(properties["instruments"], Json::array({"msi"}));
  EXPECT_EQ(properties["gsd"], 10);
  EXPECT_EQ(properties["eo:cloud_cover"], 12.5);
  EXPECT_EQ(properties["proj:code"], "EPSG:32631");
  EXPECT_FALSE(properties.contains("proj:epsg"));
  EXPECT_EQ(properties["view:sun_elevation"], 33.75);
  EXPECT_EQ(properties["view:incidence_angle"], 4);
  EXPECT_NEAR(std::remainder(properties["view:azimuth"].get<double>(), 360), 0, 1e-9) << "mean of 350 and 10";
  EXPECT_EQ(properties["grid:code"], "MGRS-31TCJ");
  EXPECT_EQ(properties["mgrs:utm_zone"], 31);
  EXPECT_EQ(properties["mgrs:latitude_band"], "T");
  EXPECT_EQ(properties["mgrs:grid_square"], "CJ");
  EXPECT_EQ(properties["sat:relative_orbit"], 94);
  EXPECT_EQ(properties["processing:level"], "L2A");
  EXPECT_EQ(properties["processing:version"], "1.9");
  EXPECT_FALSE(properties.contains("eo:snow_cover")) << "unknown is not zero";
}

TEST(ProductStac, gives_bands_their_meaning) {
  const Json assets = Json::parse(product_stac_item(theia()))["assets"];
  const auto& swir = assets["swir16"]["bands"][0];
  EXPECT_EQ(swir["name"], "B11");
  EXPECT_EQ(swir["eo:common_name"], "swir16");
  EXPECT_NEAR(swir["eo:center_wavelength"].get<double>(), 1.6104, 1e-12);
  EXPECT_EQ(swir["raster:scale"], 1e-4);
  EXPECT_EQ(swir["raster:offset"], -0.1);
  EXPECT_EQ(swir["nodata"], -10000);
  EXPECT_EQ(assets["swir16"]["gsd"], 20);
  EXPECT_EQ(assets["rededge1"]["bands"][0]["eo:common_name"], "rededge071");
  EXPECT_EQ(assets["red"]["roles"], Json::parse(R"(["data", "reflectance"])"));
  // Two layers of one file are one asset with the bands in the file's order.
  ASSERT_EQ(assets["wvc_r1_aot_r1"]["bands"].size(), 2U);
  EXPECT_EQ(assets["wvc_r1_aot_r1"]["bands"][1]["name"], "AOT_R1");
  EXPECT_EQ(assets["wvc_r1_aot_r1"]["bands"][1]["raster:scale"], 0.005);
}

TEST(ProductStac, gives_masks_their_bits_and_classes) {
  const Json assets = Json::parse(product_stac_item(theia()))["assets"];
  const auto& bits = assets["clm_r1"]["bands"][0]["classification:bitfields"];
  ASSERT_EQ(bits.size(), 2U);
  EXPECT_EQ(bits[0]["offset"], 1);
  EXPECT_EQ(bits[0]["length"], 1);
  EXPECT_EQ(bits[0]["classes"][1]["name"], "cloud");
  EXPECT_EQ(bits[1]["offset"], 7);
  EXPECT_EQ(bits[1]["classes"][1]["name"], "cloud_and_cirrus");
  EXPECT_EQ(assets["clm_r1"]["roles"], Json::parse(R"(["data", "cloud"])"));
  const auto& classes = assets["scl"]["bands"][0]["classification:classes"];
  EXPECT_EQ(classes, Json::parse(R"([{"value": 0, "name": "nodata", "nodata": true},
                                     {"value": 8, "name": "cloud"}, {"value": 9, "name": "cloud"}])"));
  EXPECT_EQ(assets["scl"]["bands"][0]["name"], "SCL") << "the first of two names for the same pixels";
  EXPECT_EQ(assets["scl"]["type"], "image/jp2");
  EXPECT_TRUE(assets.contains("p_edg_r1")) << "a mask whose file is no layer";
}

TEST(ProductStac, options_add_grids_relative_names_and_the_old_code) {
  StacItemOptions options;
  options.item_path = "/data/P/item.json";
  options.legacy_epsg = true;
  options.grid_of = [](const LayerFile&) {
    Grid grid;
    grid.size = {1198, 1170};
    grid.transform.a = {742910, 10, 0, 4848610, 0, -10};
    return std::optional<Grid>(grid);
  };
  const Json item = Json::parse(product_stac_item(theia(), options));
  expect_valid(item);
  EXPECT_EQ(item["properties"]["proj:epsg"], 32631);
  EXPECT_EQ(item["assets"]["clm_r1"]["href"], "./MASKS/P_CLM_R1.tif");
  EXPECT_EQ(item["assets"]["red"]["proj:shape"], Json::parse("[1170, 1198]"));
  EXPECT_EQ(item["assets"]["red"]["proj:transform"], Json::parse("[10, 0, 742910, 0, -10, 4848610]"));
  options.item_path = "/elsewhere/item.json";
  EXPECT_EQ(Json::parse(product_stac_item(theia(), options))["assets"]["red"]["href"], "/data/P/P_FRE_B4.tif");
}

TEST(ProductStac, keeps_resolutions_and_stacked_files_apart) {
  Product product = theia();
  product.bands.push_back(band(BandRole::red, "B4", {"/data/P/B4_20m.tif", 1}, 20));
  product.bands.push_back(band(BandRole::green, "B1", {"/data/P/stack.tif", 1}, 20));
  product.bands.push_back(band(BandRole::nir, "B3", {"/data/P/stack.tif", 3}, 20));
  const Json item = Json::parse(product_stac_item(product));
  expect_valid(item);
  EXPECT_EQ(item["assets"]["red_20m"]["href"], "/data/P/B4_20m.tif");
  const auto& stack = item["assets"]["bands"]["bands"];
  ASSERT_EQ(stack.size(), 3U);
  EXPECT_EQ(stack[0]["eo:common_name"], "green");
  EXPECT_EQ(stack[1]["name"], "band 2");
  EXPECT_EQ(stack[2]["eo:common_name"], "nir");
}

TEST(ProductStac, cuts_at_the_antimeridian) {
  Product product = theia();
  // 4° wide; the cut is at half its width.
  product.footprint = {{178, -17}, {-178, -17}, {-178, -16}, {178, -16}, {178, -17}};
  const Json item = Json::parse(product_stac_item(product));
  expect_valid(item);
  EXPECT_EQ(item["bbox"], Json::parse("[178.0, -17.0, -178.0, -16.0]"));
  ASSERT_EQ(item["geometry"]["coordinates"].size(), 2U);
  EXPECT_NEAR(twice_area(item["geometry"]["coordinates"][0][0]), 4, 1e-12);
  EXPECT_NEAR(twice_area(item["geometry"]["coordinates"][1][0]), 4, 1e-12);
  product.footprint = {{-182, -17}, {-178, -17}, {-178, -16}, {-182, -16}, {-182, -17}};
  EXPECT_EQ(Json::parse(product_stac_item(product))["bbox"], item["bbox"]) << "written as running on";
}

TEST(ProductStac, copes_with_what_is_unknown) {
  Product product;
  product.id = "X";
  product.datetime = "2020-01-01T00:00:00Z";
  product.tile = "195025";
  product.bands.push_back(band(BandRole::vv, "VV", {"/vsizip/{x.zip}/vv.tiff", 1}, 10));
  const Json item = Json::parse(product_stac_item(product));
  expect_valid(item);
  EXPECT_EQ(item["properties"]["grid:code"], "WRS2-195025");
  EXPECT_EQ(item["assets"]["vv"]["href"], "/vsizip/{x.zip}/vv.tiff");
  product.datetime.clear();
  EXPECT_THROW(product_stac_item(product), DataError);
}

/// Since the month began.
double seconds(const std::string& datetime) {
  const auto number = [&](std::size_t at, std::size_t count) { return std::stod(datetime.substr(at, count)); };
  return ((number(8, 2) * 24 + number(11, 2)) * 60 + number(14, 2)) * 60 + number(17, 2);
}

TEST(ProductStac, agrees_with_stactools_on_real_products) {
  int compared = 0;
  for (const char* group : {"products/s2_safe_mini", "products/s2_safe_xml"}) {
    if (shared(group).empty()) GTEST_SKIP() << "the shared data lack " << group;
    for (const auto& entry : fs::directory_iterator(shared(group))) {
      const fs::path oracle = entry.path() / "expected_output.json";
      if (!fs::exists(oracle)) continue;
      SCOPED_TRACE(entry.path().filename().string());
      const Json expected = read_json(oracle);
      const Json item = Json::parse(product_stac_item(open_product(entry.path().string())));
      expect_valid(item);
      if (HasFatalFailure()) return;
      ++compared;
      const auto& theirs = expected["properties"];
      const auto& ours = item["properties"];
      for (const char* key : {"platform", "constellation", "instruments", "proj:code", "grid:code", "mgrs:utm_zone",
                              "mgrs:latitude_band", "mgrs:grid_square", "sat:orbit_state", "sat:relative_orbit"}) {
        if (theirs.contains(key)) {
          EXPECT_EQ(ours.value(key, Json()), theirs[key]) << key;
        }
      }
      for (const char* key : {"eo:cloud_cover", "eo:snow_cover", "view:sun_elevation", "view:sun_azimuth"}) {
        if (!theirs.contains(key)) continue;
        ASSERT_TRUE(ours.contains(key)) << key;
        EXPECT_NEAR(ours[key].get<double>(), theirs[key].get<double>(), 1e-6) << key;
      }
      // Theirs is the start of the data take, ours when the tile was seen, up to half an orbit later.
      const double later = seconds(ours["datetime"]) - seconds(theirs["datetime"]);
      EXPECT_GE(later, -1);
      EXPECT_LE(later, 3000);
      if (item["geometry"].is_null()) continue;  // its metadata have no footprint, and theirs is that of the tile
      for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_NEAR(item["bbox"][i].get<double>(), expected["bbox"][i].get<double>(), 1e-6) << "bbox " << i;
      }
      EXPECT_EQ(item["geometry"]["type"], expected["geometry"]["type"]);
    }
  }
  EXPECT_GE(compared, 6);
}

/// The images of these products are cut down; made unreadable, the grids of their assets are those of the tile.
TEST(ProductStac, grids_of_assets_agree_with_stactools) {
  const std::string group = shared("products/s2_safe_mini");
  if (group.empty()) GTEST_SKIP() << "the shared data lack products/s2_safe_mini";
  int grids = 0;
  for (const auto& entry : fs::directory_iterator(group)) {
    const fs::path oracle = entry.path() / "expected_output.json";
    if (!fs::exists(oracle)) continue;
    SCOPED_TRACE(entry.path().filename().string());
    const Folder folder;
    const fs::path copy = folder.copy(entry.path(), entry.path().filename().string());
    for (const auto& file : fs::recursive_directory_iterator(copy)) {
      const std::string ending = file.path().extension().string();
      if (file.is_regular_file() && (ending == ".tif" || ending == ".jp2")) std::ofstream(file.path()) << "no image";
    }
    const Product product = open_product(copy.string());
    HandlePool pool;
    StacItemOptions options;
    options.grid_of = grids_of_files(product, pool);
    const Json item = Json::parse(product_stac_item(product, options));
    expect_valid(item);
    const Json expected = read_json(oracle)["assets"];
    for (const auto& [key, asset] : item["assets"].items()) {
      if (!expected.contains(key) || !expected[key].contains("proj:shape")) continue;
      // Of aerosol and water vapour they take another resolution under the same name.
      if (fs::path(asset["href"].get<std::string>()).filename() !=
          fs::path(expected[key]["href"].get<std::string>()).filename())
        continue;
      EXPECT_EQ(asset.value("proj:shape", Json()), expected[key]["proj:shape"]) << key;
      EXPECT_EQ(asset.value("proj:transform", Json()), expected[key]["proj:transform"]) << key;
      ++grids;
    }
  }
  EXPECT_GE(grids, 30);
}

}  // namespace
}  // namespace cers
