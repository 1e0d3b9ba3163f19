// SPDX-License-Identifier: Apache-2.0
// Angles of products as rasters, against the closed form of their grids.
#include <cmath>
#include <numbers>

#include "made_products.hpp"

namespace cers::testing {
namespace {

constexpr double radians = std::numbers::pi / 180;
constexpr int nodes = 4;
constexpr double step = 70;  // metres; no multiple of a pixel

/// Angle at node (row, column); NaN where nothing is known.
using NodeValue = std::function<double(int row, int column)>;

std::string values(const char* name, const NodeValue& value) {
  std::string text = std::string("<") + name + "><COL_STEP>70</COL_STEP><ROW_STEP>70</ROW_STEP><Values_List>";
  for (int row = 0; row < nodes; ++row) {
    text += "<VALUES>";
    for (int column = 0; column < nodes; ++column) {
      const double angle = value(row, column);
      text += (std::isnan(angle) ? std::string("NaN") : std::to_string(angle)) + " ";
    }
    text += "</VALUES>";
  }
  return text + "</Values_List></" + name + ">";
}

std::string detector(const std::string& band, const std::string& number, const NodeValue& zenith,
                     const NodeValue& azimuth) {
  return "<Viewing_Incidence_Angles_Grids bandId=\"" + band + "\" detectorId=\"" + number + "\">" +
         values("Zenith", zenith) + values("Azimuth", azimuth) + "</Viewing_Incidence_Angles_Grids>";
}

double nothing(int, int) {
  return std::nan("");
}

class Angles : public ::testing::Test {
 protected:
  void open(const std::string& angles) {
    product_ = {folder_.path() / "product.SAFE", {"31TCJ"}, 10000};
    product_.write_metadata(angles);
    product_.write_band("31TCJ", "B02", utm_grid({20, 20}), [](int, int) { return 1000; });
    product_.write_band("31TCJ", "B04", utm_grid({20, 20}), [](int, int) { return 1000; });
  }
  RasterFile part(const std::string& name, const std::string& options = {}) const {
    const auto result = made::write_parts(product_.folder.string(), {name}, folder_, options);
    EXPECT_EQ(result.code, 0) << result.err;
    return read_raster(folder_ / (name + ".tif"));
  }

  TemporaryFolder folder_;
  made::OldProduct product_;
};

TEST_F(Angles, ZenithIsBilinearBetweenNodes) {
  // A product of two lines is its own bilinear interpolation: z = (20 + 2r)(1 + c / 4) is exact in every cell.
  const auto zenith = [](double row, double column) { return (20 + 2 * row) * (1 + column / 4); };
  open("<Sun_Angles_Grid>" + values("Zenith", zenith) + values("Azimuth", [](int, int) { return 150.0; }) +
       "</Sun_Angles_Grid>");
  const RasterFile raster = part("sun_zenith");
  EXPECT_EQ(raster.info.bands[0].nodata.has_value() && std::isnan(*raster.info.bands[0].nodata), true);
  for (int y = 0; y < 20; ++y) {
    for (int x = 0; x < 20; ++x)
      EXPECT_NEAR(raster.at(0, x, y), zenith((y + 0.5) * 10 / step, (x + 0.5) * 10 / step), 1e-4) << x << " " << y;
  }
}

TEST_F(Angles, AzimuthPassesNorth) {
  // East of column 1 the azimuths have gone through north: half way between 350° and 20° lies 5°, not 185°.
  open("<Sun_Angles_Grid>" + values("Zenith", [](int, int) { return 30.0; }) +
       values("Azimuth", [](int, int column) { return column < 2 ? 350.0 : 20.0; }) + "</Sun_Angles_Grid>");
  const RasterFile raster = part("sun_azimuth");
  for (int x = 0; x < 20; ++x) {
    const double column = (x + 0.5) * 10 / step;
    const double weight = std::clamp(column - 1, 0.0, 1.0);
    const double east = (1 - weight) * std::sin(350 * radians) + weight * std::sin(20 * radians);
    const double north = (1 - weight) * std::cos(350 * radians) + weight * std::cos(20 * radians);
    const double expected = std::fmod(std::atan2(east, north) / radians + 360, 360);
    EXPECT_NEAR(raster.at(0, x, 3), expected, 1e-3) << x;
    EXPECT_TRUE(expected >= 349 || expected <= 21) << "the test itself passes north";
  }
}

TEST_F(Angles, ViewsAreMeansOfDetectorsAndBands) {
  // Band 1 (B2): detector 1 sees columns 0 to 2, detector 2 columns 2 and 3. Band 3 (B4) sees everything at 8°.
  const auto first = [](int, int column) { return column <= 2 ? 4.0 : std::nan(""); };
  const auto second = [](int, int column) { return column >= 2 ? 6.0 : std::nan(""); };
  const auto azimuth_of = [](const NodeValue& seen, double azimuth) {
    return [seen, azimuth](int row, int column) { return std::isnan(seen(row, column)) ? std::nan("") : azimuth; };
  };
  open(detector("1", "1", first, azimuth_of(first, 100)) + detector("1", "2", second, azimuth_of(second, 120)) +
       detector(
           "3", "1", [](int, int) { return 8.0; }, [](int, int) { return 100.0; }));
  const RasterFile blue = part("view_zenith_B2");
  const RasterFile azimuth = part("view_azimuth_B2");
  const RasterFile all = part("view_zenith");
  const auto node = [](int column) { return column < 2 ? 4.0 : column == 2 ? 5.0 : 6.0; };
  for (int x = 0; x < 20; ++x) {
    const double column = (x + 0.5) * 10 / step;
    const int left = std::min(static_cast<int>(column), 2);
    const double expected = node(left) + (column - left) * (node(left + 1) - node(left));
    EXPECT_NEAR(blue.at(0, x, 9), expected, 1e-4) << x;
    EXPECT_NEAR(all.at(0, x, 9), (expected + 8) / 2, 1e-4) << x;
    if (column < 1) {
      EXPECT_NEAR(azimuth.at(0, x, 9), 100, 1e-3) << x;
    }
  }
}

TEST_F(Angles, UnknownNodesAreLeftOutOfTheWeights) {
  const auto seen = [](int, int column) { return column <= 1 ? 4.0 + column : std::nan(""); };
  open(detector("1", "1", seen,
                [&](int row, int column) { return std::isnan(seen(row, column)) ? std::nan("") : 9.0; }) +
       detector("3", "1", nothing, nothing));
  const RasterFile blue = part("view_zenith_B2");
  EXPECT_NEAR(blue.at(0, 3, 2), 4 + 35 / step, 1e-4);  // between known nodes
  EXPECT_NEAR(blue.at(0, 10, 2), 5, 1e-4);             // one side known
  EXPECT_TRUE(std::isnan(blue.at(0, 16, 2)));          // neither
}

TEST_F(Angles, FollowTheChosenGrid) {
  const auto zenith = [](double row, double column) { return 30 + row + 3 * column; };
  open("<Sun_Angles_Grid>" + values("Zenith", zenith) + values("Azimuth", [](int, int) { return 150.0; }) +
       "</Sun_Angles_Grid>");
  product_.write_band("31TCJ", "B11", utm_grid({10, 10}, 20), [](int, int) { return 1000; });
  const RasterFile raster = part("sun_zenith", "gsd: 20");
  ASSERT_EQ(raster.info.grid.size, (Size{10, 10}));
  EXPECT_NEAR(raster.at(0, 4, 7), zenith(7.5 * 20 / step, 4.5 * 20 / step), 1e-4);
}

TEST_F(Angles, AreListedAndSuggested) {
  open("<Sun_Angles_Grid>" + values("Zenith", [](int, int) { return 30.0; }) +
       values("Azimuth", [](int, int) { return 150.0; }) +
       "</Sun_Angles_Grid><Mean_Viewing_Incidence_Angle_List><Mean_Viewing_Incidence_Angle bandId=\"1\">"
       "<ZENITH_ANGLE>7.5</ZENITH_ANGLE><AZIMUTH_ANGLE>104</AZIMUTH_ANGLE></Mean_Viewing_Incidence_Angle>"
       "</Mean_Viewing_Incidence_Angle_List>");
  const auto info = cers({"ProductInfo", "-in", product_.folder.string()});
  EXPECT_NE(info.out.find("angle: sun_zenith: grid of 4 × 4 nodes, 70 m apart\n"), std::string::npos) << info.out;
  EXPECT_NE(info.out.find("angle: view_zenith_B2: mean of the scene, the same everywhere\n"), std::string::npos)
      << info.out;
  const RasterFile view = part("view_azimuth_B2");
  EXPECT_NEAR(view.at(0, 0, 0), 104, 1e-5);
  const auto wrong = made::write_parts(product_.folder.string(), {"sun_zenit"}, folder_);
  EXPECT_NE(wrong.err.find("sun_zenith"), std::string::npos) << wrong.err;
}

// Landsat Level 1 delivers angles as images in hundredths of a degree, azimuths from -180 to 180.
TEST(LandsatAngles, ImagesOfAzimuthsAreResampledAsDirections) {
  const TemporaryFolder folder;
  const std::string stem = "LC08_L1TP_198030_20200101_20200113_02_T1";
  std::string text = "GROUP = LANDSAT_METADATA_FILE\n";
  const auto group = [&](const std::string& name, const std::vector<std::string>& lines) {
    text += "GROUP = " + name + "\n";
    for (const std::string& line : lines) text += line + "\n";
    text += "END_GROUP = " + name + "\n";
  };
  group("PRODUCT_CONTENTS", {"LANDSAT_PRODUCT_ID = \"" + stem + "\"", "PROCESSING_LEVEL = \"L1TP\""});
  group("IMAGE_ATTRIBUTES", {"SPACECRAFT_ID = \"LANDSAT_8\"", "SENSOR_ID = \"OLI_TIRS\"", "DATE_ACQUIRED = 2020-01-01",
                             "SCENE_CENTER_TIME = \"10:00:00Z\"", "SUN_ELEVATION = 30", "SUN_AZIMUTH = 160"});
  group("PROJECTION_ATTRIBUTES", {"MAP_PROJECTION = \"UTM\"", "UTM_ZONE = 31"});
  group("LEVEL1_RADIOMETRIC_RESCALING", {"REFLECTANCE_MULT_BAND_4 = 2E-5", "REFLECTANCE_ADD_BAND_4 = -0.1",
                                         "REFLECTANCE_MULT_BAND_8 = 2E-5", "REFLECTANCE_ADD_BAND_8 = -0.1"});
  made::write_text(folder.path() / "p" / (stem + "_MTL.txt"), text + "END_GROUP = LANDSAT_METADATA_FILE\nEND\n");
  const auto file = [&](const std::string& end) {
    return (folder.path() / "p" / (stem + "_" + end + ".TIF")).string();
  };
  const auto constant = [](int, int, int) { return 10000.0; };
  write_raster(file("B4"), utm_grid({8, 8}, 30), 1, PixelType::u16, constant);
  write_raster(file("B8"), utm_grid({16, 16}, 15), 1, PixelType::u16, constant);
  write_raster(file("SZA"), utm_grid({8, 8}, 30), 1, PixelType::i16, [](int, int x, int) { return 3000 + 100 * x; });
  write_raster(file("SAA"), utm_grid({8, 8}, 30), 1, PixelType::i16,
               [](int, int x, int) { return x < 4 ? -17900 : 17900; });
  const std::string product = (folder.path() / "p").string();
  auto result = made::write_parts(product, {"sun_zenith", "sun_azimuth"}, folder, "gsd: 15");
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile zenith = read_raster(folder / "sun_zenith.tif");
  const RasterFile azimuth = read_raster(folder / "sun_azimuth.tif");
  ASSERT_EQ(zenith.info.grid.size, (Size{16, 16}));
  for (int x = 1; x < 15; ++x) {
    EXPECT_NEAR(zenith.at(0, x, 7), 30 + (x + 0.5) / 2 - 0.5, 1e-4) << x;
    EXPECT_NEAR(azimuth.at(0, x, 7), 180, 1.01) << "between 181° and 179° lies south: " << x;
  }
  EXPECT_NEAR(azimuth.at(0, 2, 7), 181, 1e-3);
  result = made::write_parts(product, {"view_zenith"}, folder);
  EXPECT_NE(result.code, 0) << "there are no view angles";
}

}  // namespace
}  // namespace cers::testing
