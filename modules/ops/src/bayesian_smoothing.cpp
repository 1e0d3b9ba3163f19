// SPDX-License-Identifier: Apache-2.0
#include "cers/ops/bayesian_smoothing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "cers/core/text.hpp"

namespace cers {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
/// Bounds of the authors' implementation (sits): probabilities away from 0 and 1, and the variance that tells nothing.
constexpr double least_probability = 1e-6;
constexpr double least_variance = 1e-4;

struct SmoothingScratch final : Scratch {
  std::vector<double> logits;  ///< band after band over the input's window
  std::vector<double> near;
};

class BayesianSmoothing final : public Node {
 public:
  BayesianSmoothing(int classes, const BayesianRule& rule) : classes_(static_cast<std::size_t>(classes)), rule_(rule) {
    if (rule_.smoothness.size() == 1) rule_.smoothness.resize(classes_, rule_.smoothness[0]);
  }
  std::string name() const override { return "bayesian smoothing"; }
  std::string signature() const override {
    std::vector<std::string> words{std::to_string(rule_.window), format_real(rule_.fraction),
                                   std::to_string(rule_.renormalise)};
    for (const double value : rule_.smoothness) words.push_back(format_real(value));
    return join(words, " ");
  }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    RasterInfo info = inputs[0];
    info.type = PixelType::f32;
    for (BandInfo& band : info.bands) {
      band.nodata.reset();
      band.scale = 1;
      band.offset = 0;
    }
    return info;
  }
  Window required(std::size_t, Window output) const override { return output.grown(Halo::square(rule_.window / 2)); }
  Border border(std::size_t) const override { return {Outside::mirror, 0}; }
  std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<SmoothingScratch>(); }
  double cost() const override { return 6.0 * rule_.window * rule_.window * static_cast<double>(classes_); }

  void compute(std::span<const Block* const> inputs, Block& output, Scratch* scratch) const override {
    auto& own = static_cast<SmoothingScratch&>(*scratch);
    find_logits(*inputs[0], own.logits);
    const Window in = inputs[0]->window();
    const Window w = output.window();
    const int reach = rule_.window / 2;
    const auto plane = static_cast<std::size_t>(in.area());
    for (std::size_t c = 0; c < classes_; ++c) {
      const auto out = output.plane<float>(static_cast<int>(c));
      const double* logits = own.logits.data() + c * plane;
      for (int y = w.y; y < w.bottom(); ++y) {
        const auto row = out.row(y);
        for (int x = w.x; x < w.right(); ++x) {
          const double* corner = logits + static_cast<std::ptrdiff_t>(y - reach - in.y) * in.width + (x - reach - in.x);
          row[static_cast<std::size_t>(x - w.x)] = smoothed(corner, in.width, rule_.smoothness[c], own.near);
        }
      }
    }
    if (rule_.renormalise) renormalise(output);
  }

 private:
  void find_logits(const Block& input, std::vector<double>& logits) const {
    const Window w = input.window();
    const auto plane = static_cast<std::size_t>(w.area());
    logits.resize(plane * classes_);
    std::vector<std::span<const float>> rows(classes_);
    std::vector<double> held(classes_);
    std::size_t pixel = 0;
    for (int y = w.y; y < w.bottom(); ++y) {
      for (std::size_t c = 0; c < classes_; ++c) rows[c] = input.plane<float>(static_cast<int>(c)).row(y);
      for (std::size_t i = 0; i < static_cast<std::size_t>(w.width); ++i, ++pixel) {
        double sum = 0;
        for (std::size_t c = 0; c < classes_; ++c) sum += static_cast<double>(rows[c][i]);
        const bool known = sum > 0;  // false for NaN
        double total = 0;
        for (std::size_t c = 0; c < classes_; ++c) {
          held[c] = std::clamp(static_cast<double>(rows[c][i]) / sum, least_probability, 1 - least_probability);
          total += held[c];
        }
        for (std::size_t c = 0; c < classes_; ++c)
          logits[c * plane + pixel] =
              known ? std::log(held[c] / (total - held[c])) : std::numeric_limits<double>::quiet_NaN();
      }
    }
  }

  float smoothed(const double* corner, int stride, double smoothness, std::vector<double>& near) const {
    const int side = rule_.window;
    const double own = corner[static_cast<std::ptrdiff_t>(side / 2) * stride + side / 2];
    if (std::isnan(own)) return nan;
    near.clear();
    for (int y = 0; y < side; ++y) {
      const double* line = corner + static_cast<std::ptrdiff_t>(y) * stride;
      for (int x = 0; x < side; ++x)
        if (!std::isnan(line[x])) near.push_back(line[x]);
    }
    const auto n =
        std::min(near.size(), static_cast<std::size_t>(std::ceil(rule_.fraction * static_cast<double>(near.size()))));
    if (n < near.size())
      std::nth_element(near.begin(), near.begin() + static_cast<std::ptrdiff_t>(n) - 1, near.end(), std::greater<>());
    double mean = 0;
    for (std::size_t i = 0; i < n; ++i) mean += near[i];
    mean /= static_cast<double>(n);
    double squares = 0;
    for (std::size_t i = 0; i < n; ++i) squares += (near[i] - mean) * (near[i] - mean);
    const double variance = n > 1 ? squares / static_cast<double>(n - 1) : 0;
    const double weight = variance < least_variance ? 0 : variance / (variance + smoothness);
    return static_cast<float>(1 / (1 + std::exp(-(weight * own + (1 - weight) * mean))));
  }

  void renormalise(Block& output) const {
    const Window w = output.window();
    std::vector<std::span<float>> rows(classes_);
    for (int y = w.y; y < w.bottom(); ++y) {
      for (std::size_t c = 0; c < classes_; ++c) rows[c] = output.plane<float>(static_cast<int>(c)).row(y);
      for (std::size_t i = 0; i < static_cast<std::size_t>(w.width); ++i) {
        float sum = 0;
        for (std::size_t c = 0; c < classes_; ++c) sum += rows[c][i];
        for (std::size_t c = 0; c < classes_; ++c) rows[c][i] /= sum;
      }
    }
  }

  std::size_t classes_;
  BayesianRule rule_;
};

class MostProbable final : public PixelwiseNode {
 public:
  MostProbable(std::vector<int> codes, int nolabel) : codes_(std::move(codes)), nolabel_(nolabel) {}
  std::string name() const override { return "most probable"; }
  std::string signature() const override { return fmt::format("{} {}", fmt::join(codes_, " "), nolabel_); }
  RasterInfo describe(std::span<const RasterInfo> inputs) const override {
    BandInfo band;
    band.name = "class";
    if (std::find(codes_.begin(), codes_.end(), nolabel_) == codes_.end()) band.nodata = nolabel_;
    return {inputs[0].grid, {band}, PixelType::i32};
  }
  void compute_row(const RowArgs& row, Scratch*) const override {
    const auto out = row.out<std::int32_t>();
    for (std::size_t i = 0; i < row.count; ++i) {
      std::size_t best = 0;
      float most = row.in<float>(0)[i];
      for (std::size_t c = 1; c < codes_.size(); ++c) {
        const float one = row.in<float>(c)[i];
        if (one > most) {
          most = one;
          best = c;
        }
      }
      out[i] = std::isnan(most) ? nolabel_ : codes_[best];
    }
  }

 private:
  std::vector<int> codes_;
  int nolabel_;
};

}  // namespace

std::unique_ptr<const Node> make_bayesian_smoothing(const RasterInfo& input, const BayesianRule& rule) {
  const std::size_t classes = input.bands.size();
  CERS_EXPECT(input.type == PixelType::f32);
  if (classes < 2)
    throw UserError("smoothing needs the probabilities of at least two classes", "give one band for each class");
  if (rule.window < 3 || rule.window % 2 == 0)
    throw UserError(fmt::format("a window of {} pixels has no middle or no neighbours", rule.window),
                    "give an odd number from 3");
  if (!(rule.fraction > 0 && rule.fraction <= 1))
    throw UserError(fmt::format("{} is no share of the neighbours", format_real(rule.fraction)),
                    "give more than 0 and at most 1");
  if (rule.smoothness.size() != 1 && rule.smoothness.size() != classes)
    throw UserError(fmt::format("{} values of smoothness for {} classes", rule.smoothness.size(), classes),
                    "give one for all, or one for each class in the order of the bands");
  for (const double value : rule.smoothness)
    if (!(value > 0)) throw UserError(fmt::format("a smoothness of {}", format_real(value)), "give more than 0");
  return std::make_unique<BayesianSmoothing>(static_cast<int>(classes), rule);
}

std::unique_ptr<const Node> make_most_probable(std::vector<int> codes, int nolabel) {
  return std::make_unique<MostProbable>(std::move(codes), nolabel);
}

}  // namespace cers
