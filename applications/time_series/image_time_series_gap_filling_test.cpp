// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>

#include "command.hpp"

namespace cers::testing {
namespace {

TEST(ImageTimeSeriesGapFilling, TruncatesAndGivesZeroWithoutAnyClearDate) {
  const TemporaryFolder folder;
  // Two bands a date; column 0 clear on all dates, 1 on the outer two, 2 on none.
  write_raster(folder / "in.tif", utm_grid({3, 2}), 6, PixelType::i16,
               [](int band, int, int) { return 10 * (band / 2) + band % 2; });
  write_raster(folder / "mask.tif", utm_grid({3, 2}), 3, PixelType::u8,
               [](int band, int x, int) { return x == 2 || (x == 1 && band == 1) ? 1 : 0; });
  std::ofstream(folder / "in.txt") << "20180101\n20180104\n20180110\n";
  std::ofstream(folder / "out.txt") << "20171231\n20180104\n20180112\n";
  const auto result =
      cers({"ImageTimeSeriesGapFilling", "-in", folder / "in.tif", "-mask", folder / "mask.tif", "-comp", "2", "-id",
            folder / "in.txt", "-od", folder / "out.txt", "-out", folder / "out.tif", "int16"});
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile out = read_raster(folder / "out.tif");
  ASSERT_EQ(out.info.bands.size(), 6U);
  EXPECT_EQ(out.at(0, 1, 0), 0);
  EXPECT_EQ(out.at(2, 0, 0), 10);
  EXPECT_EQ(out.at(2, 1, 0), 6);  // 20 · 3/9 = 6.67
  EXPECT_EQ(out.at(3, 1, 0), 7);
  EXPECT_EQ(out.at(4, 1, 0), 20);
  for (int band = 0; band < 6; ++band) EXPECT_EQ(out.at(band, 2, 1), 0);
}

// The series of a real place, filled with OTB's module: 68 dates, two of them of one day, to 74.
TEST(ImageTimeSeriesGapFilling, EqualsTheModuleOnARealSeries) {
  const char* shared = std::getenv("CERS_SHARED_DATA");
  const std::string data = std::string(shared != nullptr ? shared : "") + "/landcover/eolearn/";
  if (!std::filesystem::exists(data + "ndvi_68dates_x10000_int16.tif")) GTEST_SKIP() << "no real images";
  const TemporaryFolder folder;
  const auto result = cers({"ImageTimeSeriesGapFilling", "-in", data + "ndvi_68dates_x10000_int16.tif", "-mask",
                            data + "invalid_mask_68dates_u8.tif", "-id", data + "dates.txt", "-od",
                            data + "eolearn_gapfill_dates.txt", "-out", folder / "out.tif", "int16"});
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile out = read_raster(folder / "out.tif");
  const RasterFile want = read_raster(data + "eolearn_gapfill_linear_10d_2016_2017_int16trunc.tif");
  ASSERT_EQ(out.info.bands.size(), want.info.bands.size());
  std::size_t differing = 0;
  for (int band = 0; band < static_cast<int>(want.info.bands.size()); ++band) {
    for (int y = 0; y < want.info.grid.size.height; ++y) {
      for (int x = 0; x < want.info.grid.size.width; ++x)
        differing += out.at(band, x, y) != want.at(band, x, y) ? 1 : 0;
    }
  }
  EXPECT_EQ(differing, 0U);
}

TEST(ImageTimeSeriesGapFilling, SaysWhatDoesNotFit) {
  const TemporaryFolder folder;
  write_raster(folder / "in.tif", utm_grid({3, 2}), 6, PixelType::i16, [](int, int, int) { return 1; });
  write_raster(folder / "mask.tif", utm_grid({3, 2}), 3, PixelType::u8, [](int, int, int) { return 0; });
  std::ofstream(folder / "two.txt") << "20180101\n20180104\n";
  std::ofstream(folder / "down.txt") << "20180101\n20180104\n20180102\n";
  const auto fault = [&](const std::vector<std::string>& more, const char* words) {
    std::vector<std::string> command{"ImageTimeSeriesGapFilling", "-in",  folder / "in.tif", "-mask",
                                     folder / "mask.tif",         "-out", folder / "out.tif"};
    command.insert(command.end(), more.begin(), more.end());
    const auto result = cers(command);
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
  };
  fault({"-comp", "4"}, "no multiple of 4");
  fault({"-comp", "1"}, "has 3 bands");
  fault({"-comp", "2", "-id", folder / "two.txt"}, "names 2 dates");
  fault({"-comp", "2", "-id", folder / "down.txt"}, "do not ascend");
  fault({"-comp", "2", "-od", folder / "two.txt"}, "are not known");
}

}  // namespace
}  // namespace cers::testing
