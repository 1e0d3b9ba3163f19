// SPDX-License-Identifier: Apache-2.0
// Which features of which files lie on the same ground: what is trained on some of them is not judged on the others.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "cers/learn/polygon_cover.hpp"

namespace cers {

/// A feature laid on a grid beside those of other files.
struct PlacedFeature {
  std::size_t number = 0;  ///< of the feature, among those of all files
  int file = 0;
};

/// Features that share samples are in one set, and those that share samples with these.
class SharedGround {
 public:
  explicit SharedGround(std::size_t features);
  ~SharedGround();
  SharedGround(SharedGround&&) noexcept;

  /// Joins the features that hold one pixel of the grid of `shapes`: all of them, but those of a file that has features
  /// of different classes there, whose pixel is no sample. `placed`: of each feature of `shapes`. Once for each grid
  /// that samples are taken from.
  void add(const LabelledShapes& shapes, const std::vector<PlacedFeature>& placed);

  /// Of each feature the least number of its set.
  std::vector<std::size_t> sets() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cers
