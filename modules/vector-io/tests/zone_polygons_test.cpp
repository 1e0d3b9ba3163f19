// SPDX-License-Identifier: Apache-2.0
#include "cers/vector-io/zone_polygons.hpp"

#include <gdal_alg.h>
#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>
#include <unistd.h>

#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <random>

#include "cers/core/error.hpp"
#include "cers/geo/crs.hpp"

namespace cers {
namespace {

class Polygons : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "cers-zones-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string write(const std::string& features, const std::string& name = "zones.geojson", int epsg = 32631) {
    const std::string path = (folder_ / name).string();
    std::ofstream(path)
        << R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::)" << epsg
        << R"("}},"features":[)" << features << "]}";
    return path;
  }
  static std::string polygon(const std::string& massif, const std::vector<std::pair<double, double>>& ring) {
    std::string text = R"({"type":"Feature","properties":{"massif":")" + massif +
                       R"("},"geometry":{"type":"Polygon","coordinates":[[)";
    for (const auto& [x, y] : ring) text += "[" + std::to_string(x) + "," + std::to_string(y) + "],";
    text += "[" + std::to_string(ring[0].first) + "," + std::to_string(ring[0].second) + "]]]}}";
    return text;
  }
  std::vector<std::int32_t> drawn(const Node& node, Size tile) {
    std::vector<std::int32_t> whole(static_cast<std::size_t>(grid_.size.area()));
    const TileGrid tiles(grid_.size, tile);
    for (int i = 0; i < tiles.count(); ++i) {
      Block block(tiles[i], 1, PixelType::i32);
      node.compute({}, block, nullptr);
      const auto plane = block.plane<std::int32_t>(0);
      for (int y = tiles[i].y; y < tiles[i].bottom(); ++y)
        for (int x = tiles[i].x; x < tiles[i].right(); ++x)
          whole[static_cast<std::size_t>(y * grid_.size.width + x)] = plane.at(x, y);
    }
    return whole;
  }
  Grid grid_{{120, 90}, {{300000, 20, 0, 4800000, 0, -20}}, crs_from_epsg(32631), true};
  std::filesystem::path folder_;
};

TEST_F(Polygons, HoldTheCentresOfTheirPixels) {
  // Columns 10 to 19, lines 5 to 14, a quarter of a pixel larger: no further centre. Then a later one over its corner.
  const std::string path =
      write(polygon("Ossau", {{300195, 4799905}, {300405, 4799905}, {300405, 4799695}, {300195, 4799695}}) + "," +
            polygon("Aure", {{300300, 4799800}, {300600, 4799800}, {300600, 4799400}, {300300, 4799400}}) + "," +
            polygon("Ossau", {{301000, 4799000}, {301100, 4799000}, {301100, 4798900}, {301000, 4798900}}));
  const auto zones = std::make_shared<const ZonePolygons>(path, "massif", grid_);
  EXPECT_EQ(zones->names(), (std::vector<std::string>{"Ossau", "Aure"}));
  const auto pixels = drawn(*make_zones(grid_, zones), {120, 90});
  const auto at = [&](int x, int y) { return pixels[static_cast<std::size_t>(y * 120 + x)]; };
  EXPECT_EQ(at(10, 5), 1);
  EXPECT_EQ(at(9, 5), 0);
  EXPECT_EQ(at(19, 5), 1);
  EXPECT_EQ(at(20, 5), 0);
  EXPECT_EQ(at(10, 14), 1);
  EXPECT_EQ(at(10, 15), 0);
  EXPECT_EQ(at(15, 10), 2) << "the later feature wins";
  EXPECT_EQ(at(50, 50), 1);
  EXPECT_EQ(std::make_shared<const ZonePolygons>(path, "", grid_)->names().size(), 3U);
}

// Ragged shapes: the same pixels for any tiles, and those of GDAL on the whole raster.
TEST_F(Polygons, AreDrawnAlikeInAnyTiles) {
  std::mt19937 random(11);
  const auto number = [&](double low, double high) {
    return low + (high - low) * static_cast<double>(random() % 10007) / 10007.0;
  };
  std::string features;
  for (int i = 0; i < 12; ++i) {
    const double x = number(300000, 302400);
    const double y = number(4798200, 4800000);
    std::vector<std::pair<double, double>> ring;
    for (int k = 0; k < 23; ++k) {
      const double angle = 2 * 3.14159265 * k / 23;
      const double radius = number(60, 600);
      ring.emplace_back(x + radius * std::cos(angle), y + radius * std::sin(angle));
    }
    features += (i > 0 ? "," : "") + polygon("m" + std::to_string(i), ring);
  }
  const std::string path = write(features);
  const auto zones = std::make_shared<const ZonePolygons>(path, "massif", grid_);
  const auto node = make_zones(grid_, zones);
  const auto whole = drawn(*node, {120, 90});
  EXPECT_EQ(drawn(*node, {17, 23}), whole);
  EXPECT_EQ(drawn(*node, {64, 64}), whole);

  GDALAllRegister();
  std::array<double, 6> transform = grid_.transform.a;
  const GDALDatasetUniquePtr raster(
      GetGDALDriverManager()->GetDriverByName("MEM")->Create("", 120, 90, 1, GDT_Int32, nullptr));
  ASSERT_EQ(raster->SetGeoTransform(transform.data()), CE_None);
  const GDALDatasetUniquePtr file(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR));
  std::vector<OGRFeatureUniquePtr> kept;
  std::vector<OGRGeometryH> shapes;
  std::vector<double> values;
  for (auto&& feature : file->GetLayer(0)) {
    shapes.push_back(OGRGeometry::ToHandle(feature->GetGeometryRef()));
    values.push_back(static_cast<double>(values.size()) + 1);
    kept.push_back(std::move(feature));
  }
  int band = 1;
  ASSERT_EQ(GDALRasterizeGeometries(GDALDataset::ToHandle(raster.get()), 1, &band, static_cast<int>(shapes.size()),
                                    shapes.data(), nullptr, nullptr, values.data(), nullptr, nullptr, nullptr),
            CE_None);
  std::vector<std::int32_t> theirs(whole.size());
  ASSERT_EQ(raster->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, 120, 90, theirs.data(), 120, 90, GDT_Int32, 0, 0),
            CE_None);
  EXPECT_EQ(whole, theirs);
}

TEST_F(Polygons, OfAnotherReferenceSystemAreBrought) {
  // The same square in degrees: its centre is at column 60, line 45.
  const auto ring = footprint_lonlat({{1, 1}, {{301000, 400, 0, 4799300, 0, -400}}, crs_from_epsg(32631), true});
  std::vector<std::pair<double, double>> points;
  for (const LonLat& point : ring) points.emplace_back(point.lon, point.lat);
  const auto zones =
      std::make_shared<const ZonePolygons>(write(polygon("a", points), "d.geojson", 4326), "massif", grid_);
  const auto pixels = drawn(*make_zones(grid_, zones), {120, 90});
  EXPECT_EQ(std::count(pixels.begin(), pixels.end(), 1), 400);
  EXPECT_EQ(pixels[45 * 120 + 60], 1);
}

TEST_F(Polygons, KnowWhichZonesMeetTheRaster) {
  // The raster spans 300000 to 302400 and 4798200 to 4800000.
  const std::vector<std::pair<double, double>> all{
      {290000, 4810000}, {310000, 4810000}, {310000, 4790000}, {290000, 4790000}};
  const std::vector<std::pair<double, double>> corner{{300000, 4800500}, {299500, 4799900}, {299500, 4800500}};
  const std::vector<std::pair<double, double>> cut{{299900, 4800500}, {300050, 4799985}, {299500, 4800500}};
  const std::vector<std::pair<double, double>> inside{{301000, 4799000}, {301100, 4799000}, {301100, 4798900}};
  // Its box covers the raster, its two arms go around it.
  const std::vector<std::pair<double, double>> hook{{290000, 4790000}, {310000, 4790000}, {310000, 4791000},
                                                    {291000, 4791000}, {291000, 4810000}, {290000, 4810000}};
  const auto zones = std::make_shared<const ZonePolygons>(
      write(polygon("all", all) + "," + polygon("corner", corner) + "," + polygon("cut", cut) + "," +
            polygon("inside", inside) + "," + polygon("hook", hook)),
      "massif", grid_);
  EXPECT_TRUE(zones->meets_grid(1)) << "the raster lies inside";
  EXPECT_FALSE(zones->meets_grid(2)) << "the box of the triangle does, the triangle does not";
  EXPECT_TRUE(zones->meets_grid(3));
  EXPECT_TRUE(zones->meets_grid(4));
  EXPECT_FALSE(zones->meets_grid(5));
}

TEST_F(Polygons, MessagesSayWhatIsWrong) {
  const std::string square = polygon("a", {{300000, 4800000}, {300200, 4800000}, {300200, 4799800}});
  const auto message = [&](const std::string& path, const std::string& field) -> std::string {
    try {
      const ZonePolygons zones(path, field, grid_);
    } catch (const Error& error) {
      return error.fault() + "; " + error.remedy();
    }
    return {};
  };
  EXPECT_NE(message(write(square), "masif").find("has no field 'masif'; did you mean"), std::string::npos)
      << message(write(square), "masif");
  EXPECT_NE(message((folder_ / "absent.gpkg").string(), "").find("there is no vector file"), std::string::npos);
  const std::string text = (folder_ / "text.gpkg").string();
  std::ofstream(text) << "no polygons";
  EXPECT_NE(message(text, "").find("cannot open the vector file"), std::string::npos);
  EXPECT_NE(message(write(polygon("a", {{500000, 4900000}, {500100, 4900000}, {500100, 4900100}})), "").find("touches"),
            std::string::npos);
  const std::string point =
      R"({"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[300000,4800000]}})";
  EXPECT_NE(message(write(point), "").find("has no polygons"), std::string::npos);
}

}  // namespace
}  // namespace cers
