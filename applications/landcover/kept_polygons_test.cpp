// SPDX-License-Identifier: Apache-2.0
// The polygons a training keeps aside, as the reference of a map made in the same run.
#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "command.hpp"

namespace cers::testing {
namespace {

using Json = nlohmann::json;

constexpr int columns = 12;
constexpr int rows = 9;
constexpr int pitch = 10;
constexpr int side = 6;

/// Stripes of ten columns.
int class_at(int x) {
  return (x / pitch) % 3 + 1;
}

/// 108 squares of 36 pixels in a world of three classes; `times`: each square so often.
class Kept : public ::testing::Test {
 protected:
  void SetUp() override {
    // Some squares look like another class, so that the map errs there.
    write_raster(folder_ / "image.tif", utm_grid({columns * pitch, rows * pitch}), 2, PixelType::i16,
                 [](int band, int x, int y) {
                   const bool odd = (x / pitch + y / pitch * columns) % 17 == 5;
                   return 100 * class_at(odd ? x + pitch : x) * (band + 1) + (x * 37 + y * 59 + x * y) % 231;
                 });
    polygons(1);
    std::ofstream(folder_ / "names.csv") << "code,name,colour\n7,rye,\n8,maize,\n9,oak,\n";
    std::ofstream(folder_ / "map.yaml") << R"(cers: 1
name: judged
inputs:
  image: {}
parameters:
  polygons: {}
  names: {}
  kept: {default: 0.5}
  field: {default: code}
steps:
  - {id: train, app: TrainImagesClassifier, io.il: image, io.vd: $polygons, sample.vfn: name, sample.bm: 0,
     nomenclature: $names, classifier.rf.nbtrees: 5, sample.vtr: $kept}
  - {id: map, app: ImageClassifier, in: image, model: train.io.out}
  - {id: clean, app: ClassificationMapRegularization, io.in: map, ip.radius: 1}
  - {id: judge, app: MapAccuracy, in: clean.io.out, ref: vector, ref.vector.in: train.io.kept, ref.vector.field: $field}
outputs:
  map: {from: clean.io.out, to: map.tif, type: uint8}
  kept: {from: train.io.kept, to: kept.gpkg}
  agreement: {from: judge.out, to: agreement.json}
  page: {from: judge.out.html, to: page.html}
)";
  }
  void polygons(int times) {
    std::ofstream file(folder_ / "polygons.geojson");
    file << R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},)"
         << R"("features":[)";
    const Grid grid = utm_grid({columns * pitch, rows * pitch});
    constexpr std::array names{"rye", "maize", "oak"};
    for (int i = 0; i < times * rows * columns; ++i) {
      const int x = pitch * (i % columns) + 2;
      const int y = pitch * (i / columns % rows) + 2;
      const double west = grid.transform.x(x, y);
      const double north = grid.transform.y(x, y);
      file << (i == 0 ? "" : ",") << R"({"type":"Feature","properties":{"name":")"
           << names[static_cast<std::size_t>(class_at(x) - 1)] << R"("},"geometry":{"type":"Polygon","coordinates":[[)"
           << "[" << west << "," << north << "],[" << west + 10 * side << "," << north << "],[" << west + 10 * side
           << "," << north - 10 * side << "],[" << west << "," << north - 10 * side << "],[" << west << "," << north
           << "]]]}}";
    }
    file << "]}";
  }
  CommandResult run(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"run",       folder_ / "map.yaml",         "-image", folder_ / "image.tif",
                                   "-polygons", folder_ / "polygons.geojson", "-names", folder_ / "names.csv",
                                   "-out.dir",  folder_.path().string()};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  Json report(const std::string& name) { return Json::parse(text_of(folder_ / name)); }
  const TemporaryFolder folder_;
};

TEST_F(Kept, JudgeTheCleanedMapOfTheRunThatTrained) {
  const auto result = run();
  ASSERT_EQ(result.code, 0) << result.err;
  const Json found = report("agreement.json");
  EXPECT_EQ(found["kind"], "agreement");
  EXPECT_NE(found["statement"].get<std::string>().find("not map accuracy"), std::string::npos);
  EXPECT_NE(text_of(folder_ / "page.html").find("not map accuracy"), std::string::npos);
  EXPECT_EQ(found["clusters"], rows * columns / 2) << "half of the polygons";
  EXPECT_EQ(found["units"], rows * columns / 2 * side * side);
  EXPECT_FALSE(found["classes"][0].contains("area_share"));
  EXPECT_EQ(found["classes"][0]["name"], "rye");
  EXPECT_EQ(found["classes"][0]["code"], 7);
  // The same as of the files that were written, with intervals that come from whole polygons.
  const auto apart = cers({"MapAccuracy", "-in", folder_ / "map.tif", "-ref", "vector", "-ref.vector.in",
                           folder_ / "kept.gpkg", "-ref.vector.field", "code", "-out", folder_ / "apart.json"});
  ASSERT_EQ(apart.code, 0) << apart.err;
  for (const char* key : {"overall_accuracy", "kappa", "classes", "matrix", "clusters"})
    EXPECT_EQ(found[key], report("apart.json")[key]) << key;
  const double overall = found["overall_accuracy"]["value"];
  EXPECT_LT(overall, 1);
  EXPECT_LT(found["overall_accuracy"]["low"], overall);
}

// The classes are known by their codes, so that no type is too narrow for them.
TEST_F(Kept, NeedNoNomenclatureToFitAnUint8) {
  std::string text = text_of(folder_ / "map.yaml");
  text.replace(text.find("names: {}"), 9, "names: {default: \"\"}");
  std::ofstream(folder_ / "map.yaml") << text;
  const auto result = cers({"run", folder_ / "map.yaml", "-image", folder_ / "image.tif", "-polygons",
                            folder_ / "polygons.geojson", "-out.dir", folder_.path().string()});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(result.err.find("is written as"), std::string::npos) << result.err;
}

// The polygons that are kept are those the model was not trained on: what SplitPolygons calls valid by the same draw.
TEST_F(Kept, AreThoseThatWereNotTrainedWith) {
  ASSERT_EQ(run().code, 0);
  const auto split = cers({"SplitPolygons", "-in", folder_ / "polygons.geojson", "-cfield", "name", "-ratio", "0.5",
                           "-out", folder_ / "roles.geojson"});
  ASSERT_EQ(split.code, 0) << split.err;
  const auto copied =
      cers({"TrainImagesClassifier", "-io.il", folder_ / "image.tif", "-io.vd", folder_ / "polygons.geojson",
            "-sample.vfn", "name", "-nomenclature", folder_ / "names.csv", "-io.kept", folder_ / "kept.geojson"});
  ASSERT_EQ(copied.code, 0) << copied.err;
  std::multiset<std::string> valid;
  const Json roles = report("roles.geojson");
  for (const Json& one : roles["features"])
    if (one["properties"]["role"] == "valid") valid.insert(one["geometry"].dump());
  std::multiset<std::string> kept;
  const Json copies = report("kept.geojson");
  for (const Json& one : copies["features"]) {
    kept.insert(one["geometry"].dump());
    EXPECT_EQ(one["properties"]["code"].get<int>(), one["properties"]["label"] == "rye"     ? 7
                                                    : one["properties"]["label"] == "maize" ? 8
                                                                                            : 9);
  }
  EXPECT_EQ(kept.size(), rows * columns / 2U);
  EXPECT_EQ(kept, valid);
}

// Every square twice: of most kept ones the other is trained with, and says nothing of the map.
TEST_F(Kept, DoNotCountWhereTheModelWasTrained) {
  polygons(2);
  const auto result = run();
  ASSERT_EQ(result.code, 0) << result.err;
  const int units = report("agreement.json")["units"];
  EXPECT_GT(units, 0);
  EXPECT_LT(units, rows * columns * side * side * 6 / 10);
  EXPECT_EQ(units % (side * side), 0);
  const int lost = rows * columns - units / (side * side);
  const std::string note = std::to_string(lost) + " of " + std::to_string(rows * columns) +
                           " polygons kept aside lie in polygons that are trained with and do not count";
  const std::string notes = report("agreement.json")["notes"].dump();
  EXPECT_NE(notes.find(note), std::string::npos) << notes;
  EXPECT_EQ(notes.find("no centre of a pixel"), std::string::npos) << notes;
}

/// All numbers of a confusion matrix.
int judged_in(const std::string& path) {
  std::ifstream file(path);
  int sum = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with('#')) continue;
    std::istringstream numbers(line);
    for (std::string one; std::getline(numbers, one, ',');) sum += std::stoi(one);
  }
  return sum;
}

// The same squares in two files, in another order: their splits differ. Two images share columns 40 to 119. A square is
// judged where both files keep it, on each image that holds it.
TEST_F(Kept, AreNotJudgedWhereAnotherFileTrains) {
  constexpr int shift = 40;
  Grid east = utm_grid({columns * pitch, rows * pitch});
  east.transform.a[0] += 10 * shift;
  write_raster(folder_ / "east.tif", east, 2, PixelType::i16, [](int band, int x, int y) {
    return 100 * class_at(x + shift) * (band + 1) + ((x + shift) * 37 + y * 59) % 31;
  });
  Json turned = report("polygons.geojson");
  std::reverse(turned["features"].begin(), turned["features"].end());
  std::ofstream(folder_ / "turned.geojson") << turned.dump();
  const auto result = cers({"TrainImagesClassifier",
                            "-io.il",
                            folder_ / "image.tif",
                            folder_ / "east.tif",
                            "-io.vd",
                            folder_ / "polygons.geojson",
                            folder_ / "turned.geojson",
                            "-sample.vfn",
                            "name",
                            "-sample.mt",
                            "-1",
                            "-sample.mv",
                            "-1",
                            "-sample.bm",
                            "0",
                            "-classifier.rf.nbtrees",
                            "5",
                            "-io.kept",
                            folder_ / "kept.geojson",
                            "-io.confmatout",
                            folder_ / "confusion.csv"});
  ASSERT_EQ(result.code, 0) << result.err;
  std::map<std::string, int> kept;  // by how many files
  const Json copies = report("kept.geojson");
  for (const Json& one : copies["features"]) ++kept[one["geometry"].dump()];
  int squares = 0;
  int expected = 0;
  for (const auto& [geometry, files] : kept) {
    if (files < 2) continue;
    ++squares;
    double west = HUGE_VAL;
    // Northings are larger than eastings.
    const Json numbers = Json::parse(geometry)["coordinates"].flatten();
    for (const Json& number : numbers) west = std::min(west, number.get<double>());
    expected += side * side * (west >= east.transform.a[0] ? 2 : 1);
  }
  EXPECT_GT(squares, 10);
  EXPECT_LT(squares, 45) << "of 54 that each file keeps";
  EXPECT_EQ(judged_in(folder_ / "confusion.csv"), expected);
}

// Polygons of their own for validation, three pixels east of those trained with: what both hold is not judged.
TEST_F(Kept, OfAFileOfTheirOwnAreNotJudgedWhereTheModelWasTrained) {
  Json moved = report("polygons.geojson");
  for (Json& one : moved["features"])
    for (Json& corner : one["geometry"]["coordinates"][0]) corner[0] = corner[0].get<double>() + 30;
  std::ofstream(folder_ / "moved.geojson") << moved.dump();
  const auto result =
      cers({"TrainImagesClassifier", "-io.il", folder_ / "image.tif", "-io.vd", folder_ / "polygons.geojson",
            "-io.valid", folder_ / "moved.geojson", "-sample.vfn", "name", "-sample.mv", "-1", "-sample.bm", "0",
            "-classifier.rf.nbtrees", "5", "-io.confmatout", folder_ / "confusion.csv"});
  ASSERT_EQ(result.code, 0) << result.err;
  // The squares of the last column reach one pixel beyond the image.
  EXPECT_EQ(judged_in(folder_ / "confusion.csv"), rows * (columns * 3 - 1) * side);
}

TEST_F(Kept, SayWhenThereAreNone) {
  const auto fault = [&](std::vector<std::string> words, const std::string& text) {
    const auto result = run(std::move(words));
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
    EXPECT_FALSE(std::filesystem::exists(folder_ / "map.tif"));
  };
  fault({"-kept", "0"}, "io.kept has no polygon: all of them are trained with");
  fault({"-field", "name"}, "have their class in 'code', not in 'name'");
}

}  // namespace
}  // namespace cers::testing
