// SPDX-License-Identifier: Apache-2.0
#include "cers/learn/shared_ground.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

#include "shapes_testing.hpp"

namespace cers {
namespace {

using testing::drawn;
using testing::Shapes;

std::vector<std::size_t> sets_of(const LabelledShapes& shapes, const std::vector<PlacedFeature>& placed) {
  SharedGround ground(placed.size());
  ground.add(shapes, placed);
  return ground.sets();
}

TEST(SharedGround, JoinsFeaturesOfOnePixel) {
  const auto shapes = Shapes({40, 40})
                          .add(1, "a", {0, 0, 4, 4})
                          .add(2, "a", {3, 3, 4, 4})  // one pixel of the first
                          .add(3, "b", {6, 6, 4, 4})  // one of the second, in another file
                          .add(4, "a", {7, 0, 2, 2})  // of none
                          .add(5, "a", {4, 0, 3, 3})  // an edge of the first
                          .add(6, "b", {20, 20, 4, 4})
                          .add(7, "c", {22, 22, 4, 4})  // other classes of one file: no samples there
                          .add(8, "b", {22, 22, 1, 1})  // one pixel of both, of another file
                          .get();
  EXPECT_EQ(sets_of(*shapes, {{0, 0}, {1, 0}, {2, 1}, {3, 0}, {4, 1}, {5, 0}, {6, 0}, {7, 1}}),
            (std::vector<std::size_t>{0, 0, 0, 3, 4, 5, 6, 7}));
  // In one file the second and the third are of different classes, and so are the sixth and the seventh.
  EXPECT_EQ(sets_of(*shapes, {{0, 0}, {1, 0}, {2, 0}, {3, 0}, {4, 0}, {5, 0}, {6, 0}, {7, 0}}),
            (std::vector<std::size_t>{0, 0, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(sets_of(*shapes, {{0, 0}, {1, 0}, {2, 1}, {3, 0}, {4, 1}, {5, 0}, {6, 1}, {7, 2}}),
            (std::vector<std::size_t>{0, 0, 0, 3, 4, 5, 5, 5}));
}

TEST(SharedGround, JoinsAcrossGrids) {
  SharedGround ground(4);
  ground.add(*Shapes({9, 9}).add(1, "a", {0, 0, 4, 4}).add(2, "a", {3, 3, 4, 4}).get(), {{3, 0}, {1, 1}});
  ground.add(*Shapes({9, 9}).add(1, "a", {0, 0, 4, 4}).add(2, "a", {3, 3, 4, 4}).get(), {{1, 1}, {2, 0}});
  EXPECT_EQ(ground.sets(), (std::vector<std::size_t>{0, 1, 1, 1}));
}

// Pixel by pixel: every two that hold one which is a sample of both are joined, and no others but through these.
TEST(SharedGround, IsWhatEachPixelSays) {
  std::mt19937 random(3);
  for (int round = 0; round < 60; ++round) {
    Shapes made({60, 60});
    std::vector<PlacedFeature> placed;
    for (std::size_t i = 0; i < 30; ++i) {
      made.add(static_cast<std::int64_t>(i), random() % 2U == 0 ? "a" : "b",
               {static_cast<int>(random() % 55U), static_cast<int>(random() % 55U), static_cast<int>(random() % 9U),
                static_cast<int>(random() % 9U)});
      placed.push_back({i, static_cast<int>(random() % 3U)});
    }
    const auto shapes = made.get();
    std::map<std::pair<int, int>, std::set<std::uint32_t>> pixels;
    for (const PixelRun& run : drawn(*shapes).runs)
      for (int x = run.begin; x < run.end; ++x) pixels[{run.y, x}].insert(run.feature);
    std::vector<std::size_t> expected;
    for (std::size_t i = 0; i < 30; ++i) expected.push_back(i);
    for (const auto& [pixel, over] : pixels) {
      std::map<int, std::set<std::string>> classes;
      for (const std::uint32_t i : over) classes[placed[i].file].insert(shapes->features[i].label);
      for (const std::uint32_t a : over) {
        for (const std::uint32_t b : over) {
          if (classes[placed[a].file].size() > 1 || classes[placed[b].file].size() > 1) continue;
          const std::size_t low = std::min(expected[a], expected[b]);
          const std::size_t high = std::max(expected[a], expected[b]);
          std::replace(expected.begin(), expected.end(), high, low);
        }
      }
    }
    ASSERT_EQ(sets_of(*shapes, placed), expected) << round;
  }
}

}  // namespace
}  // namespace cers
