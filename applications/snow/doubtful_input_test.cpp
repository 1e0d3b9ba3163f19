// SPDX-License-Identifier: Apache-2.0
// What is given to the snow tests and would make a wrong map that looks like one: said, or refused.
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "command.hpp"
#include "mask_words.hpp"

namespace cers::testing {
namespace {

constexpr int side = 72;         // six coarse pixels of the dark-cloud test
constexpr int forest_lines = 6;  // a scene without dark pixels would look like one with an offset left in

/// Snow at 1500 m over forest and bare ground at 200 m to 500 m, no cloud.
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
    const double forest[] = {0.04, 0.03, 0.1, 0.2};
    return y >= side / 2 ? snow[band] : y < forest_lines ? forest[band] : bare[band];
  }
  std::string made(const std::string& path) {
    std::filesystem::create_directories(std::filesystem::path(folder_ / path).parent_path());
    return folder_ / path;
  }
  std::vector<std::string> inputs(const std::string& bands, const std::string& dem) {
    return mask_of_bands(bands, dem, folder_ / "cloud.tif");
  }
  CommandResult mask(const std::string& bands, const std::string& dem, const std::vector<std::string>& more) {
    std::vector<std::string> words = inputs(bands, dem);
    words.insert(words.end(), {"-out", folder_ / "snow.tif"});
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
  EXPECT_NE(refused.err.find("give -scale 0.0001 -offset -0.1, or -offset 0 if there is none"), std::string::npos)
      << refused.err;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "snow.tif"));
  for (const std::string& path : {alone, stack}) {
    const auto doubted = mask(path, folder_ / "dem.tif", scaled);
    ASSERT_EQ(doubted.code, 0) << doubted.err;
    EXPECT_NE(doubted.err.find("give -scale 0.0001 -offset -0.1, or -offset 0 if there is none"), std::string::npos)
        << doubted.err;
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

// A copy as floating numbers is as shifted; numbers of Theia are int16.
TEST_F(DoubtfulInput, ShiftedNumbersOfAnyTypeAreTold) {
  const auto numbers = [](int band, int, int y) { return 10000 * reflectance(band, y) + 1000; };
  const std::string advice = "give -scale 0.0001 -offset -0.1, or -offset 0 if there is none";
  for (const auto& [type, name] : {std::pair{PixelType::f32, "float"}, {PixelType::i32, "int32"}}) {
    const std::string path = made(std::string(name) + ".tif");
    write_raster(path, grid(), 4, type, numbers);
    const auto told = mask(path, folder_ / "dem.tif", {"-scale", "0.0001", "-nodata", "0"});
    ASSERT_EQ(told.code, 0) << told.err;
    EXPECT_NE(told.err.find(name + std::string(" numbers × 0.0001 without -offset")), std::string::npos) << told.err;
    EXPECT_NE(told.err.find(advice), std::string::npos) << told.err;
    for (const char* offset : {"-0.1", "0"}) {
      const auto given = mask(path, folder_ / "dem.tif", {"-scale", "0.0001", "-nodata", "0", "-offset", offset});
      ASSERT_EQ(given.code, 0) << given.err;
      EXPECT_EQ(given.err.find("-offset"), std::string::npos) << given.err;
    }
  }
  write_raster(made("theia.tif"), grid(), 4, PixelType::i16,
               [](int band, int, int y) { return 10000 * reflectance(band, y); });
  const auto theia = mask(folder_ / "theia.tif", folder_ / "dem.tif", {"-scale", "0.0001", "-nodata", "-10000"});
  ASSERT_EQ(theia.code, 0) << theia.err;
  EXPECT_EQ(theia.err.find("-offset"), std::string::npos) << theia.err;
  // Without -scale whole numbers are refused; floating ones tell by their size.
  const auto refused = mask(folder_ / "int32.tif", folder_ / "dem.tif", {});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find(advice), std::string::npos) << refused.err;
  for (const char* profile : {"standard", "lis15"}) {
    const auto large = mask(folder_ / "float.tif", folder_ / "dem.tif", {"-profile", profile});
    ASSERT_EQ(large.code, 0) << large.err;
    EXPECT_NE(large.err.find("100 % of the values of the green band of"), std::string::npos) << large.err;
    EXPECT_NE(large.err.find(advice), std::string::npos) << large.err;
  }
  EXPECT_EQ(mask(folder_ / "bands.tif", folder_ / "dem.tif", {}).err.find("above 1.5"), std::string::npos);
  // The fraction reads the same bands.
  std::vector<std::string> fraction{"FractionalSnowCover", "-in", folder_ / "float.tif", "-snow"};
  fraction.insert(fraction.end(), {folder_ / "snow.tif", "-out", folder_ / "fsc.tif", "-channels.green", "1"});
  fraction.insert(fraction.end(), {"-channels.mir", "3", "-progress", "0"});
  EXPECT_NE(cers(fraction).err.find("are above 1.5, up to 9000"), std::string::npos);
  fraction.insert(fraction.end(), {"-scale", "0.0001"});
  EXPECT_NE(cers(fraction).err.find(advice), std::string::npos);
}

// The offset is added after the scale: -1000 would leave no snow at all, and no word of it.
TEST_F(DoubtfulInput, AnOffsetOfStoredNumbersIsRefused) {
  const std::string named = made("T31TCH_20230208T105201_B03_20m.tif");
  write_raster(named, grid(), 4, PixelType::u16,
               [](int band, int, int y) { return 10000 * reflectance(band, y) + 1000; });
  const auto first = mask(named, folder_ / "dem.tif", {});
  EXPECT_EQ(first.code, 2);
  EXPECT_EQ(first.err.find("-offset -1000"), std::string::npos) << first.err;
  EXPECT_NE(first.err.find("give -scale 0.0001 -offset -0.1"), std::string::npos) << first.err;
  const auto refused = mask(named, folder_ / "dem.tif", {"-scale", "0.0001", "-offset", "-1000", "-nodata", "0"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.err.find("give the offset in reflectance: -scale 0.0001 -offset -0.1"), std::string::npos)
      << refused.err;
}

// Between cells of 9000 m and of 0 m a cubic kernel reaches 9500 m and −500 m, which are no altitudes either.
TEST_F(DoubtfulInput, TheKernelMakesNoAltitudeBeyondEarth) {
  Grid fine = grid();
  fine.transform.a[1] /= 1.7;
  fine.transform.a[5] /= 1.7;
  fine.size = {130, 130};
  write_raster(folder_ / "steps.tif", fine, 1, PixelType::f32,
               [](int, int x, int y) { return (x / 6 + y / 6) % 2 == 0 ? 9000 : -500; });
  const auto told = mask(folder_ / "bands.tif", folder_ / "steps.tif", {});
  ASSERT_EQ(told.code, 0) << told.err;
  EXPECT_EQ(told.err.find("take -profile standard"), std::string::npos) << told.err;
  EXPECT_NE(told.err.find("steps.tif has no altitude for "), std::string::npos) << told.err;
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

// One pixel of water, and dark cloud given back, are no clear ground.
TEST_F(DoubtfulInput, ACloudMaskThatCallsAllGroundCloudIsTold) {
  write_raster(folder_ / "cloud.tif", grid(), 1, PixelType::u8, [](int, int, int) { return 1; });
  write_raster(folder_ / "water.tif", grid(), 1, PixelType::u8,
               [](int, int x, int y) { return x == 3 && y == 5 ? 1 : 0; });
  write_raster(folder_ / "bright.tif", grid(), 4, PixelType::f32, [](int, int, int) { return 0.8; });
  const auto overcast = mask(folder_ / "bright.tif", folder_ / "dem.tif", {"-water", folder_ / "water.tif"});
  ASSERT_EQ(overcast.code, 0) << overcast.err;
  EXPECT_NE(overcast.err.find("everything is cloud, so no snow and no snow line could be seen"), std::string::npos)
      << overcast.err;

  const std::string said = "its cloud mask calls all ground cloud; what is given back as dark cloud, ";
  // Bare ground of red 0.08 is given back, and no cloud again.
  write_raster(folder_ / "dark.tif", grid(), 4, PixelType::f32,
               [](int band, int, int y) { return y < side / 2 && band == 1 ? 0.08 : reflectance(band, y); });
  for (const char* profile : {"standard", "lis15"}) {
    const auto dark =
        mask(folder_ / "dark.tif", folder_ / "dem.tif", {"-profile", profile, "-out.json", folder_ / "dark.json"});
    ASSERT_EQ(dark.code, 0) << dark.err;
    EXPECT_NE(dark.err.find(said), std::string::npos) << dark.err;
    EXPECT_NE(dark.err.find(" of no snow, is doubtful"), std::string::npos) << dark.err;
    EXPECT_EQ(nlohmann::json::parse(text_of(folder_ / "dark.json"))["ground_clear_by_cloud_mask"], 0);
  }
  write_raster(folder_ / "cloud.tif", grid(), 1, PixelType::u8, [](int, int x, int y) { return x + y > 0 ? 1 : 0; });
  const auto one = mask(folder_ / "bands.tif", folder_ / "dem.tif", {"-out.json", folder_ / "one.json"});
  ASSERT_EQ(one.code, 0) << one.err;
  EXPECT_EQ(one.err.find(said), std::string::npos) << one.err;
  EXPECT_EQ(nlohmann::json::parse(text_of(folder_ / "one.json"))["ground_clear_by_cloud_mask"], 1);
}

// The same words with and without a map, and no file.
TEST_F(DoubtfulInput, ExplainTellsOfOnePixelWithoutAMap) {
  const auto mapped = mask(folder_ / "bands.tif", folder_ / "dem.tif", {"-pixel", "10", "60"});
  ASSERT_EQ(mapped.code, 0) << mapped.err;
  std::filesystem::remove(folder_ / "snow.tif");
  std::filesystem::remove(folder_ / "snow.stac.json");
  std::vector<std::string> words = inputs(folder_ / "bands.tif", folder_ / "dem.tif");
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
