// SPDX-License-Identifier: Apache-2.0
// The nodes beside GDAL's warp kernels, which ask for the place of every pixel.
#include "cers/ops/nested.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "cers/geo/crs.hpp"
#include "cers/ops/warp.hpp"
#include "run_node.hpp"

namespace cers {
namespace {

using testing::differing;
using testing::run_node;

Grid grid_of(Size size, double x, double y, double pixel) {
  return {size, {{x, pixel, 0, y, 0, -pixel}}, crs_from_epsg(32631), true};
}

template <class T>
Block noise(const RasterInfo& info, unsigned missing_per_mille, T missing) {
  Block block(Window::of(info.grid.size), static_cast<int>(info.bands.size()), info.type);
  std::mt19937 random(3);
  for (int band = 0; band < block.bands(); ++band) {
    const auto plane = block.plane<T>(band);
    for (int y = 0; y < info.grid.size.height; ++y) {
      for (int x = 0; x < info.grid.size.width; ++x) {
        const bool hole = random() % 1000 < missing_per_mille;
        plane.at(x, y) = hole ? missing : static_cast<T>(random() % 200);
      }
    }
  }
  return block;
}

float mean_of(const Plane<float>& pixels, const Window& window) {
  double sum = 0;
  int count = 0;
  for (int y = window.y; y < window.bottom(); ++y) {
    for (const float value : pixels.row(y, window)) {
      if (std::isnan(value)) continue;
      sum += static_cast<double>(value);
      ++count;
    }
  }
  return static_cast<float>(sum / count);
}

bool same(float a, float b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}
float finite(float value) {
  return std::isnan(value) ? -1e6F : value;
}

TEST(Nested, MeansAreThoseOfTheWarp) {
  for (const int factor : {2, 3, 12}) {
    for (const int shift : {0, -1, 4}) {  // coarse pixels beyond the fine raster, and not all of it
      const RasterInfo fine{grid_of({61, 47}, 300000, 4800000, 10), std::vector<BandInfo>(2), PixelType::f32};
      const Grid coarse =
          grid_of({23, 17}, 300000 + shift * factor * 10.0, 4800000 - shift * factor * 10.0, 10.0 * factor);
      const auto nest = nesting(coarse, fine.grid);
      ASSERT_TRUE(nest);
      Block pixels = noise<float>(fine, 300, std::numeric_limits<float>::quiet_NaN());
      const Block* input = &pixels;
      const Block ours = run_node(*make_nested_mean(fine, coarse, *nest), {&fine, 1}, {&input, 1}, {17, 9});
      const Block theirs = run_node(*make_warp(fine, coarse, Resampling::average), {&fine, 1}, {&input, 1}, {17, 9});
      for (int band = 0; band < ours.bands(); ++band) {
        const auto a = ours.plane<float>(band);
        const auto b = theirs.plane<float>(band);
        for (int y = 0; y < coarse.size.height; ++y) {
          for (int x = 0; x < coarse.size.width; ++x) {
            const Window under{(x + shift) * factor, (y + shift) * factor, factor, factor};
            const Window inside = under.clipped(fine.grid.size);
            EXPECT_TRUE(same(a.at(x, y), mean_of(pixels.plane<float>(band), inside))) << x << " " << y;
            // GDAL keeps a running mean, equal to the last bits, and has its own rule where a pixel is cut.
            const float theirs_here = inside == under ? b.at(x, y) : a.at(x, y);
            EXPECT_NEAR(finite(a.at(x, y)), finite(theirs_here), 2e-5F) << x << " " << y;
          }
        }
      }
    }
  }
}

TEST(Nested, RepeatedPixelsAreThoseOfTheWarp) {
  for (const int factor : {2, 3, 12}) {
    for (const int shift : {0, -5, 7}) {
      RasterInfo coarse{grid_of({19, 14}, 300000, 4800000, 10.0 * factor), std::vector<BandInfo>(1), PixelType::u8};
      coarse.bands[0].nodata = 250;
      const Grid fine = grid_of({83, 71}, 300000 + shift * 10.0, 4800000 - shift * 10.0, 10);
      const auto nest = nesting(coarse.grid, fine);
      ASSERT_TRUE(nest);
      const Block pixels = noise<std::uint8_t>(coarse, 0, 0);
      const Block* input = &pixels;
      const Block ours = run_node(*make_nested_repeat(coarse, fine, *nest), {&coarse, 1}, {&input, 1}, {17, 9});
      const Block theirs = run_node(*make_warp(coarse, fine, Resampling::nearest), {&coarse, 1}, {&input, 1}, {17, 9});
      EXPECT_EQ(differing(ours, theirs), 0U) << factor << " " << shift;
    }
  }
}

TEST(Nested, InterpolationIsThatOfTheWarp) {
  for (const int factor : {2, 3, 6}) {
    for (const unsigned missing : {0U, 150U}) {
      const RasterInfo coarse{grid_of({19, 14}, 300000, 4800000, 10.0 * factor), std::vector<BandInfo>(2),
                              PixelType::f32};
      const Grid fine = grid_of({19 * factor - 5, 14 * factor - 3}, 300020, 4799980, 10);
      const auto nest = nesting(coarse.grid, fine);
      ASSERT_TRUE(nest);
      const Block pixels = noise<float>(coarse, missing, std::numeric_limits<float>::quiet_NaN());
      const Block* input = &pixels;
      const Block ours = run_node(*make_nested_bilinear(coarse, fine, *nest), {&coarse, 1}, {&input, 1}, {17, 9});
      const Block theirs = run_node(*make_warp(coarse, fine, Resampling::bilinear), {&coarse, 1}, {&input, 1}, {17, 9});
      int other = 0;
      for (int band = 0; band < ours.bands(); ++band) {
        const auto a = ours.plane<float>(band);
        const auto b = theirs.plane<float>(band);
        for (int y = 0; y < fine.size.height; ++y) {
          for (int x = 0; x < fine.size.width; ++x) {
            if (std::isnan(a.at(x, y)) != std::isnan(b.at(x, y)))
              ++other;
            else
              EXPECT_NEAR(finite(a.at(x, y)), finite(b.at(x, y)), 1e-4F) << x << " " << y << " factor " << factor;
          }
        }
      }
      EXPECT_EQ(other, 0) << "pixels that only one of the two misses; factor " << factor;
    }
  }
}

TEST(Nested, CubicHalvesAsTheWarpDoes) {
  std::mt19937 random(9);
  const Size sizes[] = {{2, 2}, {40, 34}, {123, 61}};
  for (const Size& size : sizes) {
    for (const unsigned missing : {0U, 40U, 700U}) {
      for (const int range : {20, 20000, 65536}) {  // narrow ranges have many ties
        RasterInfo fine{grid_of({2 * size.width, 2 * size.height}, 300000, 4800000, 10), std::vector<BandInfo>(1),
                        PixelType::i16};
        fine.bands[0].nodata = -10000;
        const Grid coarse = grid_of(size, 300000, 4800000, 20);
        const auto nest = nesting(coarse, fine.grid);
        ASSERT_TRUE(nest);
        Block pixels(Window::of(fine.grid.size), 1, PixelType::i16);
        const auto plane = pixels.plane<std::int16_t>(0);
        for (int y = 0; y < fine.grid.size.height; ++y) {
          for (int x = 0; x < fine.grid.size.width; ++x) {
            const int value =
                static_cast<int>(random() % static_cast<unsigned>(range)) - (range > 30000 ? 32768 : 10010);
            plane.at(x, y) = static_cast<std::int16_t>(random() % 1000 < missing ? -10000 : value);
          }
        }
        const Block* input = &pixels;
        const Block ours = run_node(*make_nested_cubic(fine, coarse, *nest), {&fine, 1}, {&input, 1}, {17, 9});
        const Block theirs = run_node(*make_warp(fine, coarse, Resampling::cubic), {&fine, 1}, {&input, 1}, {500, 500});
        EXPECT_EQ(differing(ours, theirs), 0U) << size.width << " missing " << missing << " range " << range;
      }
    }
  }
}

}  // namespace
}  // namespace cers
