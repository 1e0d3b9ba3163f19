// SPDX-License-Identifier: Apache-2.0
#include "cers/core/block.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "cers/core/error.hpp"

namespace cers {
namespace {

TEST(Block, RowsAreAlignedAndOffTheAliasStride) {
  for (const int width : {1, 63, 512, 1024, 2048}) {
    for (const PixelType type : all_pixel_types) {
      Block block({0, 0, width, 3}, 2, type);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.band_data(0)) % 64, 0U);
      EXPECT_EQ(reinterpret_cast<std::uintptr_t>(block.band_data(1)) % 64, 0U);
      EXPECT_EQ(block.stride_bytes() % 64, 0U);
      EXPECT_NE(block.stride_bytes() % 4096, 0U);
    }
  }
}

TEST(Block, PlanesAreAddressedByRasterCoordinates) {
  Block block({100, 200, 10, 5}, 2, PixelType::i32);
  const auto plane = block.plane<std::int32_t>(1);
  plane.at(103, 202) = 7;
  EXPECT_EQ(plane.row(202)[3], 7);
  EXPECT_EQ(plane.row(202, {102, 202, 2, 1})[1], 7);
  EXPECT_THROW(block.plane<float>(0), InternalError);
  EXPECT_THROW(block.plane<std::int32_t>(2), InternalError);
}

TEST(Block, StorageOfAnySizeIsHeldAndMoves) {
  Block block;
  EXPECT_EQ(block.capacity(), 0U);
  for (const int height : {1, 40, 4000, 400}) {  // of 4 kB lines: small storage, then large
    block.reshape({7, 9, 1000, height}, 1, PixelType::f32);
    EXPECT_GE(block.capacity(), Block::bytes_needed(block.window(), 1, PixelType::f32));
    const auto plane = block.plane<float>(0);
    plane.at(1006, 9 + height - 1) = 3;
    Block other = std::move(block);
    EXPECT_EQ(block.capacity(), 0U);  // NOLINT(bugprone-use-after-move): a moved block holds nothing
    block = std::move(other);
    EXPECT_EQ(block.plane<float>(0).at(1006, 9 + height - 1), 3);
  }
  EXPECT_GE(block.capacity(), 4000U * 4000U) << "a block that shrinks keeps its storage";
}

template <class From, class To>
std::vector<To> converted(std::vector<From> from, bool round = false) {
  std::vector<To> to(from.size());
  convert_pixels(reinterpret_cast<const std::byte*>(from.data()), pixel_type_of<From>(),
                 reinterpret_cast<std::byte*>(to.data()), pixel_type_of<To>(), from.size(), round);
  return to;
}

// Values measured with OTB 8.1.1: 1.7 → 1, 300.7 → 255, -2.9 → -2, NaN → 0.
TEST(Convert, ClampsAndTruncatesLikeOtb) {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ((converted<float, std::uint8_t>({1.7F, 300.7F, -2.9F, nan, inf, -inf})),
            (std::vector<std::uint8_t>{1, 255, 0, 0, 255, 0}));
  EXPECT_EQ((converted<float, std::int16_t>({1.7F, -2.9F, 1e9F, -1e9F, nan})),
            (std::vector<std::int16_t>{1, -2, 32767, -32768, 0}));
  EXPECT_EQ((converted<float, std::uint32_t>({4294967040.0F, 5e9F, -1.0F, nan})),
            (std::vector<std::uint32_t>{4294967040U, 4294967295U, 0U, 0U}));
  EXPECT_EQ((converted<double, std::int32_t>({2147483646.9, 3e9, -3e9})),
            (std::vector<std::int32_t>{2147483646, 2147483647, -2147483647 - 1}));
}

TEST(Convert, ClampsIntegers) {
  EXPECT_EQ((converted<std::int32_t, std::uint8_t>({-5, 77, 900})), (std::vector<std::uint8_t>{0, 77, 255}));
  EXPECT_EQ((converted<std::int32_t, std::uint32_t>({-5, 7})), (std::vector<std::uint32_t>{0, 7}));
  EXPECT_EQ((converted<std::uint32_t, std::int32_t>({7, 3'000'000'000U})), (std::vector<std::int32_t>{7, 2147483647}));
  EXPECT_EQ((converted<std::int16_t, std::uint16_t>({-3, 32767})), (std::vector<std::uint16_t>{0, 32767}));
  EXPECT_EQ((converted<std::uint16_t, std::int16_t>({40000, 12})), (std::vector<std::int16_t>{32767, 12}));
  EXPECT_EQ((converted<std::uint8_t, std::int16_t>({0, 255})), (std::vector<std::int16_t>{0, 255}));
}

TEST(Convert, RoundsWhenAsked) {
  EXPECT_EQ((converted<float, std::int16_t>({1.5F, -1.5F, 2.4F, -2.6F}, true)),
            (std::vector<std::int16_t>{2, -2, 2, -3}));
  // Halves away from zero, and the numbers next to a half.
  EXPECT_EQ((converted<float, std::int16_t>({0.5F, 2.5F, -2.5F, 0.49999997F, -0.49999997F}, true)),
            (std::vector<std::int16_t>{1, 3, -3, 0, 0}));
  EXPECT_EQ((converted<double, std::int32_t>({0.49999999999999994, 1048576.5, 1048576.4999999998, -0.5}, true)),
            (std::vector<std::int32_t>{0, 1048577, 1048576, -1}));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ((converted<double, std::int32_t>({nan, 1e300, -1e300, 2147483646.5}, true)),
            (std::vector<std::int32_t>{0, 2147483647, -2147483647 - 1, 2147483647}));
  std::vector<double> many(1300, 0.6);
  EXPECT_EQ((converted<double, std::uint8_t>(many, true)), std::vector<std::uint8_t>(1300, 1));
}

}  // namespace
}  // namespace cers
