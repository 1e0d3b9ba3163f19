// SPDX-License-Identifier: Apache-2.0
// Features cut into at most 256 bins: a value becomes one byte, and a split lies between two bins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "cers/learn/sample_table.hpp"

namespace cers::learn {

/// The bins of one feature, in ascending order: the lowest and the highest training value in each.
struct FeatureBins {
  std::vector<float> lowest;
  std::vector<float> highest;

  std::size_t count() const { return lowest.size(); }
  /// Halfway between the bins `left` and `right`: at least the highest of the one, less than the lowest of the other.
  float threshold(std::size_t left, std::size_t right) const;
};

struct BinnedSamples {
  std::size_t samples = 0;
  std::vector<FeatureBins> features;
  std::vector<std::uint8_t> bins;  ///< bins[feature · samples + sample]

  const std::uint8_t* column(std::size_t feature) const { return bins.data() + feature * samples; }
};

/// Each value its own bin when there are at most 256 of them, else bins of equally many samples as far as equal values
/// allow. All values are finite.
BinnedSamples binned(const SampleTable& table, int threads);

}  // namespace cers::learn
