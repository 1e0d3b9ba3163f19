// SPDX-License-Identifier: Apache-2.0
// What is given to the snow tests and would make a wrong map that looks like one: said, or refused.
#include <cmath>

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

}  // namespace
}  // namespace cers::testing
