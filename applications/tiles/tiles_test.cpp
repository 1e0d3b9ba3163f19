// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace cers::testing {
namespace {

using Json = nlohmann::json;

CommandResult tiles(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "Tiles");
  return cers(arguments);
}

TEST(Tiles, names_the_tiles_of_a_place) {
  const auto result = tiles({"-point", "1.44", "43.60"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, "Output parameters value:\ntile: 31TCJ EPSG:32631 300000 4900020 10980\n");
}

TEST(Tiles, knows_names_and_sizes) {
  const auto result = tiles({"-name", "T31TDH", "38KPE", "31tdh", "-gsd", "60"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("tile: 31TDH EPSG:32631 399960 4800000 1830\ntile: 38KPE EPSG:32738 600000 "),
            std::string::npos)
      << result.out;
  EXPECT_EQ(result.out.find("31TDH", result.out.find("31TDH") + 1), std::string::npos) << "once";
}

TEST(Tiles, prints_json) {
  const auto result = tiles({"-point", "1.829", "43.303", "-gsd", "20", "-format", "json"});
  ASSERT_EQ(result.code, 0) << result.err;
  const std::string start = "Output parameters value:\ntiles: ";
  ASSERT_TRUE(result.out.starts_with(start)) << result.out;
  const Json list = Json::parse(result.out.substr(start.size()));
  ASSERT_EQ(list.size(), 4U);
  EXPECT_EQ(list[3], Json::parse(R"({"name":"31TDJ","epsg":32631,"ulx":399960,"uly":4900020,"gsd":20,
                                     "size":[5490,5490]})"));
}

TEST(Tiles, finds_the_tiles_of_polygons_and_writes_their_outlines) {
  const TemporaryFolder folder;
  // About Toulouse, in Lambert-93.
  std::ofstream(folder / "area.geojson")
      << R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::2154"}},)"
      << R"("features":[{"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":)"
      << "[[[570000,6275000],[580000,6275000],[580000,6285000],[570000,6275000]]]}}]}";
  const auto result = tiles({"-geometry", folder / "area.geojson", "-out", folder / "tiles.geojson"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("tile: 31TCJ "), std::string::npos) << result.out;
  std::ifstream stream(folder / "tiles.geojson");
  const Json made = Json::parse(stream);
  ASSERT_EQ(made["features"].size(), 1U);
  EXPECT_EQ(made["features"][0]["properties"]["name"], "31TCJ");
  EXPECT_EQ(made["features"][0]["geometry"]["coordinates"][0].size(), 161U);
  // What was written can be read: the tile meets itself and its neighbours.
  const auto again = tiles({"-geometry", folder / "tiles.geojson"});
  ASSERT_EQ(again.code, 0) << again.err;
  for (const char* name : {"31TCJ", "31TDJ", "31TCH", "31TCK", "30TYP"}) {
    EXPECT_NE(again.out.find(name), std::string::npos) << name << again.out;
  }
}

TEST(Tiles, finds_the_tiles_of_an_image) {
  const TemporaryFolder folder;
  // Its corner is at 300000, 4800000: the overlap of 31TCH and 31TCJ, and zone 30 reaches here.
  write_raster(folder / "in.tif", utm_grid({100, 100}), 1, PixelType::u8, [](int, int, int) { return 1; });
  const auto result = tiles({"-in", folder / "in.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("tile: 31TCH "), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("tile: 31TCJ "), std::string::npos) << result.out;
  EXPECT_EQ(result.out.find("tile: 31TDJ "), std::string::npos) << result.out;
}

TEST(Tiles, says_what_is_wrong) {
  const auto expect_fault = [](const std::vector<std::string>& arguments, const std::string& text) {
    const auto result = tiles(arguments);
    EXPECT_EQ(result.code, 2) << text;
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  };
  expect_fault({"-gsd", "20"}, "nothing says which tiles are wanted");
  expect_fault({"-point", "1", "43", "-name", "31TCJ"}, "several things say");
  expect_fault({"-point", "1"}, "-point takes two numbers");
  expect_fault({"-point", "43", "99"}, "there is no tile at longitude 43, latitude 99");
  expect_fault({"-name", "31TIJ"}, "I is no column of zone 31");
  expect_fault({"-name", "31TCJ", "-gsd", "15"}, "choose 10, 20, 30 or 60");
  expect_fault({"-geometry", "/nowhere/area.geojson"}, "there is no file /nowhere/area.geojson");
}

}  // namespace
}  // namespace cers::testing
