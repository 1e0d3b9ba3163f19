// SPDX-License-Identifier: Apache-2.0
// Scenes of several pixel sizes, tiles and zones in one series: where its grid lies, and what is told.
#include <ogr_spatialref.h>

#include <cmath>
#include <filesystem>

#include "cers/geo/crs.hpp"
#include "command.hpp"

namespace cers::testing {
namespace {

Grid placed(Size size, double pixel, double left, double top, int epsg = 32631) {
  Grid grid = utm_grid(size, pixel);
  grid.transform.a[0] = left;
  grid.transform.a[3] = top;
  if (epsg != 32631) grid.crs = crs_from_epsg(epsg);
  return grid;
}

/// Metres of zone 31 as they are in zone 32, or back.
struct Zones {
  Zones(int from, int to) {
    a.importFromEPSG(from);
    b.importFromEPSG(to);
    a.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    b.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    way.reset(OGRCreateCoordinateTransformation(&a, &b));
  }
  std::pair<double, double> operator()(double x, double y) const {
    EXPECT_TRUE(way->Transform(1, &x, &y));
    return {x, y};
  }
  OGRSpatialReference a, b;
  std::unique_ptr<OGRCoordinateTransformation> way;
};

class SeriesGrid : public ::testing::Test {
 protected:
  CommandResult run(std::vector<std::string> more) {
    std::vector<std::string> words{"TemporalGapFill", "-out", folder_ / "out.tif"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  const TemporaryFolder folder_;
};

TEST_F(SeriesGrid, IsThatOfTheSmallestPixelsWhateverTheOrder) {
  // As of Landsat and Sentinel-2: corners of 30 m lie in the middle of pixels of 10 m. Both hold metres to the east.
  const std::string coarse = folder_ / "a_20210101.tif";
  const std::string fine = folder_ / "b_20210105.tif";
  write_raster(coarse, placed({44, 44}, 30, 299985, 4800015), 1, PixelType::f32,
               [](int, int x, int) { return 30 * (x + 0.5) - 15; });
  write_raster(fine, placed({128, 128}, 10, 300000, 4800000), 1, PixelType::f32,
               [](int, int x, int) { return 10 * (x + 0.5); });
  for (const auto& order : {std::vector{coarse, fine}, std::vector{fine, coarse}}) {
    const auto result = run({"-il", order[0], order[1], "-step", "4"});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_NE(result.out.find("grid: 128 x 128 pixels of 10 m, EPSG:32631, those of " + fine), std::string::npos)
        << result.out;
    EXPECT_EQ(result.err.find("less than half"), std::string::npos) << result.err;
    const RasterFile out = read_raster(folder_ / "out.tif");
    EXPECT_EQ(out.info.grid.transform.a[0], 300000);
    for (const int x : {2, 50, 125})
      for (int day = 0; day < 2; ++day) EXPECT_NEAR(out.at(day, x, 60), 10 * (x + 0.5), 1e-3) << x << " " << day;
  }
  const auto all = run({"-il", coarse, fine, "-step", "4", "-extent", "all"});
  ASSERT_EQ(all.code, 0) << all.err;
  // From 299985 to 301305: one and a half pixels beyond the fine image to the west, two and a half to the east.
  const RasterFile out = read_raster(folder_ / "out.tif");
  EXPECT_EQ(out.info.grid.size, (Size{133, 133}));
  EXPECT_EQ(out.info.grid.transform.a[0], 299980);
  EXPECT_EQ(out.info.grid.transform.a[3], 4800020);
  EXPECT_NEAR(out.at(0, 131, 60), 10 * 129.5, 10);  // the coarse image alone sees it, up to its last pixel's middle
  EXPECT_NEAR(out.at(1, 60, 60), 10 * 58.5, 1e-3);
}

TEST_F(SeriesGrid, OfOneDayTheFinerPixelsCountWhereTheyAreClear) {
  const std::string coarse = folder_ / "a_20210101.tif";
  const std::string fine = folder_ / "b_20210101.tif";
  write_raster(coarse, placed({40, 40}, 30, 300000, 4800000), 1, PixelType::f32, [](int, int, int) { return 1; });
  write_raster(fine, placed({120, 120}, 10, 300000, 4800000), 1, PixelType::f32,
               [](int, int x, int) { return x < 60 ? 2 : -1; });
  for (const auto& order : {std::vector{coarse, fine}, std::vector{fine, coarse}}) {
    const auto result = run({"-il", order[0], order[1], "-nodata", "-1"});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_NE(result.err.find("finer pixels before coarser ones"), std::string::npos) << result.err;
    const RasterFile out = read_raster(folder_ / "out.tif");
    for (int x = 0; x < 120; ++x) EXPECT_EQ(out.at(0, x, 60), x < 60 ? 2 : 1) << x;
  }
}

TEST_F(SeriesGrid, PixelsThatDifferByRoundingAreOfOneSize) {
  // On a logarithmic scale in steps of a thousandth these two round apart.
  const double side = std::exp(2.3025);
  const std::string larger = folder_ / "a_20210101.tif";
  const std::string smaller = folder_ / "b_20210101.tif";
  write_raster(larger, placed({40, 40}, side * (1 + 1e-5), 300000, 4800000), 1, PixelType::f32,
               [](int, int, int) { return 1; });
  write_raster(smaller, placed({40, 40}, side * (1 - 1e-5), 300000, 4800000), 1, PixelType::f32,
               [](int, int, int) { return 2; });
  for (const auto& order : {std::vector{larger, smaller}, std::vector{smaller, larger}}) {
    const auto result = run({"-il", order[0], order[1]});
    ASSERT_EQ(result.code, 0) << result.err;
    EXPECT_NE(result.out.find("those of " + order[0]), std::string::npos) << result.out;
    EXPECT_EQ(read_raster(folder_ / "out.tif").at(0, 20, 20), order[0] == larger ? 1 : 2) << "the first given counts";
  }
}

TEST_F(SeriesGrid, HoldsTilesOfAnotherZone) {
  // West and east of 6 degrees east, the border of the zones; both hold metres to the east of 739000 in zone 31.
  const Grid west = placed({90, 80}, 10, 740000, 4800000);
  const Zones to_32(32631, 32632);
  const Zones to_31(32632, 32631);
  const auto [x32, y32] = to_32(740500, 4800100);
  const Grid east = placed({100, 80}, 10, std::round(x32 / 10) * 10, std::round(y32 / 10) * 10, 32632);
  write_raster(folder_ / "w_20210101.tif", west, 1, PixelType::f32,
               [](int, int x, int) { return 1000 + 10 * (x + 0.5); });
  write_raster(folder_ / "e_20210103.tif", east, 1, PixelType::f32, [&](int, int x, int y) {
    return to_31(east.transform.x(x + 0.5, y + 0.5), east.transform.y(x + 0.5, y + 0.5)).first - 739000;
  });
  const auto result = run({"-il", folder_ / "w_20210101.tif", folder_ / "e_20210103.tif", "-extent", "all",
                           "-out.count", folder_ / "count.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile out = read_raster(folder_ / "out.tif");
  const RasterFile count = read_raster(folder_ / "count.tif");
  const Grid& grid = out.info.grid;
  EXPECT_TRUE(same_crs(grid.crs, west.crs));
  double left = 1e9;
  double right = 0;
  double top = 1e9;
  double bottom = 0;
  for (const int i : {0, 100})
    for (const int j : {0, 80}) {
      const auto [x, y] = to_31(east.transform.x(i, j), east.transform.y(i, j));
      left = std::min(left, (x - grid.transform.a[0]) / 10);
      right = std::max(right, (x - grid.transform.a[0]) / 10);
      top = std::min(top, (grid.transform.a[3] - y) / 10);
      bottom = std::max(bottom, (grid.transform.a[3] - y) / 10);
    }
  EXPECT_GE(left, 0);
  EXPECT_NEAR(right, grid.size.width, 1);
  EXPECT_LE(right, grid.size.width);
  EXPECT_LE(std::min(top, (grid.transform.a[3] - 4800000) / 10), 1);
  EXPECT_GE(top, 0);
  EXPECT_LE(bottom, grid.size.height);
  EXPECT_EQ(std::fmod(grid.transform.a[0] - 740000, 10), 0);
  int seen_twice = 0;
  int seen = 0;
  for (int y = 0; y < grid.size.height; ++y) {
    for (int x = 0; x < grid.size.width; ++x) {
      seen_twice += count.at(0, x, y) == 2;
      if (count.at(0, x, y) == 0) continue;
      ++seen;
      const double expected = grid.transform.x(x + 0.5, y + 0.5) - 739000;
      // Inside exact; at an edge bilinear repeats what half a pixel away is.
      ASSERT_NEAR(out.at(0, x, y), expected, 6) << x << " " << y;
    }
  }
  EXPECT_NEAR(out.at(0, grid.size.width - 30, grid.size.height / 2),
              grid.transform.x(grid.size.width - 29.5, 0) - 739000, 0.01);
  EXPECT_NEAR(seen, 90 * 80 + 100 * 80 - seen_twice, 150);  // what is seen once or twice are the two areas
  EXPECT_GT(seen_twice, 1000);
}

TEST_F(SeriesGrid, TellsOfScenesThatCoverLittleAndRecommendsWhatWorks) {
  write_raster(folder_ / "a_20210101.tif", placed({80, 80}, 10, 300000, 4800000), 1, PixelType::f32,
               [](int, int, int) { return 1; });
  write_raster(folder_ / "b_20210103.tif", placed({80, 80}, 10, 300600, 4800000), 1, PixelType::f32,
               [](int, int, int) { return 2; });
  const auto little = run({"-il", folder_ / "a_20210101.tif", folder_ / "b_20210103.tif"});
  ASSERT_EQ(little.code, 0) << little.err;
  EXPECT_NE(little.err.find("1 of 2 scenes cover less than half of the grid"), std::string::npos) << little.err;
  EXPECT_NE(little.err.find("b_20210103.tif 25 %"), std::string::npos) << little.err;
  const auto all = run({"-il", folder_ / "a_20210101.tif", folder_ / "b_20210103.tif", "-extent", "all"});
  EXPECT_EQ(all.err.find("less than half"), std::string::npos) << all.err;

  write_raster(folder_ / "c_20210105.tif", placed({80, 80}, 10, 300000, 4800000, 32632), 1, PixelType::f32,
               [](int, int, int) { return 3; });
  const auto apart = run({"-il", folder_ / "a_20210101.tif", folder_ / "c_20210105.tif"});
  EXPECT_EQ(apart.code, 2);
  EXPECT_NE(apart.err.find("c_20210105.tif does not overlap"), std::string::npos) << apart.err;
  EXPECT_NE(apart.err.find("-extent all"), std::string::npos) << apart.err;
  write_raster(folder_ / "d_20210105.tif", placed({80, 80}, 10, 300000, 4800000, 32648), 1, PixelType::f32,
               [](int, int, int) { return 3; });
  const auto far = run({"-il", folder_ / "a_20210101.tif", folder_ / "d_20210105.tif", "-extent", "all"});
  EXPECT_EQ(far.code, 2);
  EXPECT_NE(far.err.find("one region in one run"), std::string::npos) << far.err;
}

TEST_F(SeriesGrid, OfLandsatAndSentinel2IsTenMetresAndTheBandsLeftOutAreNamed) {
  const auto made = cers({"SimulateScene", "-side", "128", "-tiles", "31TCH", "31TDH", "-date", "2021-05-10",
                          "-products", "muscate", "landsat", "-truth", "false", "-out", folder_ / "scenes"});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto result = run({"-il", folder_ / "scenes", "-extent", "all", "-out.count", folder_ / "count.tif"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_NE(result.out.find("pixels of 10 m, EPSG:32631, those of "), std::string::npos) << result.out;
  EXPECT_NE(result.err.find("red_edge1, red_edge2, red_edge3 not used: scenes lack them, "), std::string::npos)
      << result.err;
  EXPECT_NE(result.err.find("T31TCH and 1 more"), std::string::npos) << result.err;
  const RasterFile out = read_raster(folder_ / "out.tif");
  EXPECT_EQ(out.info.bands.size(), 7U);
  EXPECT_GE(out.info.grid.size.width, 128 + 114);  // the second tile begins 1140 m east
}

TEST_F(SeriesGrid, TilesTogetherAreWhatTheyAreAlone) {
  const auto made = cers({"SimulateScene", "-side", "128", "-tiles", "31TCH", "31TDH", "-date", "2021-05-10", "-truth",
                          "false", "-out", folder_ / "scenes"});
  ASSERT_EQ(made.code, 0) << made.err;
  const auto together = run({"-il", folder_ / "scenes", "-bands", "red", "swir1", "-extent", "all"});
  ASSERT_EQ(together.code, 0) << together.err;
  const RasterFile all = read_raster(folder_ / "out.tif");
  int seen = 0;
  for (const auto& folder : std::filesystem::directory_iterator(std::string(folder_ / "scenes"))) {
    if (!folder.is_directory()) continue;
    const auto alone = run({"-il", folder.path().string(), "-bands", "red", "swir1"});
    ASSERT_EQ(alone.code, 0) << alone.err;
    const RasterFile tile = read_raster(folder_ / "out.tif");
    const auto& from = tile.info.grid.transform.a;
    const auto& to = all.info.grid.transform.a;
    const int dx = static_cast<int>(std::lround((from[0] - to[0]) / 10));
    const int dy = static_cast<int>(std::lround((to[3] - from[3]) / 10));
    for (int y = 0; y < 128; ++y) {
      for (int x = 0; x < 128; ++x) {
        // 12 to 16 columns of both tiles lie on each other: there the clear pixel of either counts.
        if (dx == 0 ? x >= 110 : x < 18) continue;
        for (int band = 0; band < 2; ++band) {
          const double value = tile.at(band, x, y);
          seen += value == value;
          if (value == value)
            ASSERT_EQ(all.at(band, x + dx, y + dy), value) << x << " " << y << " " << band;
          else
            ASSERT_TRUE(std::isnan(all.at(band, x + dx, y + dy))) << x << " " << y << " " << band;
        }
      }
    }
  }
  EXPECT_GT(seen, 2 * 110 * 128);  // half of both, in two bands
}

}  // namespace
}  // namespace cers::testing
