// SPDX-License-Identifier: Apache-2.0
#include "ring.hpp"

#include <gtest/gtest.h>

#include <random>
#include <set>

namespace cers::snow {
namespace {

const auto never = [] { return false; };

TEST(Ring, TakesPatchesThatCloudSurrounds) {
  const Size size{80, 40};
  std::vector<std::uint8_t> codes(static_cast<std::size_t>(size.area()), 0);
  const auto at = [&](int x, int y) -> std::uint8_t& { return codes[static_cast<std::size_t>(y * size.width + x)]; };
  // Two squares of 100 pixels; around the left one all is cloud, around the right one half.
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 80; ++x) at(x, y) = x < 40 || x >= 55 ? ring_cloud : 0;
  for (int y = 15; y < 25; ++y)
    for (int x = 15; x < 25; ++x) at(x, y) = ring_snow;
  for (int y = 15; y < 25; ++y)
    for (int x = 50; x < 60; ++x) at(x, y) = ring_snow;
  const PixelBits bits = snow_inside_cloud(codes, size, {5, 0.85, 99}, never);
  EXPECT_TRUE(bits.at(15, 15));
  EXPECT_TRUE(bits.at(24, 24));
  EXPECT_FALSE(bits.at(14, 15)) << "only the patch itself";
  EXPECT_FALSE(bits.at(52, 20));
  EXPECT_FALSE(snow_inside_cloud(codes, size, {5, 0.85, 100}, never).at(15, 15)) << "as small as the limit";
}

// The definition, slowly: the whole disk around every pixel of a patch.
TEST(Ring, IsTheDilationOfThePatchLessSnow) {
  const Size size{60, 50};
  std::mt19937 random(8);
  int taken = 0;
  for (int round = 0; round < 30; ++round) {
    std::vector<std::uint8_t> codes(static_cast<std::size_t>(size.area()));
    for (auto& code : codes) code = random() % 100 < 45 ? ring_snow : random() % 100 < 80 ? ring_cloud : 0;
    const RingRules rules{2, 0.8, 6};
    const PixelBits bits = snow_inside_cloud(codes, size, rules, never);
    std::vector<int> label(codes.size(), 0);
    int labels = 0;
    for (std::size_t start = 0; start < codes.size(); ++start) {
      if (codes[start] != ring_snow || label[start] != 0) continue;
      ++labels;
      std::vector<std::size_t> patch{start};
      label[start] = labels;
      for (std::size_t n = 0; n < patch.size(); ++n) {
        const int x = static_cast<int>(patch[n]) % size.width;
        const int y = static_cast<int>(patch[n]) / size.width;
        for (const auto& [dx, dy] : {std::pair{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
          if (x + dx < 0 || y + dy < 0 || x + dx >= size.width || y + dy >= size.height) continue;
          const auto next = static_cast<std::size_t>((y + dy) * size.width + x + dx);
          if (codes[next] == ring_snow && label[next] == 0) {
            label[next] = labels;
            patch.push_back(next);
          }
        }
      }
      std::set<std::size_t> ring;
      std::size_t cloudy = 0;
      for (const std::size_t pixel : patch) {
        const int x = static_cast<int>(pixel) % size.width;
        const int y = static_cast<int>(pixel) / size.width;
        for (int dy = -2; dy <= 2; ++dy) {
          for (int dx = -2; dx <= 2; ++dx) {
            const int rx = x + dx;
            const int ry = y + dy;
            if (dx * dx + dy * dy > 4 || rx < 0 || ry < 0 || rx >= size.width || ry >= size.height) continue;
            const auto index = static_cast<std::size_t>(ry * size.width + rx);
            if (codes[index] == ring_snow || !ring.insert(index).second) continue;
            cloudy += codes[index] == ring_cloud ? 1 : 0;
          }
        }
      }
      const bool expected = patch.size() > 6 && static_cast<double>(cloudy) > 0.8 * static_cast<double>(ring.size());
      taken += expected;
      for (const std::size_t pixel : patch) {
        EXPECT_EQ(bits.at(static_cast<int>(pixel) % size.width, static_cast<int>(pixel) / size.width), expected);
      }
    }
  }
  EXPECT_GT(taken, 20);
}

}  // namespace
}  // namespace cers::snow
