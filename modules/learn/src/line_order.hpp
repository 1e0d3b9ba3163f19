// SPDX-License-Identifier: Apache-2.0
// Things that lie on lines of pixels, found by line and column.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

namespace cers {

/// Indices of `things`, sorted by line(thing) then column(thing); of equals the earlier first.
template <class Thing, class Line, class Column>
std::vector<std::uint32_t> by_line(const std::vector<Thing>& things, Line line, Column column) {
  std::vector<std::uint32_t> order(things.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    const auto key = [&](std::uint32_t i) { return std::pair{line(things[i]), column(things[i])}; };
    return key(a) < key(b);
  });
  return order;
}

/// The part of `order` on one line.
template <class Thing, class Line>
std::pair<std::size_t, std::size_t> on_line(const std::vector<std::uint32_t>& order, const std::vector<Thing>& things,
                                            Line line, int y) {
  const auto low = std::lower_bound(order.begin(), order.end(), y,
                                    [&](std::uint32_t i, int wanted) { return line(things[i]) < wanted; });
  const auto high =
      std::upper_bound(low, order.end(), y, [&](int wanted, std::uint32_t i) { return wanted < line(things[i]); });
  return {static_cast<std::size_t>(low - order.begin()), static_cast<std::size_t>(high - order.begin())};
}

}  // namespace cers
