// SPDX-License-Identifier: Apache-2.0
// Outlines against a flood fill that knows nothing of them, pixel by pixel.
#include "cers/vector-io/polygonizer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <set>

namespace cers {
namespace {

using Map = std::vector<std::vector<std::int64_t>>;
constexpr std::int64_t hole = Polygonizer::nothing;

std::vector<RegionOutline> outlines_of(const Map& map, Connectivity connectivity) {
  std::vector<RegionOutline> all;
  Polygonizer polygonizer(static_cast<int>(map[0].size()), connectivity,
                          [&](RegionOutline&& outline) { all.push_back(std::move(outline)); });
  for (const auto& row : map) polygonizer.add_row(row);
  polygonizer.finish();
  EXPECT_EQ(polygonizer.held_corners(), 0U);
  EXPECT_EQ(polygonizer.held_bytes(), 0U);
  return all;
}

using Pixels = std::set<std::pair<int, int>>;

/// The regions of the map by growing from each pixel.
std::vector<std::pair<std::int64_t, Pixels>> regions_of(const Map& map, Connectivity connectivity) {
  const int height = static_cast<int>(map.size());
  const int width = static_cast<int>(map[0].size());
  const auto at = [&](int x, int y) {
    return x < 0 || y < 0 || x >= width || y >= height ? hole
                                                       : map[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)];
  };
  std::vector<std::pair<std::int64_t, Pixels>> regions;
  Pixels seen;
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      if (at(x, y) == hole || seen.contains({x, y})) continue;
      Pixels region;
      std::vector<std::pair<int, int>> todo{{x, y}};
      while (!todo.empty()) {
        const auto [px, py] = todo.back();
        todo.pop_back();
        if (!region.insert({px, py}).second) continue;
        for (int dy = -1; dy <= 1; ++dy) {
          for (int dx = -1; dx <= 1; ++dx) {
            const bool near = connectivity == Connectivity::corners || dx == 0 || dy == 0;
            if (near && at(px + dx, py + dy) == at(x, y)) todo.emplace_back(px + dx, py + dy);
          }
        }
      }
      seen.insert(region.begin(), region.end());
      regions.emplace_back(at(x, y), std::move(region));
    }
  }
  return regions;
}

/// Whether the centre of a pixel lies inside a ring: sides crossed on the way to the left.
bool inside(RegionOutline::Ring ring, int x, int y) {
  bool in = false;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Corner& a = ring[i];
    const Corner& b = ring[(i + 1) % ring.size()];
    if (a.column == b.column && a.column <= x && std::min(a.row, b.row) <= y && y < std::max(a.row, b.row)) in = !in;
  }
  return in;
}

std::int64_t twice_area(RegionOutline::Ring ring) {
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < ring.size(); ++i) {
    const Corner& a = ring[i];
    const Corner& b = ring[(i + 1) % ring.size()];
    sum += std::int64_t{a.column} * b.row - std::int64_t{b.column} * a.row;
  }
  return sum;
}

/// Every ring turns at each of its corners, meets none twice, and runs the way its place asks for.
void expect_sound(const RegionOutline::Part& part) {
  for (std::size_t r = 0; r < part.size(); ++r) {
    const RegionOutline::Ring ring = part[r];
    ASSERT_GE(ring.size(), 4U);
    EXPECT_EQ(std::set<Corner>(ring.begin(), ring.end()).size(), ring.size());
    for (std::size_t i = 0; i < ring.size(); ++i) {
      const Corner& a = ring[i];
      const Corner& b = ring[(i + 1) % ring.size()];
      const Corner& c = ring[(i + 2) % ring.size()];
      EXPECT_TRUE((a.column == b.column) != (a.row == b.row));
      EXPECT_TRUE((a.column == b.column) != (b.column == c.column));
    }
    // Rows count downwards: a ring that runs counter-clockwise on the map has a negative sum.
    EXPECT_EQ(twice_area(ring) < 0, r == 0);
  }
}

void expect_right(const Map& map, Connectivity connectivity) {
  auto expected = regions_of(map, connectivity);
  std::map<std::pair<std::int64_t, Pixels>, int> found;
  const int height = static_cast<int>(map.size());
  const int width = static_cast<int>(map[0].size());
  for (const RegionOutline& outline : outlines_of(map, connectivity)) {
    Pixels pixels;
    std::size_t count = 0;
    for (const auto& part : outline.parts) {
      expect_sound(part);
      for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
          int rings = 0;
          for (const RegionOutline::Ring ring : part) rings += inside(ring, x, y) ? 1 : 0;
          ASSERT_LE(rings, 2);
          if (rings != 1) continue;
          pixels.insert({x, y});
          ++count;
        }
      }
    }
    EXPECT_EQ(count, pixels.size()) << "parts overlap";
    if (connectivity == Connectivity::sides) {
      EXPECT_EQ(outline.parts.size(), 1U);
    }
    ++found[{outline.label, std::move(pixels)}];
  }
  ASSERT_EQ(found.size(), expected.size());
  for (const auto& region : expected) EXPECT_EQ(found[region], 1);
}

TEST(Polygonizer, OnePixelHasFourCorners) {
  const auto all = outlines_of({{7}}, Connectivity::sides);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].label, 7);
  ASSERT_EQ(all[0].parts.at(0).size(), 1U);
  const RegionOutline::Ring found = all[0].parts[0][0];
  std::vector<Corner> ring(found.begin(), found.end());
  std::rotate(ring.begin(), std::min_element(ring.begin(), ring.end()), ring.end());
  EXPECT_EQ(ring, (std::vector<Corner>{{0, 0}, {0, 1}, {1, 1}, {1, 0}}));
}

TEST(Polygonizer, HoleThatTouchesTheOutsideIsAHole) {
  // Two pixels of 0 meet at a corner, one of them outside: the region around is one, its outline simple.
  const Map map{{1, 1, 1, hole}, {1, hole, 1, hole}, {1, 1, hole, hole}, {1, 1, 1, 1}};
  const auto all = outlines_of(map, Connectivity::sides);
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].parts.at(0).size(), 2U);
  expect_right(map, Connectivity::sides);
}

TEST(Polygonizer, CornersJoinPartsOfOneRegion) {
  const Map diamond{{hole, 3, hole}, {3, hole, 3}, {hole, 3, hole}};
  EXPECT_EQ(outlines_of(diamond, Connectivity::sides).size(), 4U);
  const auto joined = outlines_of(diamond, Connectivity::corners);
  ASSERT_EQ(joined.size(), 1U);
  EXPECT_EQ(joined[0].parts.size(), 4U);
}

TEST(Polygonizer, AnyMapIsWhatAFloodFillFinds) {
  std::mt19937 random(20240611);
  for (int round = 0; round < 600; ++round) {
    const int width = 1 + static_cast<int>(random() % 14);
    const int height = 1 + static_cast<int>(random() % 14);
    const auto labels = 1 + random() % 4;
    Map map(static_cast<std::size_t>(height), std::vector<std::int64_t>(static_cast<std::size_t>(width)));
    for (auto& row : map) {
      for (auto& one : row) {
        const auto label = static_cast<std::int64_t>(random() % (labels + 1));
        one = label == 0 ? hole : label;
      }
    }
    expect_right(map, Connectivity::sides);
    expect_right(map, Connectivity::corners);
    if (HasFailure()) FAIL() << "in round " << round;
  }
}

TEST(Polygonizer, HoldsOnlyWhatIsNotFinished) {
  // Rows of single pixels: each is handed over two rows later, so what is held does not grow with the rows.
  const int width = 1000;
  std::size_t delivered = 0;
  Polygonizer polygonizer(width, Connectivity::sides, [&](RegionOutline&&) { ++delivered; });
  std::vector<std::int64_t> row(width);
  std::size_t most = 0;
  for (int y = 0; y < 500; ++y) {
    for (int x = 0; x < width; ++x) row[static_cast<std::size_t>(x)] = (x + y) % 2;
    polygonizer.add_row(row);
    most = std::max(most, polygonizer.held_corners());
  }
  polygonizer.finish();
  EXPECT_EQ(delivered, 500U * 1000U);
  EXPECT_LE(most, 8U * 1000U);
}

TEST(Polygonizer, GivesMemoryBackBeforeALargeRegionIsHandedOver) {
  // One region with a hole in each four pixels: 12 bytes a corner are held until it ends, and none when it is handed
  // over.
  constexpr int side = 400;
  std::size_t corners = 0;
  std::size_t at_hand_over = 0;
  std::unique_ptr<Polygonizer> polygonizer;
  polygonizer = std::make_unique<Polygonizer>(side, Connectivity::sides, [&](RegionOutline&& outline) {
    if (outline.label != 1) return;
    for (const RegionOutline::Ring ring : outline.parts.at(0)) corners += ring.size();
    at_hand_over = polygonizer->held_bytes();
  });
  std::vector<std::int64_t> row(side);
  for (int y = 0; y < side; ++y) {
    for (int x = 0; x < side; ++x) row[static_cast<std::size_t>(x)] = x % 2 == 1 && y % 2 == 1 && x < side - 1 ? 2 : 1;
    if (y == side - 1) std::fill(row.begin(), row.end(), 1);
    polygonizer->add_row(row);
  }
  const std::size_t before = polygonizer->held_bytes();
  polygonizer->finish();
  EXPECT_EQ(corners, (side / 2 - 1) * (side / 2 - 1) * 4U + 4U);
  EXPECT_GE(before, corners * 12U - 200U);
  EXPECT_LE(before, corners * 12U + 100'000U);
  EXPECT_EQ(at_hand_over, 0U);
}

}  // namespace
}  // namespace cers
