// SPDX-License-Identifier: Apache-2.0
// An offset left in plain bands is told by their darkest pixels, and by tags of the file.
#include <fstream>

#include "command.hpp"

namespace cers::testing {
namespace {

namespace fs = std::filesystem;

constexpr int side = 96;  // coarse pixels of the dark-cloud test, eight by eight
constexpr const char* told = "this looks like the offset of Sen2Cor since baseline 04.00 left in";
constexpr const char* remedy = "give -scale 0.0001 -offset -0.1, or -offset 0 if there is none";

struct Spectrum {
  double green;
  double red;
  double swir;
};
constexpr Spectrum snow{0.8, 0.78, 0.06};
constexpr Spectrum fresh_snow{0.9, 0.9, 0.18};
constexpr Spectrum forest{0.04, 0.03, 0.09};
constexpr Spectrum grass{0.08, 0.09, 0.25};
constexpr Spectrum sand{0.24, 0.35, 0.5};
constexpr Spectrum cloud{0.5, 0.5, 0.4};

/// Forest, grass and snow above them.
Spectrum winter(int, int x, int y) {
  return y >= side / 2 ? snow : (x / 7 + y / 5) % 3 == 0 ? forest : grass;
}

class LeftOffset : public ::testing::Test {
 protected:
  using Scene = std::function<Spectrum(int shift, int x, int y)>;
  static Grid grid() { return utm_grid({side, side}, 20); }
  void SetUp() override {
    write_raster(folder_ / "dem.tif", grid(), 1, PixelType::f32,
                 [](int, int, int y) { return y >= side / 2 ? 1500 : 400; });
    write_mask([](int, int) { return false; });
  }
  void write_mask(const std::function<bool(int x, int y)>& cloudy) {
    write_raster(folder_ / "cloud.tif", grid(), 1, PixelType::u8,
                 [&](int, int x, int y) { return cloudy(x, y) ? 1 : 0; });
  }
  void write_bands(const Scene& scene, int shift, PixelType type = PixelType::i16, double scale = 10000) {
    write_raster(folder_ / "bands.tif", grid(), 3, type, [&](int band, int x, int y) {
      const Spectrum at = scene(shift, x, y);
      const double value = band == 0 ? at.green : band == 1 ? at.red : at.swir;
      return value < 0 ? 0 : value * scale + shift;
    });
  }
  CommandResult mask(const std::vector<std::string>& more, const std::string& bands = "bands.tif") {
    std::vector<std::string> words{"SnowMask", "-in", folder_ / bands, "-channels.green", "1"};
    words.insert(words.end(), {"-channels.red", "2", "-channels.mir", "3", "-dem", folder_ / "dem.tif", "-cloud"});
    words.insert(words.end(), {folder_ / "cloud.tif", "-out", folder_ / "snow.tif", "-progress", "0"});
    words.insert(words.end(), more.begin(), more.end());
    CommandResult result = cers(words);
    EXPECT_EQ(result.code, 0) << result.err;
    return result;
  }
  CommandResult fraction(const std::vector<std::string>& more) {
    std::vector<std::string> words{"FractionalSnowCover", "-in", folder_ / "bands.tif", "-snow", folder_ / "snow.tif"};
    words.insert(words.end(), {"-out", folder_ / "fsc.tif", "-channels.green", "1", "-channels.mir", "3"});
    words.insert(words.end(), {"-progress", "0"});
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  static bool says(const CommandResult& result) { return result.err.find(told) != std::string::npos; }

  const std::vector<std::string> scaled_{"-scale", "0.0001", "-nodata", "-10000"};
  TemporaryFolder folder_;
};

std::vector<std::string> with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

TEST_F(LeftOffset, IsToldByTheDarkestPixels) {
  for (const char* profile : {"standard", "lis15", "lis111"}) {
    const auto words = with(scaled_, {"-profile", profile});
    write_bands(winter, 0);
    EXPECT_FALSE(says(mask(words))) << profile;
    write_bands(winter, 1000);
    const auto shifted = mask(words);
    EXPECT_TRUE(says(shifted)) << profile << shifted.err;
    EXPECT_NE(shifted.err.find("of 9216 clear pixels 0.00 % are darker than 0.08 in green, red or 1.6 µm, and the "
                               "darkest band of 100 % of those without snow has 0.08 to 0.2"),
              std::string::npos)
        << shifted.err;
    EXPECT_NE(shifted.err.find(remedy), std::string::npos) << shifted.err;
    for (const char* offset : {"-0.1", "0"}) EXPECT_FALSE(says(mask(with(words, {"-offset", offset})))) << offset;
  }
  // The fraction reads green and 1.6 µm, and knows from the mask what is clear.
  EXPECT_TRUE(says(fraction(scaled_)));
  EXPECT_FALSE(says(fraction(with(scaled_, {"-offset", "-0.1"}))));
  write_bands(winter, 0);
  EXPECT_FALSE(says(fraction(scaled_)));
}

// Reflectance that somebody scaled and did not shift, and Landsat's numbers.
TEST_F(LeftOffset, OfReflectanceAndOfLandsatToo) {
  const auto brighter = [](double by) {
    return [by](int, int x, int y) {
      const Spectrum at = winter(0, x, y);
      return Spectrum{at.green + by, at.red + by, at.swir + by};
    };
  };
  write_bands(brighter(0.1), 0, PixelType::f32, 1);
  const auto reflectance = mask({});
  EXPECT_NE(reflectance.err.find("left in: give -offset -0.1, or"), std::string::npos) << reflectance.err;
  write_bands(winter, 0, PixelType::f32, 1);
  EXPECT_FALSE(says(mask({})));
  write_bands(brighter(0.2), 0, PixelType::u16, 1 / 0.0000275);
  const auto landsat = mask({"-scale", "0.0000275", "-nodata", "0"});
  EXPECT_NE(landsat.err.find("Landsat Collection 2 left in: give -scale 2.75e-05 -offset -0.2, or"), std::string::npos)
      << landsat.err;
  EXPECT_EQ(mask({"-scale", "0.0000275", "-offset", "-0.2", "-nodata", "0"}).err.find("left in"), std::string::npos);
}

// Sen2Cor writes 0 where nothing was seen; those pixels say nothing, also without -nodata.
TEST_F(LeftOffset, MissingPixelsDoNotHideIt) {
  const auto swath = [](int shift, int x, int y) { return x < side / 2 ? Spectrum{-1, -1, -1} : winter(shift, x, y); };
  write_bands(swath, 1000);
  EXPECT_TRUE(says(mask({"-scale", "0.0001"})));
  EXPECT_TRUE(says(mask({"-scale", "0.0001", "-nodata", "0"})));
}

TEST_F(LeftOffset, IsNotSuspectedWhereAllIsBrightByNature) {
  const std::pair<const char*, Spectrum> grounds[] = {
      {"fresh snow", fresh_snow}, {"sand", sand}, {"cloud that no mask tells", cloud}};
  for (const auto& [name, ground] : grounds) {
    write_bands([&ground](int, int, int) { return ground; }, 0);
    EXPECT_FALSE(says(mask(scaled_))) << name;
  }
  // Fewer than a thousand dark pixels are no evidence, and cloud that a mask tells is none.
  write_bands(winter, 1000);
  write_mask([](int x, int y) { return x >= 20 || y >= side / 2; });
  EXPECT_FALSE(says(mask(scaled_)));
  write_mask([](int, int) { return true; });
  EXPECT_FALSE(says(mask(scaled_)));
}

// A simulated scene of Theia, stacked without a name, as it is and shifted.
TEST_F(LeftOffset, OfASimulatedScene) {
  const auto made = cers({"SimulateScene", "-side", "256", "-products", "muscate", "-date", "2018-02-11", "-out",
                          folder_ / "scene", "-progress", "0"});
  ASSERT_EQ(made.code, 0) << made.err;
  std::vector<RasterFile> files;
  for (const char* band : {"_FRE_B3.tif", "_FRE_B4.tif", "_FRE_B11.tif", "_CLM_R2.tif"}) {
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "scene")) {
      if (entry.path().filename().string().ends_with(band)) files.push_back(read_raster(entry.path().string()));
    }
  }
  ASSERT_EQ(files.size(), 4);
  const Grid grid = files[2].info.grid;
  write_raster(folder_ / "cloud.tif", grid, 1, PixelType::u8, [&](int, int x, int y) { return files[3].at(0, x, y); });
  for (const int shift : {0, 1000}) {
    write_raster(folder_ / "bands.tif", grid, 3, PixelType::i16, [&](int band, int x, int y) {
      const int fine = band < 2 ? 2 : 1;
      return files[static_cast<std::size_t>(band)].at(0, fine * x, fine * y) + shift;
    });
    write_raster(folder_ / "dem.tif", grid, 1, PixelType::f32, [](int, int, int y) { return 10.0 * y; });
    const auto result = mask({"-scale", "0.0001"});
    EXPECT_EQ(says(result), shift != 0) << result.err;
  }
}

// Scale and offset in the file are not applied: who relies on them is told before anything is written.
TEST_F(LeftOffset, OfATagIsAsked) {
  write_bands(winter, 1000);
  std::string text = "<VRTDataset rasterXSize=\"96\" rasterYSize=\"96\"><SRS>" + grid().crs +
                     "</SRS><GeoTransform>300000, 20, 0, 4800000, 0, -20</GeoTransform>";
  for (int band = 1; band <= 3; ++band) {
    const std::string number = std::to_string(band);
    text += "<VRTRasterBand dataType=\"Int16\" band=\"" + number +
            "\"><Scale>0.0001</Scale><Offset>-0.1</Offset><SimpleSource><SourceFilename relativeToVRT=\"1\">bands.tif"
            "</SourceFilename><SourceBand>" +
            number + "</SourceBand></SimpleSource></VRTRasterBand>";
  }
  std::ofstream(folder_ / "tagged.vrt") << text << "</VRTDataset>";
  for (const auto& words : {std::vector<std::string>{}, scaled_}) {
    std::vector<std::string> all{"SnowMask", "-in", folder_ / "tagged.vrt", "-channels.green", "1"};
    all.insert(all.end(), {"-channels.red", "2", "-channels.mir", "3", "-dem", folder_ / "dem.tif", "-cloud"});
    all.insert(all.end(), {folder_ / "cloud.tif", "-out", folder_ / "snow.tif"});
    const auto refused = cers(with(all, words));
    EXPECT_EQ(refused.code, 2);
    EXPECT_NE(refused.err.find("carries scale 0.0001 and offset -0.1 as tags, which are not applied"),
              std::string::npos)
        << refused.err;
    EXPECT_NE(refused.err.find("give -scale 0.0001 -offset -0.1"), std::string::npos) << refused.err;
    EXPECT_FALSE(fs::exists(folder_ / "snow.tif"));
  }
  EXPECT_EQ(mask(with(scaled_, {"-offset", "-0.1"}), "tagged.vrt").err, "");
}

}  // namespace
}  // namespace cers::testing
