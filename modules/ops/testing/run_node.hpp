// SPDX-License-Identifier: Apache-2.0
// For tests: a node's whole output, computed tile by tile without the engine.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "cers/engine/node.hpp"

namespace cers::testing {

/// The part `window` of `whole` (which covers its raster); pixels outside the raster repeat the nearest one.
inline Block replicated(const Block& whole, const Window& window) {
  Block part(window, whole.bands(), whole.type());
  const Window raster = whole.window();
  const std::size_t pixel = bytes_of(whole.type());
  for (int band = 0; band < whole.bands(); ++band) {
    for (int y = window.y; y < window.bottom(); ++y) {
      const auto line = static_cast<std::size_t>(std::clamp(y, raster.y, raster.bottom() - 1) - raster.y);
      for (int x = window.x; x < window.right(); ++x) {
        const auto column = static_cast<std::size_t>(std::clamp(x, raster.x, raster.right() - 1) - raster.x);
        std::memcpy(part.band_data(band) + static_cast<std::size_t>(y - window.y) * part.stride_bytes() +
                        static_cast<std::size_t>(x - window.x) * pixel,
                    whole.band_data(band) + line * whole.stride_bytes() + column * pixel, pixel);
      }
    }
  }
  return part;
}

/// Sets the pixels of `part` outside `raster` to `value`.
inline void fill_outside(Block& part, const Window& raster, double value) {
  const std::size_t pixel = bytes_of(part.type());
  const Window window = part.window();
  for (int band = 0; band < part.bands(); ++band) {
    for (int y = window.y; y < window.bottom(); ++y) {
      for (int x = window.x; x < window.right(); ++x) {
        if (x >= raster.x && x < raster.right() && y >= raster.y && y < raster.bottom()) continue;
        convert_pixels(reinterpret_cast<const std::byte*>(&value), PixelType::f64,
                       part.band_data(band) + static_cast<std::size_t>(y - window.y) * part.stride_bytes() +
                           static_cast<std::size_t>(x - window.x) * pixel,
                       part.type(), 1);
      }
    }
  }
}

/// `infos` and `inputs` are the node's inputs, each block covering its whole raster.
inline Block run_node(const Node& node, std::span<const RasterInfo> infos, std::span<const Block* const> inputs,
                      Size tile) {
  const RasterInfo described = node.describe(infos);
  Block result(Window::of(described.grid.size), static_cast<int>(described.bands.size()), described.type);
  const auto scratch = node.make_scratch();
  const TileGrid tiles(described.grid.size, tile);
  for (int i = 0; i < tiles.count(); ++i) {
    const Window window = tiles[i];
    std::vector<Block> parts;
    for (std::size_t input = 0; input < inputs.size(); ++input) {
      parts.push_back(replicated(*inputs[input], node.required(input, window)));
      const Border border = node.border(input);
      if (border.rule == Outside::constant) fill_outside(parts.back(), inputs[input]->window(), border.value);
    }
    std::vector<const Block*> pointers;
    for (const Block& part : parts) pointers.push_back(&part);
    Block output(window, result.bands(), result.type());
    node.compute(pointers, output, scratch.get());
    for (int band = 0; band < result.bands(); ++band) copy_pixels(output, band, result, band, window);
  }
  return result;
}

/// Pixels of all bands whose bytes differ.
inline std::size_t differing(const Block& a, const Block& b) {
  EXPECT_EQ(a.window(), b.window());
  EXPECT_EQ(a.bands(), b.bands());
  EXPECT_EQ(a.type(), b.type());
  std::size_t count = 0;
  const std::size_t pixel = bytes_of(a.type());
  for (int band = 0; band < a.bands(); ++band) {
    for (int y = 0; y < a.window().height; ++y) {
      const std::byte* left = a.band_data(band) + static_cast<std::size_t>(y) * a.stride_bytes();
      const std::byte* right = b.band_data(band) + static_cast<std::size_t>(y) * b.stride_bytes();
      for (int x = 0; x < a.window().width; ++x, left += pixel, right += pixel) {
        count += std::memcmp(left, right, pixel) != 0;
      }
    }
  }
  return count;
}

}  // namespace cers::testing
