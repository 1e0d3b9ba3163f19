// SPDX-License-Identifier: Apache-2.0
// The command; the outlines themselves are tested with the module vector-io.
#include <ogrsf_frmts.h>

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "command.hpp"

namespace cers::testing {
namespace {

/// Number of polygons and their area in pixels of 10 m, by code.
std::map<int, std::pair<int, double>> by_code(const std::string& path, const std::string& field = "DN") {
  std::map<int, std::pair<int, double>> found;
  const GDALDatasetUniquePtr file(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR));
  if (!file) return found;
  for (const auto& feature : file->GetLayer(0)) {
    auto& [count, area] = found[feature->GetFieldAsInteger(field.c_str())];
    ++count;
    area += OGR_G_Area(OGRGeometry::ToHandle(feature->GetGeometryRef())) / 100;
  }
  return found;
}

TEST(Polygonize, OutlinesEveryRegionButNodata) {
  const TemporaryFolder folder;
  // A frame of 3 around 7, two pixels of 9 that meet at a corner, a column of nodata.
  write_raster(
      folder / "map.tif", utm_grid({40, 30}), 1, PixelType::u8,
      [](int, int x, int y) {
        if (x == 39) return 255;
        if ((x == 5 && y == 5) || (x == 6 && y == 6)) return 9;
        return x < 2 || y < 2 || x > 36 || y > 27 ? 3 : 7;
      },
      255);
  const auto run = [&](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words{"Polygonize", "-in", folder / "map.tif", "-out", folder / name};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  };
  auto result = run("map.gpkg", {});
  ASSERT_EQ(result.code, 0) << result.err;
  auto found = by_code(folder / "map.gpkg");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[9], (std::pair{2, 2.0}));
  EXPECT_EQ(found[3], (std::pair{1, 39.0 * 30 - 35 * 26}));
  EXPECT_EQ(found[7], (std::pair{1, 35.0 * 26 - 2}));

  result = run("eight.shp", {"-connectivity", "8", "-nodata", "7", "-field", "code"});
  ASSERT_EQ(result.code, 0) << result.err;
  found = by_code(folder / "eight.shp", "code");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[9], (std::pair{1, 2.0}));
  EXPECT_EQ(found[255], (std::pair{1, 30.0}));

  std::ifstream stream(folder / "map.stac.json");
  const auto record = nlohmann::json::parse(stream);
  EXPECT_EQ(record["assets"]["data"]["type"], "application/geopackage+sqlite3");
  EXPECT_EQ(record["geometry"]["type"], "Polygon");
  EXPECT_FALSE(record["properties"].contains("proj:shape"));
}

TEST(Polygonize, SaysWhatItCannotDo) {
  const TemporaryFolder folder;
  write_raster(folder / "real.tif", utm_grid({8, 8}), 1, PixelType::f32, [](int, int x, int) { return 0.5 * x; });
  write_raster(folder / "map.tif", utm_grid({8, 8}), 1, PixelType::u8, [](int, int x, int) { return x; });
  const auto fault = [&](const std::string& name, const std::string& image = "map.tif") {
    const auto result = cers({"Polygonize", "-in", folder / image, "-out", folder / name});
    EXPECT_NE(result.code, 0);
    return result.err;
  };
  EXPECT_NE(fault("a.gpkg", "real.tif").find("real numbers"), std::string::npos);
  EXPECT_NE(fault("a.kml").find(".geojson"), std::string::npos);
  EXPECT_NE(fault("a.gpkg?&nodata=3").find("takes none"), std::string::npos);
}

}  // namespace
}  // namespace cers::testing
