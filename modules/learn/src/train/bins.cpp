// SPDX-License-Identifier: Apache-2.0
#include "bins.hpp"

#include <algorithm>
#include <utility>

#include "parallel.hpp"

namespace cers::learn {
namespace {

constexpr std::size_t most_bins = 256;

using Column = std::vector<std::pair<float, std::uint32_t>>;

/// One past the last sample of each bin in the sorted column.
std::vector<std::size_t> bin_ends(const Column& column) {
  std::vector<std::size_t> distinct;  // ends of runs of equal values
  for (std::size_t i = 1; i <= column.size(); ++i) {
    if (i == column.size() || column[i].first != column[i - 1].first) distinct.push_back(i);
  }
  if (distinct.size() <= most_bins) return distinct;
  std::vector<std::size_t> ends;
  std::size_t begin = 0;
  for (std::size_t run = 0; run < distinct.size(); ++run) {
    const std::size_t bins_left = most_bins - ends.size();
    const std::size_t wanted = (column.size() - begin + bins_left - 1) / bins_left;
    const bool must_close = distinct.size() - run <= bins_left;  // as many bins as runs that are left
    if (distinct[run] - begin < wanted && !must_close) continue;
    ends.push_back(distinct[run]);
    begin = distinct[run];
  }
  return ends;
}

}  // namespace

float FeatureBins::threshold(std::size_t left, std::size_t right) const {
  const double below = static_cast<double>(highest[left]);
  const double above = static_cast<double>(lowest[right]);
  const auto between = static_cast<float>(below + (above - below) / 2);
  return between < lowest[right] ? between : highest[left];
}

BinnedSamples binned(const SampleTable& table, int threads) {
  BinnedSamples result;
  const std::size_t features = table.features.size();
  result.samples = table.size();
  result.features.resize(features);
  result.bins.resize(features * table.size());
  in_parallel(features, threads, [&](std::size_t feature) {
    Column column(table.size());
    // −0 and 0 are one value: adding 0 makes both 0.
    for (std::size_t i = 0; i < column.size(); ++i)
      column[i] = {table.values[i * features + feature] + 0.0F, static_cast<std::uint32_t>(i)};
    std::sort(column.begin(), column.end());
    FeatureBins& bins = result.features[feature];
    std::uint8_t* const to = result.bins.data() + feature * table.size();
    std::size_t begin = 0;
    for (const std::size_t end : bin_ends(column)) {
      for (std::size_t i = begin; i < end; ++i) to[column[i].second] = static_cast<std::uint8_t>(bins.count());
      bins.lowest.push_back(column[begin].first);
      bins.highest.push_back(column[end - 1].first);
      begin = end;
    }
  });
  return result;
}

}  // namespace cers::learn
