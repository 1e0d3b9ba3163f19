// SPDX-License-Identifier: Apache-2.0
// Several trainings that differ in their seed, beside as many commands.
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "cers/core/text.hpp"
#include "command.hpp"
#include "training_testing.hpp"

namespace cers::testing {
namespace {

using Row = std::map<std::string, std::string>;

/// Lines of a CSV table, by their first field.
std::map<std::string, Row> table_of(const std::string& path) {
  std::istringstream lines(text_of(path));
  std::string line;
  std::getline(lines, line);
  const auto names = split(line, ',');
  std::map<std::string, Row> table;
  while (std::getline(lines, line)) {
    const auto values = split(line, ',');
    for (std::size_t i = 0; i < names.size(); ++i) table[values.at(0)][names[i]] = values.at(i);
  }
  return table;
}

/// 64 squares of 9 pixels of two classes, each with a level of its own: some polygons are hard.
class Runs : public ::testing::Test {
 protected:
  void SetUp() override {
    std::mt19937 random(3);
    std::vector<int> level;
    for (int i = 0; i < 64; ++i) level.push_back(static_cast<int>(random() % 120U));
    write_raster(folder_ / "image.tif", utm_grid({80, 80}), 2, PixelType::i16, [&](int band, int x, int y) {
      const int square = y / 10 * 8 + x / 10;
      return level[static_cast<std::size_t>(square)] + 60 * (square % 2) + (x * 7 + y * 5 + 3 * band) % 9;
    });
    std::ofstream file(folder_ / "polygons.geojson");
    file << R"({"type":"FeatureCollection","crs":{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::32631"}},)"
         << R"("features":[)";
    for (int i = 0; i < 64; ++i) {
      const int x = 300000 + 100 * (i % 8) + 30;
      const int y = 4800000 - 100 * (i / 8) - 30;
      file << (i == 0 ? "" : ",") << R"({"type":"Feature","properties":{"code":)" << i % 2 + 11
           << R"(},"geometry":{"type":"Polygon","coordinates":[[[)" << x << "," << y << "],[" << x + 30 << "," << y
           << "],[" << x + 30 << "," << y - 30 << "],[" << x << "," << y - 30 << "],[" << x << "," << y << "]]]}}";
    }
    file << "]}";
  }
  CommandResult train(const std::vector<std::string>& more) { return cers(training(folder_, more, 10)); }
  static double printed(const CommandResult& result, const std::string& key) {
    const auto at = result.out.find(key + ": ");
    return at == std::string::npos ? std::nan("") : std::stod(result.out.substr(at + key.size() + 2));
  }
  const TemporaryFolder folder_;
};

TEST_F(Runs, AreTheTrainingsOfTheirSeedsAndTheirMeanHasStudentsInterval) {
  std::vector<double> accuracy;
  for (const char* seed : {"5", "6", "7"}) {
    const auto alone = train({"-rand", seed, "-io.out", folder_ / (std::string(seed) + ".cers")});
    ASSERT_EQ(alone.code, 0) << alone.err;
    accuracy.push_back(printed(alone, "accuracy"));
  }
  const auto runs = train({"-rand", "5", "-sample.runs", "3", "-io.out", folder_ / "runs.cers", "-io.runs",
                           folder_ / "scores.csv", "-io.report", folder_ / "page.html"});
  ASSERT_EQ(runs.code, 0) << runs.err;
  EXPECT_EQ(text_of(folder_ / "runs.cers"), text_of(folder_ / "5.cers")) << "the model is that of the first run";
  EXPECT_EQ(printed(runs, "accuracy"), accuracy[0]);
  const auto table = table_of(folder_ / "scores.csv");
  ASSERT_EQ(table.size(), 6U);
  for (std::size_t i = 0; i < 3; ++i) {
    const Row& row = table.at(std::to_string(i + 1));
    EXPECT_NEAR(std::stod(row.at("accuracy")), accuracy[i], 5e-5);
    EXPECT_EQ(row.at("seed"), std::to_string(5 + i));
    EXPECT_EQ(row.at("samples"), "288") << "half of 64 squares of 9 pixels";
    EXPECT_FALSE(row.at("f1_11").empty());
  }
  EXPECT_NE(accuracy[0], accuracy[1]) << "nothing to average";
  const double mean = (accuracy[0] + accuracy[1] + accuracy[2]) / 3;
  double squares = 0;
  for (const double one : accuracy) squares += (one - mean) * (one - mean);
  // Student's t for 2 degrees of freedom, from tables.
  const double half = 4.302653 * std::sqrt(squares / 2 / 3);
  EXPECT_NEAR(std::stod(table.at("mean").at("accuracy")), mean, 1e-4);
  EXPECT_NEAR(std::stod(table.at("low").at("accuracy")), mean - half, 5e-4);
  EXPECT_NEAR(std::stod(table.at("high").at("accuracy")), mean + half, 5e-4);
  EXPECT_NEAR(printed(runs, "accuracy_of_runs"), mean, 1e-4);
  const std::string page = text_of(folder_ / "page.html");
  EXPECT_NE(page.find("Over several runs"), std::string::npos);
  EXPECT_NE(page.find("f1_12"), std::string::npos);
}

TEST_F(Runs, SayWhenAllAreJudgedOnTheSamePolygons) {
  const auto page = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words{"-sample.runs", "2", "-io.report", folder_ / "page.html"};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = train(words);
    EXPECT_EQ(result.code, 0) << result.err;
    return text_of(folder_ / "page.html");
  };
  const std::string drawn = page({});
  EXPECT_NE(drawn.find("hence in the polygons kept aside"), std::string::npos);
  // Other squares: three pixels to the east, where none is trained with.
  nlohmann::json others = nlohmann::json::parse(text_of(folder_ / "polygons.geojson"));
  for (auto& one : others["features"])
    for (auto& corner : one["geometry"]["coordinates"][0]) corner[0] = corner[0].get<double>() + 30;
  std::ofstream(folder_ / "others.geojson") << others.dump();
  const std::string given = page({"-io.valid", folder_ / "others.geojson"});
  EXPECT_NE(given.find("not in the polygons they are judged on"), std::string::npos);
  EXPECT_EQ(given.find("hence in the polygons kept aside"), std::string::npos);
}

TEST_F(Runs, NeedPolygonsToBeJudgedOn) {
  const auto fault = [&](const std::vector<std::string>& more, const std::string& text) {
    const auto result = train(more);
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  };
  fault({"-sample.runs", "3", "-sample.vtr", "0"}, "-sample.runs judges each model on polygons kept aside");
  fault({"-sample.runs", "3", "-sample.folds", "4"}, "-sample.runs judges each model on polygons kept aside");
  fault({"-io.runs", folder_ / "scores.csv"}, "-io.runs lists several runs, but there is one");
}

}  // namespace
}  // namespace cers::testing
