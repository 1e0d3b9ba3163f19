// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/polygon_split.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <set>
#include <sstream>

namespace cers {
namespace {

struct Layer {
  std::vector<LabelledFeature> features;
  std::vector<PixelPoint> places;
};

Layer scattered(const std::map<std::string, int>& counts, std::uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> place(0, 20000);
  Layer layer;
  for (const auto& [name, count] : counts) {
    for (int i = 0; i < count; ++i) {
      layer.features.push_back({static_cast<std::int64_t>(layer.features.size()) + 1, name, 0, 0, false});
      layer.places.push_back({place(random), place(random)});
    }
  }
  return layer;
}

std::map<std::string, std::map<int, int>> counts(const Layer& layer, const PolygonSplit& split) {
  std::map<std::string, std::map<int, int>> result;
  for (std::size_t i = 0; i < split.part.size(); ++i) ++result[layer.features[i].label][split.part[i]];
  return result;
}

TEST(PolygonSplit, KeepsTheShareOfEachClass) {
  const Layer layer = scattered({{"a", 10}, {"b", 7}, {"c", 2}, {"d", 1}});
  const PolygonSplit split = split_polygons(layer.features, {}, {0.3, 5, 0, 0, 0});
  auto parts = counts(layer, split);
  EXPECT_EQ(parts["a"][PolygonSplit::validation], 3);
  EXPECT_EQ(parts["b"][PolygonSplit::validation], 2);
  EXPECT_EQ(parts["c"][PolygonSplit::validation], 1);
  EXPECT_EQ(parts["d"][PolygonSplit::training], 1);
  ASSERT_EQ(split.warnings.size(), 1U);
  EXPECT_EQ(split.warnings[0], "class d (1 polygon) is for training only: it cannot be validated");
  // All for validation but the last.
  auto most = counts(layer, split_polygons(layer.features, {}, {1.0, 5, 0, 0, 0}));
  EXPECT_EQ(most["a"][PolygonSplit::training], 1);
  EXPECT_TRUE(split_polygons(layer.features, {}, {0.0, 5, 0, 0, 0}).warnings.empty());
}

TEST(PolygonSplit, DependsOnNumbersAndSeedOnly) {
  const Layer layer = scattered({{"a", 40}, {"b", 40}});
  const PolygonSplit split = split_polygons(layer.features, {}, {0.5, 5, 0, 0, 0});
  EXPECT_NE(split.part, split_polygons(layer.features, {}, {0.5, 6, 0, 0, 0}).part);
  std::vector<LabelledFeature> turned(layer.features.rbegin(), layer.features.rend());
  std::vector<int> part = split_polygons(turned, {}, {0.5, 5, 0, 0, 0}).part;
  std::reverse(part.begin(), part.end());
  EXPECT_EQ(part, split.part);
}

TEST(PolygonSplit, BlocksStayTogetherAndClassesBalanced) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const Layer layer = scattered({{"a", 200}, {"b", 120}, {"c", 60}, {"d", 9}}, seed);
    const SplitOptions options{0.4, seed, 2000, 0, 0};
    const PolygonSplit split = split_polygons(layer.features, layer.places, options);
    std::map<std::pair<int, int>, std::set<int>> parts_of_block;
    for (std::size_t i = 0; i < split.part.size(); ++i)
      parts_of_block[{static_cast<int>(layer.places[i].x / 2000), static_cast<int>(layer.places[i].y / 2000)}].insert(
          split.part[i]);
    for (const auto& [block, parts] : parts_of_block) EXPECT_EQ(parts.size(), 1U);
    auto parts = counts(layer, split);
    for (const auto& [name, of] : std::map<std::string, int>{{"a", 200}, {"b", 120}, {"c", 60}})
      EXPECT_NEAR(static_cast<double>(parts[name][PolygonSplit::validation]) / of, 0.4, 0.08) << name;
    EXPECT_GT(parts["d"][PolygonSplit::training], 0);
  }
}

TEST(PolygonSplit, WhatBelongsTogetherIsInOneFold) {
  const Layer layer = scattered({{"a", 100}, {"b", 60}, {"c", 2}});
  std::vector<std::size_t> together(layer.features.size());
  for (std::size_t i = 0; i < together.size(); ++i) together[i] = i;
  const SplitOptions options{0.5, 5, 0, 0, 5};
  const std::vector<int> apart = split_polygons(layer.features, {}, options).part;
  EXPECT_EQ(split_polygons(layer.features, {}, options, nullptr, together).part, apart);
  // Pairs of the first sixty, of one class or two; both of the last class.
  for (std::size_t i = 0; i < 60; ++i) together[i + 60] = i;
  together[161] = 160;
  for (const double block : {0.0, 1500.0}) {
    const PolygonSplit split = split_polygons(layer.features, layer.places, {0.5, 5, block, 0, 5}, nullptr, together);
    for (std::size_t i = 0; i < together.size(); ++i) EXPECT_EQ(split.part[i], split.part[together[i]]) << i;
    for (auto& [name, parts] : counts(layer, split)) {
      if (name == "c") {
        EXPECT_EQ(parts.size(), 1U);
        continue;
      }
      for (int fold = 0; fold < 5; ++fold) EXPECT_NEAR(parts[fold], name == "a" ? 20 : 12, block > 0 ? 8 : 2) << fold;
    }
    ASSERT_EQ(split.warnings.size(), 1U);
    EXPECT_EQ(split.warnings[0], std::string("class c (2 polygons) lies ") +
                                     (block > 0 ? "in one block" : "in polygons that overlap") +
                                     ": the fold that holds it has no training for it");
    if (block == 0.0) continue;
    std::map<std::pair<int, int>, std::set<int>> parts_of_block;
    for (std::size_t i = 0; i < split.part.size(); ++i)
      parts_of_block[{static_cast<int>(layer.places[i].x / block), static_cast<int>(layer.places[i].y / block)}].insert(
          split.part[i]);
    for (const auto& [at, parts] : parts_of_block) EXPECT_EQ(parts.size(), 1U);
  }
}

TEST(PolygonSplit, AClassInOneBlockIsTrained) {
  Layer layer = scattered({{"a", 200}});
  for (int i = 0; i < 3; ++i) {
    layer.features.push_back({1000 + i, "rare", 0, 0, false});
    layer.places.push_back({100.0 + i, 100});
  }
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const PolygonSplit split = split_polygons(layer.features, layer.places, {0.9, seed, 2000, 0, 0});
    for (std::size_t i = 200; i < 203; ++i) EXPECT_EQ(split.part[i], PolygonSplit::training);
    ASSERT_EQ(split.warnings.size(), 1U);
    EXPECT_EQ(split.warnings[0], "class rare (3 polygons) is for training only: it cannot be validated");
  }
}

// Squares of 100 m to 900 m: centroids far apart may have outlines that are near.
TEST(PolygonSplit, BufferKeepsOutlinesOfValidationAwayFromTraining) {
  const Layer layer = scattered({{"a", 300}, {"b", 100}});
  std::vector<std::string> wkt;
  std::vector<double> half;
  for (std::size_t i = 0; i < layer.places.size(); ++i) {
    half.push_back(50 + 100.0 * static_cast<double>(i % 5));
    const auto [x, y] = layer.places[i];
    const double h = half.back();
    std::ostringstream text;
    text.precision(17);
    text << "POLYGON ((" << x - h << ' ' << y - h << ',' << x + h << ' ' << y - h << ',' << x + h << ' ' << y + h << ','
         << x - h << ' ' << y + h << ',' << x - h << ' ' << y - h << "))";
    wkt.push_back(text.str());
  }
  const FeatureOutlines outlines(wkt);
  const PolygonSplit split = split_polygons(layer.features, layer.places, {0.4, 3, 4000, 300, 0}, &outlines);
  int left_out = 0;
  int kept = 0;
  int differs = 0;  // from the distance of centroids
  for (std::size_t i = 0; i < split.part.size(); ++i) {
    double nearest = HUGE_VAL;
    double centroid = HUGE_VAL;
    for (std::size_t j = 0; j < split.part.size(); ++j) {
      if (split.part[j] != PolygonSplit::training) continue;
      const double dx = std::abs(layer.places[i].x - layer.places[j].x);
      const double dy = std::abs(layer.places[i].y - layer.places[j].y);
      nearest =
          std::min(nearest, std::hypot(std::max(0.0, dx - half[i] - half[j]), std::max(0.0, dy - half[i] - half[j])));
      centroid = std::min(centroid, std::hypot(dx, dy));
    }
    if (split.part[i] == PolygonSplit::validation) {
      EXPECT_GE(nearest, 300 - 1e-6);
    } else if (split.part[i] == PolygonSplit::left_out) {
      EXPECT_LT(nearest, 300 + 1e-6);
    }
    kept += split.part[i] == PolygonSplit::validation ? 1 : 0;
    left_out += split.part[i] == PolygonSplit::left_out ? 1 : 0;
    differs += split.part[i] == PolygonSplit::left_out && centroid >= 300 ? 1 : 0;
  }
  EXPECT_GT(left_out, 0);
  EXPECT_GT(kept, 0);
  EXPECT_GT(differs, 0);
  EXPECT_NE(split.warnings.at(0).find("within 300 m of training are left out"), std::string::npos);
}

// Ten squares side by side, all nearer than the buffer; those without a class would be no samples anyway.
TEST(PolygonSplit, BufferCountsPolygonsWithAClassOnly) {
  const Layer layer = scattered({{"", 10}, {"a", 10}});
  std::vector<std::string> wkt;
  for (std::size_t i = 0; i < layer.features.size(); ++i) {
    const auto x = 20.0 * static_cast<double>(i % 10);
    std::ostringstream text;
    text << "POLYGON ((" << x << " 0," << x + 10 << " 0," << x + 10 << " 10," << x << " 10," << x << " 0))";
    wkt.push_back(text.str());
  }
  const FeatureOutlines outlines(wkt);
  const PolygonSplit split = split_polygons(layer.features, {}, {0.5, 3, 0, 1000, 0}, &outlines);
  EXPECT_EQ(split.warnings.at(0), "5 polygons within 1000 m of training are left out of validation");
}

TEST(PolygonSplit, FoldsAreOfEqualSize) {
  const Layer layer = scattered({{"a", 52}, {"b", 33}, {"c", 21}, {"d", 1}});
  const PolygonSplit single = split_polygons(layer.features, {}, {0, 1, 0, 0, 5});
  std::map<int, int> sizes;
  for (const int part : single.part) ++sizes[part];
  ASSERT_EQ(sizes.size(), 5U);
  for (const auto& [fold, size] : sizes) EXPECT_NEAR(size, 107 / 5.0, 1);
  for (const auto& [name, parts] : counts(layer, single)) {
    if (name == "d") continue;
    for (const auto& [fold, size] : parts) EXPECT_NEAR(size, name == "a" ? 52 / 5 : name == "b" ? 33 / 5 : 21 / 5, 1);
  }
  EXPECT_EQ(single.warnings,
            (std::vector<std::string>{
                "class d (1 polygon) lies in one polygon: the fold that holds it has no training for it"}));
  const Layer many = scattered({{"a", 300}, {"b", 200}});
  auto parts = counts(many, split_polygons(many.features, many.places, {0, 1, 2000, 0, 4}));
  for (int fold = 0; fold < 4; ++fold) EXPECT_NEAR(parts["b"][fold], 50, 15);
}

}  // namespace
}  // namespace cers
