// SPDX-License-Identifier: Apache-2.0
#include "cers/geo/polygons.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "cers/core/error.hpp"

namespace cers {
namespace {

class ReadRings : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (std::filesystem::temp_directory_path() / "cers-rings-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string written(const std::string& name, const std::string& text) {
    const auto path = folder_ / name;
    std::ofstream(path) << text;
    return path.string();
  }
  /// GeoJSON of one geometry; `crs` as an EPSG code in the old manner of that format.
  std::string geojson(const std::string& type, const std::string& coordinates, const std::string& crs = "") {
    const std::string system =
        crs.empty() ? "" : R"("crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::)" + crs + R"("}},)";
    return written("area.geojson", R"({"type":"FeatureCollection",)" + system +
                                       R"("features":[{"type":"Feature","properties":{},"geometry":{"type":")" + type +
                                       R"(","coordinates":)" + coordinates + "}}]}");
  }
  std::filesystem::path folder_;
};

TEST_F(ReadRings, reads_outlines_holes_and_parts) {
  const std::string first = "[[[0,40],[4,40],[4,44],[0,44],[0,40]],[[1,41],[1,42],[2,42],[2,41],[1,41]]]";
  const auto polygons = read_rings(geojson("MultiPolygon", "[" + first + ",[[[5,40],[6,40],[6,41],[5,40]]]]"));
  ASSERT_EQ(polygons.size(), 2U);
  ASSERT_EQ(polygons[0].rings.size(), 2U);
  EXPECT_EQ(polygons[0].rings[0][1], (LonLat{4, 40}));
  EXPECT_EQ(polygons[0].rings[1][2], (LonLat{2, 42}));
  EXPECT_EQ(polygons[1].rings[0].size(), 4U);
}

TEST_F(ReadRings, reprojects_to_degrees) {
  // Lambert-93's origin of coordinates: (700000, 6600000) is 3° E, 46.5° N by its definition.
  const auto polygons =
      read_rings(geojson("Polygon", "[[[700000,6600000],[710000,6600000],[710000,6610000],[700000,6600000]]]", "2154"));
  ASSERT_EQ(polygons.size(), 1U);
  EXPECT_NEAR(polygons[0].rings[0][0].lon, 3, 1e-9);
  EXPECT_NEAR(polygons[0].rings[0][0].lat, 46.5, 1e-9);
}

TEST_F(ReadRings, says_what_is_wrong) {
  EXPECT_THROW(read_rings((folder_ / "none.geojson").string()), UserError);
  EXPECT_THROW(read_rings(written("notes.txt", "nothing here")), DataError);
  EXPECT_THROW(read_rings(geojson("Point", "[1,43]")), UserError);
  EXPECT_THROW(read_rings(geojson("Polygon", "[[[0,0],[1,1],[1,0],[0,1],[0,0]]]")), DataError);
  EXPECT_THROW(read_rings(geojson("Polygon", "[[[0,95],[1,95],[1,96],[0,95]]]")), DataError);
  // A table of well-known text has no coordinate reference system.
  EXPECT_THROW(read_rings(written("area.csv", "id,WKT\n1,\"POLYGON((0 0,1 0,1 1,0 0))\"\n")), DataError);
}

}  // namespace
}  // namespace cers
