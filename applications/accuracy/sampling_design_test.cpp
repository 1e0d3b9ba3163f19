// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "cers/core/text.hpp"
#include "command.hpp"

namespace cers::testing {
namespace {

struct Unit {
  double x = 0;
  double y = 0;
  int code = 0;
  double weight = 0;
};

class SamplingDesign : public ::testing::Test {
 protected:
  /// 300 × 200: class 5 on 60 %, 2 on 39 %, 9 on 1 %, and nodata 0 beyond column 290.
  static int mapped(int x, int) { return x >= 290 ? 0 : x < 3 ? 9 : x < 177 ? 5 : 2; }
  void SetUp() override {
    write_raster(
        folder_ / "map.tif", utm_grid({300, 200}), 1, PixelType::u8, [](int, int x, int y) { return mapped(x, y); }, 0);
  }
  CommandResult run(std::vector<std::string> more) {
    std::vector<std::string> words{"SamplingDesign", "-in", folder_ / "map.tif"};
    words.insert(words.end(), more.begin(), more.end());
    return cers(words);
  }
  std::vector<Unit> units(std::vector<std::string> more) {
    more.insert(more.end(), {"-out.csv", folder_ / "u.csv"});
    const auto result = run(std::move(more));
    EXPECT_EQ(result.code, 0) << result.err;
    out_ = result.out;
    std::istringstream lines(text_of(folder_ / "u.csv"));
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(line, "id,x,y,class,weight");
    std::vector<Unit> found;
    while (std::getline(lines, line)) {
      const auto words = split(line, ',');
      EXPECT_EQ(words[0], std::to_string(found.size() + 1));
      found.push_back({*parse_real(words[1]), *parse_real(words[2]), static_cast<int>(*parse_integer(words[3])),
                       *parse_real(words[4])});
    }
    return found;
  }
  std::map<int, int> counts(const std::vector<Unit>& found) {
    std::map<int, int> result;
    for (const Unit& one : found) ++result[one.code];
    return result;
  }
  const TemporaryFolder folder_;
  std::string out_;
};

TEST_F(SamplingDesign, draws_pixels_of_each_class_without_replacement) {
  const auto found = units({"-units", "400"});
  std::set<std::pair<int, int>> places;
  std::map<int, double> weight;
  for (const Unit& one : found) {
    const int x = static_cast<int>(std::floor((one.x - 300000) / 10));
    const int y = static_cast<int>(std::floor((4800000 - one.y) / 10));
    EXPECT_EQ(one.x, 300005 + 10 * x) << "the centre of a pixel";
    EXPECT_EQ(mapped(x, y), one.code);
    EXPECT_TRUE(places.emplace(x, y).second) << "drawn twice";
    weight[one.code] += one.weight;
  }
  // A unit stands for so many pixels; together for all of the class.
  EXPECT_NEAR(weight[9], 3 * 200, 1e-6);
  EXPECT_NEAR(weight[5], 174 * 200, 1e-6);
  EXPECT_NEAR(weight[2], 113 * 200, 1e-6);
  EXPECT_EQ(counts(found)[9], 50) << "by area it would be four";
  EXPECT_EQ(found.size(), 400U);
  // Mixed: the first hundred are not all of one class.
  EXPECT_GT(counts({found.begin(), found.begin() + 100}).size(), 1U);
}

TEST_F(SamplingDesign, sizes_the_sample_by_the_error_wanted) {
  // One accuracy for all: n = U (1 − U) / SE² = 0.75 · 0.25 / 0.02² = 468.75.
  EXPECT_EQ(units({"-error", "0.02", "-allocation", "proportional"}).size(), 469U);
  EXPECT_NE(out_.find("units: 469"), std::string::npos) << out_;
  EXPECT_NE(out_.find("classes: [2, 5, 9]"), std::string::npos) << out_;
  EXPECT_NE(out_.find("expected_error: 0.0201"), std::string::npos) << out_;
  // Of 2, 5 and 9: W S = 0.3897 · 0.3 + 0.6 · 0.4 + 0.0103 · 0.5.
  const double sum = 113.0 / 290 * 0.3 + 174.0 / 290 * 0.4 + 3.0 / 290 * 0.5;
  EXPECT_EQ(units({"-error", "0.02", "-allocation", "proportional", "-users", "0.9", "0.8", "0.5"}).size(),
            static_cast<std::size_t>(std::ceil(sum * sum / 0.0004)));
  const auto equal = counts(units({"-units", "300", "-allocation", "equal"}));
  EXPECT_EQ(equal.at(9), 100);
  EXPECT_EQ(equal.at(5), 100);
}

TEST_F(SamplingDesign, is_random_but_repeatable_for_any_tiles) {
  const auto text = [&](std::vector<std::string> more) {
    units(std::move(more));
    return text_of(folder_ / "u.csv");
  };
  const std::string one = text({"-units", "200", "-tile", "512", "-threads", "1"});
  EXPECT_EQ(text({"-units", "200", "-tile", "64", "-threads", "3"}), one);
  EXPECT_NE(text({"-units", "200", "-seed", "2"}), one);
  // All places alike: mean column of class 5 (3 to 176) over many seeds.
  double sum = 0;
  double n = 0;
  for (int seed = 1; seed <= 20; ++seed) {
    for (const Unit& unit : units({"-units", "300", "-seed", std::to_string(seed)})) {
      if (unit.code != 5) continue;
      sum += (unit.x - 300000) / 10;
      ++n;
    }
  }
  const double deviation = 174 / std::sqrt(12) / std::sqrt(n);
  EXPECT_NEAR(sum / n, 90, 4 * deviation);
}

TEST_F(SamplingDesign, writes_points_that_map_accuracy_reads) {
  ASSERT_EQ(run({"-units", "200", "-out", folder_ / "u.geojson"}).code, 0);
  const auto judged = cers({"MapAccuracy", "-in", folder_ / "map.tif", "-ref", "vector", "-ref.vector.in",
                            folder_ / "u.geojson", "-ref.vector.field", "class", "-out", folder_ / "a.json"});
  ASSERT_EQ(judged.code, 0) << judged.err;
  const auto report = nlohmann::json::parse(text_of(folder_ / "a.json"));
  // Every point meets the class it was drawn from: the map against itself.
  EXPECT_EQ(report["units"], 200);
  EXPECT_EQ(report["overall_accuracy"]["value"], 1.0);
  EXPECT_EQ(report["kind"], "map accuracy");
}

TEST_F(SamplingDesign, says_what_is_wrong) {
  const auto fault = [&](int code, std::vector<std::string> words, const std::string& text) {
    const auto result = run(std::move(words));
    EXPECT_EQ(result.code, code);
    EXPECT_NE(result.err.find(text), std::string::npos) << result.err;
  };
  fault(2, {}, "no file to write");
  fault(2, {"-out.csv", folder_ / "u.csv", "-users", "0.9", "0.8"},
        "-users has 2 values, but the map has 3 classes: 2, 5, 9");
  fault(2, {"-out.csv", folder_ / "u.csv", "-units", "100", "-error", "0.02"}, "-error has no effect beside -units");
  fault(2, {"-out.csv", folder_ / "u.csv", "-allocation", "equal", "-minimum", "20"},
        "-minimum has no effect on -allocation equal");
  fault(2, {"-out", folder_ / "u.txt"}, "names no vector format that can be written");
  Grid none = utm_grid({30, 20});
  none.crs.clear();
  write_raster(folder_ / "map.tif", none, 1, PixelType::u8, [](int, int, int) { return 1; });
  fault(2, {"-out", folder_ / "u.geojson"}, "no reference system");
}

}  // namespace
}  // namespace cers::testing
