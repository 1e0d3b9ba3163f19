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
