// SPDX-License-Identifier: Apache-2.0
// Things 0, 1, … in sets that grow together.
#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace cers::learn {

/// The least member stands for a set.
class DisjointSets {
 public:
  explicit DisjointSets(std::size_t count) : up_(count) { std::iota(up_.begin(), up_.end(), std::size_t{0}); }

  std::size_t size() const { return up_.size(); }
  std::size_t of(std::size_t thing) {
    while (up_[thing] != thing) {
      up_[thing] = up_[up_[thing]];
      thing = up_[thing];
    }
    return thing;
  }
  void join(std::size_t a, std::size_t b) {
    const auto [low, high] = std::minmax({of(a), of(b)});
    up_[high] = low;
  }

 private:
  std::vector<std::size_t> up_;  ///< another member of the set, never a larger one
};

}  // namespace cers::learn
