// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <set>

#include "samples_testing.hpp"

namespace cers::testing {
namespace {

class SplitPolygonsTest : public SamplesTest {
 protected:
  void SetUp() override {
    std::string features = square(9, "rice", 500, 500, 5, 5);
    for (int i = 0; i < 20; ++i) features += "," + square(4, "maize", 17 * i, 31 * (i % 7), 5, 5);
    for (int i = 0; i < 10; ++i) features += "," + square(7, "soy", 33 * i, 400 + 13 * (i % 5), 5, 5);
    write("reference.geojson", collection(features));
  }
  CommandResult split(const std::string& out, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"SplitPolygons", "-in", polygons_, "-cfield", "code", "-out", folder_ / out};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  /// How many features of each class have which text in the last field.
  std::map<std::string, int> counts(const std::string& name) {
    std::map<std::string, int> result;
    const auto rows = lines(table(name));
    for (std::size_t i = 1; i < rows.size(); ++i)
      ++result[rows[i].substr(0, rows[i].find(',')) + " " + rows[i].substr(rows[i].rfind(',') + 1)];
    return result;
  }
};

TEST_F(SplitPolygonsTest, keeps_the_share_of_each_class) {
  const CommandResult result = split("split.gpkg", {"-ratio", "0.3"});
  ASSERT_EQ(result.code, 0) << result.err;
  EXPECT_EQ(
      counts("split.gpkg"),
      (std::map<std::string, int>{{"4 train", 14}, {"4 valid", 6}, {"7 train", 7}, {"7 valid", 3}, {"9 train", 1}}));
  EXPECT_NE(result.err.find("class 9 (1 polygon) is for training only: it cannot be validated"), std::string::npos)
      << result.err;
  EXPECT_NE(result.out.find("polygons: 22 training, 9 validation"), std::string::npos) << result.out;
  const std::string first = read("split.gpkg");
  ASSERT_EQ(split("split.gpkg", {"-ratio", "0.3"}).code, 0);
  EXPECT_TRUE(read("split.gpkg") == first);
  ASSERT_EQ(split("split.gpkg", {"-ratio", "0.3", "-rand", "1"}).code, 0);
  EXPECT_FALSE(read("split.gpkg") == first);
}

// Twenty pairs of one class and ten of two lie on one another, and each pair is on one side; neighbours that share an
// edge and lines that cross do not hang together.
TEST_F(SplitPolygonsTest, keeps_what_overlaps_together) {
  std::string features;
  std::string sep;
  const auto add = [&](const std::string& one) {
    features += sep + one;
    sep = ",";
  };
  for (int i = 0; i < 20; ++i) {
    add(square(4, "maize", 50 * i, 0, 10, 10));
    add(square(4, "maize", 50 * i + 9, 9, 10, 10));
  }
  for (int i = 0; i < 10; ++i) {
    add(square(7, "soy", 50 * i, 100, 10, 10));
    add(square(9, "rice", 50 * i + 3, 103, 2, 2));
  }
  for (int i = 0; i < 10; ++i) add(square(5, "oat", 10 * i, 200, 10, 10));
  for (int i = 0; i < 2; ++i)
    add(R"({"type":"Feature","properties":{"code":8,"name":"road"},"geometry":{"type":"LineString","coordinates":[[)" +
        std::to_string(303000 + 100 * i) + ",4795000],[" + std::to_string(303100 - 100 * i) + ",4794900]]}}");
  write("reference.geojson", collection(features));
  for (const bool folds : {false, true}) {
    const CommandResult result = split("split.gpkg", {folds ? "-folds" : "-ratio", folds ? "3" : "0.5"});
    ASSERT_EQ(result.code, 0) << result.err;
    const std::string told = std::string("reference.geojson: 60 of 70 polygons overlap others, and are ") +
                             (folds ? "in one fold" : "on one side") +
                             " with them; of different classes: 10 pairs such as feature 40 (7) and feature 41 (9), "
                             "feature 42 (7) and feature 43 (9), feature 44 (7) and feature 45 (9)";
    EXPECT_NE(result.err.find(told), std::string::npos) << result.err;
    const auto rows = lines(table("split.gpkg"));
    const auto part = [&](std::size_t i) { return rows[i + 1].substr(rows[i + 1].rfind(',')); };
    ASSERT_EQ(rows.size(), 73U);
    for (std::size_t i = 0; i < 60; i += 2) EXPECT_EQ(part(i), part(i + 1)) << i;
    std::map<std::string, int> parts;
    for (std::size_t i = 0; i < 40; ++i) ++parts[part(i)];
    EXPECT_EQ(parts.size(), folds ? 3U : 2U);
    if (!folds) {
      EXPECT_EQ(parts[",valid"], 20);
      EXPECT_NE(part(70), part(71)) << "lines that cross";
    }
    std::set<std::string> oats;
    for (std::size_t i = 60; i < 70; ++i) oats.insert(part(i));
    EXPECT_GT(oats.size(), 1U) << "neighbours";
  }
}

TEST_F(SplitPolygonsTest, makes_folds) {
  const CommandResult result = split("folds.shp", {"-folds", "5"});
  ASSERT_EQ(result.code, 0) << result.err;
  auto found = counts("folds.shp");
  for (const char* fold : {"1", "2", "3", "4", "5"}) {
    EXPECT_EQ(found[std::string("4 ") + fold], 4);
    EXPECT_EQ(found[std::string("7 ") + fold], 2);
  }
  ASSERT_EQ(split("blocks.gpkg", {"-block", "1000", "-buffer", "200"}).code, 0);
}

TEST_F(SplitPolygonsTest, says_what_is_wrong) {
  const auto fault = [&](const CommandResult& result, const std::string& text) {
    EXPECT_EQ(result.code, 2);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  };
  fault(split("x.gpkg", {"-folds", "1"}), "-folds 1 is no cross-validation");
  fault(split("x.gpkg", {"-folds", "3", "-buffer", "5"}), "-buffer is of training and validation");
  fault(split("x.csv"), "names no vector format");
  fault(split("reference.geojson"), "reference.geojson is also the file of -in");
}

}  // namespace
}  // namespace cers::testing
