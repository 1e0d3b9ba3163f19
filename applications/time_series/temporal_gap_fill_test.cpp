// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "command.hpp"

namespace cers::testing {
namespace {

/// Three dates of one band that grows by 10 a day and with the column; date 2 is cloudy in the left half.
void write_dates(const TemporaryFolder& folder) {
  const char* names[] = {"a_20180101.tif", "a_20180111.tif", "a_20180131.tif"};
  const int days[] = {0, 10, 30};
  for (int d = 0; d < 3; ++d) {
    write_raster(folder / names[d], utm_grid({40, 30}), 1, PixelType::i16,
                 [&](int, int x, int) { return d == 1 && x < 20 ? -1 : 1000 + 10 * days[d] + x; });
  }
}

TEST(TemporalGapFill, FillsCloudsByTheLineAndCountsClearDays) {
  const TemporaryFolder folder;
  write_dates(folder);
  const auto result = cers({"TemporalGapFill", "-il", folder / "a_20180131.tif", folder / "a_20180101.tif",
                            folder / "a_20180111.tif", "-nodata", "-1", "-step", "5", "-stop", "2018-02-05", "-out",
                            folder / "filled.tif", "-out.count", folder / "count.tif", "-out.gap", folder / "gap.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile filled = read_raster(folder / "filled.tif");
  ASSERT_EQ(filled.info.bands.size(), 8U);
  EXPECT_EQ(filled.info.bands[2].name, "1_20180111");
  for (int band = 0; band < 8; ++band) {
    const int day = std::min(5 * band, 30);
    EXPECT_NEAR(filled.at(band, 3, 7), 1000 + 10 * day + 3, 1e-3) << band;
    EXPECT_NEAR(filled.at(band, 33, 7), 1000 + 10 * day + 33, 1e-3) << band;
  }
  EXPECT_EQ(read_raster(folder / "count.tif").at(0, 3, 3), 2);
  EXPECT_EQ(read_raster(folder / "count.tif").at(0, 30, 3), 3);
  EXPECT_EQ(read_raster(folder / "gap.tif").at(0, 3, 3), 30);
  EXPECT_EQ(read_raster(folder / "gap.tif").at(0, 30, 3), 20);
}

TEST(TemporalGapFill, TellsHowManyPixelsAreNeverClear) {
  const TemporaryFolder folder;
  for (const char* const name : {"a_20180101.tif", "a_20180111.tif"})
    write_raster(folder / name, utm_grid({40, 30}), 1, PixelType::i16,
                 [](int, int x, int y) { return x < 5 && y < 6 ? -1 : x; });
  for (const bool counts : {false, true}) {
    std::vector<std::string> line{
        "TemporalGapFill",    "-il", folder / "a_20180101.tif", folder / "a_20180111.tif", "-nodata", "-1", "-out",
        folder / "filled.tif"};
    if (counts) line.insert(line.end(), {"-out.count", folder / "count.tif"});
    const auto result = cers(line);
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_NE(result.err.find("30 of 1200 pixels (2.5 %) are clear on no day"), std::string::npos) << result.err;
  }
  EXPECT_TRUE(std::isnan(read_raster(folder / "filled.tif").at(0, 2, 2)));
}

TEST(TemporalGapFill, JoinsTilesSideBySide) {
  const TemporaryFolder folder;
  Grid east = utm_grid({40, 30});
  east.transform.a[0] += 300;  // ten columns are shared
  write_raster(folder / "west_20180101.tif", utm_grid({40, 30}), 1, PixelType::i16, [](int, int x, int) { return x; });
  write_raster(folder / "east_20180101.tif", east, 1, PixelType::i16, [](int, int x, int) { return 1000 + x; });
  const auto result = cers({"TemporalGapFill", "-il", folder / "west_20180101.tif", folder / "east_20180101.tif",
                            "-extent", "all", "-out", folder / "both.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile both = read_raster(folder / "both.tif");
  ASSERT_EQ(both.info.grid.size, (Size{70, 30}));
  EXPECT_EQ(both.at(0, 5, 5), 5);
  EXPECT_EQ(both.at(0, 39, 5), 39);
  EXPECT_EQ(both.at(0, 40, 5), 1010);
  EXPECT_EQ(both.at(0, 69, 29), 1039);
}

TEST(TemporalGapFill, SaysWhatDoesNotFit) {
  const TemporaryFolder folder;
  write_dates(folder);
  const auto fault = [&](const std::vector<std::string>& more, const char* words) {
    std::vector<std::string> command{"TemporalGapFill", "-il", folder / "a_20180101.tif", folder / "a_20180111.tif"};
    command.insert(command.end(), more.begin(), more.end());
    const auto result = cers(command);
    EXPECT_EQ(result.code, 2) << result.err;
    EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
  };
  const std::string out = folder / "out.tif";
  fault({"-out", out, "-start", "2019-01-01", "-stop", "2019-02-01"}, "lie outside those of the scenes");
  fault({"-out", out, "-dates", "20180101"}, "names 1 days for 2 images");
  fault({"-out", out, "-bands", "7"}, "has no band '7'");
  fault({"-out", out, "-unclear", "clod"}, "did you mean");
  fault({"-out", out, "-ml", folder / "a_20180101.tif"}, "names 1 masks for 2 images");
  fault({}, "no output is asked for");
  EXPECT_FALSE(std::filesystem::exists(out));
}

}  // namespace
}  // namespace cers::testing
