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

}  // namespace
}  // namespace cers::testing
