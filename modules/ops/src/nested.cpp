// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/nested.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "cers/core/error.hpp"
#include "cers/core/vector_clones.hpp"

namespace cers {
namespace {

int floor_divided(int a, int b) {
  return a >= 0 ? a / b : -((-a + b - 1) / b);
}

CERS_VECTOR_CLONES void add_pairs(const float* row, double* __restrict sums, double* __restrict counts, int count) {
  for (int i = 0; i < count; ++i) {
    const auto a = static_cast<double>(row[2 * i]);
    const auto b = static_cast<double>(row[2 * i + 1]);
    sums[i] += (a == a ? a : 0.0);
    sums[i] += (b == b ? b : 0.0);
    counts[i] += (a == a ? 1.0 : 0.0) + (b == b ? 1.0 : 0.0);
  }
}

void add_groups(const float* row, int factor, double* sums, double* counts, int count) {
  for (int i = 0; i < count; ++i) {
    for (int k = 0; k < factor; ++k) {
      const auto value = static_cast<double>(row[i * factor + k]);
      if (value != value) continue;
      sums[i] += value;
      counts[i] += 1;
    }
  }
}

struct MeanScratch final : Scratch {
  std::vector<double> sums;
  std::vector<double> counts;
};

class NestedMean final : public Node {
 public:
  NestedMean(const Grid& target, const Nesting& nesting) : target_(target), nesting_(nesting) {}
  std::string name() const override { return "mean of pixels"; }
  std::string signature() const override {
    return fmt::format("mean {} {} {} {}", nesting_.factor, nesting_.column, nesting_.row, target_.text());
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == 1 && inputs[0].type == PixelType::f32);
    RasterInfo output = inputs[0];
    output.grid = target_;
    for (BandInfo& band : output.bands) band.classes.clear();  // a mean of codes is none
    return output;
  }
  Window required(std::size_t, Window output) const override {
    const int f = nesting_.factor;
    return {nesting_.column + output.x * f, nesting_.row + output.y * f, output.width * f, output.height * f};
  }
  Border border(std::size_t) const override { return {Outside::constant, std::numeric_limits<double>::quiet_NaN()}; }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<MeanScratch>(); }
  double cost() const override { return 0.7 * nesting_.factor * nesting_.factor; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    auto& own = static_cast<MeanScratch&>(*scratch);
    const Window w = output.window();
    const int f = nesting_.factor;
    const auto width = static_cast<std::size_t>(w.width);
    own.sums.resize(width);
    own.counts.resize(width);
    for (int band = 0; band < output.bands(); ++band) {
      const auto in = inputs[0]->plane<float>(band);
      const auto out = output.plane<float>(band);
      for (int y = w.y; y < w.bottom(); ++y) {
        std::fill(own.sums.begin(), own.sums.end(), 0.0);
        std::fill(own.counts.begin(), own.counts.end(), 0.0);
        for (int k = 0; k < f; ++k) {
          const float* row = &in.at(nesting_.column + w.x * f, nesting_.row + y * f + k);
          if (f == 2) {
            add_pairs(row, own.sums.data(), own.counts.data(), w.width);
          } else {
            add_groups(row, f, own.sums.data(), own.counts.data(), w.width);
          }
        }
        const auto to = out.row(y);
        for (std::size_t i = 0; i < width; ++i) to[i] = static_cast<float>(own.sums[i] / own.counts[i]);  // 0/0 is NaN
      }
    }
  }

 private:
  Grid target_;
  Nesting nesting_;
};

// Numerator and weight of each coarse column between two lines.
CERS_VECTOR_CLONES void blend_lines(const float* upper, const float* lower, double upper_weight, double lower_weight,
                                    double* __restrict sums, double* __restrict weights, int count) {
  for (int i = 0; i < count; ++i) {
    const auto a = static_cast<double>(upper[i]);
    const auto b = static_cast<double>(lower[i]);
    sums[i] = (a == a ? upper_weight * a : 0.0) + (b == b ? lower_weight * b : 0.0);
    weights[i] = (a == a ? upper_weight : 0.0) + (b == b ? lower_weight : 0.0);
  }
}

class NestedBilinear final : public Node {
 public:
  NestedBilinear(const Grid& target, const Nesting& nesting) : target_(target), nesting_(nesting) {}
  std::string name() const override { return "bilinear between pixels"; }
  std::string signature() const override {
    return fmt::format("bilinear {} {} {} {}", nesting_.factor, nesting_.column, nesting_.row, target_.text());
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    CERS_EXPECT(inputs.size() == 1 && inputs[0].type == PixelType::f32);
    RasterInfo output = inputs[0];
    output.grid = target_;
    for (BandInfo& band : output.bands) band.classes.clear();  // a mean of codes is none
    return output;
  }
  Window required(std::size_t, Window output) const override {
    const int x = before(output.x - nesting_.column);
    const int y = before(output.y - nesting_.row);
    return {x, y, before(output.right() - 1 - nesting_.column) + 2 - x,
            before(output.bottom() - 1 - nesting_.row) + 2 - y};
  }
  Border border(std::size_t) const override { return {Outside::constant, std::numeric_limits<double>::quiet_NaN()}; }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<MeanScratch>(); }
  double cost() const override { return 3; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    auto& own = static_cast<MeanScratch&>(*scratch);
    const Window w = output.window();
    const Window under = required(0, w);
    own.sums.resize(static_cast<std::size_t>(under.width));
    own.counts.resize(static_cast<std::size_t>(under.width));
    for (int band = 0; band < output.bands(); ++band) {
      const auto in = inputs[0]->plane<float>(band);
      const auto out = output.plane<float>(band);
      for (int y = w.y; y < w.bottom(); ++y) {
        const int line = before(y - nesting_.row);
        const double lower = share_of_next(y - nesting_.row);
        blend_lines(&in.at(under.x, line), &in.at(under.x, line + 1), 1 - lower, lower, own.sums.data(),
                    own.counts.data(), under.width);
        const auto to = out.row(y);
        const float* around = &in.at(under.x, lower < 0.5 ? line : line + 1);
        for (int x = w.x; x < w.right(); ++x) {
          const auto i = static_cast<std::size_t>(before(x - nesting_.column) - under.x);
          const double right = share_of_next(x - nesting_.column);
          const double sum = (1 - right) * own.sums[i] + right * own.sums[i + 1];
          const double weight = (1 - right) * own.counts[i] + right * own.counts[i + 1];
          const float centre = around[right < 0.5 ? i : i + 1];
          to[static_cast<std::size_t>(x - w.x)] = centre == centre ? static_cast<float>(sum / weight) : centre;
        }
      }
    }
  }

 private:
  /// The coarse pixel whose centre is at or before that of fine pixel `fine`, counted from the first coarse one.
  int before(int fine) const { return floor_divided(2 * fine + 1 - nesting_.factor, 2 * nesting_.factor); }
  /// Weight of the coarse pixel after that one.
  double share_of_next(int fine) const {
    const int rest = 2 * fine + 1 - nesting_.factor - 2 * nesting_.factor * before(fine);
    return static_cast<double>(rest) / (2 * nesting_.factor);
  }

  Grid target_;
  Nesting nesting_;
};

class NestedRepeat final : public Node {
 public:
  NestedRepeat(const RasterInfo& input, const Grid& target, const Nesting& nesting)
      : target_(target), nesting_(nesting), type_(input.type) {
    if (is_floating(type_)) {
      outside_ = std::numeric_limits<double>::quiet_NaN();
    } else if (!input.bands.empty() && input.bands[0].nodata) {
      outside_ = *input.bands[0].nodata;
    }
  }
  std::string name() const override { return "repeat pixels"; }
  std::string signature() const override {
    return fmt::format("repeat {} {} {} {}", nesting_.factor, nesting_.column, nesting_.row, target_.text());
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo output = inputs[0];
    output.grid = target_;
    return output;
  }
  Window required(std::size_t, Window output) const override {
    const int x = column(output.x);
    const int y = line(output.y);
    return {x, y, column(output.right() - 1) + 1 - x, line(output.bottom() - 1) + 1 - y};
  }
  Border border(std::size_t) const override { return {Outside::constant, outside_}; }
  double cost() const override { return 0.6; }
  void compute(std::span<const Block* const> inputs, Block& output, Scratch*) const override {
    visit(type_, [&](auto pixel) {
      using T = decltype(pixel);
      for (int band = 0; band < output.bands(); ++band) repeat(inputs[0]->plane<T>(band), output.plane<T>(band));
    });
  }

 private:
  int column(int x) const { return floor_divided(x - nesting_.column, nesting_.factor); }
  int line(int y) const { return floor_divided(y - nesting_.row, nesting_.factor); }

  template <class T>
  void repeat(const Plane<const T>& in, const Plane<T>& out) const {
    const Window w = out.window;
    for (int y = w.y; y < w.bottom(); ++y) {
      const auto to = out.row(y);
      if (y > w.y && line(y) == line(y - 1)) {
        const auto above = out.row(y - 1);
        std::copy(above.begin(), above.end(), to.begin());
        continue;
      }
      const T* from = &in.at(column(w.x), line(y));
      int left =
          nesting_.factor - (w.x - nesting_.column - column(w.x) * nesting_.factor);  // of the first coarse pixel
      for (T& pixel : to) {
        pixel = *from;
        if (--left == 0) {
          ++from;
          left = nesting_.factor;
        }
      }
    }
  }

  Grid target_;
  Nesting nesting_;
  PixelType type_;
  double outside_ = 0;
};

}  // namespace

std::unique_ptr<const Node> make_nested_mean(const RasterInfo& input, const Grid& target, const Nesting& nesting) {
  CERS_EXPECT(input.type == PixelType::f32);
  return std::make_unique<NestedMean>(target, nesting);
}

std::unique_ptr<const Node> make_nested_bilinear(const RasterInfo& input, const Grid& target, const Nesting& nesting) {
  CERS_EXPECT(input.type == PixelType::f32);
  return std::make_unique<NestedBilinear>(target, nesting);
}

std::unique_ptr<const Node> make_nested_repeat(const RasterInfo& input, const Grid& target, const Nesting& nesting) {
  return std::make_unique<NestedRepeat>(input, target, nesting);
}

}  // namespace cers
