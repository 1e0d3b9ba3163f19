// SPDX-License-Identifier: Apache-2.0
// A season from scenes in one run beside the same season from masks that SnowMask makes first.
#include <gmock/gmock.h>

#include <algorithm>

#include "command.hpp"

namespace cers::testing {
namespace {

using ::testing::HasSubstr;

class SeasonOfScenes : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = new TemporaryFolder;
    const auto done = cers({"SimulateScene",
                            "-out",
                            at("winter"),
                            "-side",
                            "160",
                            "-seed",
                            "8",
                            "-knob.relief",
                            "900",
                            "-knob.plains",
                            "0.1",
                            "-weather",
                            "drawn",
                            "-date",
                            "2017-12-05",
                            "-count",
                            "4",
                            "-revisit",
                            "30",
                            "-progress",
                            "0"});
    ASSERT_EQ(done.code, 0) << done.err;
    for (const auto& entry : std::filesystem::directory_iterator(at("winter"))) {
      const std::string name = entry.path().filename().string();
      if (name.starts_with("SENTINEL2")) products_.push_back(entry.path().string());
      if (name == "TRUTH_2017-12-05") dem_ = (entry.path() / "DEM.tif").string();
    }
    std::sort(products_.begin(), products_.end(), [](const auto& a, const auto& b) { return day_of(a) < day_of(b); });
    ASSERT_EQ(products_.size(), 4U);
    for (const std::string profile : {"standard", "lis111"}) {
      for (const std::string& product : products_) {
        const auto made = cers({"SnowMask", "-in", product, "-dem", dem_, "-profile", profile, "-out",
                                at(profile + "_" + day_of(product) + ".tif"), "-progress", "0"});
        ASSERT_EQ(made.code, 0) << made.err;
      }
    }
  }
  static void TearDownTestSuite() { delete folder_; }

  static std::string at(const std::string& name) { return *folder_ / name; }
  static std::string day_of(const std::string& product) {
    const std::string name = std::filesystem::path(product).filename().string();
    return name.substr(name.find('_') + 1, 8);
  }
  static std::vector<std::string> masks_of(const std::string& profile) {
    std::vector<std::string> masks;
    for (const std::string& product : products_) masks.push_back(at(profile + "_" + day_of(product) + ".tif"));
    return masks;
  }
  static CommandResult season(const std::vector<std::string>& images, const std::vector<std::string>& more,
                              const std::string& name) {
    std::vector<std::string> words{"SnowSynthesis", "-il"};
    words.insert(words.end(), images.begin(), images.end());
    for (const char* word : {"-start", "2017-12-01", "-stop", "2018-03-31", "-progress", "0"}) words.emplace_back(word);
    for (const char* layer : {"-out", "-out.sod", "-out.smod", "-out.nobs", "-out.flags"}) {
      words.emplace_back(layer);
      words.push_back(at(name + (layer + 1) + ".tif"));
    }
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  static void expect_equal(const std::string& a, const std::string& b) {
    const RasterFile one = read_raster(a);
    const RasterFile two = read_raster(b);
    ASSERT_EQ(one.info.grid, two.info.grid) << b;
    int different = 0;
    for (int y = 0; y < one.info.grid.size.height; ++y)
      for (int x = 0; x < one.info.grid.size.width; ++x) different += one.at(0, x, y) != two.at(0, x, y) ? 1 : 0;
    EXPECT_EQ(different, 0) << b;
  }
  static void expect_equal_seasons(const std::string& a, const std::string& b) {
    for (const char* layer : {"out", "out.sod", "out.smod", "out.nobs", "out.flags"})
      expect_equal(at(a + layer + ".tif"), at(b + layer + ".tif"));
  }

  static inline TemporaryFolder* folder_ = nullptr;
  static inline std::vector<std::string> products_;
  static inline std::string dem_;
};

TEST_F(SeasonOfScenes, is_that_of_their_masks) {
  for (const std::string profile : {"standard", "lis111"}) {
    ASSERT_EQ(season(masks_of(profile), {"-profile", profile}, "two_" + profile).code, 0);
    const CommandResult result = season(
        {at("winter")}, {"-dem", dem_, "-profile", profile, "-out.masks", at("masks_" + profile)}, "one_" + profile);
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_THAT(result.out, HasSubstr("dates: 4 in the period"));
    EXPECT_THAT(result.out, HasSubstr("snowline 2017-12-05: "));
    expect_equal_seasons("two_" + profile, "one_" + profile);
    for (const std::string& product : products_)
      expect_equal(at(profile + "_" + day_of(product) + ".tif"),
                   at("masks_" + profile + "/snow_" + day_of(product) + ".tif"));
  }
  // The season is no constant: days of snow differ in space.
  const RasterFile days = read_raster(at("one_standardout.tif"));
  double least = 1e9;
  double most = -1;
  for (int y = 0; y < days.info.grid.size.height; ++y) {
    for (int x = 0; x < days.info.grid.size.width; ++x) {
      if (days.at(0, x, y) == 65535) continue;
      least = std::min(least, static_cast<double>(days.at(0, x, y)));
      most = std::max(most, static_cast<double>(days.at(0, x, y)));
    }
  }
  EXPECT_LT(least + 20, most);
}

TEST_F(SeasonOfScenes, masks_and_scenes_stand_side_by_side) {
  const std::vector<std::string> masks = masks_of("standard");
  ASSERT_EQ(season(masks, {}, "all").code, 0);
  const CommandResult result = season({masks[0], products_[1], masks[2], products_[3]}, {"-dem", dem_}, "mixed");
  ASSERT_EQ(result.code, 0) << result.err;
  expect_equal_seasons("all", "mixed");
}

TEST_F(SeasonOfScenes, does_not_depend_on_memory_tiles_or_threads) {
  ASSERT_EQ(season({at("winter")}, {"-dem", dem_, "-threads", "1"}, "plain").code, 0);
  ASSERT_EQ(season({at("winter")}, {"-dem", dem_, "-threads", "3", "-tile", "24", "-ram", "128"}, "small").code, 0);
  expect_equal_seasons("plain", "small");
}

TEST_F(SeasonOfScenes, lies_on_the_grid_of_masks_when_no_scene_counts) {
  // The scene is of a day before the period and its margin; a mask of another sensor, on pixels of 30 m, lies inside.
  const Grid own = read_raster(masks_of("standard")[0]).info.grid;
  Grid coarse = own;
  coarse.transform.a[1] = 30;
  coarse.transform.a[5] = -30;
  coarse.size = {own.size.width * 2 / 3, own.size.height * 2 / 3};
  write_raster(at("l8_20180210.tif"), coarse, 1, PixelType::u8, [](int, int x, int) { return x % 2 == 0 ? 100 : 0; });
  for (const std::string profile : {"standard", "lis111"}) {
    const CommandResult result =
        cers({"SnowSynthesis", "-il", products_[0], "-densification", at("l8_20180210.tif"), "-dem", dem_, "-start",
              "2018-02-01", "-stop", "2018-02-28", "-profile", profile, "-out", at("sparse.tif"), "-progress", "0"});
    // With no scene left to use it, -dem is still that of the scene given.
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_EQ(read_raster(at("sparse.tif")).info.grid, own) << profile;
  }
}

TEST_F(SeasonOfScenes, warns_of_a_dem_that_covers_a_part_as_snow_mask_does) {
  const RasterFile whole = read_raster(dem_);
  Grid west = whole.info.grid;
  west.size.width /= 2;
  const std::string half = at("half.tif");
  write_raster(half, west, 1, PixelType::f32, [&](int, int x, int y) { return whole.at(0, x, y); });
  std::vector<std::string> told;
  for (const std::string& product : {products_[0], products_[2]}) {
    const CommandResult alone =
        cers({"SnowMask", "-in", product, "-dem", half, "-out", at("half_snow.tif"), "-progress", "0"});
    ASSERT_EQ(alone.code, 0) << alone.err;
    const auto begin = alone.err.find("half.tif has no altitude for ");
    ASSERT_NE(begin, std::string::npos) << alone.err;
    told.push_back(alone.err.substr(begin, alone.err.find('\n', begin) - begin));
  }
  const CommandResult both = season({products_[0], products_[2]}, {"-dem", half}, "half");
  ASSERT_EQ(both.code, 0) << both.err;
  for (std::size_t i = 0; i < 2; ++i) {
    const std::string name = std::filesystem::path(products_[2 * i]).filename().string();
    const auto scene = both.err.find(name + ": ");
    ASSERT_NE(scene, std::string::npos) << both.err;
    const std::string line = both.err.substr(scene, both.err.find('\n', scene) - scene);
    EXPECT_THAT(line, HasSubstr(told[i]));
  }
  // None of a DEM that covers all and has no voids.
  write_raster(at("full.tif"), whole.info.grid, 1, PixelType::f32, [](int, int, int) { return 800; });
  EXPECT_EQ(season({products_[0]}, {"-dem", at("full.tif")}, "covered").err.find("no altitude"), std::string::npos);
}

TEST_F(SeasonOfScenes, warns_of_a_scene_without_data) {
  const std::filesystem::path empty = at("empty/" + std::filesystem::path(products_[1]).filename().string());
  std::filesystem::create_directories(empty.parent_path());
  std::filesystem::copy(products_[1], empty, std::filesystem::copy_options::recursive);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(empty)) {
    const std::string path = entry.path().string();
    if (path.find("_FRE_B") == std::string::npos && path.find("_SRE_B") == std::string::npos) continue;
    write_raster(path, read_raster(path).info.grid, 1, PixelType::i16, [](int, int, int) { return -10000; });
  }
  const std::string said = " (no data)";
  const CommandResult told = season({products_[0], empty.string()}, {"-dem", dem_}, "with_empty");
  ASSERT_EQ(told.code, 0) << told.err;
  EXPECT_THAT(told.err, HasSubstr("1 of 2 images shows no clear pixel and brings nothing: 2018-01-04 " +
                                  empty.filename().string() + said));
  EXPECT_EQ(told.err.find(said), told.err.rfind(said));
}

TEST_F(SeasonOfScenes, altitudes_that_are_none_are_voids_as_in_snow_mask) {
  const RasterFile whole = read_raster(dem_);
  const auto height = [&](int, int x, int y) { return x < 6 ? -32768 : whole.at(0, x, y); };
  write_raster(at("tagged.tif"), whole.info.grid, 1, PixelType::f32, height, -32768);
  write_raster(at("untagged.tif"), whole.info.grid, 1, PixelType::f32, height);
  const CommandResult tagged = season({products_[0]}, {"-dem", at("tagged.tif")}, "tagged");
  const CommandResult untagged = season({products_[0]}, {"-dem", at("untagged.tif")}, "untagged");
  ASSERT_EQ(tagged.code, 0) << tagged.err;
  ASSERT_EQ(untagged.code, 0) << untagged.err;
  EXPECT_EQ(untagged.out, tagged.out);
  EXPECT_THAT(untagged.err, HasSubstr("below -500 m or above 9000 m is none"));
  Grid nowhere = whole.info.grid;
  nowhere.crs.clear();
  write_raster(at("nowhere.tif"), nowhere, 1, PixelType::f32, [](int, int, int) { return 800; });
  const CommandResult refused = season({products_[0]}, {"-dem", at("nowhere.tif")}, "nowhere");
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr("nowhere.tif has no coordinate reference system"));
}

TEST_F(SeasonOfScenes, says_what_is_lacking) {
  CommandResult result = season({at("winter")}, {}, "none");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("is a scene, whose mask needs altitudes, and -dem is not given"));
  result = season(masks_of("standard"), {"-dem", dem_}, "none");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("-dem has no effect"));
  result = season(masks_of("standard"), {"-out.masks", at("none")}, "none");
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("-out.masks has nothing to write"));
}

}  // namespace
}  // namespace cers::testing
