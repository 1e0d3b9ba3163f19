// SPDX-License-Identifier: Apache-2.0
// An image of three classes and reference polygons on it, for the tests of TrainImagesClassifier.
#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "command.hpp"

namespace cers::testing {

/// Three classes of two bands in stripes of ten columns: 0..9 class 1, 10..19 class 2, 20..29 class 3, and again.
inline int class_at(int x) {
  return (x / 10) % 3 + 1;
}

inline void write_world(const TemporaryFolder& folder) {
  write_raster(folder / "image.tif", utm_grid({120, 90}), 2, PixelType::i16, [](int band, int x, int y) {
    const int noise = (x * 7 + y * 13 + band * 5) % 11;
    return (band == 0 ? 100 : 300) * class_at(x) + noise;
  });
  // Squares of 6 pixels, one class each, as GeoJSON in the image's own reference system.
  std::ofstream file(folder / "polygons.geojson");
  file << R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},)"
       << R"("features":[)";
  const Grid grid = utm_grid({120, 90});
  bool first = true;
  for (int row = 0; row < 9; ++row) {
    for (int column = 0; column < 12; ++column) {
      const double west = grid.transform.x(10 * column + 2, 0);
      const double north = grid.transform.y(0, 10 * row + 2);
      file << (first ? "" : ",") << R"({"type":"Feature","properties":{"code":)" << class_at(10 * column)
           << R"(,"number":)" << 8 + class_at(10 * column) << R"(},"geometry":{"type":"Polygon","coordinates":[[)"
           << "[" << west << "," << north << "],[" << west + 60 << "," << north << "],[" << west + 60 << ","
           << north - 60 << "],[" << west << "," << north - 60 << "],[" << west << "," << north << "]]]}}";
      first = false;
    }
  }
  file << "]}";
}

/// TrainImagesClassifier on the world's image and polygons, all pixels of each.
inline std::vector<std::string> training_with(const TemporaryFolder& folder, const std::vector<std::string>& more) {
  std::vector<std::string> command{
      "TrainImagesClassifier", "-io.il", folder / "image.tif", "-io.vd", folder / "polygons.geojson",
      "-sample.vfn",           "code",   "-sample.bm",         "0"};
  command.insert(command.end(), more.begin(), more.end());
  return command;
}

/// The same with a small forest.
inline std::vector<std::string> training(const TemporaryFolder& folder, const std::vector<std::string>& more,
                                         int trees = 20) {
  std::vector<std::string> words{"-classifier.rf.max", "25", "-classifier.rf.min", "5", "-classifier.rf.nbtrees",
                                 std::to_string(trees)};
  words.insert(words.end(), more.begin(), more.end());
  return training_with(folder, words);
}

}  // namespace cers::testing
