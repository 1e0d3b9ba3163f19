// SPDX-License-Identifier: Apache-2.0
// Support vector machines of two classes at a time vote; what libraries differ in is their arithmetic.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cers/learn/forest.hpp"
#include "cers/learn/model.hpp"

namespace cers::learn {

/// One vote for each pair of classes. `T`: in which the library holds pixels and kernels.
template <class T>
class PairwiseSvm : public Model {
 public:
  std::string kind() const override { return fmt::format("support vector machine of {} vectors", vectors_); }
  int features() const override { return static_cast<int>(features_); }
  std::size_t votes() const override { return classes_ * (classes_ - 1) / 2; }
  std::string digest() const override { return digest_; }
  // About a nanosecond a product, and 20 for an exponential.
  double cost() const override { return static_cast<double>(vectors_) * (20 + static_cast<double>(features_)); }

  void vote(const float* values, std::size_t stride, std::size_t count, std::uint16_t* votes) const override {
    for (std::size_t c = 0; c < classes_; ++c) std::fill_n(votes + c * stride, Forest::padded(count), std::uint16_t{0});
    std::vector<T> pixel(features_);
    std::vector<T> kernels(vectors_);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t f = 0; f < features_; ++f) pixel[f] = static_cast<T>(values[f * stride + i]);
      for (std::size_t v = 0; v < vectors_; ++v) kernels[v] = kernel(pixel, v);
      std::size_t pair = 0;
      for (std::size_t a = 0; a < classes_; ++a) {
        for (std::size_t b = a + 1; b < classes_; ++b, ++pair)
          ++votes[(is_first(kernels, pair, a, b) ? a : b) * stride + i];
      }
    }
  }

 protected:
  struct Size {
    std::size_t classes;
    std::size_t features;
    std::size_t vectors;
  };
  PairwiseSvm(ModelInfo info, std::string digest, Size size)
      : Model(std::move(info)),
        digest_(std::move(digest)),
        classes_(size.classes),
        features_(size.features),
        vectors_(size.vectors) {}

 private:
  virtual T kernel(const std::vector<T>& pixel, std::size_t vector) const = 0;
  /// Whether class `a` wins against `b`, the pair of that number in the order (0, 1), (0, 2), …, (1, 2), ….
  virtual bool is_first(const std::vector<T>& kernels, std::size_t pair, std::size_t a, std::size_t b) const = 0;

  std::string digest_;
  std::size_t classes_;
  std::size_t features_;
  std::size_t vectors_;
};

}  // namespace cers::learn
