// SPDX-License-Identifier: Apache-2.0
// The polygons a training keeps aside, as the reference of a map made in the same run.
#include <array>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "command.hpp"

namespace cers::testing {
namespace {

using Json = nlohmann::json;

std::string text_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

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
    // Enough noise for the forest to err.
    write_raster(
        folder_ / "image.tif", utm_grid({columns * pitch, rows * pitch}), 2, PixelType::i16,
        [](int band, int x, int y) { return 100 * class_at(x) * (band + 1) + (x * 37 + y * 59 + x * y) % 231; });
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
  for (const Json& one : report("roles.geojson")["features"])
    if (one["properties"]["role"] == "valid") valid.insert(one["geometry"].dump());
  std::multiset<std::string> kept;
  for (const Json& one : report("kept.geojson")["features"]) {
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
