// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "command.hpp"

namespace cers::testing {
namespace {

/// The window that a command should take.
struct Expected {
  std::vector<std::string> words;
  Window window;
};

class ExtractROI : public ::testing::Test {
 protected:
  static double value(int band, int x, int y) { return 10000.0 * band + 40 * x + y; }
  void SetUp() override { write_raster(image_, utm_grid({200, 150}), 3, PixelType::u16, value, 65535); }
  CommandResult run(std::vector<std::string> more) {
    std::vector<std::string> words{"ExtractROI", "-in", image_, "-out", out_, "uint16"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  void expect_window(const Expected& expected) {
    const std::string trace = ::testing::PrintToString(expected.words);
    const CommandResult result = run(expected.words);
    ASSERT_EQ(result.code, 0) << trace << result.err;
    const RasterFile file = read_raster(out_);
    const auto [x, y, width, height] = expected.window;
    ASSERT_EQ(file.info.grid.size, (Size{width, height})) << trace;
    EXPECT_EQ(file.info.grid.transform, utm_grid({200, 150}).transform.shifted(x, y)) << trace;
    for (int band = 0; band < 3; ++band) {
      EXPECT_EQ(file.at(band, 0, 0), value(band, x, y)) << trace;
      EXPECT_EQ(file.at(band, width - 1, height - 1), value(band, x + width - 1, y + height - 1)) << trace;
    }
  }
  void expect_refused(const std::vector<std::string>& words, const std::string& said) {
    const CommandResult result = run(words);
    EXPECT_EQ(result.code, 2) << ::testing::PrintToString(words);
    EXPECT_NE(result.err.find(said), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(out_)) << ::testing::PrintToString(words);
  }
  static std::vector<std::string> extent(const std::string& unit, const std::array<double, 4>& corners) {
    std::vector<std::string> words{"-mode", "extent", "-mode.extent.unit", unit};
    const char* const keys[] = {"ulx", "uly", "lrx", "lry"};
    for (std::size_t i = 0; i < 4; ++i) {
      words.push_back(std::string("-mode.extent.") + keys[i]);
      words.push_back(std::to_string(corners[i]));
    }
    return words;
  }
  static std::vector<std::string> radius(const std::string& unit, double r, const std::string& center_unit, double x,
                                         double y) {
    return {"-mode",           "radius",          "-mode.radius.unitr", unit,
            "-mode.radius.r",  std::to_string(r), "-mode.radius.cx",    std::to_string(x),
            "-mode.radius.cy", std::to_string(y), "-mode.radius.unitc", center_unit};
  }

  TemporaryFolder folder_;
  std::string image_ = folder_ / "image.tif";
  std::string out_ = folder_ / "out.tif";
};

TEST_F(ExtractROI, takes_a_window_by_its_first_pixel_and_size) {
  expect_window({{"-startx", "30", "-starty", "41", "-sizex", "50", "-sizey", "60"}, {30, 41, 50, 60}});
  expect_window({{"-startx", "199", "-starty", "149", "-sizex", "1", "-sizey", "1"}, {199, 149, 1, 1}});
  expect_window({{"-startx", "30", "-sizey", "20"}, {30, 0, 170, 20}});
  expect_window({{}, {0, 0, 200, 150}});
  EXPECT_EQ(read_raster(out_).info.bands[0].nodata, 65535);
}

TEST_F(ExtractROI, both_corners_of_an_extent_belong_to_it) {
  expect_window({extent("pxl", {10, 20, 110, 95}), {10, 20, 101, 76}});
  expect_window({extent("pxl", {10.7, 20.2, 20.9, 30.5}), {11, 20, 11, 12}});
  expect_window({extent("phy", {300105, 4799795, 300205, 4799695}), {10, 20, 11, 11}});
  expect_window({{"-mode", "extent"}, {0, 0, 200, 150}});
  expect_window({{"-mode", "extent", "-mode.extent.lrx", "20"}, {0, 0, 21, 150}});
}

TEST_F(ExtractROI, a_corner_between_pixels_belongs_to_the_right_and_lower_one) {
  expect_window({extent("phy", {300100, 4799800, 300200, 4799700}), {10, 20, 11, 11}});
  expect_window({extent("phy", {300099.9, 4799800.1, 300199.9, 4799700.1}), {9, 19, 11, 11}});
}

// Centres of pixels by gdaltransform -s_srs EPSG:32631 -t_srs EPSG:4326; north is turned by a degree and a half.
TEST_F(ExtractROI, longitude_and_latitude_may_name_either_diagonal) {
  const std::array north_west{0.539624394, 43.321837346};  // 50,50
  const std::array south_east{0.545966494, 43.317471631};  // 100,100
  const std::array south_west{0.539805999, 43.317339211};  // 50,100
  const std::array north_east{0.545785343, 43.321969787};  // 100,50
  const Window window{50, 50, 51, 51};
  expect_window({extent("lonlat", {north_west[0], north_west[1], south_east[0], south_east[1]}), window});
  expect_window({extent("lonlat", {south_west[0], south_west[1], north_east[0], north_east[1]}), window});
  expect_window({radius("pxl", 3, "lonlat", north_west[0], north_west[1]), {47, 47, 7, 7}});
}

TEST_F(ExtractROI, a_radius_reaches_both_ways_from_the_centre) {
  expect_window({radius("pxl", 40, "pxl", 100, 75), {60, 35, 81, 81}});
  expect_window({radius("pxl", 40.9, "pxl", 100.9, 75.9), {60, 35, 81, 81}});
  expect_window({radius("phy", 44, "pxl", 100, 75), {96, 71, 9, 9}});
  expect_window({radius("phy", 46, "pxl", 100, 75), {95, 70, 11, 11}});
  expect_window({radius("phy", 100, "phy", 301003, 4799203), {90, 69, 21, 21}});
  expect_window({{"-mode", "radius", "-mode.radius.r", "0"}, {100, 75, 1, 1}});
}

TEST_F(ExtractROI, fits_to_an_image_of_other_pixels_and_reference_system) {
  const std::string reference = folder_ / "reference.tif";
  Grid grid = utm_grid({10, 5}, 20);
  grid.transform.a[0] += 300;
  grid.transform.a[3] -= 400;
  write_raster(reference, grid, 1, PixelType::u8, [](int, int, int) { return 1; });
  const std::vector<std::string> words{"-mode", "fit", "-mode.fit.im", reference};
  expect_window({words, {30, 40, 20, 10}});

  // From about the centre of pixel 50,50 to that of 100,100; north is turned by a degree and a half here.
  Grid degrees = grid;
  degrees.size = {1, 1};
  degrees.crs = R"(GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],)"
                R"(UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]])";
  degrees.transform.a = {0.53962, 0.00635, 0, 43.32184, 0, -0.00437};
  write_raster(reference, degrees, 1, PixelType::u8, [](int, int, int) { return 1; });
  const CommandResult result = run(words);
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile file = read_raster(out_);
  EXPECT_NEAR(file.info.grid.transform.a[0], 300500, 20);
  EXPECT_NEAR(file.info.grid.transform.a[3], 4799500, 20);
  EXPECT_NEAR(file.info.grid.size.width, 51, 2);
  EXPECT_NEAR(file.info.grid.size.height, 51, 2);
}

TEST_F(ExtractROI, takes_channels_in_the_order_named) {
  ASSERT_EQ(
      run({"-startx", "5", "-starty", "6", "-sizex", "7", "-sizey", "8", "-cl", "Channel3", "channel1", "Channel3"})
          .code,
      0);
  const RasterFile file = read_raster(out_);
  ASSERT_EQ(file.info.bands.size(), 3U);
  EXPECT_EQ(file.at(0, 6, 7), value(2, 11, 13));
  EXPECT_EQ(file.at(1, 6, 7), value(0, 11, 13));
  EXPECT_EQ(file.at(2, 6, 7), value(2, 11, 13));
}

TEST_F(ExtractROI, doubles_stay_exact) {
  const std::string exact = folder_ / "exact.tif";
  write_raster(exact, utm_grid({20, 20}), 1, PixelType::f64, [](int, int x, int y) { return 1.0 / (1 + x + 20 * y); });
  ASSERT_EQ(cers({"ExtractROI", "-in", exact, "-startx", "3", "-starty", "4", "-out", out_, "double"}).code, 0);
  EXPECT_EQ(read_raster(out_).at(0, 1, 2), 1.0 / (1 + 4 + 20 * 6));
}

TEST_F(ExtractROI, what_lies_beyond_the_image_is_cut_off_and_told) {
  const std::vector<std::string> words{"-startx", "150", "-starty", "140", "-sizex", "100", "-sizey", "100"};
  expect_window({words, {150, 140, 50, 10}});
  EXPECT_NE(run(words).err.find("50×10"), std::string::npos);
  expect_window({extent("pxl", {-10, -20, 4, 3}), {0, 0, 5, 4}});
  expect_window({radius("pxl", 400, "pxl", 0, 0), {0, 0, 200, 150}});
}

TEST_F(ExtractROI, a_region_without_pixels_never_starts_a_run) {
  expect_refused({"-startx", "200"}, "columns 0 to 199 and lines 0 to 149");
  expect_refused({"-startx", "300", "-sizex", "20"}, "lies outside");
  expect_refused({"-startx", "-3"}, "-startx");
  expect_refused(extent("phy", {0, 0, 10, -10}), "lies outside");
  expect_refused(extent("pxl", {30, 10, 20, 40}), "wrong order");
  const std::string speck = folder_ / "speck.tif";
  Grid grid = utm_grid({1, 1}, 1);
  grid.transform.a[0] += 102;
  write_raster(speck, grid, 1, PixelType::u8, [](int, int, int) { return 1; });
  expect_refused({"-mode", "fit", "-mode.fit.im", speck}, "no pixel");
}

TEST_F(ExtractROI, what_is_not_there_or_not_supported_is_said) {
  expect_refused({"-cl", "Channel4"}, "Channel1 to Channel3");
  expect_refused({"-cl", "2"}, "no channel '2'");
  expect_refused({"-mode", "fit"}, "-mode.fit.im");
  expect_refused({"-mode", "fit", "-mode.fit.vect", "field.shp"}, "not supported");
  expect_refused({"-mode", "radius"}, "-mode.radius.r");
  expect_refused({"-mode", "extent", "-mode.extent.unit", "phy", "-mode.extent.ulx", "300100"}, "mode.extent.uly");
  expect_refused(extent("lonlat", {0, 95, 1, 96}), "latitude 95");
  image_ = folder_ / "absent.tif";
  expect_refused({}, "absent.tif");
}

TEST_F(ExtractROI, coordinates_need_a_reference_system) {
  write_raster(image_, Grid{{20, 20}, {}, {}, false}, 1, PixelType::u8, [](int, int x, int) { return x; });
  expect_refused(extent("lonlat", {0.5, 43, 0.6, 42}), "reference system");
}

TEST_F(ExtractROI, keys_of_another_mode_are_warned_about) {
  const CommandResult result = run({"-mode", "extent", "-startx", "4", "-mode.fit.im", image_});
  EXPECT_EQ(result.code, 0);
  EXPECT_NE(result.err.find("-startx"), std::string::npos) << result.err;
  EXPECT_NE(result.err.find("-mode.fit.im"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace cers::testing
