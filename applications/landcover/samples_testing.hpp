// SPDX-License-Identifier: Apache-2.0
// An image and reference polygons on it, for the tests of the applications on samples.
#pragma once

#include <cstdlib>
#include <fstream>

#include "command.hpp"

namespace cers::testing {

class SamplesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    write_raster(image_, utm_grid({300, 200}), 2, PixelType::i16,
                 [](int band, int x, int y) { return 1000 * band + x + 3 * y; });
    std::ofstream(polygons_) << collection(square(4, "maize", 10, 10, 20, 15) + "," + square(7, "soy", 50, 20, 12, 10) +
                                           "," + square(4, "maize", 200, 100, 30, 30) + "," +
                                           square(9, "rice", 100, 50, 5, 1));
  }
  static std::string collection(const std::string& features, int epsg = 32631) {
    return R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::)" +
           std::to_string(epsg) + R"("}},"features":[)" + features + "]}";
  }
  /// A rectangle of whole pixels of the image.
  static std::string square(int code, const std::string& name, int x, int y, int width, int height) {
    std::string text = R"({"type":"Feature","properties":{"code":)" + std::to_string(code) + R"(,"name":")" + name +
                       R"(","share":0.5},"geometry":{"type":"Polygon","coordinates":[[)";
    for (const auto& [dx, dy] : {std::pair{0, 0}, {1, 0}, {1, 1}, {0, 1}, {0, 0}}) {
      text += text.back() == '[' ? "[" : ",[";
      text +=
          std::to_string(300000 + 10 * (x + dx * width)) + "," + std::to_string(4800000 - 10 * (y + dy * height)) + "]";
    }
    return text + "]]}}";
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return folder_ / name;
  }
  std::string read(const std::string& name) const {
    std::ifstream stream(folder_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  CommandResult statistics(std::vector<std::string> more = {}) {
    std::vector<std::string> words{
        "PolygonClassStatistics",  "-in", image_, "-vec", polygons_, "-field", field_, "-out",
        folder_ / "statistics.xml"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  CommandResult select(const std::string& out, std::vector<std::string> more = {}) {
    std::vector<std::string> words{
        "SampleSelection",          "-in",  image_,       "-vec", polygons_, "-field", field_, "-instats",
        folder_ / "statistics.xml", "-out", folder_ / out};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  /// Rows of a vector file as GDAL's ogr2ogr writes them: fields, and x and y of points.
  std::string table(const std::string& name) const {
    const std::string csv = folder_ / "rows.csv";
    std::filesystem::remove(csv);
    const std::string command = "ogr2ogr -f CSV -lco GEOMETRY=AS_XY " + csv + " " + (folder_ / name) + " 2>/dev/null";
    EXPECT_EQ(std::system(command.c_str()), 0);
    std::string text = read("rows.csv");
    std::erase(text, '"');  // GDAL quotes numbers or not, by its version
    return text;
  }
  static std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> result;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) result.push_back(line);
    return result;
  }

  TemporaryFolder folder_;
  std::string image_ = folder_ / "image.tif";
  std::string polygons_ = folder_ / "reference.geojson";
  std::string field_ = "code";
};

}  // namespace cers::testing
