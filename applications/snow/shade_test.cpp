// SPDX-License-Identifier: Apache-2.0
// Where the shade of a snow mask comes from: the terrain or a raster, in both profiles.
#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "cers/geo/crs.hpp"
#include "command.hpp"
#include "decision.hpp"
#include "mask_words.hpp"

namespace cers::testing {
namespace {

namespace fs = std::filesystem;
using snow::Decider;

/// A winter scene whose clouds no mask tells, and a DEM that is not its own: a plain at 2000 m with a wall from west to
/// east.
class ShadeOfAScene : public ::testing::Test {
 protected:
  static constexpr int wall_line = 48;
  static constexpr double wall_m = 200;
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TemporaryFolder>();
    const auto result = cers({"SimulateScene", "-side", "128", "-products", "muscate", "-date", "2017-12-20",
                              "-snowline", "0", "-out", *folder_ / "scene", "-progress", "0"});
    ASSERT_EQ(result.code, 0) << result.err;
    for (const auto& entry : fs::directory_iterator(*folder_ / "scene")) {
      if (entry.path().filename().string().starts_with("SENTINEL2")) product_ = entry.path().string();
    }
    ASSERT_FALSE(product_.empty());
    for (const auto& entry : fs::directory_iterator(product_)) {
      const std::string name = entry.path().filename().string();
      if (name.ends_with("_FRE_B11.tif")) grid_ = read_raster(entry.path().string()).info.grid;
      if (name.ends_with("_MTD_ALL.xml")) read_sun(text_of(entry.path()));
    }
    ASSERT_GT(grid_.size.width, 60);
    write_raster(*folder_ / "dem.tif", grid_, 1, PixelType::f32,
                 [](int, int, int y) { return y == wall_line ? 2000 + wall_m : 2000; });
    write_raster(*folder_ / "clear.tif", grid_, 1, PixelType::u8, [](int, int, int) { return 0; });
    write_raster(
        *folder_ / "shade.tif", grid_, 1, PixelType::u8,
        [](int, int x, int y) { return dark(x, y)   ? 1 + (x + y) % 200
                                       : y % 5 == 2 ? 255
                                                    : 0; }, 255);
  }
  static void TearDownTestSuite() { folder_.reset(); }
  static bool dark(int x, int y) { return (x / 9 + y / 7) % 2 == 0; }
  static void read_sun(const std::string& xml) {
    const auto means = xml.find("<Mean_Value_List");
    const auto number = [&](const std::string& element) {
      const auto at = xml.find("<" + element, xml.find("<Sun_Angles", means));
      return std::stod(xml.substr(xml.find('>', at) + 1));
    };
    zenith_ = number("ZENITH_ANGLE");
    azimuth_ = number("AZIMUTH_ANGLE");
  }
  /// All of the scene passes for bluer than rock, so that the pass for shaded slopes tells the shade.
  static CommandResult run(const std::vector<std::string>& more, const std::string& name) {
    std::vector<std::string> words{"SnowMask",
                                   "-in",
                                   product_,
                                   "-dem",
                                   *folder_ / "dem.tif",
                                   "-cloud",
                                   *folder_ / "clear.tif",
                                   "-profile",
                                   "lis111",
                                   "-shaded.difference",
                                   "-100000",
                                   "-fsnowtotal",
                                   "-1",
                                   "-out",
                                   *folder_ / (name + ".tif"),
                                   "-out.decider",
                                   *folder_ / (name + "_decider.tif"),
                                   "-progress",
                                   "0"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  /// Pixels that the pass for shaded slopes does not find where `expected`, or finds elsewhere.
  static int wrong(const std::string& name, const std::function<bool(int x, int y)>& expected, int first, int last) {
    const RasterFile decider = read_raster(*folder_ / (name + "_decider.tif"));
    int wrong = 0;
    for (int y = first; y <= last; ++y) {
      for (int x = 0; x < grid_.size.width; ++x) {
        const auto decided = static_cast<Decider>(static_cast<int>(decider.at(0, x, y)));
        const bool shaded =
            decided == Decider::pass_shaded || decided == Decider::pass1_shaded || decided == Decider::pass2_shaded;
        wrong += shaded != expected(x, y) ? 1 : 0;
      }
    }
    return wrong;
  }

  static inline std::unique_ptr<TemporaryFolder> folder_;
  static inline std::string product_;
  static inline Grid grid_;
  static inline double zenith_ = 0;
  static inline double azimuth_ = 0;
};

TEST_F(ShadeOfAScene, CastByAWallIsAsLongAsTheSunIsLow) {
  const auto result = run({"-shade", "terrain"}, "wall");
  ASSERT_EQ(result.code, 0) << result.err;
  constexpr double degree = std::numbers::pi / 180;
  ASSERT_GT(azimuth_, 90);
  ASSERT_LT(azimuth_, 270) << "the sun stands in the south, shadows fall to the north";
  const double lines = wall_m / std::tan((90 - zenith_) * degree) * -std::cos(azimuth_ * degree) / 20;
  ASSERT_GT(lines, 10);
  const int end = wall_line - static_cast<int>(lines);
  ASSERT_GT(end, 3);
  EXPECT_EQ(wrong(
                "wall", [](int, int) { return true; }, end + 1, wall_line - 1),
            0);
  EXPECT_EQ(wrong(
                "wall", [](int, int) { return false; }, 0, end - 2),
            0);
  EXPECT_EQ(wrong(
                "wall", [](int, int) { return false; }, wall_line, grid_.size.height - 1),
            0);
}

TEST_F(ShadeOfAScene, GivenAsARasterIsWhatIsNotZero) {
  const auto result = run({"-shade", "raster", "-shade.raster", *folder_ / "shade.tif"}, "given");
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(wrong("given", dark, 0, grid_.size.height - 1), 0);
  const auto explained = run({"-shade", "raster", "-shade.raster", *folder_ / "shade.tif", "-pixel", "4", "3"}, "one");
  EXPECT_NE(explained.out.find("by the strict test, and by the test for shaded slopes"), std::string::npos)
      << explained.out << explained.err;
}

TEST_F(ShadeOfAScene, DoesNotDependOnTilesThreadsOrMemory) {
  const std::pair<std::string, std::vector<std::string>> sources[] = {
      {"terrain", {"-shade", "terrain"}}, {"raster", {"-shade", "raster", "-shade.raster", *folder_ / "shade.tif"}}};
  for (const auto& [name, words] : sources) {
    std::vector<std::string> plain = words;
    plain.insert(plain.end(), {"-threads", "1"});
    ASSERT_EQ(run(plain, name + "_plain").code, 0);
    std::vector<std::string> small = words;
    small.insert(small.end(), {"-threads", "3", "-tile", "16", "-ram", "128"});
    ASSERT_EQ(run(small, name + "_small").code, 0);
    EXPECT_EQ(text_of(*folder_ / (name + "_plain.tif")), text_of(*folder_ / (name + "_small.tif"))) << name;
    EXPECT_EQ(text_of(*folder_ / (name + "_plain_decider.tif")), text_of(*folder_ / (name + "_small_decider.tif")));
  }
}

TEST_F(ShadeOfAScene, MessagesSayWhatIsWrong) {
  const std::string shade = *folder_ / "shade.tif";
  Grid far = grid_;
  far.transform.a[0] += 500000;
  Grid other_crs = grid_;
  other_crs.crs = crs_from_epsg(32633);
  const auto flat = [](int, int, int) { return 0; };
  write_raster(*folder_ / "far.tif", far, 1, PixelType::u8, flat);
  write_raster(*folder_ / "crs.tif", other_crs, 1, PixelType::u8, flat);
  Grid coarse = grid_;
  coarse.size = {grid_.size.width / 2, grid_.size.height / 2};
  coarse.transform.a[1] *= 2;
  coarse.transform.a[5] *= 2;
  write_raster(*folder_ / "coarse.tif", coarse, 1, PixelType::u8, flat);
  const char* off_grid = "does not lie on the grid of the short-wave infrared";
  const std::pair<std::vector<std::string>, std::string> wrongs[] = {
      {{"-shade", "raster", "-shade.raster", *folder_ / "far.tif"}, off_grid},
      {{"-shade", "raster", "-shade.raster", *folder_ / "crs.tif"}, off_grid},
      {{"-shade", "raster", "-shade.raster", *folder_ / "coarse.tif"}, off_grid},
      {{"-shade", "raster"}, "-shade is raster, and -shade.raster is not given"},
      {{"-shade.raster", shade}, "-shade.raster has no effect: the shade is not taken from a raster"},
      {{"-shade", "terrain", "-shade.raster", shade}, "-shade.raster has no effect"},
      {{"-shade", "none", "-shade.raster", shade}, "-shade.raster has no effect"},
      {{"-shade", "mask"}, "does not look at the product's mask of topographic shadow"},
      {{"-shade", "terrain", "-shaded.cos", "0.3"}, "-shaded.cos has no effect: the shade is not taken from"},
      {{"-shade", "terrain", "-shade.reach", "500"}, "no ground beyond the scene"},
      {{"-shade", "terrain", "-sun.zenith", "50"}, "takes the sun's angles of the product"},
  };
  for (const auto& [words, message] : wrongs) {
    const auto result = run(words, "wrong");
    EXPECT_EQ(result.code, 2) << message;
    EXPECT_NE(result.err.find(message), std::string::npos) << result.err;
    EXPECT_FALSE(fs::exists(*folder_ / "wrong.tif")) << message;
  }
  const auto old = cers({"SnowMask", "-in", product_, "-dem", *folder_ / "dem.tif", "-profile", "lis15",
                         "-shade.raster", shade, "-out", *folder_ / "wrong.tif"});
  EXPECT_EQ(old.code, 2);
  EXPECT_NE(old.err.find("Let-it-snow 1.5 knows no shade"), std::string::npos) << old.err;
}

// An image that is no product: patchy snow, of which the permissive test asks more in the shade.
class ShadeOfAnImage : public ::testing::Test {
 protected:
  void SetUp() override {
    const Grid grid = utm_grid({48, 48}, 20);
    const auto high = [](int y) { return y >= 24; };
    write_raster(folder_ / "bands.tif", grid, 3, PixelType::f32, [&](int band, int x, int y) {
      const double snow[] = {0.8, 0.8, 0.1};
      const double patchy[] = {0.2, 0.15, 0.12};
      const double ground[] = {0.1, 0.12, 0.25};
      return high(y) ? (x % 3 == 0 ? patchy[band] : snow[band]) : ground[band];
    });
    write_raster(folder_ / "dem.tif", grid, 1, PixelType::f32, [&](int, int, int y) {
      return high(y) ? 1500 : y > 12 ? 800 : 200;
    });
    write_raster(folder_ / "cloud.tif", grid, 1, PixelType::u8, [](int, int, int) { return 0; });
    write_raster(folder_ / "shade.tif", grid, 1, PixelType::f32, [](int, int, int y) {
      return y < 30 ? 0.5 : y < 36 ? std::numeric_limits<double>::quiet_NaN() : 0;
    });
  }
  CommandResult run(const std::vector<std::string>& more) {
    std::vector<std::string> words = mask_of_bands(folder_ / "bands.tif", folder_ / "dem.tif", folder_ / "cloud.tif");
    words.insert(words.end(), {"-out", folder_ / "snow.tif", "-out.decider", folder_ / "decider.tif"});
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  TemporaryFolder folder_;
};

TEST_F(ShadeOfAnImage, GivenAsARasterAsksMoreOfPatchySnow) {
  const auto result = run({"-shade", "raster", "-shade.raster", folder_ / "shade.tif", "-pixel", "3", "26"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("in the shade, and NDSI fails the test for shade"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("flags: shade"), std::string::npos) << result.out;
  const RasterFile decider = read_raster(folder_ / "decider.tif");
  for (int y = 24; y < 48; ++y) {
    EXPECT_EQ(decider.at(0, 3, y), static_cast<int>(y < 30 ? Decider::shade : Decider::pass2)) << y;
    EXPECT_EQ(decider.at(0, 4, y), static_cast<int>(Decider::pass1)) << y;
  }
}

TEST_F(ShadeOfAnImage, HasNoPassForShadedSlopesInProfileLis111) {
  const auto result = run({"-profile", "lis111", "-shade", "raster", "-shade.raster", folder_ / "shade.tif"});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.err.find("-shade has no effect: "), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("is no product"), std::string::npos) << result.err;
  const auto terrain = run({"-profile", "lis111", "-shade", "terrain"});
  EXPECT_EQ(terrain.code, 2);
  EXPECT_NE(terrain.err.find("does not tell the sun's mean angles"), std::string::npos) << terrain.err;
}

}  // namespace
}  // namespace cers::testing
