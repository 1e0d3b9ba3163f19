// SPDX-License-Identifier: Apache-2.0
// What is given to the snow tests and would make a wrong map that looks like one: said, or refused.
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace cers::testing {
namespace {

constexpr int side = 72;  // six coarse pixels of the dark-cloud test

/// Snow at 1500 m over bare ground at 200 m to 500 m, no cloud.
class DoubtfulInput : public ::testing::Test {
 protected:
  void SetUp() override {
    write_raster(folder_ / "cloud.tif", grid(), 1, PixelType::u8, [](int, int, int) { return 0; });
    write_raster(folder_ / "dem.tif", grid(), 1, PixelType::f32, [](int, int x, int y) { return altitude(x, y); });
    write_raster(folder_ / "bands.tif", grid(), 4, PixelType::f32,
                 [](int band, int, int y) { return reflectance(band, y); });
  }
  static Grid grid() { return utm_grid({side, side}, 20); }
  static double altitude(int x, int y) { return y >= side / 2 ? 1500 : x >= side / 2 ? 500 : 200; }
  static double reflectance(int band, int y) {
    const double snow[] = {0.8, 0.8, 0.1, 0.7};
    const double bare[] = {0.1, 0.12, 0.25, 0.2};
    return y >= side / 2 ? snow[band] : bare[band];
  }
  std::string made(const std::string& path) {
    std::filesystem::create_directories(std::filesystem::path(folder_ / path).parent_path());
    return folder_ / path;
  }
  CommandResult mask(const std::string& bands, const std::string& dem, const std::vector<std::string>& more) {
    std::vector<std::string> words{
        "SnowMask",      "-in", bands,    "-channels.green",     "1",    "-channels.red",      "2",         "-dem", dem,
        "-channels.mir", "3",   "-cloud", folder_ / "cloud.tif", "-out", folder_ / "snow.tif", "-progress", "0"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  TemporaryFolder folder_;
};

// From baseline 04.00 on Sen2Cor stores reflectance × 10000 + 1000. Read without the offset, bare ground of NDSI −0.43
// has −0.27, and snow of 0.78 has 0.64: a map, and a wrong one.
TEST_F(DoubtfulInput, ShiftedNumbersOfSen2CorAreNotReadWithoutTheirOffset) {
  const auto numbers = [](int band, int, int y) { return 10000 * reflectance(band, y) + 1000; };
  const std::string product = "S2B_MSIL2A_20230208T105201_N0509_R051_T31TCH_20230208T141803.SAFE/";
  const std::string in_product = made(product + "T31TCH_20230208T105201_B03_20m.tif");
  const std::string alone = made("T31TCH_20230208T105201_B03_20m.tif");
  const std::string stack = made("stack.tif");
  for (const std::string& path : {in_product, alone, stack}) write_raster(path, grid(), 4, PixelType::u16, numbers);
  const std::vector<std::string> scaled{"-scale", "0.0001", "-nodata", "0"};
  const auto refused = mask(in_product, folder_ / "dem.tif", scaled);
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("is of processing baseline 05.09, and -offset is not given"), std::string::npos)
      << refused.err;
  EXPECT_NE(refused.err.find("give -offset -0.1, or -offset 0 if there is none"), std::string::npos) << refused.err;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "snow.tif"));
  for (const std::string& path : {alone, stack}) {
    const auto doubted = mask(path, folder_ / "dem.tif", scaled);
    ASSERT_EQ(doubted.code, 0) << doubted.err;
    EXPECT_NE(doubted.err.find("give -offset -0.1, or -offset 0 if there is none"), std::string::npos) << doubted.err;
  }
  for (const std::string& path : {in_product, alone, stack}) {
    for (const char* offset : {"-0.1", "0"}) {
      std::vector<std::string> words = scaled;
      words.insert(words.end(), {"-offset", offset});
      const auto told = mask(path, folder_ / "dem.tif", words);
      ASSERT_EQ(told.code, 0) << told.err;
      EXPECT_EQ(told.err.find("-offset"), std::string::npos) << told.err;
    }
  }
  // The fraction reads the same bands.
  const std::vector<std::string> fraction{"FractionalSnowCover",
                                          "-in",
                                          in_product,
                                          "-snow",
                                          folder_ / "snow.tif",
                                          "-out",
                                          folder_ / "fsc.tif",
                                          "-channels.green",
                                          "1",
                                          "-channels.mir",
                                          "3",
                                          "-scale",
                                          "0.0001",
                                          "-nodata",
                                          "0",
                                          "-progress",
                                          "0"};
  EXPECT_NE(cers(fraction).err.find("-offset is not given"), std::string::npos);
}

// A void of −32768 that no nodata tag names is as good as one that is named.
TEST_F(DoubtfulInput, VoidsWithoutATagAreNoAltitude) {
  const auto with_voids = [](int, int x, int y) { return x < 8 ? (y % 2 == 0 ? -32768 : 9999) : altitude(x, y); };
  const auto named = [](int, int x, int y) { return x < 8 ? -32768 : altitude(x, y); };
  write_raster(folder_ / "voids.tif", grid(), 1, PixelType::f32, with_voids);
  write_raster(folder_ / "named.tif", grid(), 1, PixelType::f32, named, -32768);
  const auto told = mask(folder_ / "bands.tif", folder_ / "named.tif", {});
  ASSERT_EQ(told.code, 0) << told.err;
  const std::string expected = text_of(folder_ / "snow.tif");
  const auto guessed = mask(folder_ / "bands.tif", folder_ / "voids.tif", {});
  ASSERT_EQ(guessed.code, 0) << guessed.err;
  EXPECT_EQ(text_of(folder_ / "snow.tif"), expected);
  EXPECT_EQ(guessed.out, told.out);
  EXPECT_NE(guessed.out.find("snowline: 1300 m"), std::string::npos) << guessed.out;
  EXPECT_NE(guessed.err.find("has no altitude for 576 of 5184 pixels (11.1 %; below -500 m or above 9000 m is none)"),
            std::string::npos)
      << guessed.err;
  // Let-it-snow takes them as they are, and that is said.
  for (const char* profile : {"lis15", "lis111"}) {
    const auto same = mask(folder_ / "bands.tif", folder_ / "voids.tif", {"-profile", profile});
    ASSERT_EQ(same.code, 0) << same.err;
    EXPECT_NE(same.err.find("gives 576 pixels altitudes below -500 m or above 9000 m"), std::string::npos) << same.err;
    EXPECT_EQ(mask(folder_ / "bands.tif", folder_ / "dem.tif", {"-profile", profile}).err.find("none of Earth"),
              std::string::npos);
  }
}

TEST_F(DoubtfulInput, ADemWithoutReferenceSystemIsRefused) {
  Grid nowhere = grid();
  nowhere.crs.clear();
  write_raster(folder_ / "nowhere.tif", nowhere, 1, PixelType::f32, [](int, int x, int y) { return altitude(x, y); });
  for (const char* profile : {"standard", "lis15"}) {
    const auto refused = mask(folder_ / "bands.tif", folder_ / "nowhere.tif", {"-profile", profile});
    EXPECT_EQ(refused.code, 2) << profile;
    EXPECT_NE(refused.err.find("nowhere.tif has no coordinate reference system"), std::string::npos) << refused.err;
  }
}

TEST_F(DoubtfulInput, NothingSeenIsNoShareOfZero) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  write_raster(folder_ / "empty.tif", grid(), 4, PixelType::f32, [](int, int, int) { return nan; });
  const auto empty = mask(folder_ / "empty.tif", folder_ / "dem.tif", {"-out.json", folder_ / "empty.json"});
  ASSERT_EQ(empty.code, 0) << empty.err;
  EXPECT_NE(empty.out.find("snow: unknown\ncloud: unknown"), std::string::npos) << empty.out;
  EXPECT_NE(empty.err.find("no pixel has data"), std::string::npos) << empty.err;
  const auto report = nlohmann::json::parse(text_of(folder_ / "empty.json"));
  for (const char* key : {"snow_percent", "cloud_percent", "pass1_snow_share", "snowline_m"})
    EXPECT_TRUE(report[key].is_null()) << key;
  EXPECT_EQ(report["pixels_seen"], 0);

  write_raster(folder_ / "cloud.tif", grid(), 1, PixelType::u8, [](int, int, int) { return 1; });
  write_raster(folder_ / "bright.tif", grid(), 4, PixelType::f32, [](int, int, int) { return 0.8; });
  const auto overcast = mask(folder_ / "bright.tif", folder_ / "dem.tif", {});
  ASSERT_EQ(overcast.code, 0) << overcast.err;
  EXPECT_NE(overcast.out.find("cloud: 100.00 %"), std::string::npos) << overcast.out;
  EXPECT_NE(overcast.err.find("everything is cloud, so no snow and no snow line could be seen"), std::string::npos)
      << overcast.err;
}

// The same words with and without a map, and no file.
TEST_F(DoubtfulInput, ExplainTellsOfOnePixelWithoutAMap) {
  const auto mapped = mask(folder_ / "bands.tif", folder_ / "dem.tif", {"-pixel", "10", "60"});
  ASSERT_EQ(mapped.code, 0) << mapped.err;
  std::filesystem::remove(folder_ / "snow.tif");
  std::filesystem::remove(folder_ / "snow.stac.json");
  std::vector<std::string> words{"SnowMask",
                                 "-in",
                                 folder_ / "bands.tif",
                                 "-channels.green",
                                 "1",
                                 "-channels.red",
                                 "2",
                                 "-channels.mir",
                                 "3",
                                 "-dem",
                                 folder_ / "dem.tif",
                                 "-cloud",
                                 folder_ / "cloud.tif",
                                 "-progress",
                                 "0"};
  const auto nothing = cers(words);
  EXPECT_EQ(nothing.code, 2);
  EXPECT_NE(nothing.err.find("no output is asked for"), std::string::npos) << nothing.err;
  words.insert(words.end(), {"-pixel", "10", "60"});
  const auto alone = cers(words);
  ASSERT_EQ(alone.code, 0) << alone.err;
  EXPECT_NE(alone.out.find("pixel: snow (100): by the strict test"), std::string::npos) << alone.out;
  EXPECT_EQ(alone.out, mapped.out);
  words.insert(words.begin(), "explain");
  words.insert(words.end(), {"-out", folder_ / "snow.tif"});
  const auto explained = cers(words);
  ASSERT_EQ(explained.code, 0) << explained.err;
  EXPECT_EQ(explained.out, mapped.out);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "snow.tif"));
}

}  // namespace
}  // namespace cers::testing
