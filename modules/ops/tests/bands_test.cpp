// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/bands.hpp"

#include <gmock/gmock.h>

#include <random>

#include "cers/geo/crs.hpp"
#include "run_node.hpp"

namespace cers {
namespace {

using testing::differing;
using testing::run_node;

RasterInfo info_of(Size size, int bands, PixelType type) {
  RasterInfo info;
  info.grid = {size, {{500000, 10, 0, 4900000, 0, -10}}, crs_from_epsg(32631), true};
  info.type = type;
  for (int band = 0; band < bands; ++band) {
    info.bands.emplace_back();
    info.bands.back().name = "b" + std::to_string(band);
  }
  return info;
}

// Every pixel tells where it is and in which band.
Block numbered(const RasterInfo& info, int first = 0) {
  Block block(Window::of(info.grid.size), static_cast<int>(info.bands.size()), info.type);
  visit(info.type, [&](auto zero) {
    using T = decltype(zero);
    for (int band = 0; band < block.bands(); ++band) {
      for (int y = 0; y < info.grid.size.height; ++y) {
        for (int x = 0; x < info.grid.size.width; ++x) {
          block.plane<T>(band).at(x, y) = static_cast<T>((first + band) * 10000 + y * 100 + x);
        }
      }
    }
  });
  return block;
}

TEST(SelectBands, ReordersAndRepeats) {
  const RasterInfo info = info_of({50, 40}, 3, PixelType::u16);
  const Block pixels = numbered(info);
  const Block* inputs[] = {&pixels};
  const auto node = make_select_bands(info, {2, 0, 2});
  const RasterInfo output = node->describe({&info, 1});
  EXPECT_EQ(output.bands[0].name, "b2");
  EXPECT_EQ(output.bands[1].name, "b0");
  EXPECT_EQ(output.type, PixelType::u16);
  const Block result = run_node(*node, {&info, 1}, inputs, {16, 16});
  EXPECT_EQ(result.plane<std::uint16_t>(0).at(7, 30), 23007);
  EXPECT_EQ(result.plane<std::uint16_t>(1).at(49, 39), 3949);
  EXPECT_EQ(result.plane<std::uint16_t>(2).at(0, 0), 20000);
  EXPECT_NE(node->signature(), make_select_bands(info, {0, 2, 2})->signature());
}

TEST(SelectBands, RefusesWhatIsNotThere) {
  const RasterInfo info = info_of({50, 40}, 3, PixelType::u16);
  EXPECT_THROW(make_select_bands(info, {3}), UserError);
  EXPECT_THROW(make_select_bands(info, {-1}), UserError);
  EXPECT_THROW(make_select_bands(info, {}), UserError);
}

TEST(Concatenate, StacksAndPromotesWithoutLoss) {
  const auto type_of = [](PixelType a, PixelType b) {
    const std::vector<RasterInfo> infos{info_of({5, 4}, 1, a), info_of({5, 4}, 1, b)};
    return make_concatenate(infos)->describe(infos).type;
  };
  EXPECT_EQ(type_of(PixelType::i16, PixelType::i16), PixelType::i16);
  EXPECT_EQ(type_of(PixelType::u8, PixelType::i16), PixelType::f32);
  EXPECT_EQ(type_of(PixelType::f32, PixelType::u16), PixelType::f32);
  EXPECT_EQ(type_of(PixelType::f32, PixelType::i32), PixelType::f64);
  EXPECT_EQ(type_of(PixelType::f64, PixelType::u8), PixelType::f64);

  const std::vector<RasterInfo> infos{info_of({50, 40}, 2, PixelType::u16), info_of({50, 40}, 1, PixelType::f32)};
  const Block a = numbered(infos[0]);
  const Block b = numbered(infos[1], 5);
  const Block* inputs[] = {&a, &b};
  const Block result = run_node(*make_concatenate(infos), infos, inputs, {16, 16});
  ASSERT_EQ(result.bands(), 3);
  EXPECT_EQ(result.plane<float>(0).at(3, 2), 203.0F);
  EXPECT_EQ(result.plane<float>(1).at(49, 39), 13949.0F);
  EXPECT_EQ(result.plane<float>(2).at(0, 39), 53900.0F);
}

TEST(Concatenate, RefusesOtherGridsAndCrs) {
  std::vector<RasterInfo> infos{info_of({50, 40}, 1, PixelType::u8), info_of({50, 41}, 1, PixelType::u8)};
  EXPECT_THROW(make_concatenate(infos)->describe(infos), UserError);
  infos[1] = infos[0];
  infos[1].grid.crs = crs_from_epsg(32632);
  EXPECT_THROW(make_concatenate(infos)->describe(infos), UserError);
  EXPECT_THROW(make_concatenate({}), UserError);
}

TEST(Crop, CutsAndMovesTheOrigin) {
  const RasterInfo info = info_of({50, 40}, 2, PixelType::i32);
  const Block pixels = numbered(info);
  const Block* inputs[] = {&pixels};
  const auto node = make_crop(info, {13, 7, 30, 20});
  const RasterInfo output = node->describe({&info, 1});
  EXPECT_EQ(output.grid.size, (Size{30, 20}));
  EXPECT_EQ(output.grid.transform.a[0], 500130);
  EXPECT_EQ(output.grid.transform.a[3], 4899930);
  EXPECT_EQ(node->required(0, {5, 5, 4, 4}), (Window{18, 12, 4, 4}));
  const Block result = run_node(*node, {&info, 1}, inputs, {16, 16});
  EXPECT_EQ(result.plane<std::int32_t>(0).at(0, 0), 713);
  EXPECT_EQ(result.plane<std::int32_t>(1).at(29, 19), 12642);
  EXPECT_THROW(make_crop(info, {30, 0, 21, 10}), UserError);
  EXPECT_THROW(make_crop(info, {0, 0, 0, 10}), UserError);
}

TEST(Subsample, TakesTheMiddlePixelAndCentresOnIt) {
  const RasterInfo info = info_of({50, 40}, 1, PixelType::u16);
  const Block pixels = numbered(info);
  const Block* inputs[] = {&pixels};
  for (const int ratio : {1, 2, 3, 4, 7}) {
    const auto node = make_subsample(info, ratio);
    const RasterInfo output = node->describe({&info, 1});
    EXPECT_EQ(output.grid.size, (Size{50 / ratio, 40 / ratio}));
    const Block result = run_node(*node, {&info, 1}, inputs, {4, 3});
    const int offset = (ratio - 1) / 2;
    const int line = 3 * ratio + offset;
    const int column = 5 * ratio + offset;
    EXPECT_EQ(result.plane<std::uint16_t>(0).at(5, 3), line * 100 + column);
    EXPECT_DOUBLE_EQ(output.grid.transform.x(5.5, 3.5), info.grid.transform.x(column + 0.5, line + 0.5));
    EXPECT_DOUBLE_EQ(output.grid.transform.y(5.5, 3.5), info.grid.transform.y(column + 0.5, line + 0.5));
    EXPECT_EQ(differing(result, run_node(*node, {&info, 1}, inputs, {50, 40})), 0U);
  }
}

TEST(Subsample, KeepsAtLeastOnePixel) {
  const RasterInfo info = info_of({50, 3}, 1, PixelType::u16);
  const Block pixels = numbered(info);
  const Block* inputs[] = {&pixels};
  const Block result = run_node(*make_subsample(info, 20), {&info, 1}, inputs, {8, 8});
  EXPECT_EQ(result.window(), (Window{0, 0, 2, 1}));
  EXPECT_EQ(result.plane<std::uint16_t>(0).at(1, 0), 129);  // the middle one of three lines
  EXPECT_THROW(make_subsample(info, 0), UserError);
}

}  // namespace
}  // namespace cers
