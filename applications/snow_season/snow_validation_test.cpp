// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <sstream>

#include "../images/lonlat.hpp"
#include "command.hpp"

namespace cers::testing {
namespace {

using Json = nlohmann::json;

class MasksBesideStations : public ::testing::Test {
 protected:
  static constexpr int side = 40;
  void SetUp() override {
    // Columns 0 to 9 snow, 10 to 19 bare, 20 to 29 cloud, the rest nodata.
    write_raster(folder_ / "snow_20180211.tif", grid_, 1, PixelType::u8, [](int, int x, int) {
      return x < 10 ? 100 : x < 20 ? 0 : x < 30 ? 205 : 255;
    });
    write_raster(folder_ / "fsc_20180216.tif", grid_, 1, PixelType::u8, [](int, int x, int) { return x; });
  }
  /// A line for the station in the middle of a pixel.
  std::string reading(const std::string& name, int x, int y, const std::string& day, const std::string& depth) {
    const auto place = lonlat_at(grid_, {x + 0.5, y + 0.5});
    std::ostringstream text;
    text << std::setprecision(12) << name << ',' << place->lon << ',' << place->lat << ',' << day << ',' << depth
         << '\n';
    return text.str();
  }
  std::string stations(const std::string& lines) {
    std::ofstream(folder_ / "stations.csv") << "station,lon,lat,date,depth_cm\n" << lines;
    return folder_ / "stations.csv";
  }
  CommandResult run(const std::string& csv) {
    return cers({"SnowValidation", "-il", folder_ / "snow_20180211.tif", folder_ / "fsc_20180216.tif", "-stations", csv,
                 "-depth", "1", "5", "-out", folder_ / "scores.json", "-out.pairs", folder_ / "pairs.csv", "-progress",
                 "0"});
  }
  Grid grid_ = utm_grid({side, side}, 20);
  TemporaryFolder folder_;
};

TEST_F(MasksBesideStations, CountsEachPairOnItsDay) {
  const auto result =
      run(stations(reading("deep", 3, 7, "2018-02-11", "80") + reading("shallow", 4, 8, "2018-02-11", "3") +
                   reading("bare", 12, 9, "2018-02-11", "0") + reading("hidden", 14, 9, "2018-02-11", "20") +
                   reading("false", 5, 9, "2018-02-11", "0") + reading("cloudy", 25, 9, "2018-02-11", "10") +
                   reading("outside the swath", 35, 9, "2018-02-11", "10") + reading("gap", 3, 7, "2018-02-11", "") +
                   reading("other day", 3, 7, "2018-02-12", "80") + reading("little", 20, 7, "20180216", "30") +
                   "far,100,10,2018-02-11,5\n"));
  ASSERT_EQ(result.code, 0) << result.err;
  std::ifstream file(folder_ / "scores.json");
  const Json scores = Json::parse(file);
  EXPECT_EQ(scores["pairs"], 6);
  EXPECT_EQ(scores["under_cloud"], 1);
  EXPECT_EQ(scores["missing"], 1);
  EXPECT_EQ(scores["readings_without_image"], 2);
  const Json& thin = scores["by_depth"][0];
  EXPECT_EQ(thin["both"], 2);
  EXPECT_EQ(thin["map_only"], 1);
  EXPECT_EQ(thin["station_only"], 2) << "'hidden', and 20 % of snow cover is no snow";
  EXPECT_EQ(thin["none"], 1);
  EXPECT_DOUBLE_EQ(thin["accuracy"], 0.5);
  // Chance agreement (3·4 + 3·2) / 36 = 0.5.
  EXPECT_DOUBLE_EQ(thin["kappa"], 0.0);
  EXPECT_DOUBLE_EQ(thin["omission"], 0.5);
  const Json& deep = scores["by_depth"][1];
  EXPECT_EQ(deep["both"], 1);
  EXPECT_EQ(deep["map_only"], 2);
  EXPECT_NE(result.out.find("pairs: 6"), std::string::npos) << result.out;
}

TEST_F(MasksBesideStations, MessagesNameFileLineAndRemedy) {
  const std::pair<std::string, const char*> wrongs[] = {
      {reading("a", 1, 1, "2018-13-11", "1"), "stations.csv:2: '2018-13-11' is no date"},
      {reading("a", 1, 1, "2018-02-11", "deep"), "stations.csv:2: depth_cm 'deep' is no number from 0 to 3000"},
      {reading("a", 1, 1, "2019-02-11", "1"), "none of the 1 readings"},
  };
  for (const auto& [lines, message] : wrongs) {
    const auto result = run(stations(lines));
    EXPECT_NE(result.code, 0);
    EXPECT_NE(result.err.find(message), std::string::npos) << result.err;
  }
  std::ofstream(folder_ / "odd.csv") << "name,lon,lat,date,depth_cm\n";
  EXPECT_NE(run(folder_ / "odd.csv").err.find("odd.csv:1: no column 'station'"), std::string::npos);
  EXPECT_NE(run(folder_ / "absent.csv").err.find("cannot read the stations"), std::string::npos);
}

}  // namespace
}  // namespace cers::testing
