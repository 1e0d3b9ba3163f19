// SPDX-License-Identifier: Apache-2.0
// Small vector files for tests.
#pragma once

#include <gdal_priv.h>
#include <gtest/gtest.h>
#include <ogrsf_frmts.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace cers::testing {

class VectorTest : public ::testing::Test {
 protected:
  void SetUp() override {
    GDALAllRegister();
    std::string pattern = (std::filesystem::temp_directory_path() / "cers-vector-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  /// GeoJSON in UTM 31 unless `epsg` says otherwise; 0 leaves the system out.
  std::string write(const std::string& features, const std::string& name = "in.geojson", int epsg = 32631) {
    std::string crs =
        R"("crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::)" + std::to_string(epsg) + R"("}},)";
    std::ofstream(file(name)) << R"({"type":"FeatureCollection",)" << crs << R"("features":[)" << features << "]}";
    return file(name);
  }
  static std::string feature(const std::string& properties, const std::string& geometry) {
    return R"({"type":"Feature","properties":{)" + properties + R"(},"geometry":)" + geometry + "}";
  }
  /// A square whose upper left corner is (x, y).
  static std::string square(double x, double y, double side) {
    std::string text = R"({"type":"Polygon","coordinates":[[)";
    for (const auto& [dx, dy] : {std::pair{0, 0}, {1, 0}, {1, -1}, {0, -1}, {0, 0}})
      text +=
          (text.back() == '[' ? "[" : ",[") + std::to_string(x + dx * side) + "," + std::to_string(y + dy * side) + "]";
    return text + "]]}";
  }
  std::string bytes(const std::string& name) const {
    std::ifstream stream(file(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  std::filesystem::path folder_;
};

}  // namespace cers::testing
