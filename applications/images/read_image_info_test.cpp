// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>
#include <map>

#include "cers/core/text.hpp"
#include "command.hpp"

namespace cers::testing {
namespace {

class ReadImageInfo : public ::testing::Test {
 protected:
  CommandResult run() { return cers({"ReadImageInfo", "-in", image_}); }
  /// What is printed, by key.
  std::map<std::string, std::string> read() {
    const CommandResult result = run();
    EXPECT_EQ(result.code, 0) << result.err;
    std::map<std::string, std::string> values;
    for (const std::string& line : split(result.out, '\n')) {
      if (const auto colon = line.find(": "); colon != std::string::npos) {
        values[line.substr(0, colon)] = line.substr(colon + 2);
      }
    }
    return values;
  }

  TemporaryFolder folder_;
  std::string image_ = folder_ / "image.tif";
};

TEST_F(ReadImageInfo, prints_the_header_in_the_order_of_otb) {
  write_raster(image_, utm_grid({300, 200}), 3, PixelType::u16, [](int, int x, int) { return x; });
  const CommandResult result = run();
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_TRUE(result.out.starts_with(
      "Output parameters value:\nindexx: 0\nindexy: 0\nsizex: 300\nsizey: 200\nspacingx: 10\nspacingy: -10\n"
      "originx: 300005\noriginy: 4799995\nestimatedgroundspacingx: "))
      << result.out;
  EXPECT_NE(result.out.find("\nnumberbands: 3\ndatatype: unsigned_short\nid: \ntime: \ntown: \ncountry: \nrgb.r: 0\n"
                            "rgb.g: 1\nrgb.b: 2\nprojectionref: PROJCS[\"WGS 84 / UTM zone 31N\""),
            std::string::npos)
      << result.out;
  EXPECT_TRUE(
      result.out.ends_with("\ngcp.count: 0\ngcp.proj: \ngcp.ids: \ngcp.info: \ngcp.imcoord: \ngcp.geocoord: \n"
                           "metadata: \n"))
      << result.out;
}

TEST_F(ReadImageInfo, measures_pixels_on_a_sphere) {
  Grid grid = utm_grid({3600, 1});
  grid.crs = R"(GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],)"
             R"(UNIT["degree",0.0174532925199433],AUTHORITY["EPSG","4326"]])";
  grid.transform.a = {-180, 0.1, 0, 60.05, 0, -0.1};
  write_raster(image_, grid, 1, PixelType::u8, [](int, int, int) { return 1; });
  auto values = read();
  const double degree = 6371000 * std::acos(-1.0) / 180;
  EXPECT_NEAR(std::stod(values["estimatedgroundspacingy"]), 0.1 * degree, 1e-4);
  // The parallel of 60 degrees is half as long as the equator; the great circle is shorter by a few parts in 10^7.
  EXPECT_NEAR(std::stod(values["estimatedgroundspacingx"]), 0.05 * degree, 0.01);
  EXPECT_NEAR(std::stod(values["originx"]), -179.95, 1e-12);
}

TEST_F(ReadImageInfo, prints_coordinates_in_full) {
  Grid grid = utm_grid({10, 10}, 0.3);
  grid.transform.a[0] = 1079087.640516358;
  write_raster(image_, grid, 1, PixelType::f64, [](int, int, int) { return 1; });
  auto values = read();
  EXPECT_EQ(values["originx"], format_real(1079087.640516358 + 0.15));
  EXPECT_EQ(values["datatype"], "double");
}

TEST_F(ReadImageInfo, knows_nothing_of_the_ground_without_a_reference_system) {
  write_raster(image_, Grid{{20, 10}, {}, {}, false}, 1, PixelType::f32, [](int, int, int) { return 1; });
  auto values = read();
  EXPECT_EQ(values["originx"], "0.5");
  EXPECT_EQ(values["spacingy"], "1");
  EXPECT_EQ(values["estimatedgroundspacingx"], "");
  EXPECT_EQ(values["projectionref"], "");
}

TEST_F(ReadImageInfo, counts_the_bands_chosen_in_the_file_name) {
  write_raster(image_, utm_grid({30, 20}), 4, PixelType::i16, [](int, int x, int) { return x; });
  image_ += "?&bands=2,3";
  EXPECT_EQ(read()["numberbands"], "2");
}

TEST_F(ReadImageInfo, lists_ground_control_points) {
  image_ = folder_ / "image.vrt";
  std::ofstream(image_) << R"(<VRTDataset rasterXSize="20" rasterYSize="10"><GCPList Projection="EPSG:4326">)"
                        << R"(<GCP Id="7" Info="gate" Pixel="0.5" Line="0.5" X="4.25" Y="44.2"/>)"
                        << R"(<GCP Id="8" Info="mast" Pixel="19.5" Line="9.5" X="4.3" Y="44.1" Z="120"/>)"
                        << R"(</GCPList><VRTRasterBand dataType="Byte" band="1"/></VRTDataset>)";
  auto values = read();
  EXPECT_EQ(values["gcp.count"], "2");
  EXPECT_TRUE(values["gcp.proj"].starts_with("GEOGCS[\"WGS 84\"")) << values["gcp.proj"];
  EXPECT_EQ(values["gcp.ids"], "7 8");
  EXPECT_EQ(values["gcp.info"], "gate mast");
  EXPECT_EQ(values["gcp.imcoord"], "[0.5, 0.5] [19.5, 9.5]");
  EXPECT_EQ(values["gcp.geocoord"], "[4.25, 44.2, 0] [4.3, 44.1, 120]");
  EXPECT_EQ(values["estimatedgroundspacingx"], "");
}

TEST_F(ReadImageInfo, faults_are_told_and_nothing_is_printed) {
  const CommandResult absent = run();
  EXPECT_EQ(absent.code, 2);
  EXPECT_EQ(absent.out, "");
  EXPECT_NE(absent.err.find("image.tif"), std::string::npos) << absent.err;
  const CommandResult key = cers({"ReadImageInfo", "-in", image_, "-imagemetadata", "1"});
  EXPECT_EQ(key.code, 2);
  EXPECT_NE(key.err.find("-imagemetadata"), std::string::npos) << key.err;
}

}  // namespace
}  // namespace cers::testing
