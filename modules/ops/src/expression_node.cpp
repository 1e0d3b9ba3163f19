// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/expression_node.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cers/core/text.hpp"
#include "cers/core/vector_clones.hpp"

namespace cers {
namespace {

using Kind = ExpressionVariable::Kind;
constexpr std::size_t chunk = Expression::chunk;

CERS_VECTOR_CLONES void widen(const float* from, double* to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<double>(from[i]);
}

CERS_VECTOR_CLONES void store(const double* from, float* to, std::size_t count) {
  constexpr double most = static_cast<double>(std::numeric_limits<float>::max());
  for (std::size_t i = 0; i < count; ++i) {
    const double low = from[i] < -most ? -most : from[i];
    to[i] = static_cast<float>(low > most ? most : low);
  }
}

class ExpressionNode final : public PixelwiseNode {
 public:
  ExpressionNode(Expression expression, std::vector<int> planes, PixelType input, const Grid& grid, PixelType output)
      : expression_(std::move(expression)), planes_(std::move(planes)), input_(input), grid_(grid), output_(output) {
    CERS_EXPECT(is_floating(input) && is_floating(output) && planes_.size() == expression_.variables().size());
  }

  std::string name() const override { return "expression " + expression_.text(); }

  std::string signature() const override {
    std::string text = std::string(name_of(output_)) + " " + expression_.text();
    for (int plane : planes_) text += " " + std::to_string(plane);
    for (double a : grid_.transform.a) text += " " + format_real(a);
    return text;
  }

  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info;
    info.grid = grid_;
    info.type = output_;
    BandInfo band;
    band.description = expression_.text();
    for (const RasterInfo& input : inputs) {
      CERS_EXPECT(input.type == input_);
      for (const BandInfo& given : input.bands) {
        // Only NaN survives arithmetic as "missing"; a numeric nodata of a raw band means nothing in the result.
        if (given.nodata && std::isnan(*given.nodata)) band.nodata = given.nodata;
      }
    }
    info.bands.push_back(std::move(band));
    return info;
  }

  std::unique_ptr<Scratch> make_scratch() const override {
    auto scratch = std::make_unique<Buffers>();
    scratch->values.resize(chunk * (planes_.size() + 1) + expression_.scratch_size());
    scratch->pointers.resize(planes_.size());
    return scratch;
  }

  double cost() const override { return 2; }

  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& buffers = static_cast<Buffers&>(*scratch);
    double* const out = buffers.values.data() + chunk * planes_.size();
    double* const work = out + chunk;
    for (std::size_t start = 0; start < row.count; start += chunk) {
      const std::size_t n = std::min(chunk, row.count - start);
      for (std::size_t v = 0; v < planes_.size(); ++v) {
        buffers.pointers[v] = load(row, v, start, n, buffers.values.data() + chunk * v);
      }
      expression_.evaluate(buffers.pointers, output_ == PixelType::f64 ? row.out<double>().data() + start : out, n,
                           work);
      if (output_ == PixelType::f32) store(out, row.out<float>().data() + start, n);
    }
  }

 private:
  struct Buffers final : Scratch {
    std::vector<double> values;
    std::vector<const double*> pointers;
  };

  const double* load(const RowArgs& row, std::size_t v, std::size_t start, std::size_t n, double* buffer) const {
    if (planes_[v] < 0) {
      coordinate(expression_.variables()[v].kind, row, start, n, buffer);
      return buffer;
    }
    const auto plane = static_cast<std::size_t>(planes_[v]);
    if (input_ == PixelType::f64) return row.in<double>(plane).data() + start;
    widen(row.in<float>(plane).data() + start, buffer, n);
    return buffer;
  }

  void coordinate(Kind kind, const RowArgs& row, std::size_t start, std::size_t n, double* buffer) const {
    const double y = row.y;
    for (std::size_t i = 0; i < n; ++i) {
      const double x = static_cast<double>(row.x) + static_cast<double>(start + i);
      switch (kind) {
        case Kind::pixel_x:
          buffer[i] = x;
          break;
        case Kind::pixel_y:
          buffer[i] = y;
          break;
        case Kind::map_x:
          buffer[i] = grid_.transform.x(x + 0.5, y + 0.5);
          break;
        case Kind::map_y:
          buffer[i] = grid_.transform.y(x + 0.5, y + 0.5);
          break;
        case Kind::band:
          break;
      }
    }
  }

  Expression expression_;
  std::vector<int> planes_;
  PixelType input_;
  Grid grid_;
  PixelType output_;
};

}  // namespace

std::unique_ptr<const Node> make_expression_node(Expression expression, std::vector<int> planes, PixelType input,
                                                 const Grid& grid, PixelType output) {
  return std::make_unique<ExpressionNode>(std::move(expression), std::move(planes), input, grid, output);
}

}  // namespace cers
