// SPDX-License-Identifier: Apache-2.0
// Masks of Sentinel-2 as pixels: polygons, quality of bands, numbers of the bands themselves.
#include <cmath>

#include "made_products.hpp"

namespace cers::testing {
namespace {

constexpr int side = 24;  // of the 10 m bands
constexpr double west = 300000;
constexpr double north = 4800000;

struct Point {
  double x;
  double y;
};

// By the winding of the ring around the point: another way than counting crossings.
bool holds(const std::vector<Point>& ring, double x, double y) {
  double turned = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Point& a = ring[i];
    const Point& b = ring[(i + 1) % ring.size()];
    turned += std::atan2((a.x - x) * (b.y - y) - (a.y - y) * (b.x - x), (a.x - x) * (b.x - x) + (a.y - y) * (b.y - y));
  }
  return std::abs(turned) > 3;
}

std::string coordinates(const std::vector<Point>& ring, bool heights = false) {
  std::string text;
  for (std::size_t i = 0; i <= ring.size(); ++i) {
    const Point& point = ring[i % ring.size()];
    text += std::to_string(point.x) + " " + std::to_string(point.y) + (heights ? " -22.5 " : " ");
  }
  return text;
}

class PolygonMasks : public ::testing::Test {
 protected:
  void SetUp() override {
    product_ = {folder_.path() / "old.SAFE", {"31TCJ"}, 10000};
    product_.write_metadata({}, {"B02", "B04", "B11"});
    // One missing and one saturated number.
    const auto value = [](int x, int y) { return x == 0 && y == 5 ? 0 : x == 1 && y == 5 ? 65535 : 1000 + 10 * x + y; };
    for (const char* band : {"B02", "B04"}) product_.write_band("31TCJ", band, utm_grid({side, side}), value);
    product_.write_band("31TCJ", "B11", utm_grid({side / 2, side / 2}, 20), value);
  }
  void put(const std::string& kind, const std::string& band, const std::vector<made::GmlPolygon>& polygons) const {
    made::write_text(product_.mask("31TCJ", kind, band), made::gml(polygons));
  }
  RasterFile part(const std::string& name, const std::string& options = {}) const {
    const auto result = made::write_parts(product_.folder.string(), {name}, folder_, options);
    EXPECT_EQ(result.code, 0) << result.err;
    return read_raster(folder_ / (name + ".tif"));
  }

  // Corners on no centre of a pixel, one far outside of the tile.
  const std::vector<Point> cloud_{{west + 33, north - 41}, {west + 187, north - 22}, {west + 152, north - 193}};
  const std::vector<Point> hole_{{west + 101, north - 72}, {west + 139, north - 71}, {west + 118, north - 117}};
  const std::vector<Point> cirrus_{{west + 121, north - 151}, {west + 900, north - 163}, {west + 177, north - 229}};
  TemporaryFolder folder_;
  made::OldProduct product_;
};

TEST_F(PolygonMasks, CloudsAreDrawnOnTheGridThatIsAskedFor) {
  put("CLOUDS", "B00", {{"OPAQUE", {coordinates(cloud_), coordinates(hole_)}}, {"CIRRUS", {coordinates(cirrus_)}}});
  for (const auto& [gsd, options] : {std::pair{10, ""}, {20, "gsd: 20"}}) {
    const RasterFile cloud = part("cloud", options);
    const RasterFile cirrus = part("cirrus", options);
    const int pixels = side * 10 / gsd;
    ASSERT_EQ(cloud.info.grid.size, (Size{pixels, pixels}));
    int opaque = 0;
    for (int y = 0; y < pixels; ++y) {
      for (int x = 0; x < pixels; ++x) {
        const double at_x = west + (x + 0.5) * gsd;
        const double at_y = north - (y + 0.5) * gsd;
        const bool thin = holds(cirrus_, at_x, at_y);
        const bool thick = holds(cloud_, at_x, at_y) && !holds(hole_, at_x, at_y);
        opaque += thick ? 1 : 0;
        EXPECT_EQ(cirrus.at(0, x, y), thin ? 1 : 0) << x << " " << y << " of " << gsd;
        EXPECT_EQ(cloud.at(0, x, y), thin || thick ? 1 : 0) << x << " " << y << " of " << gsd;
      }
    }
    EXPECT_GT(opaque, 20) << "the test draws something";
  }
}

TEST_F(PolygonMasks, EmptyFilesMaskNothing) {
  put("CLOUDS", "B00", {});
  const RasterFile cloud = part("cloud");
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) ASSERT_EQ(cloud.at(0, x, y), 0);
  }
}

TEST_F(PolygonMasks, BandsHaveTheirOwn) {
  put("NODATA", "B02",
      {{"QT_NODATA_PIXELS", {coordinates(cloud_, true)}, 3},
       {"QT_PARTIALLY_CORRECTED_PIXELS", {coordinates(cirrus_, true)}, 3}});
  put("SATURA", "B04", {{"QT_SATURATED_PIXELS_L1A", {coordinates(hole_)}}});
  put("DEFECT", "B04", {{"QT_DEFECTIVE_PIXELS", {coordinates(cirrus_)}}});
  const RasterFile nodata = part("nodata");
  const RasterFile saturated = part("saturated");
  const RasterFile defective = part("defective");
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) {
      const double at_x = west + (x + 0.5) * 10;
      const double at_y = north - (y + 0.5) * 10;
      // The numbers of the bands count too.
      EXPECT_EQ(nodata.at(0, x, y), holds(cloud_, at_x, at_y) || (x == 0 && y == 5) ? 1 : 0) << x << " " << y;
      EXPECT_EQ(saturated.at(0, x, y), holds(hole_, at_x, at_y) || (x == 1 && y == 5) ? 1 : 0) << x << " " << y;
      EXPECT_EQ(defective.at(0, x, y), holds(cirrus_, at_x, at_y) ? 1 : 0) << x << " " << y;
    }
  }
}

TEST_F(PolygonMasks, DamagedFilesAreNamed) {
  const auto fails_with = [&](const std::string& text, const std::string& words) {
    made::write_text(product_.mask("31TCJ", "CLOUDS", "B00"), text);
    const auto result = made::write_parts(product_.folder.string(), {"cloud"}, folder_);
    EXPECT_NE(result.code, 0) << words;
    EXPECT_NE(result.err.find("MSK_CLOUDS"), std::string::npos) << result.err;
    EXPECT_NE(result.err.find(words), std::string::npos) << result.err;
  };
  const std::string whole = made::gml({{"OPAQUE", {coordinates(cloud_)}}});
  fails_with(whole.substr(0, whole.size() / 2), "no whole XML document");
  fails_with(made::gml({{"OPAQUE", {coordinates(cloud_)}}}, "32632"), "EPSG:32632");
  fails_with(made::gml({{"OPAQUE", {"300000 nowhere 3 4 5 6 7 8"}}}), "'nowhere'");
  fails_with(made::gml({{"OPAQUE", {"1 2 3 4"}}}), "4 numbers");
}

TEST_F(PolygonMasks, WithoutAnyThereIsNoCloudMask) {
  const auto info = cers({"ProductInfo", "-in", product_.folder.string()});
  EXPECT_NE(info.out.find("problem: the cloud mask (MSK_CLOUDS_B00.gml)"), std::string::npos) << info.out;
}

TEST_F(PolygonMasks, SaturatedNumbersAreNoReflectance) {
  const RasterFile blue = part("blue");
  const RasterFile raw = part("raw_blue");
  EXPECT_TRUE(std::isnan(blue.at(0, 0, 5)));
  EXPECT_TRUE(std::isnan(blue.at(0, 1, 5)));
  EXPECT_FLOAT_EQ(static_cast<float>(blue.at(0, 2, 5)), 0.1025F);
  EXPECT_EQ(raw.at(0, 1, 5), 65535);
  EXPECT_EQ(raw.at(0, 0, 5), 0);
}

TEST_F(PolygonMasks, RasterMasksSinceBaseline4) {
  std::filesystem::create_directories(product_.granule("31TCJ") / "QI_DATA");
  // Component 5 of 8 defective, 6 without data, 8 saturated.
  for (const char* band : {"B02", "B04"}) {
    write_raster((product_.granule("31TCJ") / "QI_DATA" / (std::string("MSK_QUALIT_") + band + ".tif")).string(),
                 utm_grid({side, side}), 8, PixelType::u8,
                 [&](int component, int x, int y) { return band[2] == '2' && x == component && y == 9 ? 1 : 0; });
  }
  const std::pair<const char*, int> masks[] = {{"defective", 4}, {"nodata", 5}, {"saturated", 7}};
  for (const auto& [name, column] : masks) {
    const RasterFile mask = part(name);
    for (int x = 0; x < side; ++x) EXPECT_EQ(mask.at(0, x, 9), x == column ? 1 : 0) << name << " " << x;
  }
}

}  // namespace
}  // namespace cers::testing
