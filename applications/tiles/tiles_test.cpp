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

// The 17 tiles that meet the region Occitanie, worked out by the grid's rule: squares of 100 km, the corner at the next
// multiple of 60 m outside. 31T column C begins at 300 km, row L at 5 000 km: the upper edge 5 100 000 is such a
// multiple.
TEST(Tiles, knows_the_grids_of_occitanie) {
  struct Tile {
    const char* name;
    int square_x;  ///< km
    int square_y;  ///< km, lower edge
  };
  constexpr Tile occitanie[] = {{"30TYN", 700, 4700}, {"30TYP", 700, 4800}, {"30TYQ", 700, 4900}, {"31TCH", 300, 4700},
                                {"31TCJ", 300, 4800}, {"31TCK", 300, 4900}, {"31TCL", 300, 5000}, {"31TDG", 400, 4600},
                                {"31TDH", 400, 4700}, {"31TDJ", 400, 4800}, {"31TDK", 400, 4900}, {"31TEG", 500, 4600},
                                {"31TEH", 500, 4700}, {"31TEJ", 500, 4800}, {"31TEK", 500, 4900}, {"31TFJ", 600, 4800},
                                {"31TFK", 600, 4900}};
  std::vector<std::string> arguments{"-name"};
  std::string expected = "Output parameters value:\n";
  for (const Tile& tile : occitanie) {
    arguments.emplace_back(tile.name);
    const int left = tile.square_x * 1000 / 60 * 60;
    const int top = ((tile.square_y + 100) * 1000 + 59) / 60 * 60;
    expected += std::string("tile: ") + tile.name + " EPSG:326" + std::string(tile.name, 2) + " " +
                std::to_string(left) + " " + std::to_string(top) + " 10980\n";
  }
  const auto result = tiles(arguments);
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.out, expected);
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
