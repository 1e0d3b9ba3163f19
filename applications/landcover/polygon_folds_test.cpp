// SPDX-License-Identifier: Apache-2.0
// Cross-validation where polygons lie on the same ground.
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>

#include "command.hpp"

namespace cers::testing {
namespace {

using Json = nlohmann::json;

constexpr int columns = 12;
constexpr int rows = 10;
constexpr int pitch = 10;
constexpr int side = 6;

/// 120 squares of 36 pixels. What the bands show tells which square it is, and nothing of its class: a model that saw
/// another pixel of the square knows its class, one that did not can only guess among three.
class Folds : public ::testing::Test {
 protected:
  void SetUp() override {
    std::mt19937 random(8);
    for (int i = 0; i < rows * columns; ++i) {
      class_.push_back(static_cast<int>(random() % 3U) + 1);
      look_.push_back(static_cast<int>(random() % 900U) * 10);
    }
    write_image("image.tif", 0);
    squares_ = Json::array();
    for (int i = 0; i < rows * columns; ++i) squares_.push_back(square(i, 0, class_[static_cast<std::size_t>(i)]));
  }
  /// Without its first `from` columns.
  void write_image(const std::string& name, int from) {
    Grid grid = utm_grid({columns * pitch - from, rows * pitch});
    grid.transform.a[0] += 10 * from;
    write_raster(folder_ / name, grid, 2, PixelType::i16, [&](int band, int x, int y) {
      const auto at = static_cast<std::size_t>(y / pitch * columns + (x + from) / pitch);
      return band == 0 ? look_[at] + (x + y) % 3 : look_[(at * 7 + 3) % look_.size()] + (x * y) % 3;
    });
  }
  /// Square number i, `east` pixels to the right.
  static Json square(int i, int east, int code) {
    const Grid grid = utm_grid({columns * pitch, rows * pitch});
    const double west = grid.transform.x(pitch * (i % columns) + 2 + east, 0);
    const double north = grid.transform.y(0, pitch * (i / columns) + 2);
    const double size = 10 * side;
    const Json ring = {
        {west, north}, {west + size, north}, {west + size, north - size}, {west, north - size}, {west, north}};
    return {{"type", "Feature"},
            {"properties", {{"code", code}}},
            {"geometry", {{"type", "Polygon"}, {"coordinates", Json::array({ring})}}}};
  }
  std::string write(const std::string& name, const Json& squares) {
    const Json crs = {{"type", "name"}, {"properties", {{"name", "urn:ogc:def:crs:EPSG::32631"}}}};
    std::ofstream(folder_ / name) << Json{{"type", "FeatureCollection"}, {"crs", crs}, {"features", squares}};
    return folder_ / name;
  }
  Json turned() const {
    Json squares = squares_;
    std::reverse(squares.begin(), squares.end());
    return squares;
  }
  CommandResult run(const std::vector<std::string>& images, const std::vector<std::string>& polygons,
                    const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"TrainImagesClassifier", "-io.il"};
    words.insert(words.end(), images.begin(), images.end());
    words.emplace_back("-io.vd");
    words.insert(words.end(), polygons.begin(), polygons.end());
    for (const char* const word :
         {"-sample.vfn", "code", "-sample.bm", "0", "-sample.mt", "-1", "-sample.folds", "5", "-classifier.rf.max",
          "25", "-classifier.rf.min", "1", "-classifier.rf.nbtrees", "20", "-v", "false"})
      words.emplace_back(word);
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  /// Of the samples judged; a third is what guessing finds.
  static double accuracy(const CommandResult& result) {
    EXPECT_EQ(result.code, 0) << result.err;
    return std::stod(result.out.substr(result.out.find("accuracy: ") + 10));
  }
  static int judged(const CommandResult& result) {
    const auto at = result.out.find(" on ", result.out.find("accuracy: "));
    return std::stoi(result.out.substr(at + 4));
  }

  static constexpr double guessed = 0.55;
  std::vector<int> class_;
  std::vector<int> look_;
  Json squares_;
  const TemporaryFolder folder_;
};

TEST_F(Folds, TellThatNothingCanBeLearnt) {
  const CommandResult result = run({folder_ / "image.tif"}, {write("s.geojson", squares_)});
  EXPECT_LT(accuracy(result), guessed);
  EXPECT_EQ(judged(result), rows * columns * side * side);
  EXPECT_EQ(result.err.find("overlap"), std::string::npos) << result.err;
}

// Every square twice in one file.
TEST_F(Folds, KeepPolygonsOfOneFileTogether) {
  Json twice = squares_;
  for (const Json& one : turned()) twice.push_back(one);
  const CommandResult result = run({folder_ / "image.tif"}, {write("s.geojson", twice)});
  EXPECT_LT(accuracy(result), guessed);
  EXPECT_EQ(judged(result), 2 * rows * columns * side * side);
  EXPECT_NE(result.err.find("s.geojson: 240 of 240 polygons overlap others, and are in one fold with them"),
            std::string::npos)
      << result.err;
}

// The same squares in two files, in another order, for two images that share most columns; then only half of them,
// moved by half their width.
TEST_F(Folds, KeepPolygonsOfSeveralFilesTogether) {
  constexpr int from = 20;
  write_image("east.tif", from);
  const std::string first = write("s.geojson", squares_);
  const std::vector<std::string> images{folder_ / "image.tif", folder_ / "east.tif"};
  for (const std::vector<std::string>& block :
       {std::vector<std::string>{}, std::vector<std::string>{"-sample.block", "150"}}) {
    const CommandResult result = run(images, {first, write("t.geojson", turned())}, block);
    EXPECT_LT(accuracy(result), guessed);
    EXPECT_EQ(judged(result), (2 * columns - from / pitch) * rows * side * side);
    EXPECT_NE(result.err.find("polygons of all files: 240 of 240 polygons overlap"), std::string::npos) << result.err;
  }
  Json moved = Json::array();
  for (int i = rows * columns - 1; i >= 0; i -= 2)
    moved.push_back(square(i, -side / 2, class_[static_cast<std::size_t>(i)]));
  const CommandResult half = run(images, {first, write("m.geojson", moved)});
  EXPECT_LT(accuracy(half), guessed);
  EXPECT_NE(half.err.find("polygons of all files: 120 of 180 polygons overlap"), std::string::npos) << half.err;
}

// All squares joined by one that lies on all of them, in another file: there is no second part.
TEST_F(Folds, SayWhenAllPolygonsHangTogether) {
  const Grid grid = utm_grid({columns * pitch, rows * pitch});
  Json all = square(0, 0, 1);
  const double west = grid.transform.x(0, 0);
  const double north = grid.transform.y(0, 0);
  const double east = grid.transform.x(columns * pitch, 0);
  const double south = grid.transform.y(0, rows * pitch);
  all["geometry"]["coordinates"][0] = {{west, north}, {east, north}, {east, south}, {west, south}, {west, north}};
  const CommandResult result = run({folder_ / "image.tif", folder_ / "image.tif"},
                                   {write("s.geojson", squares_), write("all.geojson", Json::array({all}))});
  EXPECT_EQ(result.code, 3);
  EXPECT_NE(result.err.find("no fold can be judged"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace cers::testing
