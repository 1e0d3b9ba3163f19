// SPDX-License-Identifier: Apache-2.0
// What a polygonizer tells of each region, against components that are found by passing on the lowest number.
#include "cers/vector-io/region_statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <tuple>

#include "cers/vector-io/polygonizer.hpp"

namespace cers {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

struct World {
  int width = 0;
  int height = 0;
  std::vector<std::int64_t> labels;
  std::vector<double> whole;  ///< whole numbers, none missing
  std::vector<double> real;   ///< some missing
  std::vector<int> classes;
  std::size_t at(int x, int y) const { return static_cast<std::size_t>(y * width + x); }
};

World random_world(std::mt19937& random) {
  World world;
  world.width = 1 + static_cast<int>(random() % 17);
  world.height = 1 + static_cast<int>(random() % 17);
  for (int i = 0; i < world.width * world.height; ++i) {
    const auto label = static_cast<std::int64_t>(random() % 4);
    world.labels.push_back(label == 0 ? Polygonizer::nothing : label);
    world.whole.push_back(static_cast<double>(random() % 1000));
    world.real.push_back(random() % 3 == 0 ? missing : 1e3 + static_cast<double>(random() % 1000) / 7);
    world.classes.push_back(static_cast<int>(random() % 5) - 2);
  }
  return world;
}

/// What is known of a region, the exact parts first: label, pixels, sum of whole numbers, pixels of classes 0, 1, 2 and
/// with any class, pixels with a real number; then mean and deviation of the real numbers.
struct Known {
  std::vector<std::int64_t> exact;
  double mean = 0;
  double deviation = 0;
  bool operator<(const Known& other) const { return std::tie(exact, mean) < std::tie(other.exact, other.mean); }
};

std::vector<Known> naive(const World& world, Connectivity connectivity) {
  std::vector<std::size_t> component(world.labels.size());
  for (std::size_t i = 0; i < component.size(); ++i) component[i] = i;
  for (bool changed = true; changed;) {
    changed = false;
    for (int y = 0; y < world.height; ++y) {
      for (int x = 0; x < world.width; ++x) {
        for (int dy = -1; dy <= 1; ++dy) {
          for (int dx = -1; dx <= 1; ++dx) {
            if (connectivity == Connectivity::sides && dx != 0 && dy != 0) continue;
            if (x + dx < 0 || y + dy < 0 || x + dx >= world.width || y + dy >= world.height) continue;
            const std::size_t here = world.at(x, y);
            const std::size_t there = world.at(x + dx, y + dy);
            if (world.labels[here] != world.labels[there] || component[there] >= component[here]) continue;
            component[here] = component[there];
            changed = true;
          }
        }
      }
    }
  }
  std::map<std::size_t, std::vector<std::size_t>> members;
  for (std::size_t i = 0; i < component.size(); ++i)
    if (world.labels[i] != Polygonizer::nothing) members[component[i]].push_back(i);
  std::vector<Known> all;
  for (const auto& [first, pixels] : members) {
    Known one;
    std::vector<std::int64_t> counts(3);
    std::int64_t classified = 0;
    double sum = 0;
    std::vector<double> real;
    for (const std::size_t i : pixels) {
      sum += world.whole[i];
      if (world.classes[i] != RowMeasures::no_class) ++classified;
      if (world.classes[i] >= 0) ++counts[static_cast<std::size_t>(world.classes[i])];
      if (!std::isnan(world.real[i])) real.push_back(world.real[i]);
    }
    one.exact = {world.labels[first],
                 static_cast<std::int64_t>(pixels.size()),
                 static_cast<std::int64_t>(sum),
                 counts[0],
                 counts[1],
                 counts[2],
                 classified,
                 static_cast<std::int64_t>(real.size())};
    for (const double value : real) one.mean += value / static_cast<double>(real.size());
    for (const double value : real)
      one.deviation += (value - one.mean) * (value - one.mean) / static_cast<double>(real.size());
    one.deviation = std::sqrt(one.deviation);
    all.push_back(std::move(one));
  }
  std::sort(all.begin(), all.end());
  return all;
}

std::vector<Known> swept(const World& world, Connectivity connectivity) {
  std::vector<Known> all;
  const auto deliver = [&](RegionOutline&& outline) {
    const RegionStatistics& found = outline.statistics;
    Known one;
    one.exact = {outline.label,
                 found.pixels,
                 static_cast<std::int64_t>(found.quantities[0].sum),
                 found.classes[0],
                 found.classes[1],
                 found.classes[2],
                 found.classified,
                 found.quantities[1].count};
    one.mean = found.quantities[1].mean().value_or(0);
    one.deviation = found.quantities[1].deviation().value_or(0);
    EXPECT_EQ(found.quantities[0].mean(), found.quantities[0].sum / static_cast<double>(found.pixels));
    EXPECT_EQ(found.percent(1).has_value(), found.classified > 0);
    all.push_back(std::move(one));
  };
  Polygonizer polygonizer(world.width, connectivity, deliver, {2, 3});
  const auto width = static_cast<std::size_t>(world.width);
  for (int y = 0; y < world.height; ++y) {
    const auto row = [&](const auto& all_rows) { return std::span(all_rows).subspan(world.at(0, y), width); };
    const std::vector<std::span<const double>> quantities{row(world.whole), row(world.real)};
    polygonizer.add_row(row(world.labels), {quantities, row(world.classes)});
  }
  polygonizer.finish();
  std::sort(all.begin(), all.end());
  return all;
}

TEST(RegionStatistics, OfAnyMapAreThoseOfItsComponents) {
  std::mt19937 random(20261129);
  for (int round = 0; round < 400; ++round) {
    const World world = random_world(random);
    for (const Connectivity connectivity : {Connectivity::sides, Connectivity::corners}) {
      const std::vector<Known> expected = naive(world, connectivity);
      const std::vector<Known> found = swept(world, connectivity);
      ASSERT_EQ(found.size(), expected.size());
      for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_EQ(found[i].exact, expected[i].exact) << "round " << round;
        EXPECT_NEAR(found[i].mean, expected[i].mean, 1e-9);
        EXPECT_NEAR(found[i].deviation, expected[i].deviation, 1e-9);
      }
    }
  }
}

TEST(RegionStatistics, DeviationsOfFarNumbersKeepTheirDigits) {
  // 1e9 and 1e9 + 1 in turn: the difference of squares would lose it.
  Moments one;
  Moments other;
  for (int i = 0; i < 1000; ++i) one.add(1e9 + i % 2);
  for (int i = 0; i < 3000; ++i) other.add(1e9 + i % 2);
  one.merge(other);
  EXPECT_EQ(one.mean(), 1e9 + 0.5);
  EXPECT_NEAR(one.deviation().value_or(0), 0.5, 1e-7);
  EXPECT_FALSE(Moments{}.mean());
  EXPECT_FALSE(RegionStatistics{}.percent(0));
}

}  // namespace
}  // namespace cers
