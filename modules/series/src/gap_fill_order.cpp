// SPDX-License-Identifier: Apache-2.0
#include "gap_fill_order.hpp"

#include <algorithm>

namespace cers::series_detail {
namespace {

/// Index of the first image of `day` or later.
std::size_t first_from(const std::vector<int>& observed, int day) {
  return static_cast<std::size_t>(std::lower_bound(observed.begin(), observed.end(), day) - observed.begin());
}

}  // namespace

// By otb the value of a wanted day that has images is that of the first of them: neither walk goes beyond it.
Walk forwards(const GapFilling& filling) {
  const std::vector<int>& observed = filling.observed;
  Walk walk;
  walk.ready.resize(observed.size());
  for (std::size_t i = 0; i < observed.size(); ++i) walk.order.push_back(i);
  for (std::size_t w = 0; w < filling.wanted.size(); ++w) {
    const std::size_t from = first_from(observed, filling.wanted[w]);
    const bool seen = from < observed.size() && observed[from] == filling.wanted[w];
    const std::size_t count = seen ? from + 1 : from;  // images of the walk that count
    if (count == 0)
      walk.early.push_back(w);
    else
      walk.ready[count - 1].push_back(w);
  }
  return walk;
}

Walk backwards(const GapFilling& filling) {
  const std::vector<int>& observed = filling.observed;
  Walk walk;
  walk.ready.resize(observed.size());
  for (std::size_t i = observed.size(); i-- > 0;) walk.order.push_back(i);
  for (std::size_t w = 0; w < filling.wanted.size(); ++w) {
    const std::size_t from = first_from(observed, filling.wanted[w]);
    if (from == observed.size())
      walk.early.push_back(w);
    else
      walk.ready[observed.size() - 1 - from].push_back(w);
  }
  return walk;
}

}  // namespace cers::series_detail
