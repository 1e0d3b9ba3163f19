// SPDX-License-Identifier: Apache-2.0
#include "command.hpp"

#include <algorithm>
#include <fstream>

namespace cers::testing {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> folders_of(const std::string& path) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : fs::directory_iterator(path)) {
    if (entry.is_directory()) names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

TEST(SimulateScene, LandsatScenesLieOnTheGridsOfSeveralTiles) {
  const TemporaryFolder folder;
  const auto result = cers({"SimulateScene", "-side", "128", "-tiles", "31TCH", "31TDH", "-products", "landsat",
                            "-truth", "false", "-out", folder / "out"});
  ASSERT_EQ(result.code, 0) << result.err;
  const auto names = folders_of(folder / "out");
  ASSERT_EQ(names.size(), 2U);
  // The corner of tile 31TCH, south of Auch, lies nearest to the middle of path 199, row 30.
  EXPECT_EQ(names[0], "LC08_L2SR_199030_20180211_20180211_02_T1_T31TCH");
  EXPECT_TRUE(names[1].ends_with("_T31TDH"));
  for (const std::string& name : names) {
    const auto info = cers({"ProductInfo", "-in", folder / ("out/" + name)});
    EXPECT_EQ(info.code, 0) << info.err;
    EXPECT_NE(info.out.find("landsat"), std::string::npos) << info.out;
  }
}

TEST(SimulateScene, PolygonsOfASeasonOverTwoHarvestsTellBothClasses) {
  const TemporaryFolder folder;
  const auto result =
      cers({"SimulateScene", "-side", "128", "-products", "landsat", "-truth", "false", "-weather", "drawn", "-date",
            "2018-10-25", "-count", "2", "-revisit", "10", "-polygons", "20", "-out", folder / "out"});
  ASSERT_EQ(result.code, 0) << result.err;
  std::ifstream file(folder / "out/reference_polygons.geojson");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  EXPECT_NE(text.find("\"year\": 2018"), std::string::npos);
  EXPECT_NE(text.find("\"class_2018\": "), std::string::npos);
  EXPECT_NE(text.find("\"class_2019\": "), std::string::npos);
}

// The DEM written beside the truth ends where the scene does.
TEST(SimulateScene, AGivenDemIsNamedAndWhatItLacksIsTold) {
  const TemporaryFolder folder;
  const std::vector<std::string> common{"SimulateScene", "-side", "128", "-products", "landsat"};
  const auto run = [&](std::vector<std::string> more) {
    std::vector<std::string> all = common;
    all.insert(all.end(), more.begin(), more.end());
    return cers(all);
  };
  const auto first = run({"-out", folder / "first"});
  ASSERT_EQ(first.code, 0) << first.err;
  EXPECT_EQ(first.err.find("its edge is repeated"), std::string::npos);
  std::string dem;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder / "first")) {
    if (entry.path().filename() == "DEM.tif") dem = entry.path().string();
  }
  ASSERT_FALSE(dem.empty());
  const auto second = run({"-dem", dem, "-truth", "false", "-polygons", "400", "-out", folder / "second"});
  ASSERT_EQ(second.code, 0) << second.err;
  const std::string told = "its edge is repeated there";
  const auto at = second.err.find(told);
  ASSERT_NE(at, std::string::npos) << second.err;
  EXPECT_EQ(second.err.find(told, at + 1), std::string::npos) << second.err;
  EXPECT_NE(second.err.find(" of 400 polygons found room"), std::string::npos) << second.err;
  std::string knobs;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder / "second")) {
    if (!entry.path().string().ends_with("MTL.txt")) continue;
    std::ifstream file(entry.path());
    knobs.assign(std::istreambuf_iterator<char>(file), {});
  }
  EXPECT_NE(knobs.find("TERRAIN = \"given\""), std::string::npos);
  EXPECT_NE(knobs.find("DEM_FILE = \"DEM.tif\""), std::string::npos);
  const auto elsewhere = run({"-dem", dem, "-truth", "false", "-tiles", "31TCH", "-out", folder / "third"});
  EXPECT_EQ(elsewhere.code, 2);
  EXPECT_NE(elsewhere.err.find("does not meet the scene"), std::string::npos) << elsewhere.err;
}

TEST(SimulateScene, TellsWhenFewerPolygonsFoundRoom) {
  const TemporaryFolder folder;
  const auto result = cers({"SimulateScene", "-side", "128", "-products", "landsat", "-truth", "false", "-polygons",
                            "400", "-out", folder / "out"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.err.find(" of 400 polygons found room"), std::string::npos) << result.err;
  const auto few = cers({"SimulateScene", "-side", "128", "-products", "landsat", "-truth", "false", "-polygons", "2",
                         "-out", folder / "few"});
  EXPECT_EQ(few.err.find("polygons found room"), std::string::npos) << few.err;
}

}  // namespace
}  // namespace cers::testing
