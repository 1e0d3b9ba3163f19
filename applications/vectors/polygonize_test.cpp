// SPDX-License-Identifier: Apache-2.0
// The command; the outlines themselves are tested with the module vector-io.
#include <ogrsf_frmts.h>

#include <cmath>
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

/// Fields of each polygon by its code; unset ones are left out.
std::map<int, std::map<std::string, double>> fields_by_code(const std::string& path) {
  std::map<int, std::map<std::string, double>> found;
  const GDALDatasetUniquePtr file(GDALDataset::Open(path.c_str(), GDAL_OF_VECTOR));
  if (!file) return found;
  for (const auto& feature : file->GetLayer(0)) {
    auto& fields = found[feature->GetFieldAsInteger("DN")];
    for (int i = 0; i < feature->GetFieldCount(); ++i) {
      if (feature->IsFieldSetAndNotNull(i))
        fields[feature->GetFieldDefnRef(i)->GetNameRef()] = feature->GetFieldAsDouble(i);
    }
  }
  return found;
}

// Each code is one region, so that sums over the pixels of a code are those of its polygon.
TEST(Polygonize, TellsMeansAndSharesOfClasses) {
  const TemporaryFolder folder;
  const auto code = [](int x, int y) { return y < 20 ? (x < 50 ? 1 : 2) : (x < 10 ? 255 : 3); };
  const auto sure = [](int x, int y) { return x > 60 && y < 20 ? 255 : (x * 7 + y * 3) % 101; };
  const auto many = [](int x, int y) { return (x + y) % 30; };
  const auto kind = [](int x, int y) { return y < 5 ? 0 : 11 * (1 + (x + y) % 4); };
  const Size size{90, 70};
  const auto raster = [&](const std::string& name, PixelType type, const auto& value, std::optional<double> nodata) {
    write_raster(
        folder / name, utm_grid(size), 1, type, [&](int, int x, int y) { return value(x, y); }, nodata);
  };
  raster("map.tif", PixelType::u8, code, 255);
  raster("sure.tif", PixelType::u8, sure, 255);
  raster("many.tif", PixelType::u16, many, std::nullopt);
  raster("kind.tif", PixelType::u8, kind, 0);
  const auto run = [&](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words{"Polygonize",
                                   "-in",
                                   folder / "map.tif",
                                   "-out",
                                   folder / name,
                                   "-means",
                                   folder / "sure.tif",
                                   folder / "many.tif",
                                   "-names",
                                   "confidence",
                                   "valid",
                                   "-std",
                                   "confidence_std",
                                   "valid_std",
                                   "-classes",
                                   folder / "kind.tif",
                                   "-codes",
                                   "11",
                                   "22",
                                   "33",
                                   "-area",
                                   "true"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = cers(words);
    EXPECT_EQ(result.code, 0) << result.err;
    return fields_by_code(folder / name);
  };
  const auto found = run("map.gpkg", {});
  ASSERT_EQ(found.size(), 3U);
  for (const auto& [label, fields] : found) {
    double pixels = 0;
    double classified = 0;
    std::map<int, double> kinds;
    std::vector<double> sures;
    std::vector<double> manies;
    for (int y = 0; y < size.height; ++y) {
      for (int x = 0; x < size.width; ++x) {
        if (code(x, y) != label) continue;
        ++pixels;
        if (kind(x, y) != 0) ++classified;
        ++kinds[kind(x, y)];
        if (sure(x, y) != 255) sures.push_back(sure(x, y));
        manies.push_back(many(x, y));
      }
    }
    EXPECT_EQ(fields.at("area"), pixels * 100);
    for (const int one : {11, 22, 33})
      EXPECT_EQ(fields.at("pct_" + std::to_string(one)), 100 * kinds[one] / classified);
    for (const auto& [name, values] : {std::pair{std::string("confidence"), sures}, {"valid", manies}}) {
      double mean = 0;
      for (const double value : values) mean += value;
      mean /= static_cast<double>(values.size());
      double squares = 0;
      for (const double value : values) squares += (value - mean) * (value - mean);
      EXPECT_EQ(fields.at(name), mean);
      EXPECT_NEAR(fields.at(name + "_std"), std::sqrt(squares / static_cast<double>(values.size())), 1e-9);
    }
  }
  // Regions that meet at corners only are merged at other places; results and bytes stay.
  EXPECT_EQ(run("eight.gpkg", {"-connectivity", "8"}), found);
  run("again.geojson", {});
  run("tiles.geojson", {"-tile", "16", "-threads", "3"});
  std::string one = text_of(folder / "again.geojson");
  const std::string other = text_of(folder / "tiles.geojson");
  one.replace(one.find("\"again\""), 7, "\"tiles\"");
  EXPECT_EQ(one, other);
}

TEST(Polygonize, LeavesUnsetWhatNoPixelTells) {
  const TemporaryFolder folder;
  write_raster(folder / "map.tif", utm_grid({8, 8}), 1, PixelType::u8, [](int, int x, int) { return x < 4 ? 1 : 2; });
  write_raster(folder / "mean.tif", utm_grid({8, 8}), 1, PixelType::f32,
               [](int, int x, int) { return x < 4 ? std::nan("") : 2.5; });
  write_raster(
      folder / "kind.tif", utm_grid({8, 8}), 1, PixelType::u8, [](int, int x, int) { return x < 4 ? 0 : 7; }, 0);
  const auto result = cers({"Polygonize", "-in", folder / "map.tif", "-means", folder / "mean.tif", "-names", "m",
                            "-std", "-", "-classes", folder / "kind.tif", "-codes", "7", "-out", folder / "map.gpkg"});
  ASSERT_EQ(result.code, 0) << result.err;
  auto found = fields_by_code(folder / "map.gpkg");
  EXPECT_EQ(found[1].size(), 1U);  // its code
  EXPECT_EQ(found[2]["m"], 2.5);
  EXPECT_EQ(found[2]["pct_7"], 100);
}

TEST(Polygonize, SaysWhichMeasuresItCannotTake) {
  const TemporaryFolder folder;
  write_raster(folder / "map.tif", utm_grid({8, 8}), 1, PixelType::u8, [](int, int x, int) { return x; });
  write_raster(folder / "two.tif", utm_grid({8, 8}), 2, PixelType::u8, [](int, int x, int) { return x; });
  write_raster(folder / "small.tif", utm_grid({8, 7}), 1, PixelType::u8, [](int, int x, int) { return x; });
  write_raster(folder / "real.tif", utm_grid({8, 8}), 1, PixelType::f32, [](int, int x, int) { return 0.5 * x; });
  Grid plain;
  plain.size = {8, 8};
  write_raster(folder / "plain.tif", plain, 1, PixelType::u8, [](int, int x, int) { return x; });
  const auto fault = [&](const std::vector<std::string>& more, const std::string& image = "map.tif",
                         const std::string& out = "a.shp") {
    std::vector<std::string> words{"Polygonize", "-in", folder / image, "-out", folder / out};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = cers(words);
    EXPECT_EQ(result.code, 2);
    return result.err;
  };
  const auto contains = [](const std::string& text, const char* part) { return text.find(part) != std::string::npos; };
  const std::string map = folder / "map.tif";
  EXPECT_TRUE(contains(fault({"-std", "sd"}), "without -means"));
  EXPECT_TRUE(contains(fault({"-codes", "1"}), "without -classes"));
  EXPECT_TRUE(contains(fault({"-means", map, "-names", "a", "b"}), "-names has 2 and -means 1"));
  EXPECT_TRUE(contains(fault({"-means", map, "-names", "a", "-std", "b", "c"}), "-std has 2 and -means 1"));
  EXPECT_TRUE(contains(fault({"-means", folder / "two.tif", "-names", "a"}), "has 2 bands"));
  EXPECT_TRUE(contains(fault({"-means", folder / "small.tif", "-names", "a"}), "grid"));
  EXPECT_TRUE(contains(fault({"-means", map}), "has no name"));
  EXPECT_TRUE(contains(fault({"-means", map, "-names", "confidences"}), "10 letters"));
  EXPECT_TRUE(contains(fault({"-means", map, map, "-names", "a", "A"}), "two fields"));
  EXPECT_TRUE(contains(fault({"-classes", map}), "does not tell its classes"));
  EXPECT_TRUE(contains(fault({"-classes", map, "-codes", "3", "3"}), "names 3 twice"));
  EXPECT_TRUE(contains(fault({"-classes", folder / "real.tif", "-codes", "3"}), "no map of classes"));
  EXPECT_TRUE(contains(fault({"-area", "true"}, "plain.tif"), "areas of polygons"));
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
