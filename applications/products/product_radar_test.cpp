// SPDX-License-Identifier: Apache-2.0
// Sentinel-1: what lies below the noise floor, and images that only control points place.
#include <cmath>
#include <cstdlib>

#include "made_products.hpp"

namespace cers::testing {
namespace {

constexpr int columns = 60;
constexpr int rows = 50;
constexpr double amplitude = 400;  // of the calibration table
constexpr double noise = 2000;     // DN²

double dn_at(int x, int y) {
  return x == 3 && y == 4 ? 0 : 20 + (7 * x + 3 * y) % 80;
}

bool run_command(const std::string& command) {
  return std::system((command + " > /dev/null 2>&1").c_str()) == 0;
}

/// A product whose measurement lies askew about 3° E, 43.3° N.
class Radar : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!run_command("gdal_translate --version") || !run_command("gdalwarp --version"))
      GTEST_SKIP() << "gdal_translate and gdalwarp are not installed";
    write_raster(folder_ / "plain.tif", {{columns, rows}, {}, {}, false}, 1, PixelType::u16,
                 [](int, int x, int y) { return dn_at(x, y); });
    std::string points;
    for (int row = 0; row <= rows; row += 10) {
      for (int column = 0; column <= columns; column += 15) {
        // Turned, stretched, and bent so that no plane fits.
        const double longitude = 3 + 0.00015 * column + 0.00002 * row + 1e-7 * column * row;
        const double latitude = 43.3 + 0.00003 * column - 0.0001 * row + 2e-7 * column * column;
        points += " -gcp " + std::to_string(column) + " " + std::to_string(row) + " " + number(longitude) + " " +
                  number(latitude);
      }
    }
    const std::string tail = "-20200101t000000-20200101t000025-030000-037000-001";
    image_ = (product() / "measurement" / ("s1a-iw-grd-vv" + tail + ".tiff")).string();
    std::filesystem::create_directories(product() / "measurement");
    ASSERT_TRUE(run_command("gdal_translate -a_srs EPSG:4326" + points + " " + (folder_ / "plain.tif") + " " + image_));
    made::write_text(
        product() / "manifest.safe",
        "<x:XFDU xmlns:x=\"x\"><metadataSection><metadataObject ID=\"acquisitionPeriod\"><metadataWrap><xmlData>"
        "<acquisitionPeriod><startTime>2020-01-01T00:00:00.000000</startTime></acquisitionPeriod></xmlData>"
        "</metadataWrap></metadataObject></metadataSection></x:XFDU>");
    made::write_text(product() / "annotation" / ("s1a-iw-grd-vv" + tail + ".xml"),
                     "<product><imageAnnotation><imageInformation><rangePixelSpacing>10</rangePixelSpacing>"
                     "</imageInformation></imageAnnotation></product>");
    const std::string at_pixels = "<line>0</line><pixel>0 100</pixel>";
    made::write_text(product() / "annotation/calibration" / ("calibration-s1a-iw-grd-vv" + tail + ".xml"),
                     "<calibration><calibrationVectorList><calibrationVector>" + at_pixels +
                         "<sigmaNought>400 400</sigmaNought><betaNought>300 300</betaNought><gamma>350 350</gamma>"
                         "</calibrationVector></calibrationVectorList></calibration>");
    made::write_text(product() / "annotation/calibration" / ("noise-s1a-iw-grd-vv" + tail + ".xml"),
                     "<noise><noiseRangeVectorList><noiseRangeVector>" + at_pixels +
                         "<noiseRangeLut>2000 2000</noiseRangeLut></noiseRangeVector></noiseRangeVectorList></noise>");
    write_raster(folder_ / "map.tif", map_grid(), 1, PixelType::u8, [](int, int, int) { return 1; });
  }
  static std::string number(double value) {
    std::ostringstream text;
    text.precision(12);
    text << value;
    return text.str();
  }
  std::filesystem::path product() const { return folder_.path() / "S1.SAFE"; }
  // Around 3° E, 43.3° N in UTM 31: 500 000, 4 794 000.
  static Grid map_grid() {
    Grid grid = utm_grid({70, 60}, 12);
    grid.transform.a = {499990, 12, 0, 4794250, 0, -12};
    return grid;
  }
  /// The amplitudes where `gdalwarp -tps` puts them, 0 beside them.
  RasterFile warped_by_gdal() const {
    const Grid grid = map_grid();
    const auto& a = grid.transform.a;
    const std::string extent =
        number(a[0]) + " " + number(a[3] - 12 * 60) + " " + number(a[0] + 12 * 70) + " " + number(a[3]);
    EXPECT_TRUE(run_command("gdalwarp -overwrite -tps -et 0 -r near -t_srs EPSG:32631 -ts 70 60 -te " + extent + " " +
                            image_ + " " + (folder_ / "gdal.tif")));
    return read_raster(folder_ / "gdal.tif");
  }

  TemporaryFolder folder_;
  std::string image_;
};

TEST_F(Radar, MaskOfWhatLiesBelowTheNoiseFloor) {
  const auto result = made::write_parts(product().string(), {"vv", "below_noise"}, folder_);
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile sigma = read_raster(folder_ / "vv.tif");
  const RasterFile mask = read_raster(folder_ / "below_noise.tif");
  int below = 0;
  for (int y = 0; y < rows; ++y) {
    for (int x = 0; x < columns; ++x) {
      const double dn = dn_at(x, y);
      const double floor = noise / (amplitude * amplitude);
      if (dn == 0) {
        EXPECT_TRUE(std::isnan(sigma.at(0, x, y)));
        EXPECT_EQ(mask.at(0, x, y), 0);
        continue;
      }
      const double value = (dn * dn - noise) / (amplitude * amplitude);
      EXPECT_NEAR(sigma.at(0, x, y), value, 1e-7) << "signed, also below the noise";
      EXPECT_EQ(mask.at(0, x, y), value < floor ? 1 : 0) << dn;
      below += value < floor ? 1 : 0;
    }
  }
  EXPECT_GT(below, 100);
  const auto info = cers({"ProductInfo", "-in", product().string()});
  EXPECT_NE(info.out.find("mask: below_noise 10 m: sigma0 below the noise floor in VV"), std::string::npos) << info.out;
}

TEST_F(Radar, ControlPointsPlaceItAsGdalDoes) {
  const RasterFile expected = warped_by_gdal();
  // The file itself, and the product calibrated.
  const auto file = cers({"Superimpose", "-inr", folder_ / "map.tif", "-inm", image_, "-interpolator", "nn", "-out",
                          folder_ / "file.tif", "uint16"});
  ASSERT_EQ(file.code, 0) << file.err;
  EXPECT_NE(file.err.find("terrain is not corrected"), std::string::npos) << file.err;
  const auto scene = cers({"Superimpose", "-inr", folder_ / "map.tif", "-inm", product().string(), "-interpolator",
                           "nn", "-fv", "-9", "-out", folder_ / "scene.tif"});
  ASSERT_EQ(scene.code, 0) << scene.err;
  const RasterFile numbers = read_raster(folder_ / "file.tif");
  const RasterFile sigma = read_raster(folder_ / "scene.tif");
  ASSERT_EQ(numbers.info.grid.size, expected.info.grid.size);
  int inside = 0;
  for (int y = 0; y < 60; ++y) {
    for (int x = 0; x < 70; ++x) {
      const double dn = expected.at(0, x, y);
      ASSERT_EQ(numbers.at(0, x, y), dn) << x << " " << y;
      if (dn == 0) continue;
      ++inside;
      EXPECT_NEAR(sigma.at(0, x, y), (dn * dn - noise) / (amplitude * amplitude), 1e-6) << x << " " << y;
    }
  }
  EXPECT_GT(inside, 1000) << "the image lies on the map";
}

TEST_F(Radar, PipelinesAlignItAndItsParts) {
  made::write_text(
      folder_.path() / "align.yaml",
      "cers: 1\nname: align\ninputs:\n  map: {kind: raster}\n"
      "  radar: {kind: product, align: map, resampling: nearest}\n"
      "steps:\n  - {id: all, app: BandMath, il: [radar, map], exp: \"im1b1\"}\n"
      "  - {id: low, app: Superimpose, inr: map, inm: radar.below_noise, interpolator: nn, fv: 7}\n"
      "outputs:\n  all: {from: all, to: all.tif, type: float}\n  low: {from: low, to: low.tif, type: uint8}\n");
  const auto result = cers({"run", folder_ / "align.yaml", "-map", folder_ / "map.tif", "-radar", product().string(),
                            "-out.dir", folder_.path().string()});
  ASSERT_EQ(result.code, 0) << result.err;
  const RasterFile expected = warped_by_gdal();
  const RasterFile all = read_raster(folder_ / "all.tif");
  const RasterFile low = read_raster(folder_ / "low.tif");
  for (int y = 0; y < 60; ++y) {
    for (int x = 0; x < 70; ++x) {
      const double dn = expected.at(0, x, y);
      if (dn == 0) {
        EXPECT_TRUE(std::isnan(all.at(0, x, y))) << x << " " << y;
        continue;
      }
      EXPECT_NEAR(all.at(0, x, y), (dn * dn - noise) / (amplitude * amplitude), 1e-6) << x << " " << y;
      EXPECT_EQ(low.at(0, x, y), dn * dn < 2 * noise ? 1 : 0) << x << " " << y;
    }
  }
}

}  // namespace
}  // namespace cers::testing
