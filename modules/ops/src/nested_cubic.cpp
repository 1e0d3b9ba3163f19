// SPDX-License-Identifier: Apache-2.0
// Halving a grid of integers by GDAL's cubic kernel, in integers.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <vector>

#include "cers/core/error.hpp"
#include "cers/core/vector_clones.hpp"
#include "cers/ops/nested.hpp"

namespace cers {
namespace {

// Keys' (1981) cubic with a = −1/2, stretched by 2, at the eight pixel centres around that of the coarse pixel; over
// 256. Their sum is 256, so two axes make 65 536.
constexpr std::array<int, 8> taps{-3, -9, 29, 111, 111, 29, -9, -3};
constexpr int taps_before = 3;  ///< the first tap lies this far before the coarse pixel's first fine one
constexpr std::int64_t whole = 65536;

struct Line {
  std::vector<std::int32_t> sums;     ///< of the row's pixels times taps, for each coarse column
  std::vector<std::int32_t> weights;  ///< of the taps on valid pixels
  bool complete = false;              ///< all weights are 256
};

CERS_VECTOR_CLONES void filter(const std::int32_t* values, std::int32_t* __restrict sums, int count) {
  for (int i = 0; i < count; ++i) {
    const std::int32_t* v = values + 2 * i;
    sums[i] = taps[0] * (v[0] + v[7]) + taps[1] * (v[1] + v[6]) + taps[2] * (v[2] + v[5]) + taps[3] * (v[3] + v[4]);
  }
}

CERS_VECTOR_CLONES void blend(const std::array<const std::int32_t*, 8>& lines, std::int64_t* __restrict sums,
                              int count) {
  for (int i = 0; i < count; ++i) {
    std::int64_t sum = 0;
    for (std::size_t k = 0; k < taps.size(); ++k) sum += static_cast<std::int64_t>(taps[k]) * lines[k][i];
    sums[i] = sum;
  }
}

std::int64_t floor_divided(std::int64_t a, std::int64_t b) {
  const std::int64_t quotient = a / b;
  return quotient - ((a % b != 0) && ((a < 0) != (b < 0)) ? 1 : 0);
}

struct CubicScratch final : Scratch {
  std::array<Line, 8> lines;
  std::vector<std::int32_t> values;
  std::vector<std::int32_t> valid;
  std::vector<std::int64_t> sums;
  std::vector<std::int64_t> weights;
};

template <class T>
class NestedCubic final : public Node {
 public:
  NestedCubic(const RasterInfo& input, const Grid& target, const Nesting& nesting)
      : source_(input.grid.size), target_(target), nesting_(nesting) {
    if (!input.bands.empty() && input.bands[0].nodata && holds(input.type, *input.bands[0].nodata))
      nodata_ = static_cast<T>(*input.bands[0].nodata);
  }
  std::string name() const override { return "cubic to half"; }
  std::string signature() const override {
    return fmt::format("cubic {} {} {}", nesting_.column, nesting_.row, target_.text());
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo output = inputs[0];
    output.grid = target_;
    for (BandInfo& band : output.bands) band.classes.clear();  // a mean of codes is none
    return output;
  }
  Window required(std::size_t, Window output) const override {
    return {nesting_.column + 2 * output.x - taps_before, nesting_.row + 2 * output.y - taps_before,
            2 * output.width + 6, 2 * output.height + 6};
  }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<CubicScratch>(); }
  double cost() const override { return 8; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    auto& own = static_cast<CubicScratch&>(*scratch);
    for (int band = 0; band < output.bands(); ++band) halve(inputs[0]->plane<T>(band), output.plane<T>(band), own);
  }

 private:
  void halve(const Plane<const T>& in, const Plane<T>& out, CubicScratch& own) const {
    const Window w = out.window;
    const auto width = static_cast<std::size_t>(w.width);
    own.sums.resize(width);
    own.weights.resize(width);
    const int first = nesting_.row + 2 * w.y - taps_before;  // fine line of the first tap
    for (int line = first; line < first + 6; ++line) filter_line(in, w, line, own, own.lines[slot(line)]);
    for (int y = w.y; y < w.bottom(); ++y) {
      const int top = nesting_.row + 2 * y - taps_before;
      for (int line = top + 6; line < top + 8; ++line) filter_line(in, w, line, own, own.lines[slot(line)]);
      bool complete = true;
      std::array<const std::int32_t*, 8> sums{};
      std::array<const std::int32_t*, 8> weights{};
      for (int k = 0; k < 8; ++k) {
        const Line& line = own.lines[slot(top + k)];
        sums[static_cast<std::size_t>(k)] = line.sums.data();
        weights[static_cast<std::size_t>(k)] = line.weights.data();
        complete = complete && line.complete;
      }
      blend(sums, own.sums.data(), w.width);
      if (!complete) blend(weights, own.weights.data(), w.width);
      const auto to = out.row(y);
      for (int x = 0; x < w.width; ++x) {
        const auto i = static_cast<std::size_t>(x);
        if (complete) {
          to[i] = stored((own.sums[i] + whole / 2) >> 16);
          continue;
        }
        // GDAL asks the fine pixel on which the coarse centre falls, the lower right of the four, and drops the pixel
        // when the taps left weigh nothing.
        const int column = nesting_.column + 2 * (w.x + x) + 1;
        const int row = nesting_.row + 2 * y + 1;
        const bool there = column >= 0 && row >= 0 && column < source_.width && row < source_.height &&
                           !(nodata_ && in.at(column, row) == *nodata_);
        to[i] = there && own.weights[i] > 0
                    ? stored(floor_divided(2 * own.sums[i] + own.weights[i], 2 * own.weights[i]))
                    : nodata_.value_or(T{0});
      }
    }
  }

  static std::size_t slot(int line) { return static_cast<std::size_t>(((line % 8) + 8) % 8); }

  void filter_line(const Plane<const T>& in, const Window& w, int y, CubicScratch& own, Line& line) const {
    const int first = nesting_.column + 2 * w.x - taps_before;
    const int count = 2 * w.width + 6;
    own.values.assign(static_cast<std::size_t>(count), 0);
    own.valid.assign(static_cast<std::size_t>(count), 0);
    line.sums.resize(static_cast<std::size_t>(w.width));
    line.weights.resize(static_cast<std::size_t>(w.width));
    int valid = 0;
    if (y >= 0 && y < source_.height) {
      const int begin = std::max(0, first);
      const int end = std::min(source_.width, first + count);
      for (int x = begin; x < end; ++x) {
        const T value = in.at(x, y);
        const bool there = !(nodata_ && value == *nodata_);
        own.values[static_cast<std::size_t>(x - first)] = there ? value : 0;
        own.valid[static_cast<std::size_t>(x - first)] = there ? 1 : 0;
        valid += there ? 1 : 0;
      }
    }
    line.complete = valid == count;
    filter(own.values.data(), line.sums.data(), w.width);
    filter(own.valid.data(), line.weights.data(), w.width);
  }

  T stored(std::int64_t value) const {
    constexpr std::int64_t lowest = std::numeric_limits<T>::min();
    constexpr std::int64_t highest = std::numeric_limits<T>::max();
    const T clamped = static_cast<T>(std::clamp(value, lowest, highest));
    if (!nodata_ || clamped != *nodata_) return clamped;
    return static_cast<T>(clamped == lowest ? clamped + 1 : clamped - 1);  // interpolation makes no missing pixel
  }

  Size source_;
  Grid target_;
  Nesting nesting_;
  std::optional<T> nodata_;
};

}  // namespace

std::unique_ptr<const Node> make_nested_cubic(const RasterInfo& input, const Grid& target, const Nesting& nesting) {
  CERS_EXPECT(nesting.factor == 2);
  if (input.type == PixelType::i16) return std::make_unique<NestedCubic<std::int16_t>>(input, target, nesting);
  CERS_EXPECT(input.type == PixelType::u16);
  return std::make_unique<NestedCubic<std::uint16_t>>(input, target, nesting);
}

}  // namespace cers
