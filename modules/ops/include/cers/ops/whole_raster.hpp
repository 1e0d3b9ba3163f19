// SPDX-License-Identifier: Apache-2.0
// For what cannot be told tile by tile: a whole raster as a late value, and bits that come back from it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "cers/engine/graph.hpp"

namespace cers {

/// One bit a pixel; rows one after the other.
struct PixelBits {
  Size size;
  std::vector<std::uint64_t> words;
  explicit PixelBits(Size raster = {}) : size(raster), words((static_cast<std::size_t>(raster.area()) + 63) / 64) {}
  bool at(int x, int y) const {
    const auto index = index_of(x, y);
    return ((words[index / 64] >> (index % 64)) & 1U) != 0;
  }
  void set(std::size_t index) { words[index / 64] |= std::uint64_t{1} << (index % 64); }
  std::size_t index_of(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x);
  }
};
using LateBits = Late<std::shared_ptr<const PixelBits>>;

/// uint8 on `grid`: 1 where the bit is set, 0 elsewhere and outside the bits' raster. `column`, `line`: the pixel of
/// that raster under the first pixel of `grid`.
std::unique_ptr<const Node> make_pixel_bits(const Grid& grid, LateBits bits, int column, int line, std::string name);

/// Collects the first band of a raster of `T`, part by part in any order; the result has rows one after the other.
template <class T>
class GatherReducer {
 public:
  struct Part {
    Window window;
    std::vector<T> pixels;
  };
  using State = std::vector<Part>;
  using Result = std::vector<T>;
  static constexpr bool exact = true;
  explicit GatherReducer(Size size) : size_(size) {}
  std::size_t state_bytes() const { return sizeof(State); }
  /// Twice while the parts are put together.
  std::size_t result_bytes() const { return 2 * static_cast<std::size_t>(size_.area()) * sizeof(T); }

  State start() const { return {}; }
  void add(State& state, const Block& pixels, Window chunk) const {
    const auto plane = pixels.plane<T>(0);
    Part part{chunk, {}};
    part.pixels.reserve(static_cast<std::size_t>(chunk.width) * static_cast<std::size_t>(chunk.height));
    for (int y = chunk.y; y < chunk.bottom(); ++y) {
      const auto row = plane.row(y, chunk);
      part.pixels.insert(part.pixels.end(), row.begin(), row.end());
    }
    state.push_back(std::move(part));
  }
  void merge(State& into, State&& from) const {
    into.insert(into.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
  }
  Result finish(State&& state) const {
    Result whole(static_cast<std::size_t>(size_.area()));
    for (Part& part : state) {
      const Window& w = part.window;
      for (int y = 0; y < w.height; ++y) {
        std::copy_n(part.pixels.begin() + static_cast<std::ptrdiff_t>(y) * w.width, w.width,
                    whole.begin() + static_cast<std::ptrdiff_t>(w.y + y) * size_.width + w.x);
      }
      part.pixels = {};
    }
    return whole;
  }

 private:
  Size size_;
};

}  // namespace cers
