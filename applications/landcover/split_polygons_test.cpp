// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "samples_testing.hpp"

namespace cers::testing {
namespace {

class SplitPolygonsTest : public SamplesTest {
 protected:
  void SetUp() override {
    std::string features = square(9, "rice", 500, 500, 5, 5);
    for (int i = 0; i < 20; ++i) features += "," + square(4, "maize", 17 * i, 31 * (i % 7), 5, 5);
    for (int i = 0; i < 10; ++i) features += "," + square(7, "soy", 33 * i, 13 * (i % 5), 5, 5);
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
