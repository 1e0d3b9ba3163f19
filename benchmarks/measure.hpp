// SPDX-License-Identifier: Apache-2.0
// What the benchmark programs share: times taken in turn, medians of them.
#pragma once

#include <algorithm>
#include <chrono>
#include <vector>

namespace cers::benchmarks {

/// Wall seconds of one call.
template <class F>
double seconds_of(const F& f) {
  const auto start = std::chrono::steady_clock::now();
  f();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

/// Of at least one value; the lower of the two middle ones.
inline double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>((values.size() - 1) / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace cers::benchmarks
