// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/polygon_cover.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <set>

#include "cers/core/error.hpp"
#include "cers/learn/pixel_index.hpp"
#include "shapes_testing.hpp"

namespace cers {
namespace {

using testing::drawn;
using testing::Shapes;

TEST(PolygonCover, CountsClassesAndPolygons) {
  const auto shapes = Shapes({100, 80})
                          .add(3, "soy", {10, 10, 4, 5})
                          .add(12, "maize", {50, 20, 6, 2})
                          .add(5, "soy", {95, 70, 20, 20})
                          .add(7, "rice & <wild>", {0, 0, 0, 0})
                          .get();
  const PolygonStatistics statistics = statistics_of(drawn(*shapes), *shapes);
  EXPECT_EQ(statistics.classes, (ClassCounts{{"maize", 12}, {"soy", 70}, {"rice & <wild>", 0}}));
  const std::string xml = statistics_xml(statistics, *shapes);
  EXPECT_EQ(xml,
            "<?xml version=\"1.0\" ?>\n<GeneralStatistics>\n    <Statistic name=\"samplesPerClass\">\n"
            "        <StatisticMap key=\"maize\" value=\"12\" />\n"
            "        <StatisticMap key=\"rice &amp; &lt;wild&gt;\" value=\"0\" />\n"
            "        <StatisticMap key=\"soy\" value=\"70\" />\n    </Statistic>\n"
            "    <Statistic name=\"samplesPerVector\">\n        <StatisticMap key=\"12\" value=\"12\" />\n"
            "        <StatisticMap key=\"3\" value=\"20\" />\n        <StatisticMap key=\"5\" value=\"50\" />\n"
            "        <StatisticMap key=\"7\" value=\"0\" />\n    </Statistic>\n</GeneralStatistics>\n");
  const std::string path =
      (std::filesystem::temp_directory_path() / ("cers-cover-" + std::to_string(getpid()))).string();
  std::ofstream(path) << xml;
  EXPECT_EQ(read_class_counts(path), statistics.classes);
  std::ofstream(path) << xml.substr(0, xml.size() / 2);
  EXPECT_THROW(read_class_counts(path), DataError);
  std::ofstream(path) << "<GeneralStatistics/>";
  EXPECT_THROW(read_class_counts(path), DataError);
  std::filesystem::remove(path);
}

// Against a count pixel by pixel.
TEST(PolygonCover, FindsWhatPolygonsOfDifferentClassesShare) {
  std::mt19937 random(3);
  for (int round = 0; round < 50; ++round) {
    const auto number = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
    Shapes made({60, 50});
    for (int i = 0; i < 12; ++i)
      made.add(i, std::string(1, static_cast<char>('a' + number(0, 2))),
               {number(0, 50), number(0, 40), number(1, 20), number(1, 15)});
    const auto shapes = made.get();
    const PolygonCover cover = drawn(*shapes);
    std::map<std::pair<int, int>, std::set<std::string>> classes;
    for (const PixelRun& run : cover.runs)
      for (int x = run.begin; x < run.end; ++x) classes[{run.y, x}].insert(shapes->features[run.feature].label);
    std::uint64_t expected = 0;
    for (const auto& [pixel, names] : classes) expected += names.size() > 1 ? 1 : 0;
    const Overlap overlap = find_overlap(cover, *shapes);
    EXPECT_EQ(overlap.pixels, expected);
    std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (const PixelRun& one : cover.runs) {
      for (const PixelRun& other : cover.runs) {
        if (one.y == other.y && one.begin < other.end && other.begin < one.end &&
            shapes->features[one.feature].label != shapes->features[other.feature].label)
          pairs.insert(std::minmax(one.feature, other.feature));
      }
    }
    EXPECT_EQ(overlap.pairs, pairs.size());
    EXPECT_EQ(overlap.first.size(), std::min<std::size_t>(3, pairs.size()));
    EXPECT_TRUE(std::equal(overlap.first.begin(), overlap.first.end(), pairs.begin()));
    const PolygonCover left = without_overlap(cover, *shapes);
    EXPECT_EQ(find_overlap(left, *shapes).pixels, 0U);
    std::set<std::pair<int, int>> kept;
    for (const PixelRun& run : left.runs)
      for (int x = run.begin; x < run.end; ++x) kept.emplace(run.y, x);
    EXPECT_EQ(kept.size() + expected, classes.size());
  }
}

TEST(PolygonCover, NamesTwoPolygonsThatOverlap) {
  const auto shapes = Shapes({100, 80})
                          .add(3, "soy", {10, 10, 4, 5})
                          .add(12, "maize", {12, 10, 6, 2})
                          .add(4, "soy", {10, 10, 1, 1})
                          .get();
  const Overlap overlap = find_overlap(drawn(*shapes), *shapes);
  EXPECT_EQ(overlap.pixels, 4U);
  EXPECT_EQ(describe(overlap, *shapes),
            "polygons: 4 pixels lie in polygons of different classes, 1 pair: feature 3 (soy) and feature 12 (maize)");
  EXPECT_EQ(describe({}, *shapes), "");
  EXPECT_EQ(describe({5, 2, {{0, 1}, {1, 2}}}, *shapes),
            "polygons: 5 pixels lie in polygons of different classes, 2 pairs: feature 3 (soy) and feature 12 (maize), "
            "feature 12 (maize) and feature 4 (soy)");
  EXPECT_EQ(describe({1, 9, {{0, 1}}}, *shapes),
            "polygons: 1 pixel lies in polygons of different classes, 9 pairs such as feature 3 (soy) and feature 12 "
            "(maize)");
}

TEST(PixelIndex, KnowsWindowsAroundPixels) {
  PixelIndex index({1000, 500});
  index.add({10, 20, 3, 4});
  index.add({60, 30, 10, 1});
  index.add({990, 490, 100, 100});
  EXPECT_EQ(index.within({0, 0, 64, 64}), (Window{10, 20, 54, 11}));
  EXPECT_EQ(index.within({0, 0, 128, 64}), (Window{10, 20, 60, 11}));
  EXPECT_EQ(index.within({12, 22, 20, 5}), (Window{12, 22, 20, 5}));
  EXPECT_EQ(index.within({900, 400, 300, 300}), (Window{990, 490, 10, 10}));
  EXPECT_TRUE(index.within({300, 0, 100, 500}).empty());
}

}  // namespace
}  // namespace cers
