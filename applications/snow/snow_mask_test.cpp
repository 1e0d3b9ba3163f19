// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "command.hpp"
#include "decision.hpp"
#include "mask_words.hpp"

namespace cers::testing {
namespace {

using Json = nlohmann::json;
using snow::Decider;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

// A column of cases above a field of snow at 1500 m and of bare ground at 200 m and 500 m, so that the snow line lies
// at 1300 m.
struct Case {
  const char* what;
  double green, red, swir, nir, altitude, cloud, water, glacier;
  int mask;
  Decider decider;
};

constexpr Case cases[] = {
    {"bright snow", 0.8, 0.8, 0.1, 0.7, 1500, 0, 0, 0, 100, Decider::pass1},
    {"bright snow below the line", 0.8, 0.8, 0.1, 0.7, 500, 0, 0, 0, 100, Decider::pass1},
    {"patchy snow", 0.2, 0.15, 0.12, 0.2, 1500, 0, 0, 0, 100, Decider::pass2},
    {"patchy snow below the line", 0.2, 0.15, 0.12, 0.2, 1200, 0, 0, 0, 0, Decider::below_snowline},
    {"patchy snow, altitude unknown", 0.2, 0.15, 0.12, 0.2, nan, 0, 0, 0, 0, Decider::no_altitude},
    {"bare ground", 0.1, 0.12, 0.25, 0.2, 1500, 0, 0, 0, 0, Decider::ndsi_low},
    {"dark water without a mask", 0.04, 0.03, 0.005, 0.01, 1500, 0, 0, 0, 0, Decider::dark},
    {"dark cloud over bare ground", 0.1, 0.09, 0.25, 0.2, 1500, 1, 0, 0, 0, Decider::ndsi_low},
    {"dark cloud over patchy snow", 0.2, 0.15, 0.12, 0.2, 1500, 1, 0, 0, 100, Decider::pass2},
    {"bright under a cloud", 0.3, 0.25, 0.25, 0.3, 1500, 1, 0, 0, 205, Decider::back_to_cloud},
    {"cold cloud without a mask", 0.8, 0.79, 0.37, 0.78, 1500, 0, 0, 0, 205, Decider::cloud_colour},
    {"open water", 0.06, 0.04, 0.01, 0.02, 1500, 0, 1, 0, 210, Decider::water},
    {"turbid water", 0.2, 0.18, 0.02, 0.09, 1500, 0, 1, 0, 210, Decider::water},
    {"frozen water", 0.8, 0.8, 0.1, 0.7, 1500, 0, 1, 0, 211, Decider::frozen_water},
    {"bare ice on water", 0.3, 0.25, 0.04, 0.2, 1500, 0, 1, 0, 211, Decider::frozen_water},
    {"frozen water under a cloud", 0.8, 0.8, 0.1, 0.7, 1500, 1, 1, 0, 210, Decider::water},
    {"bare ice of a glacier", 0.48, 0.4, 0.03, 0.28, 1500, 0, 0, 1, 211, Decider::glacier_ice},
    {"the same where no glacier is known", 0.48, 0.4, 0.03, 0.28, 1500, 0, 0, 0, 100, Decider::pass1},
    {"snow on a glacier", 0.8, 0.8, 0.1, 0.7, 1500, 0, 0, 1, 100, Decider::pass1},
    {"rock on a glacier", 0.1, 0.12, 0.25, 0.2, 1500, 0, 0, 1, 0, Decider::ndsi_low},
    {"dark cloud, bright at 1.6 µm", 0.25, 0.09, 0.17, 0.2, 1500, 1, 0, 0, 0, Decider::veiled},
    {"the same where no cloud is given", 0.25, 0.09, 0.17, 0.2, 1500, 0, 0, 0, 100, Decider::pass2},
    {"cloud edge over bare ground", 0.3, 0.25, 0.18, 0.3, 1500, 1, 0, 0, 205, Decider::back_to_cloud},
    {"dusty fresh snow", 0.65, 0.67, 0.24, 0.65, 1500, 0, 0, 0, 100, Decider::pass1},
    {"no green", nan, 0.8, 0.1, 0.7, 1500, 0, 0, 0, 255, Decider::missing},
};
constexpr int case_count = static_cast<int>(std::size(cases));
constexpr int cases_a_line = 14;
constexpr int column_of(int index) {
  return 5 * (index % cases_a_line) + 2;
}
constexpr int line_of(int index) {
  return index < cases_a_line ? 30 : 24;
}

class SnowOfAnImage : public ::testing::Test {
 protected:
  static constexpr int side = 72;  // six coarse pixels of the dark-cloud test
  void SetUp() override {
    const Grid grid = utm_grid({side, side}, 20);
    const auto at = [](int x, int y) -> const Case* {
      // Apart, so that the coarse red around each is that of the field.
      for (int i = 0; i < case_count; ++i)
        if (x == column_of(i) && y == line_of(i)) return &cases[i];
      return nullptr;
    };
    write_raster(folder_ / "bands.tif", grid, 4, PixelType::f32, [&](int band, int x, int y) {
      const bool high = y >= side / 2;
      const double field[] = {high ? 0.8 : 0.1, high ? 0.8 : 0.1, high ? 0.1 : 0.25, high ? 0.7 : 0.2};
      const Case* one = at(x, y);
      const double values[] = {one ? one->green : 0, one ? one->red : 0, one ? one->swir : 0, one ? one->nir : 0};
      return one ? values[band] : field[band];
    });
    write_raster(
        folder_ / "dem.tif", grid, 1, PixelType::f32,
        [&](int, int x, int y) {
          const Case* one = at(x, y);
          return one             ? (std::isnan(one->altitude) ? -32768 : one->altitude)
                 : y >= side / 2 ? 1500
                 : x >= side / 2 ? 500
                                 : 200;
        },
        -32768);
    write_raster(folder_ / "cloud.tif", grid, 1, PixelType::u8, [&](int, int x, int y) {
      const Case* one = at(x, y);
      return one ? one->cloud : 0;
    });
    write_raster(folder_ / "water.tif", grid, 1, PixelType::u8, [&](int, int x, int y) {
      const Case* one = at(x, y);
      return one ? one->water : 0;
    });
    write_raster(folder_ / "glacier.tif", grid, 1, PixelType::u8, [&](int, int x, int y) {
      const Case* one = at(x, y);
      return one ? one->glacier : 0;
    });
  }
  std::vector<std::string> command(const std::string& bands = "bands.tif") {
    return mask_of_bands(folder_ / bands, folder_ / "dem.tif", folder_ / "cloud.tif",
                         {"-channels.nir", "4", "-out", folder_ / "snow.tif"});
  }
  CommandResult run(std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  TemporaryFolder folder_;
};

TEST_F(SnowOfAnImage, EachTestDecidesItsCase) {
  const auto result = run(command(), {"-water", folder_ / "water.tif", "-glacier", folder_ / "glacier.tif",
                                      "-out.decider", folder_ / "decider.tif", "-out.json", folder_ / "report.json"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("snowline: 1300 m"), std::string::npos) << result.out;
  EXPECT_NE(result.err.find("has no altitude for 1 of 5180 pixels"), std::string::npos) << result.err;
  const RasterFile mask = read_raster(folder_ / "snow.tif");
  const RasterFile decider = read_raster(folder_ / "decider.tif");
  for (int i = 0; i < case_count; ++i) {
    EXPECT_EQ(mask.at(0, column_of(i), line_of(i)), cases[i].mask) << cases[i].what;
    EXPECT_EQ(decider.at(0, column_of(i), line_of(i)), static_cast<int>(cases[i].decider)) << cases[i].what;
  }
  // Both maps tell what their codes mean, in the file and in its record.
  const auto& classes = mask.info.bands[0].classes;
  ASSERT_EQ(classes.size(), 6U);
  EXPECT_EQ(classes[1], (ClassInfo{100, "snow", std::array<std::uint8_t, 3>{0, 255, 255}}));
  EXPECT_EQ(classes[5].name, "no data");
  for (const Case& one : cases) {
    const auto& tests = decider.info.bands[0].classes;
    EXPECT_TRUE(std::any_of(tests.begin(), tests.end(), [&](const ClassInfo& test) {
      return test.code == static_cast<int>(one.decider);
    })) << one.what;
  }
  const Json record = Json::parse(text_of(folder_ / "snow.stac.json"));
  const Json snow = record["assets"]["data"]["bands"][0]["classification:classes"][1];
  EXPECT_EQ(snow["value"], 100);
  EXPECT_EQ(snow["name"], "snow");
  EXPECT_EQ(snow["color_hint"], "00FFFF");
  EXPECT_NE(record["stac_extensions"].dump().find("/classification/v2.0.0/"), std::string::npos);

  const Json report = Json::parse(text_of(folder_ / "report.json"));
  EXPECT_EQ(report["snowline_m"], 1300);
  EXPECT_EQ(report["pixels_without_altitude"], 1);
  std::uint64_t counted = 0;
  for (const Json& band : report["bands"]) counted += band["pixels"].get<std::uint64_t>();
  EXPECT_EQ(counted, 72U * 72U - 5) << "all but the missing one, the one without altitude and the glaciers";
}

TEST_F(SnowOfAnImage, OnePixelIsExplained) {
  auto result = run(command(), {"-pixel", "12", "30"});  // patchy snow
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("pixel: snow (100): by the permissive test above the snow line; green 0.2000, red 0.1500, "
                            "1.6 µm 0.1200, NDSI 0.2500, coarse red "),
            std::string::npos)
      << result.out;
  EXPECT_NE(result.out.find("altitude 1500 m, snow line 1300 m; flags: none"), std::string::npos) << result.out;
  std::vector<std::string> words = command();
  const auto nir = std::find(words.begin(), words.end(), "-channels.nir");
  words.erase(nir, nir + 2);
  result = run(words, {"-pixel", "47", "30", "-profile", "lis15"});  // bright under a cloud
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("pixel: cloud (205): was cloud, is no snow, and red exceeds -cloud.back"),
            std::string::npos)
      << result.out;
  EXPECT_NE(run(command(), {"-pixel", "72", "0"}).err.find("-pixel 72 0 lies outside the mask"), std::string::npos);
  EXPECT_NE(run(command(), {"-pixel", "7"}).err.find("-pixel has 1 numbers"), std::string::npos);
}

TEST_F(SnowOfAnImage, IsAllCloudOrNothingWhereThatIsSo) {
  const Grid grid = utm_grid({side, side}, 20);
  write_raster(folder_ / "cloud.tif", grid, 1, PixelType::u8, [](int, int, int) { return 1; });
  auto result = run(command(), {});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("snowline: not found\nsnow: 0.00 %"), std::string::npos) << result.out;
  write_raster(folder_ / "bands.tif", grid, 4, PixelType::f32, [](int, int, int) { return nan; });
  result = run(command(), {});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(read_raster(folder_ / "snow.tif").at(0, 10, 10), 255);
  EXPECT_NE(result.out.find("snowline: not found\nsnow: unknown\ncloud: unknown"), std::string::npos) << result.out;
}

TEST_F(SnowOfAnImage, IceCloudIsToldWhereItRulesTheScene) {
  const Grid grid = utm_grid({side, side}, 20);
  for (const double nir : {0.95, 0.80}) {  // cloud is flat, snow darkens towards the near infrared
    write_raster(folder_ / "bands.tif", grid, 4, PixelType::f32, [&](int band, int, int) {
      const double values[] = {0.97, 0.95, 0.21, nir};
      return values[band];
    });
    const auto result = run(command(), {});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(read_raster(folder_ / "snow.tif").at(0, 3, 3), nir > 0.9 ? 205 : 100);
  }
}

TEST_F(SnowOfAnImage, MessagesSayWhatIsLacking) {
  struct Wrong {
    std::vector<std::string> words;
    const char* message;
  };
  const Grid grid = utm_grid({side, side}, 20);
  write_raster(folder_ / "numbers.tif", grid, 4, PixelType::i16, [](int, int, int) { return 1000; });
  Grid elsewhere = grid;
  elsewhere.transform.a[0] += 200000;
  write_raster(folder_ / "far.tif", elsewhere, 1, PixelType::f32, [](int, int, int) { return 100; });
  write_raster(folder_ / "coarse.tif", utm_grid({side / 2, side / 2}, 40), 1, PixelType::u8,
               [](int, int, int) { return 0; });
  auto without = [&](const std::string& key) {
    std::vector<std::string> words = command();
    const auto found = std::find(words.begin(), words.end(), key);
    words.erase(found, found + 2);
    return words;
  };
  auto with = [&](const std::string& key, const std::string& value, std::vector<std::string> words) {
    *(std::find(words.begin(), words.end(), key) + 1) = value;
    return words;
  };
  const Wrong wrongs[] = {
      {without("-cloud"), "which pixels are cloud is not known"},
      {without("-channels.mir"), "-channels.mir is not given"},
      {with("-channels.red", "9", command()), "-channels.red is 9, but"},
      {command("numbers.tif"), "holds int16 numbers, which are no reflectance"},
      {with("-cloud", folder_ / "coarse.tif", command()), "does not lie on the grid of the short-wave infrared"},
      {with("-dem", folder_ / "far.tif", command()), "has no altitude for any pixel"},
  };
  for (const Wrong& wrong : wrongs) {
    const auto result = cers(wrong.words);
    EXPECT_TRUE(result.code == 2 || result.code == 3) << wrong.message;
    EXPECT_NE(result.err.find(wrong.message), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "snow.tif")) << wrong.message;
  }
  const std::pair<std::vector<std::string>, const char*> idle[] = {
      {{"-ring.radius", "3"}, "-ring.radius has no effect: patches inside cloud"},
      {{"-shade", "none", "-pass2.shade", "0.3"}, "-pass2.shade has no effect: no pixel counts as shaded"},
      {{"-shade.reach", "100"}, "-shade.reach has no effect: the shade is not taken from the terrain"},
      {{"-profile", "lis15"}, "-channels.nir has no effect: Let-it-snow has no such test"},
      {{"-shaded.cos", "0.1"}, "-shaded.cos has no effect: there is no pass over shaded slopes"},
      {{"-glacier.nir", "0.5"}, "-glacier.nir has no effect: no glaciers are given"},
      {{"-shade", "mask"}, "has no mask of topographic shadow"},
      {{"-shade", "terrain"}, "where the sun stood over"},
  };
  for (const auto& [more, message] : idle) {
    const auto refused = run(command(), more);
    EXPECT_EQ(refused.code, 2) << message;
    EXPECT_NE(refused.err.find(message), std::string::npos) << refused.err;
  }
  EXPECT_NE(run(without("-channels.nir"), {"-pass1.nir", "2"}).err.find("there is no near infrared band"),
            std::string::npos);
  const auto result = run(command(), {"-profile", "lis15", "-water", folder_ / "water.tif"});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("knows no water mask"), std::string::npos) << result.err;
  EXPECT_NE(
      run(without("-channels.nir"), {"-glacier", folder_ / "glacier.tif"}).err.find("-glacier needs a near infrared"),
      std::string::npos);
}

}  // namespace
}  // namespace cers::testing
