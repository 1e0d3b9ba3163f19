// SPDX-License-Identifier: Apache-2.0
#include "cers/series/series_expression.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>

#include "cers/core/error.hpp"
#include "cers/core/vector_clones.hpp"

namespace cers {
namespace {

constexpr std::size_t chunk = Expression::chunk;

struct ExpressionScratch final : Scratch {
  std::vector<double> variables;  ///< variables × chunk
  std::vector<double> value;
  std::vector<double> scratch;
  std::vector<const double*> pointers;
};

CERS_VECTOR_CLONES void widen(const float* from, double* to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<double>(from[i]);
}
CERS_VECTOR_CLONES void narrow(const double* from, float* to, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) to[i] = static_cast<float>(from[i]);
}
CERS_VECTOR_CLONES void miss_where_missing(const double* variable, float* out, std::size_t count) {
  constexpr float missing = std::numeric_limits<float>::quiet_NaN();
  for (std::size_t i = 0; i < count; ++i) out[i] = variable[i] == variable[i] ? out[i] : missing;
}

class SeriesExpression final : public PixelwiseNode {
 public:
  SeriesExpression(std::string name, Expression expression, int bands, std::vector<std::string> days)
      : name_(std::move(name)),
        expression_(std::move(expression)),
        bands_(static_cast<std::size_t>(bands)),
        days_(std::move(days)) {
    for (const ExpressionVariable& variable : expression_.variables())
      CERS_EXPECT(variable.kind == ExpressionVariable::Kind::band && variable.image == 0 && variable.band < bands);
  }
  std::string name() const override { return "formula"; }
  std::string signature() const override {
    return fmt::format("series expression {} = {} of {} bands on {}", name_, expression_.listing(), bands_,
                       fmt::join(days_, ","));
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    std::size_t planes = 0;
    for (const RasterInfo& input : inputs) {
      CERS_EXPECT(input.type == PixelType::f32);
      planes += input.bands.size();
    }
    CERS_EXPECT(planes == days_.size() * bands_);
    RasterInfo output{inputs[0].grid, {}, PixelType::f32};
    for (const std::string& day : days_) {
      BandInfo band;
      band.name = name_ + "_" + day;
      band.nodata = std::numeric_limits<double>::quiet_NaN();
      output.bands.push_back(std::move(band));
    }
    return output;
  }
  std::unique_ptr<Scratch> make_scratch() const override {
    auto scratch = std::make_unique<ExpressionScratch>();
    scratch->variables.resize(expression_.variables().size() * chunk);
    scratch->value.resize(chunk);
    scratch->scratch.resize(expression_.scratch_size());
    for (std::size_t v = 0; v < expression_.variables().size(); ++v)
      scratch->pointers.push_back(scratch->variables.data() + v * chunk);
    return scratch;
  }
  double cost() const override {
    return static_cast<double>(days_.size()) * (1 + static_cast<double>(expression_.variables().size()));
  }

  void compute_row(const RowArgs& row, Scratch* scratch) const override {
    auto& mine = static_cast<ExpressionScratch&>(*scratch);
    const auto& variables = expression_.variables();
    for (std::size_t day = 0; day < days_.size(); ++day) {
      for (std::size_t begin = 0; begin < row.count; begin += chunk) {
        const std::size_t count = std::min(chunk, row.count - begin);
        for (std::size_t v = 0; v < variables.size(); ++v) {
          const std::size_t plane = day * bands_ + static_cast<std::size_t>(variables[v].band);
          widen(row.in<float>(plane).data() + begin, mine.variables.data() + v * chunk, count);
        }
        expression_.evaluate(mine.pointers, mine.value.data(), count, mine.scratch.data());
        float* out = row.out<float>(day).data() + begin;
        narrow(mine.value.data(), out, count);
        for (const double* variable : mine.pointers) miss_where_missing(variable, out, count);
      }
    }
  }

 private:
  std::string name_;
  Expression expression_;
  std::size_t bands_;
  std::vector<std::string> days_;
};

}  // namespace

std::unique_ptr<const Node> make_series_expression(std::string name, Expression expression, int bands,
                                                   std::vector<std::string> days) {
  return std::make_unique<SeriesExpression>(std::move(name), std::move(expression), bands, std::move(days));
}

}  // namespace cers
